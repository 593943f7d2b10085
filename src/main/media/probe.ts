// What a video file is: container, codec, size as shown, rotation, rates, sound. Decodes one frame to be sure that it can be decoded at all;
// frame count and time stamps come from frameTable.
import { AppError } from '@shared/errors'
import { probeArgs } from './commandLines'
import { inspectContainer } from './containerEnd'
import type { FfmpegBinary } from './ffmpegBinary'
import { runFfmpeg, type LogLine } from './ffmpegProcess'
import { displayName, fileUrl, requireMediaFile } from './mediaFile'
import { failureFrom, truncatedSentence } from './parseFailure'
import { parseInput, type InputFacts, type VideoStreamFacts } from './parseStreams'

/** What every function of this room that runs ffmpeg needs. */
export interface MediaOptions {
  ffmpeg: FfmpegBinary
  signal?: AbortSignal | undefined
  log?: LogLine | undefined
}

export interface VideoProbe {
  path: string
  sizeBytes: number
  /** ffmpeg's demuxer name(s), such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  container: string
  /** ffmpeg's codec name, such as `h264`. */
  codec: string
  profile: string | null
  fourCharacterCode: string | null
  pixelFormat: string | null
  /** Size as shown: after rotation, square pixels (the shorter-scaled side is scaled up, as browsers do). Every decoder of this room gives this size. */
  width: number
  height: number
  /** Size as stored, before rotation. */
  storedWidth: number
  storedHeight: number
  /** Clockwise turn the file asks for, 0 to 359 degrees; already applied to `width` and `height`. */
  rotationDegrees: number
  /** Width of a stored pixel over its height. */
  sampleAspectRatio: number
  /** Length the container announces for its longest stream; null when it announces none. */
  durationSeconds: number | null
  /** Time stamp of the container's earliest stream, which is where seeking counts from. */
  containerStartSeconds: number
  /** Mean frames per second the container announces; null when none. */
  nominalFrameRate: number | null
  /** The container's own hint (mean rate differs from tick rate). Measured truth: `FrameTable.isVariableFrameRate`. */
  isVariableFrameRate: boolean
  hasAudio: boolean
  audioCodec: string | null
  audioProfile: string | null
}

/** Demuxers that make pictures of what is no video: single images, text screens, play lists, devices. */
const NOT_VIDEO_CONTAINER =
  /^(?:image2|.*_pipe|tty|concat|hls.*|dash|sdp|rtsp|rtp|ffmetadata|lavfi|bin|xbin|adf|idf|txd|ico|apng_pipe|ansi)$/
const IMAGE_CONTAINER = /^(?:image2|.*_pipe|ico)$/

/**
 * @throws AppError FILE_NOT_FOUND, FILE_UNREADABLE, MEDIA_NOT_VIDEO, MEDIA_TRUNCATED, MEDIA_NO_FRAMES, MEDIA_DECODE_FAILED, CANCELLED
 */
export async function probeVideo(path: string, options: MediaOptions): Promise<VideoProbe> {
  const name = displayName(path)
  const { sizeBytes } = await requireMediaFile(path)
  const { ffmpeg, signal, log } = options
  const lines: string[] = []
  const run = await runFfmpeg(ffmpeg.path, probeArgs(path, ffmpeg), {
    signal,
    log,
    onStderrLine: (line) => lines.length < MAX_PROBE_LINES && lines.push(line) > 0,
  })
  const text = lines.join('\n').replaceAll(fileUrl(path), 'INPUT')
  const messages = text
    .split('\n')
    .filter((line) => /error|invalid|not found|denied|no such|matches no|could not|partial|premature/i.test(line))
  const input = parseInput(text, 'INPUT')
  if (input && NOT_VIDEO_CONTAINER.test(input.container)) throw notVideo(name, input.container)
  const stream = input?.video.find(({ isAttachedPicture }) => !isAttachedPicture)
  if (input && !stream) {
    throw new AppError('MEDIA_NOT_VIDEO', `“${name}” holds no video, only sound or other data; choose a video file.`, {
      container: input.container,
    })
  }
  const { missing, isStillPicture } = await inspectContainer(path)
  if (isStillPicture) throw notVideo(name, 'image2')
  if (missing) throw new AppError('MEDIA_TRUNCATED', truncatedSentence(name), { ...missing })
  if (!input || !stream) {
    const message = `“${name}” is not a video that can be read; choose a video file, or convert it to MP4 first.`
    throw failureFrom(name, messages, { code: 'MEDIA_NOT_VIDEO', message })
  }
  const size = shownSize(stream, input.decodedSize)
  if (run.exitCode !== 0 || size === null) {
    const message = `“${name}” has a video stream, but no frame of it can be decoded; the file may be damaged or of a kind ffmpeg does not know.`
    throw failureFrom(name, messages, { code: run.exitCode === 0 ? 'MEDIA_NO_FRAMES' : 'MEDIA_DECODE_FAILED', message })
  }
  return { path, sizeBytes, ...streamFacts(input, stream), ...size }
}

/** A header is a few dozen lines; thousands of streams or chapters are cut off here. */
const MAX_PROBE_LINES = 5000

function streamFacts(input: InputFacts, stream: VideoStreamFacts) {
  const mean = stream.averageFrameRate
  const tick = stream.tickFrameRate
  const audio = input.audio[0]
  return {
    container: input.container,
    codec: stream.codec,
    profile: stream.profile,
    fourCharacterCode: stream.fourCharacterCode,
    pixelFormat: stream.pixelFormat,
    rotationDegrees: stream.rotationDegrees,
    sampleAspectRatio: stream.sampleAspectRatio,
    durationSeconds: input.durationSeconds,
    containerStartSeconds: input.startSeconds ?? 0,
    nominalFrameRate: mean ?? tick,
    isVariableFrameRate: mean !== null && tick !== null && Math.abs(mean - tick) > 0.01 * tick,
    hasAudio: audio !== undefined,
    audioCodec: audio?.codec ?? null,
    audioProfile: audio?.profile ?? null,
  }
}

/** Size with square pixels: what is too short is stretched, nothing is shrunk (HTML: videoWidth, videoHeight). */
function shownSize(stream: VideoStreamFacts, decoded: InputFacts['decodedSize']) {
  // the picture that came out is believed before the words about it
  const isTurned = stream.rotationDegrees % 180 === 90 || isSwapped(stream, decoded)
  const storedWidth = stream.width ?? (isTurned ? decoded?.height : decoded?.width)
  const storedHeight = stream.height ?? (isTurned ? decoded?.width : decoded?.height)
  if (storedWidth === undefined || storedHeight === undefined) return null
  const ratio = stream.sampleAspectRatio
  const flatWidth = ratio > 1 ? Math.round(storedWidth * ratio) : storedWidth
  const flatHeight = ratio < 1 ? Math.round(storedHeight / ratio) : storedHeight
  return {
    width: isTurned ? flatHeight : flatWidth,
    height: isTurned ? flatWidth : flatHeight,
    storedWidth,
    storedHeight,
  }
}

function isSwapped({ width, height }: VideoStreamFacts, decoded: InputFacts['decodedSize']): boolean {
  return decoded !== null && width !== height && decoded.width === height && decoded.height === width
}

function notVideo(name: string, container: string): AppError {
  const kind = IMAGE_CONTAINER.test(container) ? 'a single picture' : 'a text or play list'
  return new AppError('MEDIA_NOT_VIDEO', `“${name}” is ${kind}, not a video; choose a video file.`, { container })
}
