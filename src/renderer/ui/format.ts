// Figures as people read them here: times with milliseconds, counts grouped. Sizes are in `@shared/formatBytes`. Pure.

/** `00:12.480`, with hours only where needed; negative times count as zero. */
export function formatTime(seconds: number): string {
  const totalMs = Math.max(0, Math.round(seconds * 1000))
  const ms = totalMs % 1000
  const s = Math.floor(totalMs / 1000) % 60
  const m = Math.floor(totalMs / 60_000) % 60
  const h = Math.floor(totalMs / 3_600_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${h > 0 ? `${h}:` : ''}${two(m)}:${two(s)}.${String(ms).padStart(3, '0')}`
}

/** `1:02:05` or `2:05`, for lengths of videos. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds))
  const h = Math.floor(total / 3600)
  const m = Math.floor(total / 60) % 60
  const s = String(total % 60).padStart(2, '0')
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`
}

/** `about 3 min left` wording's figure: `12 s`, `3 min`, `1 h 20 min`. */
export function formatRemaining(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const groups = new Intl.NumberFormat('en')
/** `1,412`. */
export const formatCount = (value: number): string => groups.format(value)

/** `1 video`, `2 videos`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${formatCount(count)} ${count === 1 ? one : many}`

/** `62 %`. */
export const formatPercent = (share: number): string => `${Math.round(share * 100)} %`

/** A stored UTC instant as a day: `24 Nov 2026`. */
export const formatDay = (iso: string): string =>
  new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** A stored UTC instant in this machine's own time: `24 Nov 2026, 03:24`. */
export const formatInstant = (iso: string): string =>
  new Date(iso).toLocaleString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' })
