// A copy of a video that Chromium plays (VP9 and Opus in WebM), with the same frames at the same times. It is checked frame by frame against the
// source's table before it takes its name; a proxy that differs is thrown away.
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { AppError } from '@shared/errors'
import { packetTableArgs, proxyArgs, type ProxyCodecs } from './commandLines'
import type { FfmpegBinary } from './ffmpegBinary'
import { LineSplitter, runFfmpeg } from './ffmpegProcess'
import { outputSize } from './frames'
import { displayName } from './mediaFile'
import { failureFrom } from './parseFailure'
import { parseFramecrcPacket, parseFramecrcTimeBase, ticksToMicroseconds, type TimeBase } from './parseFrameLines'
import { ProgressParser } from './parseProgress'
import type { MediaOptions } from './probe'
import type { DecodeSource, FrameClock } from './seek'

export interface ProxyOptions extends MediaOptions {
  onProgress?: ((progress: { fraction: number; frames: number }) => void) | undefined
  /** Longest side in pixels; larger videos are scaled down for viewing. */
  maxSide?: number
  /** Encoder threads. */
  threads?: number
}

export interface ProxyResult {
  path: string
  sizeBytes: number
  width: number
  height: number
  frameCount: number
  hasAudio: boolean
  /** For `canPlayType` and as content type. */
  mimeType: string
  /** Largest difference of a frame's time from the source's, in microseconds: WebM counts milliseconds. */
  largestTimeErrorMicroseconds: number
}

/** Faces fill a large part of a video for coding; beyond this a proxy costs minutes and shows nothing more on common screens. */
const DEFAULT_MAX_SIDE = 1920
/** Rounding to a millisecond, once up and once down. */
const ALLOWED_ERROR_MICROSECONDS = 1001

/**
 * Makes `target` (its folder is created). On failure or cancellation nothing is left.
 * @throws AppError DISK_FULL, FFMPEG_FAILED, MEDIA_DECODE_FAILED, FILE_UNREADABLE, CANCELLED
 */
export async function makeProxy(
  source: DecodeSource & { hasAudio: boolean },
  clock: FrameClock,
  target: string,
  options: ProxyOptions,
): Promise<ProxyResult> {
  const { ffmpeg, maxSide = DEFAULT_MAX_SIDE } = options
  const size = outputSize(source, { maxSide })
  const codecs = chooseCodecs(ffmpeg, source.hasAudio)
  const temporary = `${target}.partial`
  try {
    await mkdir(dirname(target), { recursive: true })
    // removed first: a process that survived a crash then goes on writing to a file nobody sees
    await rm(temporary, { force: true })
    let audio = codecs.audio
    try {
      await encode(source, clock, temporary, codecs, size, options)
    } catch (error) {
      if (audio === null || !mayBeAboutSound(error)) throw error
      audio = null
      await rm(temporary, { force: true })
      await encode(source, clock, temporary, { ...codecs, audio }, size, options)
    }
    const largestTimeErrorMicroseconds = await compareWithTable(clock, temporary, displayName(source.path), options)
    const sizeBytes = await settle(temporary, target)
    return {
      path: target,
      sizeBytes,
      ...size,
      frameCount: clock.timestampsMicroseconds.length,
      hasAudio: audio !== null,
      mimeType: proxyMimeType({ ...codecs, audio }),
      largestTimeErrorMicroseconds,
    }
  } catch (error) {
    // what went wrong matters more than a leftover that cannot be removed either
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error instanceof AppError ? error : writeError(target, error)
  }
}

function chooseCodecs({ encoders }: FfmpegBinary, hasAudio: boolean): ProxyCodecs {
  const video = encoders.vp9 ? 'libvpx-vp9' : encoders.vp8 ? 'libvpx' : null
  if (video === null) {
    throw new AppError(
      'FFMPEG_FAILED',
      'This ffmpeg can encode neither VP9 nor VP8, so no playable copy can be made; choose another ffmpeg in the settings.',
    )
  }
  const audio = !hasAudio ? null : encoders.opus ? 'libopus' : encoders.vorbis ? 'libvorbis' : null
  return { video, audio }
}

