// A cell with a figure and its 95 % interval; – where it is not defined.
import type { Interval } from '@shared/figures'
import { figureText, intervalText } from '../../ui/figureText'

export function Figure({ value, interval = null }: { value: number | null; interval?: Interval | null }) {
  return (
    <td className="right num">
      {figureText(value)}
      {interval ? <span className="small dim"> {intervalText(interval)}</span> : null}
    </td>
  )
}
