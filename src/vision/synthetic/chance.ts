// The random numbers that sampling needs, as an argument: who seeds them is the caller's business. Deterministic for the same source.

/** A seeded stream, such as the `Random` of src/ml. */
export interface Chance {
  /** Uniform in [0, 1), or in [low, high). */
  uniform(low?: number, high?: number): number
  /** Uniform over 0 to count - 1. */
  integer(count: number): number
  normal(mean?: number, deviation?: number): number
}

/** True with probability `share`. */
export const happens = (chance: Chance, share: number): boolean => chance.uniform() < share

/** One of the items, each as likely as the next. @throws RangeError for an empty list */
export function pick<T>(chance: Chance, items: readonly T[]): T {
  if (items.length === 0) throw new RangeError('Nothing to pick from.')
  return items[chance.integer(items.length)] as T
}

/** One of the items, by weights that are not negative; the last one when all are 0. @throws RangeError for an empty list */
export function pickWeighted<T>(chance: Chance, items: readonly T[], weightOf: (item: T) => number): T {
  const weights = items.map(weightOf)
  let left = chance.uniform(
    0,
    weights.reduce((sum, weight) => sum + weight, 0),
  )
  for (const [index, item] of items.entries()) {
    left -= weights[index] as number
    if (left < 0) return item
  }
  const last = items.at(-1)
  if (last === undefined) throw new RangeError('Nothing to pick from.')
  return last
}

/** A normal number, cut to +-`limit`. */
export const boundedNormal = (chance: Chance, deviation: number, limit: number): number =>
  Math.max(-limit, Math.min(limit, chance.normal(0, deviation)))

/** Red, green, blue on a scale of 255; may leave it while light is still to be added. */
export type Colour = readonly [number, number, number]

export const mixColours = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
]

export const scaleColour = (colour: Colour, factor: number): Colour => [colour[0] * factor, colour[1] * factor, colour[2] * factor]

export const clampShare = (value: number): number => Math.min(1, Math.max(0, value))
