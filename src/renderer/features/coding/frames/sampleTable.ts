// Where the coded picture of each frame lies in the file, as the backend read it, and what has to be decoded for a stretch of frames.
import { samplesUrl, type SamplesHeader } from '@shared/dataUrls'
import { AppError } from '@shared/errors'
import { fetchData } from '../../../bridge/dataUrl'

export interface SampleTable {
  header: SamplesHeader
  /** Bytes, in decoding order. (n) */
  offsets: Float64Array
  sizes: Uint32Array
  /** Frame of each coded picture, -1 where it is not shown. (n) */
  frames: Int32Array
  /** 1 where decoding can begin. (n) */
  keys: Uint8Array
  /** Place of each frame in decoding order. (frames) */
  places: Int32Array
}

/** Takes apart the body described at `samplesUrl`. */
export function readSampleTable(body: ArrayBuffer, header: SamplesHeader): SampleTable {
  const n = header.count
  const offsets = new Float64Array(body, 0, n)
  const sizes = new Uint32Array(body, 8 * n, n)
  const frames = new Int32Array(body, 12 * n, n)
  const keys = new Uint8Array(body, 16 * n, n)
  const places = new Int32Array(frames.reduce((last, frame) => Math.max(last, frame), -1) + 1)
  frames.forEach((frame, place) => {
    if (frame >= 0) places[frame] = place
  })
  return { header, offsets, sizes, frames, keys, places }
}

/** The table, or null where the container does not give one. */
export async function fetchSampleTable(project: string, videoId: string, variant: 'source' | 'proxy'): Promise<SampleTable | null> {
  try {
    const response = await fetchData(samplesUrl(project, videoId, variant))
    const header = response.headers.get('x-samples')
    return header === null ? null : readSampleTable(await response.arrayBuffer(), JSON.parse(header) as SamplesHeader)
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/**
 * Place at which decoding must begin so that `frame` comes out whole: the last key picture that is neither decoded nor shown after it. Pictures shown
 * before the key picture that they follow in the file lean on the one before, so showing order counts as well.
 */
export function keyPlace({ frames, keys, places }: SampleTable, frame: number): number {
  for (let place = places[frame] ?? 0; place > 0; place--) {
    const shown = frames[place] ?? -1
    if (keys[place] === 1 && shown >= 0 && shown <= frame) return place
  }
  return 0
}
