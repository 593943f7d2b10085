// Probabilities made ready for drawing at any zoom: each level holds the largest value of four of the level below, in one byte a value. Pure.
// The bytes are for pixels only; figures that people read come from the floats.

/** One AU's values at falling resolution; level 0 is one byte per frame. 0 stands for no value, 1-255 for probability 0-1. */
export interface Pyramid {
  levels: Uint8Array[]
}

/** Frames of a level that one value of the next stands for. */
export const FANOUT = 4

const toByte = (probability: number): number =>
  Number.isNaN(probability) ? 0 : 1 + Math.round(Math.min(1, Math.max(0, probability)) * 254)

/** Probability of a byte, or NaN. */
export const fromByte = (byte: number): number => (byte === 0 ? Number.NaN : (byte - 1) / 254)

/** Builds the pyramid of one column of a (frames, columns) array. */
export function buildColumn(values: Float32Array, columnCount: number, column: number): Pyramid {
  const frameCount = Math.floor(values.length / columnCount)
  const base = new Uint8Array(frameCount)
  for (let frame = 0; frame < frameCount; frame++) base[frame] = toByte(values[frame * columnCount + column] ?? Number.NaN)
  return pyramidOver(base)
}

/** Builds the pyramid of one value a frame. */
export const buildPyramid = (values: Float32Array): Pyramid => buildColumn(values, 1, 0)

function pyramidOver(base: Uint8Array): Pyramid {
  const levels = [base]
  for (let below = base; below.length > 256;) {
    const level = new Uint8Array(Math.ceil(below.length / FANOUT))
    for (let index = 0; index < below.length; index++) {
      const value = below[index] ?? 0
      const to = (index / FANOUT) | 0
      if (value > (level[to] ?? 0)) level[to] = value
    }
    levels.push(level)
    below = level
  }
  return { levels }
}

/** Coarsest level whose values stand for at most `framesPerPixel` frames. */
export function levelFor(pyramid: Pyramid, framesPerPixel: number): number {
  let level = 0
  while (level + 1 < pyramid.levels.length && FANOUT ** (level + 1) <= framesPerPixel) level++
  return level
}

/** Largest byte over frames [from, to), read at a level chosen by {@link levelFor}. */
export const maxOver = (pyramid: Pyramid, level: number, from: number, to: number): number =>
  maxIn(pyramid.levels[level] ?? NOTHING, FANOUT ** level, from, to)

const NOTHING = new Uint8Array(0)

/** The same for callers that ask often: `values` of one level, each of which stands for `step` frames. */
export function maxIn(values: Uint8Array, step: number, from: number, to: number): number {
  const first = Math.max(0, Math.floor(from / step))
  const end = Math.min(values.length, Math.max(first + 1, Math.ceil(to / step)))
  let most = 0
  for (let index = first; index < end; index++) {
    const value = values[index] ?? 0
    if (value > most) most = value
  }
  return most
}
