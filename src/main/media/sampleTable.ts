// Joins the coded pictures of a file with its frame table: which bytes hold which frame. Only where every frame has exactly one picture at its own
// time; then a decoder's output is known to be that frame, whatever the rate. Decodes nothing.
import { open } from 'node:fs/promises'
import { readMatroskaSamples } from './matroskaSamples'
import { readMp4Samples } from './mp4Samples'
import type { ContainerSamples } from './containerSamples'
import type { FrameClock } from './seek'

export interface SampleTable extends Omit<ContainerSamples, 'seconds'> {
  /** Frame of the frame table that each coded picture is, or -1 for pictures that are decoded and not shown. (n) */
  frames: Int32Array
}

/** WebM counts milliseconds, edit lists movie ticks. */
const TOLERANCE_SECONDS = 0.002

/**
 * @param isMatroska which of the two container families the file is of
 * @returns null where the container cannot be read this way or does not agree with the table, frame by frame
 */
export async function readSampleTable(path: string, isMatroska: boolean, clock: FrameClock): Promise<SampleTable | null> {
  await using file = await open(path, 'r')
  let found: ContainerSamples | null
  try {
    found = await (isMatroska ? readMatroskaSamples(file) : readMp4Samples(file))
  } catch (error) {
    // A damaged box points outside of itself.
    if (error instanceof RangeError) return null
    throw error
  }
  const frames = found && matchFrames(found.seconds, clock)
  if (!found || !frames) return null
  const { codecId, description, turn, offsets, sizes, keys } = found
  return { codecId, description, turn, offsets, sizes, keys, frames }
}

/** Frame of each time, -1 for times of no frame; null unless each frame is met exactly once. */
export function matchFrames(seconds: Float64Array, clock: FrameClock): Int32Array | null {
  const times = clock.timestampsMicroseconds
  const order = Uint32Array.from(seconds, (_, index) => index).sort((a, b) => (seconds[a] ?? 0) - (seconds[b] ?? 0))
  const frames = new Int32Array(seconds.length).fill(-1)
  const timeOf = (frame: number): number => (clock.firstFrameMediaTimeMicroseconds + (times[frame] ?? Number.NaN)) / 1e6
  let frame = 0
  for (const sample of order) {
    if (frame >= times.length) break
    const here = timeOf(frame)
    const tolerance = Math.min(TOLERANCE_SECONDS, 0.4 * ((frame + 1 < times.length ? timeOf(frame + 1) : here + 0.04) - here))
    if (Math.abs((seconds[sample] ?? Number.NaN) - here) <= Math.max(tolerance, 1e-5)) frames[sample] = frame++
    else if ((seconds[sample] ?? 0) > here) return null
  }
  return frame === times.length ? frames : null
}
