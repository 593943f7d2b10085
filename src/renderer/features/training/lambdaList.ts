// Reads a list of lambdas as people type it. Pure.

const MOST = 100

/** `0, 0.5 1` gives [0, 0.5, 1], ascending; null unless there are at least two different numbers from 0 to 100 and nothing else. */
export function parseLambdas(text: string): number[] | null {
  const values = text.split(/[\s,;]+/).filter(Boolean).map(Number) // prettier-ignore
  const distinct = [...new Set(values)].sort((a, b) => a - b)
  return distinct.length >= 2 && values.every((value) => value >= 0 && value <= MOST) ? distinct : null
}
