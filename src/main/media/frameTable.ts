// Every decoded frame of a video in presentation order with its time stamp: the table by which a frame index means the same everywhere.
// Keeps 8 bytes a frame and nothing else; pixels are decoded in frames.
import { AppError } from '@shared/errors'
import { frameTableArgs, hasContainerClock, otherStreamsEndArgs } from './commandLines'
import { LineSplitter, runFfmpeg } from './ffmpegProcess'
import { displayName, fileUrl } from './mediaFile'
import { failureFrom, isTruncationLine, truncatedSentence } from './parseFailure'
import {
  isShowinfoLine,
  parseFramecrcPacket,
  parseFramecrcTimeBase,
  parseShowinfoFrame,
  parseShowinfoTimeBase,
  ticksToMicroseconds,
  type TimeBase,
} from './parseFrameLines'
import type { MediaOptions, VideoProbe } from './probe'

export interface TimestampRepairs {
  /** Frames without a time stamp; given one frame's length after the frame before. */
  missingCount: number
  /** Frames with the time stamp of the frame before; moved 1 microsecond after it. */
  duplicateCount: number
  /** Frames with a time stamp before that of an earlier frame; moved 1 microsecond after the latest. */
  backwardsCount: number
  /** Index of the first frame so repaired; null when none was. */
  firstFrame: number | null
}

export interface FrameTable {
  /** Presentation time of each frame after the first frame, in microseconds; strictly increasing, the first is 0. (count) */
  timestampsMicroseconds: Float64Array
  count: number
  /** The stream's own tick. */
  timeBase: TimeBase
  /**
   * When frame 0 is shown on the clock of a player. In MP4, MOV, Matroska and WebM that is the container's own clock after its edit lists, first
   * frame at zero or not (so it was measured in Chromium: `mediaTime` of `requestVideoFrameCallback` and `currentTime` are not moved to the first
   * frame); in other containers, which only a proxy makes playable, zero is the start of the earliest stream. Proxies keep these times:
   * mediaTime of frame i = (firstFrameMediaTimeMicroseconds + timestampsMicroseconds[i]) / 1e6. May be negative.
   */
  firstFrameMediaTimeMicroseconds: number
  /** Last time stamp plus the usual length of a frame. */
  durationMicroseconds: number
  /** Some interval between frames differs from the usual one by more than 5 % and 1.5 ms. */
  isVariableFrameRate: boolean
  /** Frames per second over the whole video; 0 for a single frame. */
  meanFrameRate: number
  repairs: TimestampRepairs
  /** Messages of decoder and demuxer about damaged data, which were decoded around. */
  decodeErrorCount: number
  decodeErrors: string[]
}

export interface FrameTableOptions extends MediaOptions {
  /** Fraction 0 to 1 (null when the container announces no duration) and frames so far. */
  onProgress?: ((progress: { fraction: number | null; frames: number }) => void) | undefined
}

/**
 * Decodes the whole video once.
 * @throws AppError MEDIA_TRUNCATED when the file stops before the end it announces, MEDIA_NO_FRAMES, MEDIA_DECODE_FAILED, CANCELLED.
 */
export async function readFrameTable(video: VideoProbe, options: FrameTableOptions): Promise<FrameTable> {
  const { ffmpeg, signal, log, onProgress } = options
  const name = displayName(video.path)
  const collector = new FrameCollector()
  let truncation: string | null = null
  const run = await runFfmpeg(ffmpeg.path, frameTableArgs(video, ffmpeg), {
    signal,
    log,
    onStderrLine: (line) => {
      if (isTruncationLine(line)) truncation ??= line
      const isTaken = collector.take(line)
      if (isTaken && onProgress && collector.count % 50 === 1) {
        onProgress({
          fraction: fractionOf(collector.lastSeconds, video),
          frames: collector.count,
        })
      }
      return isTaken || !/\[(?:error|fatal|panic)\]/.test(line)
    },
  })
  const messages = run.messages.map((line) => line.replaceAll(fileUrl(video.path), 'INPUT'))
  if (truncation !== null)
    throw new AppError('MEDIA_TRUNCATED', truncatedSentence(name), { file: name, reason: truncation, decodedFrames: collector.count })
  if (collector.count === 0) {
    const message = `“${name}” has a video stream but no frame that can be decoded; the recording may be damaged.`
    throw failureFrom(name, run.exitCode === 0 ? [] : messages, { code: 'MEDIA_NO_FRAMES', message })
  }
  if (run.exitCode !== 0) {
    const message = `Decoding “${name}” failed after ${collector.count} frames; the recording may be damaged.`
    throw failureFrom(name, messages, { code: 'MEDIA_DECODE_FAILED', message })
  }
  const table = collector.finish(video.nominalFrameRate)
  await refuseShortVideo(video, table, options)
  onProgress?.({ fraction: 1, frames: table.count })
  return table
}

