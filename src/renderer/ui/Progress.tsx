// A bar for work whose extent is known, and a moving one for work whose extent is not.
import './progress.css'

export function Progress({ value, label }: { /** Share done, 0-1, or null while unknown. */ value: number | null; label: string }) {
  const percent = value === null ? null : Math.min(100, Math.max(0, value * 100))
  return (
    <div
      className={`progress ${percent === null ? 'unknown' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === null ? undefined : Math.round(percent)}
    >
      <div style={percent === null ? undefined : { width: `${percent}%` }} />
    </div>
  )
}
