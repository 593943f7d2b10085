// Ticks which Action Units are meant, by number and name.
import { ACTION_UNITS } from '@shared/facs'
import './auChoice.css'

export function AuChoice({ chosen, onChange, label }: { chosen: readonly number[]; onChange(aus: number[]): void; label: string }) {
  const toggle = (au: number): void =>
    onChange(chosen.includes(au) ? chosen.filter((other) => other !== au) : [...chosen, au].sort((a, b) => a - b))
  return (
    <fieldset className="au-choice" aria-label={label}>
      {ACTION_UNITS.map(({ au, name }) => (
        <label key={au}>
          <input type="checkbox" checked={chosen.includes(au)} onChange={() => toggle(au)} />
          <span className="num">{au}</span>
          <span className="soft truncate">{name}</span>
        </label>
      ))}
    </fieldset>
  )
}