/** Share of the announced length. Containers with a clock of their own announce the time of their end, not of the way there. */
function fractionOf(positionSeconds: number, { container, containerStartSeconds, durationSeconds }: VideoProbe): number | null {
  const start = hasContainerClock(container) ? containerStartSeconds : 0
  const whole = durationSeconds === null ? 0 : durationSeconds - start
  return whole <= 0 ? null : Math.min(1, Math.max(0, (positionSeconds - start) / whole))
}

/**
 * A container that announces more than its video gives may simply hold longer sound; only if no stream reaches the announced end is the file cut.
 */
async function refuseShortVideo(video: VideoProbe, table: FrameTable, { ffmpeg, signal, log }: MediaOptions): Promise<void> {
  if (video.durationSeconds === null) return
  const tolerance = Math.max(1, 0.02 * video.durationSeconds)
  const videoEnd = (table.firstFrameMediaTimeMicroseconds + table.durationMicroseconds) / 1e6
  if (videoEnd >= video.durationSeconds - tolerance) return
  const bases = new Map<number, TimeBase>()
  let otherEndSeconds = 0
  const splitter = new LineSplitter((line) => {
    const base = parseFramecrcTimeBase(line)
    if (base) bases.set(base.stream, base.timeBase)
    const packet = parseFramecrcPacket(line)
    const packetBase = packet ? bases.get(packet.stream) : undefined
    if (!packet || !packetBase) return
    const end = ticksToMicroseconds(packet.presentationTicks + packet.durationTicks, packetBase) / 1e6
    otherEndSeconds = Math.max(otherEndSeconds, end)
  })
  await runFfmpeg(ffmpeg.path, otherStreamsEndArgs(video), { signal, log, onStdout: (chunk) => splitter.write(chunk) })
  splitter.end()
  if (otherEndSeconds >= video.durationSeconds - tolerance) return
  const name = displayName(video.path)
  throw new AppError('MEDIA_TRUNCATED', truncatedSentence(name), {
    file: name,
    reason: `frames end at ${videoEnd.toFixed(2)} s of ${video.durationSeconds.toFixed(2)} s announced`,
    decodedFrames: table.count,
  })
}

/** Messages kept as examples. */
const KEPT_ERRORS = 5

/** Gathers showinfo lines into ticks, then into a table. */
export class FrameCollector {
  count = 0
  private ticks = new Float64Array(4096)
  private timeBase: TimeBase | null = null
  private readonly decodeErrors: string[] = []
  private decodeErrorCount = 0

  /** Takes one line of standard error; true when it was about a frame. */
  take(line: string): boolean {
    const frame = parseShowinfoFrame(line)
    if (frame) {
      this.push(frame.presentationTicks ?? Number.NaN)
      return true
    }
    const base = parseShowinfoTimeBase(line)
    if (base) this.timeBase ??= base
    if (base || isShowinfoLine(line)) return true
    if (line.includes('[error]') && !IRRELEVANT_ERROR.test(line)) {
      this.decodeErrorCount++
      if (this.decodeErrors.length < KEPT_ERRORS) this.decodeErrors.push(line.replace(/@ 0x[0-9a-f]+/, '').trim())
    }
    return false
  }

