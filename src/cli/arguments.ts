// Parsers of option values; each refuses with the sentence that commander prints before exit 2.
import { InvalidArgumentError } from 'commander'

/** `1,2,AU04` -> [1, 2, 4]. */
export function auList(text: string): number[] {
  const list = text
    .split(/[,\s]+/)
    .filter((part) => part !== '')
    .map((part) => (/^(au)?0*\d{1,2}$/i.test(part) ? Number(part.replace(/^au/i, '')) : NaN))
  if (list.length === 0 || list.some((au) => !(au >= 1 && au <= 99)))
    throw new InvalidArgumentError('Give AU numbers from 1 to 99, separated by commas, such as 1,2,4,12.')
  return [...new Set(list)]
}

/** One AU number. */
export function auNumber(text: string): number {
  const list = auList(text)
  if (list.length !== 1 || list[0] === undefined) throw new InvalidArgumentError('Give one AU number, such as 12.')
  return list[0]
}

/** A frame index, from 0. */
export function frameNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Frames are whole numbers and count from 0.')
  return Number(text)
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('Give a whole number of at least 1.')
  return Number(text)
}

export function portNumber(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError('Ports run from 0 (any free one) to 65535.')
  return port
}

/** `1,3,0.5`: weights above 0. */
export function weightList(text: string): number[] {
  const list = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)))
  if (list.some((weight) => !(weight > 0))) throw new InvalidArgumentError('Give numbers above 0, separated by commas, such as 1,3.')
  return list
}

/** A number of at least 0. */
export function positiveOrZero(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Give a number of at least 0.')
  return value
}

/** `0,0.5,1` */
export const numberList = (text: string): number[] => text.split(',').map(positiveOrZero)

/** `S01,S02`: subjects by their codes. */
export const codeList = (text: string): string[] =>
  text
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '')

/** The whole numbers that random choices may follow from. */
export function seedNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) >= 2 ** 32) throw new InvalidArgumentError('Give a whole number from 0 to 4294967295.')
  return Number(text)
}

/** A number above 0. */
export function numberAbove(text: string): number {
  const value = Number(text)
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number above 0.')
  return value
}
