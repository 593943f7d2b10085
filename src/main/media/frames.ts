// Pixels by frame index: one frame for thumbnails and crops, or the command by which the compute process reads all frames from a given one on.
// Exact with respect to the frame table; faces and models know nothing of this.
import type { AppError } from '@shared/errors'
import { pictureArgs, quoteCommand, rawDecodeArgs, singleFrameArgs, type FrameSelection, type OutputSize } from './commandLines'
import type { FfmpegBinary } from './ffmpegBinary'
import { runFfmpeg } from './ffmpegProcess'
import { displayName } from './mediaFile'
import { failureFrom } from './parseFailure'
import type { MediaOptions } from './probe'
import { ArrivalCheck, proposeSeek, selectFrames, selectionFromBeginning, type DecodeSource, type FrameClock } from './seek'

export interface RgbFrame {
  /** Row by row from the top, 3 bytes a pixel: red, green, blue. (height * width * 3) */
  rgb: Uint8Array
  width: number
  height: number
}

/** A child process that writes rgb24 frames of `width` x `height`, each `bytesPerFrame` long and without anything between, to standard output. */
export interface RawDecodeCommand {
  program: string
  args: string[]
  width: number
  height: number
  bytesPerFrame: number
  /** Index in the frame table of the first frame written; the others follow one by one. */
  startFrame: number
  /** The same as a line for a shell. */
  commandLine: string
}

export interface SizeOptions {
  /** Longest side of the output in pixels; larger frames are scaled down, smaller ones are not scaled up. */
  maxSide?: number | undefined
}

/** Size of the frames that come out for a video shown at `width` x `height`. */
export function outputSize({ width, height }: OutputSize, { maxSide }: SizeOptions = {}): OutputSize {
  const longest = Math.max(width, height)
  if (maxSide === undefined || longest <= maxSide) return { width, height }
  const scale = maxSide / longest
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** The command for a selection made by {@link selectFrames} or {@link selectionFromBeginning}. Pure. */
export function rawDecodeCommand(
  ffmpeg: FfmpegBinary,
  source: DecodeSource,
  selection: FrameSelection,
  options: SizeOptions = {},
): RawDecodeCommand {
  const size = outputSize(source, options)
  const args = rawDecodeArgs(source.path, ffmpeg, selection, size)
  return {
    program: ffmpeg.path,
    args,
    ...size,
    bytesPerFrame: size.width * size.height * 3,
    startFrame: selection.startFrame,
    commandLine: quoteCommand(ffmpeg.path, args),
  }
}

export interface PrepareDecodeOptions extends MediaOptions, SizeOptions {
  /** First frame wanted; 0 unless a job resumes. */
  startFrame?: number
  /** At most so many frames. */
  frameCount?: number | undefined
}

/**
 * The command that decodes from `startFrame` on, by a seek where one was verified.
 * @throws AppError RANGE_INVALID, CANCELLED
 */
export async function prepareRawDecode(source: DecodeSource, clock: FrameClock, options: PrepareDecodeOptions): Promise<RawDecodeCommand> {
  const selection = await selectFrames(source, clock, options.startFrame ?? 0, options)
  return rawDecodeCommand(options.ffmpeg, source, { ...selection, frameCount: options.frameCount }, options)
}

/**
 * One frame's pixels.
 * @throws AppError RANGE_INVALID, MEDIA_DECODE_FAILED, CANCELLED
 */
export async function decodeFrame(
  source: DecodeSource,
  clock: FrameClock,
  frame: number,
  options: MediaOptions & SizeOptions,
): Promise<RgbFrame> {
  const size = outputSize(source, options)
  const bytes = await singleOutput(source, clock, frame, options, (selection) =>
    singleFrameArgs(source.path, options.ffmpeg, selection, size),
  )
  if (bytes.length !== size.width * size.height * 3) throw missingFrame(source, frame, [])
  return { rgb: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), ...size }
}

/**
 * One frame as the bytes of a PNG or JPEG file.
 * @throws AppError RANGE_INVALID, MEDIA_DECODE_FAILED, CANCELLED
 */
export async function decodePicture(
  source: DecodeSource,
  clock: FrameClock,
  frame: number,
  options: MediaOptions & SizeOptions & { format: 'png' | 'jpeg' },
): Promise<Buffer> {
  const size = outputSize(source, options)
  const bytes = await singleOutput(source, clock, frame, options, (selection) =>
    pictureArgs(source.path, options.ffmpeg, selection, size, options.format),
  )
  if (bytes.length === 0) throw missingFrame(source, frame, [])
  return bytes
}

/** Decodes once after a seek and keeps the result if the right frame came; else once more from the beginning. */
async function singleOutput(
  source: DecodeSource,
  clock: FrameClock,
  frame: number,
  { ffmpeg, signal, log }: MediaOptions,
  argsFor: (selection: FrameSelection) => string[],
): Promise<Buffer> {
  const fromBeginning = selectionFromBeginning(clock, frame)
  const seek = proposeSeek(source, clock, frame)
  if (seek) {
    const check = new ArrivalCheck(clock, frame)
    const chunks: Buffer[] = []
    const options = { signal, log, onStdout: (chunk: Buffer) => void chunks.push(chunk), onStderrLine: (line: string) => check.take(line) }
    const run = await runFfmpeg(ffmpeg.path, argsFor({ startFrame: frame, seek }), options)
    if (run.exitCode === 0 && check.isRight) return Buffer.concat(chunks)
  }
  const chunks: Buffer[] = []
  const run = await runFfmpeg(ffmpeg.path, argsFor(fromBeginning), { signal, log, onStdout: (chunk) => void chunks.push(chunk) })
  if (run.exitCode !== 0) throw missingFrame(source, frame, run.messages)
  return Buffer.concat(chunks)
}

function missingFrame(source: DecodeSource, frame: number, messages: readonly string[]): AppError {
  const name = displayName(source.path)
  const errors = messages.filter((line) => /\[(?:error|fatal)\]/.test(line))
  const message = `Frame ${frame} of “${name}” could not be decoded; the file may have changed since it was imported.`
  return failureFrom(name, errors, { code: 'MEDIA_DECODE_FAILED', message })
}
