// A cell with a figure and its 95 % interval; – where it is not defined.
import type { Interval } from '@shared/trainingRun'

const text = (value: number | null): string => (value === null ? '–' : value.toFixed(2).replace('-', '−'))

export function Figure({ value, interval = null }: { value: number | null; interval?: Interval | null }) {
  return (
    <td className="right num">
      {text(value)}
      {interval ? <span className="small dim"> {`${text(interval.low)}–${text(interval.high)}`}</span> : null}
    </td>
  )
}