  /** Time stamp seen last, in seconds; for progress. */
  get lastSeconds(): number {
    const last = this.count > 0 ? this.ticks[this.count - 1] : undefined
    return last === undefined || Number.isNaN(last) || !this.timeBase ? 0 : (last * this.timeBase.numerator) / this.timeBase.denominator
  }

  private push(ticks: number): void {
    if (this.count === this.ticks.length) {
      const larger = new Float64Array(this.ticks.length * 2)
      larger.set(this.ticks)
      this.ticks = larger
    }
    this.ticks[this.count++] = ticks
  }

  /**
   * @param nominalFrameRate frames per second, used only where frames have no time stamps
   * @throws AppError MEDIA_DECODE_FAILED when ffmpeg named no time base
   */
  finish(nominalFrameRate: number | null): FrameTable {
    const base = this.timeBase
    if (!base) throw new AppError('MEDIA_DECODE_FAILED', 'ffmpeg gave frames without a time base; choose another ffmpeg in the settings.')
    const times = this.ticks.slice(0, this.count)
    const frameMicroseconds = nominalFrameRate !== null && nominalFrameRate > 0 ? 1e6 / nominalFrameRate : 40_000
    const firstTicks = firstKnown(times, base, frameMicroseconds)
    const repairs: TimestampRepairs = { missingCount: 0, duplicateCount: 0, backwardsCount: 0, firstFrame: null }
    let previous = Number.NEGATIVE_INFINITY
    for (let frame = 0; frame < times.length; frame++) {
      const ticks = times[frame] ?? Number.NaN
      let time = Number.isNaN(ticks)
        ? frame === 0
          ? 0
          : Math.round(previous + frameMicroseconds)
        : ticksToMicroseconds(ticks - firstTicks, base)
      if (Number.isNaN(ticks)) repairs.missingCount++
      else if (time === previous) repairs.duplicateCount++
      else if (time < previous) repairs.backwardsCount++
      if (Number.isNaN(ticks) || time <= previous) repairs.firstFrame ??= frame
      if (time <= previous) time = previous + 1
      times[frame] = time
      previous = time
    }
    return {
      timestampsMicroseconds: times,
      count: times.length,
      timeBase: base,
      firstFrameMediaTimeMicroseconds: ticksToMicroseconds(firstTicks, base),
      ...describeIntervals(times, frameMicroseconds),
      repairs,
      decodeErrorCount: this.decodeErrorCount,
      decodeErrors: [...this.decodeErrors],
    }
  }
}

/** The null output counts frames in its own coarse ticks and complains where two of a variable-rate video fall on one. */
const IRRELEVANT_ERROR = /\[null @ |non monoton/

/** Ticks of frame 0; where it has none, reckoned back from the first frame that has some. */
function firstKnown(ticks: Float64Array, { numerator, denominator }: TimeBase, frameMicroseconds: number): number {
  const index = ticks.findIndex((value) => !Number.isNaN(value))
  if (index < 0) return 0
  const ticksPerFrame = (frameMicroseconds * denominator) / (numerator * 1e6)
  return (ticks[index] ?? 0) - Math.round(index * ticksPerFrame)
}

function describeIntervals(times: Float64Array, frameMicroseconds: number) {
  if (times.length < 2) return { durationMicroseconds: Math.round(frameMicroseconds), isVariableFrameRate: false, meanFrameRate: 0 }
  const intervals = new Float64Array(times.length - 1)
  for (let frame = 1; frame < times.length; frame++) intervals[frame - 1] = (times[frame] ?? 0) - (times[frame - 1] ?? 0)
  intervals.sort()
  const median = intervals[intervals.length >> 1] ?? frameMicroseconds
  const allowed = Math.max(1500, 0.05 * median)
  const shortest = intervals[0] ?? median
  const longest = intervals[intervals.length - 1] ?? median
  const last = times[times.length - 1] ?? 0
  return {
    durationMicroseconds: Math.round(last + median),
    isVariableFrameRate: longest - median > allowed || median - shortest > allowed,
    meanFrameRate: last > 0 ? ((times.length - 1) * 1e6) / last : 0,
  }
}