function proxyMimeType({ video, audio }: ProxyCodecs): string {
  const names = [video === 'libvpx' ? 'vp8' : 'vp9']
  if (audio === 'libvorbis') names.push('vorbis')
  else if (audio !== null) names.push('opus')
  return `video/webm; codecs="${names.join(', ')}"`
}

async function encode(
  source: DecodeSource & { hasAudio: boolean },
  clock: FrameClock,
  temporary: string,
  codecs: ProxyCodecs,
  size: { width: number; height: number },
  { ffmpeg, signal, log, onProgress, threads = Math.min(8, availableParallelism()) }: ProxyOptions,
): Promise<void> {
  const total = clock.timestampsMicroseconds.length
  const progress = new ProgressParser()
  const splitter = new LineSplitter((line) => {
    const report = progress.push(line)
    if (report) onProgress?.({ fraction: Math.min(1, report.frames / total), frames: report.frames })
  })
  const run = await runFfmpeg(ffmpeg.path, proxyArgs(source, temporary, ffmpeg, codecs, size, threads), {
    signal,
    log,
    onStdout: (chunk) => splitter.write(chunk),
  })
  const isDiskFull = run.messages.some((line) => /No space left on device|Disk quota exceeded/i.test(line))
  if (run.exitCode === 0 && !isDiskFull) return
  const message = `A playable copy of “${displayName(source.path)}” could not be made (ffmpeg ended with ${run.exitCode ?? 'a signal'}).`
  throw failureFrom(displayName(source.path), run.messages, { code: 'FFMPEG_FAILED', message })
}

/** Sound that cannot be decoded must not keep the pictures from being seen; what stops pictures as well is met again without sound. */
function mayBeAboutSound(error: unknown): boolean {
  return error instanceof AppError && error.code !== 'CANCELLED' && error.code !== 'DISK_FULL'
}

/** Reads the proxy's packets (one a frame) and compares each time with the table. @throws AppError FFMPEG_FAILED */
async function compareWithTable(clock: FrameClock, proxy: string, name: string, { ffmpeg, signal, log }: MediaOptions): Promise<number> {
  const times = clock.timestampsMicroseconds
  let base: TimeBase | null = null
  let frame = 0
  let largest = 0
  let earliestAllowed = Number.NEGATIVE_INFINITY
  const splitter = new LineSplitter((line) => {
    base ??= parseFramecrcTimeBase(line)?.timeBase ?? null
    const packet = parseFramecrcPacket(line)
    if (!packet || !base) return
    const wanted = clock.firstFrameMediaTimeMicroseconds + (times[frame] ?? Number.NaN)
    // frames closer than a millisecond are kept one millisecond apart
    const nearest = Math.max(wanted, earliestAllowed)
    const found = ticksToMicroseconds(packet.presentationTicks, base)
    earliestAllowed = found + 1000
    largest = Math.max(largest, Number.isNaN(wanted) ? Number.POSITIVE_INFINITY : Math.abs(found - nearest))
    frame++
  })
  await runFfmpeg(ffmpeg.path, packetTableArgs(proxy), { signal, log, onStdout: (chunk) => splitter.write(chunk) })
  splitter.end()
  if (frame === times.length && largest <= ALLOWED_ERROR_MICROSECONDS) return largest
  throw new AppError(
    'FFMPEG_FAILED',
    `The playable copy of “${name}” did not get the same frames as the video (${frame} instead of ${times.length}); import the video again, or choose another ffmpeg.`,
    { frames: frame, expectedFrames: times.length, largestTimeErrorMicroseconds: Number.isFinite(largest) ? largest : null },
  )
}

/** To the disk, then to its name, so that a proxy with its name is whole. */
async function settle(temporary: string, target: string): Promise<number> {
  {
    await using file = await open(temporary, 'r+')
    await file.sync()
  }
  await rename(temporary, target)
  return (await stat(target)).size
}

function writeError(target: string, cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('DISK_FULL', 'The disk is full; free some space, then try again.', { target }, { cause })
  const reason = code ?? (cause instanceof Error ? cause.message : String(cause))
  return new AppError(
    'FILE_UNREADABLE',
    `The playable copy could not be written to ${target} (${reason}); check the folder's permissions.`,
    { target },
    { cause },
  )
}
