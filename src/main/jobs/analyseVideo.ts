// Finds the faces of a video in the compute process and commits them chunk by chunk; an interrupted analysis goes on after its last chunk.
import type { FfmpegBinary } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import { decodeFaces } from '@shared/faceCodec'
import { DEFAULT_ANALYSIS } from '@shared/faces'
import { proposeMainTrack, TrackTally } from '@shared/faceTracks'
import { chunkIndexOf } from '@shared/compute'
import type { Video } from '@shared/project'
import type { ComputeClient } from './computeClient'
import { prepareDecodeSpec, type ReadableVideo } from './decodeSpec'
import type { JobContext } from './runner'

interface AnalysisInput {
  store: ProjectStore
  compute: ComputeClient
  ffmpeg: FfmpegBinary
  video: Video
  readable: ReadableVideo
}

export interface AnalysisResult {
  frames: number
  framesWithFace: number
  trackCount: number
}

/** @throws AppError of the media and compute rooms; what was committed stays */
export async function analyseVideo({ store, compute, ffmpeg, video, readable }: AnalysisInput, job: JobContext): Promise<AnalysisResult> {
  const begun = store.analyses.begin(video.id, DEFAULT_ANALYSIS)
  if (!begun.isComplete) {
    const startFrame = begun.framesDone
    if (startFrame < video.frameCount) {
      const decode = await prepareDecodeSpec({ ffmpeg, video, readable, startFrame }, job)
      const spec = { decode, settings: DEFAULT_ANALYSIS, state: typeof begun.trackerState === 'string' ? begun.trackerState : null }
      await compute.analyse(spec, {
        signal: job.signal,
        onProgress: ({ done }) =>
          job.progress({ done: startFrame + done, total: video.frameCount, unit: 'frames', phase: 'Finding faces' }),
        onChunk: (chunk) => {
          const { faces } = decodeFaces(chunk.faces)
          store.analyses.appendChunk(video.id, {
            chunk: chunkIndexOf(chunk.startFrame),
            startFrame: chunk.startFrame,
            frameCount: chunk.frameCount,
            faces,
            trackerState: chunk.state,
          })
          return Promise.resolve()
        },
      })
    }
  }
  return complete(store, video)
}

/** Sums the stored faces up as tracks and proposes the main one. */
function complete(store: ProjectStore, video: Video): AnalysisResult {
  const tally = new TrackTally()
  const framesWithFace = new Set<number>()
  for (const face of store.analyses.summaries(video.id)) {
    tally.add([face])
    framesWithFace.add(face.frame)
  }
  const tracks = tally.tracks(video.frameCount)
  store.analyses.complete(video.id, tracks, proposeMainTrack(tracks))
  return { frames: video.frameCount, framesWithFace: framesWithFace.size, trackCount: tracks.length }
}
