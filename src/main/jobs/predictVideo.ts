// AU probabilities of a video by one model, computed in the compute process and committed chunk by chunk; an interrupted prediction goes on after its last chunk.
import { prepareRawDecode, type DecodeSource, type FfmpegBinary, type FrameClock } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import { chunkIndexOf, decodeStartOf } from '@shared/compute'
import { encodeFaces } from '@shared/faceCodec'
import { CHUNK_FRAMES, LANDMARK_COUNT } from '@shared/faces'
import type { ModelCard } from '@shared/model'
import type { NeutralSpan, Video } from '@shared/project'
import type { ComputeClient } from './computeClient'
import type { JobContext } from './runner'

interface PredictionInput {
  store: ProjectStore
  compute: ComputeClient
  ffmpeg: FfmpegBinary
  video: Video
  readable: { source: DecodeSource; clock: FrameClock }
  model: { card: ModelCard; directory: string; device: string }
}

export interface PredictionResult {
  frames: number
  device: string
  /** Frames of the subject's neutral face that were used, when the model uses one. */
  neutral: NeutralSpan | null
}

/** Neutral frames looked at, at most: their mean changes little after that. */
const MAX_NEUTRAL_FRAMES = 250

/** @throws AppError NOT_ANALYSED, and those of the media and compute rooms; what was committed stays */
export async function predictVideo(
  { store, compute, ffmpeg, video, readable, model }: PredictionInput,
  job: JobContext,
): Promise<PredictionResult> {
  const { mainTrack } = store.analyses.require(video.id)
  const { card } = model
  const neutral = card.kind === 'starter' ? store.neutrals.find(video.subjectId) : null
  // The neutral span decides the values, so predictions made with another one are begun anew.
  const prediction = store.predictions.begin({
    videoId: video.id,
    modelId: card.id,
    aus: card.aus.map(({ au }) => au),
    settings: { neutral },
  })
  const result = { frames: video.frameCount, device: model.device, neutral }
  if (prediction.isComplete) return result
  const fromFrame = prediction.framesDone
  if (fromFrame < video.frameCount) {
    const startFrame = decodeStartOf(card.kind, fromFrame)
    const command = await prepareRawDecode(readable.source, readable.clock, { ffmpeg, signal: job.signal, log: job.log, startFrame })
    job.log(command.commandLine)
    const decode = {
      name: video.fileName,
      ffmpegPath: command.program,
      args: command.args,
      width: command.width,
      height: command.height,
      startFrame,
      totalFrames: video.frameCount,
    }
    await compute.predict(
      {
        decode,
        fromFrame,
        model: { directory: model.directory, card },
        device: model.device,
        tracks: mainTrack === null ? [] : [mainTrack],
      },
      {
        signal: job.signal,
        faces: (chunk) => Promise.resolve(storedFaces(store, video, chunk)),
        neutralLandmarks: neutral === null ? undefined : neutralLandmarks(store, neutral),
        onProgress: ({ done }) =>
          job.progress({ done: fromFrame + done, total: video.frameCount, unit: 'frames', phase: `Predicting with ${card.name}` }),
        onChunk: (chunk) => {
          store.predictions.appendChunk(prediction.id, {
            chunk: chunkIndexOf(chunk.startFrame),
            startFrame: chunk.startFrame,
            frameCount: chunk.frameCount,
            probabilities: chunk.probabilities,
          })
          return Promise.resolve()
        },
      },
    )
  }
  store.predictions.complete(prediction.id)
  return result
}

/** One chunk of faces as the compute process reads them. */
function storedFaces(store: ProjectStore, video: Video, chunk: number): Uint8Array {
  const startFrame = chunk * CHUNK_FRAMES
  const frameCount = Math.min(CHUNK_FRAMES, video.frameCount - startFrame)
  return encodeFaces(store.analyses.readFaces(video.id, startFrame, startFrame + frameCount - 1), startFrame, frameCount)
}

/** (frames, 468, 3) of the subject's face in the neutral span; spans longer than needed are thinned evenly. */
function neutralLandmarks(store: ProjectStore, span: NeutralSpan): Float32Array {
  const { mainTrack } = store.videos.get(span.videoId)
  const faces = store.analyses.readFaces(span.videoId, span.startFrame, span.endFrame).filter((face) => face.track === mainTrack)
  const step = Math.max(1, Math.ceil(faces.length / MAX_NEUTRAL_FRAMES))
  const kept = faces.filter((_, i) => i % step === 0)
  const landmarks = new Float32Array(kept.length * LANDMARK_COUNT * 3)
  kept.forEach((face, i) => landmarks.set(face.landmarks, i * LANDMARK_COUNT * 3))
  return landmarks
}
