// A seeded generator whose whole state is four numbers, so that a run can be resumed exactly. xoshiro128** (Blackman & Vigna 2018),
// seeded by SplitMix32. Not for secrets.

/** Four unsigned 32-bit numbers. */
export type RandomState = readonly [number, number, number, number]

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits))

/** A stream of random numbers, the same for the same seed on every machine. */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  private constructor(state: RandomState) {
    ;[this.#a, this.#b, this.#c, this.#d] = state
  }

  /** A stream for a seed; further numbers (epoch, sample, worker) select independent streams of it. */
  static seeded(...seeds: number[]): Random {
    let hash = 0x9e3779b9
    const next = (): number => {
      hash = (hash + 0x9e3779b9) | 0
      let mixed = hash ^ (hash >>> 16)
      mixed = Math.imul(mixed, 0x21f0aaad)
      mixed ^= mixed >>> 15
      mixed = Math.imul(mixed, 0x735a2d97)
      return (mixed ^ (mixed >>> 15)) >>> 0
    }
    for (const seed of seeds) hash = (next() ^ (seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b)) | 0
    return new Random([next(), next(), next(), next()])
  }

  static restored(state: RandomState): Random {
    return new Random(state)
  }

  get state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0]
  }

  /** Uniform over 0 to 2^32 - 1. */
  bits(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9)
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotate(this.#d, 11)
    return result >>> 0
  }

  /** Uniform in [0, 1), 32 bits fine; in [low, high) when both are given. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.bits() / 2 ** 32)
  }

  /** Uniform over 0 to count - 1. */
  integer(count: number): number {
    return Math.floor(this.uniform() * count)
  }

  /** Normal by Box and Muller; no second value is kept, so the state stays four numbers. */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform())
  }

  /** Puts the items in random order, in place (Fisher and Yates), and returns them. */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(last + 1)
      const item = items[last] as T
      items[last] = items[other] as T
      items[other] = item
    }
    return items
  }
}
