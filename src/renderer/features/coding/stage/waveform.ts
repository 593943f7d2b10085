// The outline of a video's sound, as it arrives, with a coarser level so that an hour draws as fast as a second. Pure but for the reading of the stream.
import { PEAKS_PER_SECOND, peaksUrl } from '@shared/dataUrls'
import { fetchData } from '../../../bridge/dataUrl'

/** Pairs that one pair of the coarse level stands for. */
const COARSE = 16

export class Waveform {
  /** (least, greatest) pairs, PEAKS_PER_SECOND a second. */
  #fine = new Int8Array(2 * 4096)
  #coarse = new Int8Array(2 * 256)
  #count = 0

  /** Pairs so far. */
  get count(): number {
    return this.#count
  }

  push(pairs: Int8Array): void {
    const added = pairs.length >> 1
    if (2 * (this.#count + added) > this.#fine.length) {
      const larger = new Int8Array(2 * Math.max(2 * this.#count, this.#count + added))
      larger.set(this.#fine.subarray(0, 2 * this.#count))
      this.#fine = larger
      const coarse = new Int8Array(2 * Math.ceil(larger.length / 2 / COARSE))
      coarse.set(this.#coarse)
      this.#coarse = coarse
    }
    this.#fine.set(pairs.subarray(0, 2 * added), 2 * this.#count)
    for (let pair = this.#count; pair < this.#count + added; pair++) {
      const cell = 2 * Math.floor(pair / COARSE)
      const isFirst = pair % COARSE === 0
      this.#coarse[cell] = Math.min(isFirst ? 127 : (this.#coarse[cell] ?? 0), this.#fine[2 * pair] ?? 0)
      this.#coarse[cell + 1] = Math.max(isFirst ? -127 : (this.#coarse[cell + 1] ?? 0), this.#fine[2 * pair + 1] ?? 0)
    }
    this.#count += added
  }

  /** Least and greatest of the seconds [from, to), -1 to 1; null where there is no sound (yet). */
  between(from: number, to: number): { least: number; greatest: number } | null {
    const first = Math.max(0, Math.floor(from * PEAKS_PER_SECOND))
    const end = Math.min(this.#count, Math.max(first + 1, Math.ceil(to * PEAKS_PER_SECOND)))
    if (first >= end) return null
    const isWide = end - first > 4 * COARSE
    const step = isWide ? COARSE : 1
    const pairs = isWide ? this.#coarse : this.#fine
    let least = 127
    let greatest = -127
    for (let cell = Math.floor(first / step); cell < Math.ceil(end / step); cell++) {
      least = Math.min(least, pairs[2 * cell] ?? 0)
      greatest = Math.max(greatest, pairs[2 * cell + 1] ?? 0)
    }
    return { least: least / 127, greatest: greatest / 127 }
  }
}

/** Reads the outline; `onMore` is called when some has arrived. Resolves to the end, or to nothing where there is no sound. */
export async function readWaveform(
  project: string,
  videoId: string,
  waveform: Waveform,
  onMore: () => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetchData(peaksUrl(project, videoId), signal)
  const reader = response.body?.getReader()
  if (!reader || response.status === 204) return
  /** A pair may be cut in two by the way. */
  let half: number | null = null
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const bytes: Int8Array = new Int8Array(value.length + (half === null ? 0 : 1))
    if (half !== null) bytes[0] = half
    bytes.set(new Int8Array(value.buffer, value.byteOffset, value.length), half === null ? 0 : 1)
    half = bytes.length % 2 === 1 ? (bytes.at(-1) ?? null) : null
    waveform.push(bytes)
    onMore()
  }
}
