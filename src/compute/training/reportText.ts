// Figures and words as HTML text: two digits, a dash for what is undefined, intervals below their figure.
import type { Difference, Interval } from '@shared/figures'

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const DASH = '&ndash;'

export function figure(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined) return DASH
  const text = Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) !== 0 ? `&minus;${text}` : text
}

/** `12.5`, of a share. */
export const percent = (value: number | null | undefined): string =>
  value === null || value === undefined ? DASH : (100 * value).toFixed(1)

/** `+0.08`, with a true minus sign. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(2)
  return Number(text) === 0 ? text : `${value < 0 ? '&minus;' : '+'}${text}`
}

/** The 95 % interval on a line of its own; empty without one. */
export const range = (interval: Interval | null | undefined): string =>
  interval ? `<small>${interval.low.toFixed(2)}&ndash;${interval.high.toFixed(2)}</small>` : ''

/** A difference with its interval; bold where the interval leaves 0 out. */
export function gain(difference: Difference | null | undefined): string {
  if (!difference) return DASH
  const { value, interval } = difference
  const isClear = interval !== null && (interval.low > 0 || interval.high < 0)
  const text = isClear ? `<b>${signed(value)}</b>` : signed(value)
  return interval ? `${text}<small>${signed(interval.low)} to ${signed(interval.high)}</small>` : text
}

export interface Column {
  head: string
  /** Text stands left, figures right. */
  isText?: boolean
}

/** A table with its caption; `rows` are cells of HTML, the last one set apart where `hasMean`. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly string[])[], hasMean = false): string {
  const isText = (place: number): string => (columns[place]?.isText ? ' class="text"' : '')
  const head = columns.map((column, place) => `<th scope="col"${isText(place)}>${column.head}</th>`).join('')
  const body = rows.map((cells, row) => {
    const [first = '', ...rest] = cells
    const isMean = hasMean && row === rows.length - 1
    return `<tr${isMean ? ' class="mean"' : ''}><th scope="row">${first}</th>${rest.map((cell, place) => `<td${isText(place + 1)}>${cell}</td>`).join('')}</tr>`
  })
  return `<div class="wide"><table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
}
