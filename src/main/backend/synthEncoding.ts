// Which encoder writes synthetic videos: H.264 where the resolved ffmpeg has it, else the best that fits into MP4.
import { AppError } from '@shared/errors'
import type { VideoEncoding } from '@shared/synth'
import { listEncoders, type FfmpegBinary } from '@main/media/index'

/** In order of preference. All are asked for one thread: several videos are written side by side, and some encoders' bytes depend on their threads. */
const ENCODERS: readonly (readonly [name: string, how: readonly string[]])[] = [
  ['libx264', ['-preset', 'fast', '-crf', '20']],
  ['libopenh264', ['-b:v', '2M']],
  ['libvpx-vp9', ['-crf', '28', '-b:v', '0', '-row-mt', '0', '-deadline', 'good', '-cpu-used', '4']],
  // part of every ffmpeg
  ['mpeg4', ['-q:v', '3']],
]

/** @throws AppError FFMPEG_FAILED where ffmpeg has none of them */
export async function chooseEncoding(ffmpeg: FfmpegBinary, signal?: AbortSignal): Promise<VideoEncoding> {
  const known = await listEncoders(ffmpeg.path, signal)
  const chosen = ENCODERS.find(([name]) => known.has(name))
  if (!chosen)
    throw new AppError('FFMPEG_FAILED', 'This ffmpeg cannot write any video that fits into MP4. Choose another one in the settings.', {
      path: ffmpeg.path,
    })
  const [encoder, how] = chosen
  return { ffmpegPath: ffmpeg.path, encoder, arguments: encodingArguments(encoder, how) }
}

/** Between the raw input and the file's name; nothing in the file tells time or program, so that the same frames give the same bytes. */
export const encodingArguments = (encoder: string, how: readonly string[]): string[] => [
  '-c:v',
  encoder,
  ...how,
  '-threads',
  '1',
  '-pix_fmt',
  'yuv420p',
  '-movflags',
  '+faststart',
  '-fflags',
  '+bitexact',
  '-flags:v',
  '+bitexact',
  '-map_metadata',
  '-1',
]
