// Figures as text: two digits, a dash for what is undefined, intervals as a range. Pure.
import type { Interval } from '@shared/figures'

/** `0.62`, or `–` for what is undefined. */
export function figureText(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined) return '–'
  const text = Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) !== 0 ? `−${text}` : text
}

/** `0.51–0.72`, `−0.05 to 0.10`, empty where there is none. */
export const intervalText = (interval: Interval | null | undefined): string =>
  interval ? `${figureText(interval.low)}${interval.low < 0 ? ' to ' : '–'}${figureText(interval.high)}` : ''

/** `+0.08`, `−0.03`, `0.00`. */
export function signedText(value: number): string {
  const text = Math.abs(value).toFixed(2)
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`
}
