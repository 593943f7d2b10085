// Where to start decoding so that a given frame comes first. A seek is a proposal; it is used only after ffmpeg has shown that the frame which
// arrives carries the wanted frame's time stamp. Everything else decodes from the beginning, which is slow and always right.
import { AppError } from '@shared/errors'
import { hasContainerClock, seekCheckArgs, type FrameSelection, type SeekPoint } from './commandLines'
import { runFfmpeg } from './ffmpegProcess'
import type { FrameTable } from './frameTable'
import { parseShowinfoFrame, parseShowinfoTimeBase, ticksToMicroseconds, type TimeBase } from './parseFrameLines'
import type { MediaOptions, VideoProbe } from './probe'

/** The part of a probe that decoding needs; a stored video row provides it as well. */
export type DecodeSource = Pick<VideoProbe, 'path' | 'container' | 'width' | 'height' | 'containerStartSeconds'>
/** The part of a frame table that decoding needs. */
export type FrameClock = Pick<FrameTable, 'timestampsMicroseconds' | 'firstFrameMediaTimeMicroseconds'>

/** Seeking earlier than asked: indexes count in decoding time, which runs ahead of presentation where frames are reordered. */
const SEEK_MARGIN_SECONDS = 1
/** Below this, decoding from the beginning costs no more than the seek. */
const SEEK_WORTH_SECONDS = 3
/** Frames closer than this cannot be told apart by a time given to ffmpeg in microseconds. */
const SEPARABLE_MICROSECONDS = 10
/** First frame and distance to it are each rounded to a microsecond. */
const MATCH_MICROSECONDS = 2

/** @throws AppError RANGE_INVALID when the table has no such frame. */
export function requireFrame(clock: FrameClock, frame: number): void {
  const count = clock.timestampsMicroseconds.length
  if (Number.isInteger(frame) && frame >= 0 && frame < count) return
  throw new AppError('RANGE_INVALID', `There is no frame ${frame}; this video has frames 0 to ${count - 1}.`, { frame, count })
}

/** Selection of frames from `startFrame` on, decoding from the file's beginning. Exact for every file. */
export function selectionFromBeginning(clock: FrameClock, startFrame: number): FrameSelection {
  requireFrame(clock, startFrame)
  return { startFrame, boundarySeconds: boundaryBefore(clock, startFrame) }
}

/**
 * A seek that should arrive before `startFrame`; undefined where none is worth while, or where times after a seek are not those of the table.
 * Pure; not yet verified.
 */
export function proposeSeek(source: DecodeSource, clock: FrameClock, startFrame: number): SeekPoint | undefined {
  const boundary = boundaryBefore(clock, startFrame)
  if (boundary === undefined || boundary < SEEK_WORTH_SECONDS || !hasContainerClock(source.container)) return undefined
  const mediaSeconds = clock.firstFrameMediaTimeMicroseconds / 1e6 + boundary
  return {
    seekSeconds: mediaSeconds - source.containerStartSeconds - SEEK_MARGIN_SECONDS,
    firstFrameSeconds: mediaSeconds,
  }
}

/** Selection of frames from `startFrame` on by the fastest way that was seen to be exact. */
export async function selectFrames(
  source: DecodeSource,
  clock: FrameClock,
  startFrame: number,
  options: MediaOptions,
): Promise<FrameSelection> {
  const fromBeginning = selectionFromBeginning(clock, startFrame)
  const seek = proposeSeek(source, clock, startFrame)
  if (!seek) return fromBeginning
  const selection: FrameSelection = { startFrame, seek }
  const check = new ArrivalCheck(clock, startFrame)
  const { ffmpeg, signal, log } = options
  await runFfmpeg(ffmpeg.path, seekCheckArgs(source.path, ffmpeg, selection), { signal, log, onStderrLine: (line) => check.take(line) })
  return check.isRight ? selection : fromBeginning
}

/** Middle between the frame before and the frame itself, in seconds after frame 0; undefined where they are too close, and for frame 0. */
function boundaryBefore(clock: FrameClock, frame: number): number | undefined {
  const here = clock.timestampsMicroseconds[frame]
  const before = clock.timestampsMicroseconds[frame - 1]
  if (here === undefined || before === undefined || here - before < SEPARABLE_MICROSECONDS) return undefined
  return (here + before) / 2e6
}

/** Compares the first frame that arrives after a seek with the table. */
export class ArrivalCheck {
  private timeBase: TimeBase | null = null
  private arrivedMicroseconds: number | null = null
  private readonly expectedMicroseconds: number

  constructor(clock: FrameClock, frame: number) {
    const time = clock.timestampsMicroseconds[frame] ?? Number.NaN
    this.expectedMicroseconds = clock.firstFrameMediaTimeMicroseconds + time
  }

  /** Takes a line of standard error; true when it was about a frame. */
  take(line: string): boolean {
    this.timeBase ??= parseShowinfoTimeBase(line)
    const frame = parseShowinfoFrame(line)
    if (!frame) return false
    if (this.arrivedMicroseconds === null && this.timeBase && frame.presentationTicks !== null) {
      this.arrivedMicroseconds = ticksToMicroseconds(frame.presentationTicks, this.timeBase)
    }
    return true
  }

  get isRight(): boolean {
    return this.arrivedMicroseconds !== null && Math.abs(this.arrivedMicroseconds - this.expectedMicroseconds) <= MATCH_MICROSECONDS
  }
}
