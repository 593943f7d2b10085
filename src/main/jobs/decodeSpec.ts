// What the compute process needs to read a video's frames itself: the ffmpeg command that starts at the wanted frame, and how large its pictures are.
import { prepareRawDecode, type DecodeSource, type FfmpegBinary, type FrameClock } from '@main/media/index'
import type { DecodeSpec } from '@shared/compute'
import type { Video } from '@shared/project'
import type { JobContext } from './runner'

/** A video's file and the times of its frames. */
export interface ReadableVideo {
  source: DecodeSource
  clock: FrameClock
}

interface DecodeFrom {
  ffmpeg: FfmpegBinary
  video: Video
  readable: ReadableVideo
  /** First frame wanted, from 0. */
  startFrame: number
}

/** @throws AppError of the media room when the start cannot be found in the file */
export async function prepareDecodeSpec({ ffmpeg, video, readable, startFrame }: DecodeFrom, job: JobContext): Promise<DecodeSpec> {
  const command = await prepareRawDecode(readable.source, readable.clock, { ffmpeg, signal: job.signal, log: job.log, startFrame })
  job.log(command.commandLine)
  return {
    name: video.fileName,
    ffmpegPath: command.program,
    args: command.args,
    width: command.width,
    height: command.height,
    startFrame,
    totalFrames: video.frameCount,
  }
}
