// Which frames an epoch of pretraining looks at: every source's share of the draws, each source in an order of its own, then all mixed. Plain numbers.
import type { Random } from '@ml/random'
import type { PretrainingData } from '@shared/pretraining'

/** Frames by number: sources in their order, series in theirs. Arrays are shared memory, so that workers need no copy. */
export interface FramePlaces {
  count: number
  /** Place of the series among all, and the frame's number in it; per frame. */
  series: Int32Array<SharedArrayBuffer>
  frame: Int32Array<SharedArrayBuffer>
  /** First frame and number of frames of each source, and its share of the draws. */
  sources: { first: number; count: number; share: number }[]
}

export function framePlaces(data: PretrainingData): FramePlaces {
  const sizes = data.sources.map((source) => source.series.reduce((sum, one) => sum + one.count, 0))
  const count = sizes.reduce((sum, size) => sum + size, 0)
  const series = new Int32Array(new SharedArrayBuffer(4 * count))
  const frame = new Int32Array(new SharedArrayBuffer(4 * count))
  const sources: FramePlaces['sources'] = []
  let at = 0
  let place = 0
  for (const [index, source] of data.sources.entries()) {
    sources.push({ first: at, count: sizes[index] as number, share: source.share })
    for (const one of source.series) {
      for (let i = 0; i < one.count; i++, at++) {
        series[at] = place
        frame[at] = one.frames ? (one.frames[i] as number) : i
      }
      place++
    }
  }
  return { count, series, frame, sources }
}

/** Draws of one epoch, as many as there are frames. A source with more draws than frames is gone through again in another order. */
export function epochOrder(places: FramePlaces, random: Random): Int32Array {
  const order = new Int32Array(places.count)
  const draws = drawsOf(places)
  let at = 0
  places.sources.forEach(({ first, count }, index) => {
    let own = new Int32Array(0)
    for (let draw = 0; draw < (draws[index] as number); draw++) {
      if (draw % count === 0) {
        own = Int32Array.from({ length: count }, (_, i) => first + i)
        shuffle(own, random)
      }
      order[at++] = own[draw % count] as number
    }
  })
  shuffle(order, random)
  return order
}

/** Whole numbers of draws that add up to the number of frames; what rounding leaves goes to the first source that has any. */
function drawsOf({ count, sources }: FramePlaces): number[] {
  const draws = sources.map((source) => (source.count > 0 ? Math.floor(source.share * count) : 0))
  const rest = count - draws.reduce((sum, one) => sum + one, 0)
  const taker = sources.findIndex((source) => source.count > 0 && source.share > 0)
  if (taker >= 0) draws[taker] = (draws[taker] as number) + rest
  return draws
}

function shuffle(values: Int32Array, random: Random): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = random.integer(last + 1)
    const value = values[last] as number
    values[last] = values[other] as number
    values[other] = value
  }
}
