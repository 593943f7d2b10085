// The loudness outline of a video's sound for drawing: least and greatest sample of each hundredth of a second. Nothing here plays or keeps sound.
import { AppError } from '@shared/errors'
import { PEAKS_PER_SECOND } from '@shared/dataUrls'
import { PEAK_SAMPLE_RATE, peaksArgs } from './commandLines'
import { runFfmpeg } from './ffmpegProcess'
import { displayName } from './mediaFile'
import type { MediaOptions } from './probe'

const SAMPLES_PER_PEAK = PEAK_SAMPLE_RATE / PEAKS_PER_SECOND

/** Turns 16-bit little-endian mono samples, in pieces of any length, into (least, greatest) pairs of -127 to 127. */
export class PeakMaker {
  private readonly left: Buffer[] = []
  private leftBytes = 0

  /** Pairs of the stretches that are complete. */
  push(chunk: Buffer): Int8Array<ArrayBuffer> {
    this.left.push(chunk)
    this.leftBytes += chunk.length
    const bytesPerPeak = 2 * SAMPLES_PER_PEAK
    const count = Math.floor(this.leftBytes / bytesPerPeak)
    if (count === 0) return new Int8Array(0)
    const all = Buffer.concat(this.left)
    const used = count * bytesPerPeak
    this.left.length = 0
    this.left.push(all.subarray(used))
    this.leftBytes -= used
    return peaksOf(all.subarray(0, used), count)
  }

  /** The pair of the last, shorter stretch, if there is any. */
  end(): Int8Array<ArrayBuffer> {
    const rest = Buffer.concat(this.left)
    return rest.length < 2 ? new Int8Array(0) : peaksOf(rest, 1)
  }
}

function peaksOf(samples: Buffer, count: number): Int8Array<ArrayBuffer> {
  const peaks = new Int8Array(2 * count)
  for (let peak = 0; peak < count; peak++) {
    let least = 32767
    let greatest = -32768
    const end = Math.min(samples.length - 1, 2 * SAMPLES_PER_PEAK * (peak + 1))
    for (let at = 2 * SAMPLES_PER_PEAK * peak; at < end; at += 2) {
      const value = samples.readInt16LE(at)
      if (value < least) least = value
      if (value > greatest) greatest = value
    }
    peaks[2 * peak] = Math.round((least / 32768) * 127)
    peaks[2 * peak + 1] = Math.round((greatest / 32768) * 127)
  }
  return peaks
}

/**
 * Reads a video's sound once and hands on the outline as it comes. Pair i is of the time from i / PEAKS_PER_SECOND on, on the player's clock.
 * @throws AppError MEDIA_DECODE_FAILED, CANCELLED
 */
export async function readPeaks(
  source: { path: string; container: string },
  onPeaks: (peaks: Int8Array<ArrayBuffer>) => void,
  { ffmpeg, signal, log }: MediaOptions,
): Promise<void> {
  const maker = new PeakMaker()
  const run = await runFfmpeg(ffmpeg.path, peaksArgs(source.path, source.container), {
    signal,
    log,
    onStdout: (chunk) => onPeaks(maker.push(chunk)),
  })
  onPeaks(maker.end())
  if (run.exitCode === 0) return
  const name = displayName(source.path)
  const message = `The sound of “${name}” could not be decoded; pictures and labels are not affected.`
  throw new AppError('MEDIA_DECODE_FAILED', message, { messages: run.messages.slice(0, 5) })
}
