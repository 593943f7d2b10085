// Face crops of chosen frames into crops.sqlite, as JPEG. Frames that are there already are left alone, so an interrupted build goes on where it stopped.
import type { FfmpegBinary } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import { encodeFaces } from '@shared/faceCodec'
import { CHUNK_FRAMES } from '@shared/faces'
import type { CropRule } from '@shared/model'
import type { ComputeClient } from './computeClient'
import { prepareDecodeSpec, type ReadableVideo } from './decodeSpec'
import type { JobContext } from './runner'

/** Frames of one video that are wanted, ascending. */
export interface WantedCrops {
  videoId: string
  track: number
  frames: readonly number[]
}

interface CropInput {
  store: ProjectStore
  compute: ComputeClient
  ffmpeg: FfmpegBinary
  rule: CropRule
  wanted: readonly WantedCrops[]
  readable(videoId: string): ReadableVideo
}

/** @returns how many were made and how many were there @throws AppError of the media and compute rooms, VIDEO_MISSING; what was committed stays */
export async function buildCrops(input: CropInput, job: JobContext): Promise<{ made: number; kept: number }> {
  const { store, rule } = input
  const missing = input.wanted.map((one) => {
    const stored = new Set(store.crops.frames({ videoId: one.videoId, track: one.track, rule: rule.name, size: rule.size }))
    return { ...one, frames: one.frames.filter((frame) => !stored.has(frame)) }
  })
  const total = missing.reduce((sum, { frames }) => sum + frames.length, 0)
  const kept = input.wanted.reduce((sum, { frames }) => sum + frames.length, 0) - total
  let done = 0
  for (const video of missing) {
    if (video.frames.length === 0) continue
    job.signal.throwIfAborted()
    await cropsOfVideo(input, video, job, (count) =>
      job.progress({ done: done + count, total, unit: 'frames', phase: 'Cutting faces out' }),
    )
    done += video.frames.length
  }
  return { made: total, kept }
}

async function cropsOfVideo(input: CropInput, wanted: WantedCrops, job: JobContext, onProgress: (count: number) => void): Promise<void> {
  const { store, compute, ffmpeg, rule } = input
  const video = store.videos.get(wanted.videoId)
  const readable = input.readable(wanted.videoId)
  const startFrame = wanted.frames[0] as number
  const decode = await prepareDecodeSpec({ ffmpeg, video, readable, startFrame }, job)
  await compute.crops(
    { decode, frames: [...wanted.frames], tracks: [wanted.track], cropRule: rule },
    {
      signal: job.signal,
      onProgress: ({ done }) => onProgress(done),
      faces: (chunk) => {
        const from = chunk * CHUNK_FRAMES
        const count = Math.min(CHUNK_FRAMES, video.frameCount - from)
        return Promise.resolve(encodeFaces(store.analyses.readFaces(video.id, from, from + count - 1), from, count))
      },
      onChunk: ({ crops }) => {
        const key = { videoId: video.id, track: wanted.track, rule: rule.name, size: rule.size }
        store.crops.put(crops.flatMap(({ frame, jpeg }) => (jpeg ? [{ ...key, frame, jpeg: Buffer.from(jpeg) }] : [])))
      },
    },
  )
}
