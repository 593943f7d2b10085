// AU probabilities of a video by one model, computed in the compute process and committed chunk by chunk; an interrupted prediction goes on after its last chunk.
import { isDeepStrictEqual } from 'node:util'
import type { FfmpegBinary } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import { chunkIndexOf, decodeStartOf } from '@shared/compute'
import { predictionColumns } from '@shared/expressions'
import { encodeFaces } from '@shared/faceCodec'
import { CHUNK_FRAMES, LANDMARK_COUNT } from '@shared/faces'
import type { ModelCard, Precision } from '@shared/model'
import type { NeutralSpan, Video } from '@shared/project'
import type { ComputeClient } from './computeClient'
import { prepareDecodeSpec, type ReadableVideo } from './decodeSpec'
import type { JobContext } from './runner'

interface PredictionInput {
  store: ProjectStore
  compute: ComputeClient
  ffmpeg: FfmpegBinary
  video: Video
  readable: ReadableVideo
  model: { card: ModelCard; directory: string; device: string; precision: Precision }
}

export interface PredictionResult {
  frames: number
  device: string
  precision: Precision
  /** Frames of the subject's neutral face that were used; null where the model uses none, none was chosen, or they show no face. */
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
  const settings = predictionSettings(store, video, card, model.precision)
  const { neutral } = settings
  if (neutral) store.analyses.require(neutral.videoId)
  const prediction = store.predictions.begin({ videoId: video.id, modelId: card.id, aus: predictionColumns(card), settings })
  const landmarks = neutral === null ? undefined : neutralLandmarks(store, neutral)
  const result = { frames: video.frameCount, device: model.device, precision: model.precision, neutral: landmarks?.length ? neutral : null }
  if (prediction.isComplete) return result
  const fromFrame = prediction.framesDone
  if (fromFrame < video.frameCount) {
    const startFrame = decodeStartOf(card.kind, fromFrame)
    const decode = await prepareDecodeSpec({ ffmpeg, video, readable, startFrame }, job)
    await compute.predict(
      {
        decode,
        fromFrame,
        model: { directory: model.directory, card },
        device: model.device,
        precision: model.precision,
        tracks: mainTrack === null ? [] : [mainTrack],
      },
      {
        signal: job.signal,
        faces: (chunk) => Promise.resolve(storedFaces(store, video, chunk)),
        neutralLandmarks: landmarks,
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

/** What decides a prediction's values besides video, track and model: predictions made with other settings are begun anew. */
interface PredictionSettings {
  /** The subject's neutral span, for models that use one, and the track whose face it shows. */
  neutral: (NeutralSpan & { track: number | null }) | null
  /** Absent for float32. */
  precision?: 'int8'
}

function predictionSettings(store: ProjectStore, video: Video, card: ModelCard, precision: Precision): PredictionSettings {
  const neutral = card.kind === 'starter' ? store.neutrals.find(video.subjectId) : null
  return {
    neutral: neutral && { ...neutral, track: store.videos.get(neutral.videoId).mainTrack },
    ...(precision === 'int8' ? { precision } : {}),
  }
}

/** In which precision the stored values of a video were computed; null where there are none. */
export function precisionOf(store: ProjectStore, video: Video, card: ModelCard): Precision | null {
  const prediction = store.predictions.find(video.id, card.id)
  return prediction ? ((prediction.settings as Partial<PredictionSettings> | null)?.precision ?? 'float32') : null
}

/** Whether every frame of the video has its row by this model, made as it would be made now. */
export function isPredicted(store: ProjectStore, video: Video, card: ModelCard, precision: Precision): boolean {
  const prediction = store.predictions.find(video.id, card.id)
  return prediction?.isComplete === true && isDeepStrictEqual(prediction.settings, predictionSettings(store, video, card, precision))
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
