// Turns stored predictions of a span into one coder's labels, in one undoable step.
import type { LabelSpan } from '@shared/labels'
import { acceptedRuns } from '@shared/acceptance'
import { AppError } from '@shared/errors'
import type { AppliedEdit, ProjectStore } from '@main/store/index'
import { modelCard } from './modelRegistry'

interface AcceptRequest {
  videoId: string
  modelId?: string
  startFrame?: number
  endFrame?: number
  aus?: number[]
  coder: string
}

interface AcceptCounts {
  presentFrames: number
  absentFrames: number
  untrustedFrames: number
  aus: number[]
  skippedAus: number[]
}

/** What was written, and counts of it. */
interface Accepted {
  edit: AppliedEdit
  counts: AcceptCounts
}

/** Labels that a person gave and accepting must not touch; proposals accepted earlier may be accepted anew. */
const isPersonal = (label: LabelSpan): boolean => label.source !== 'confirmed'

/** @throws AppError NOT_ANALYSED when the model has not predicted the range, RANGE_INVALID, MODEL_NOT_FOUND, INPUT_INVALID for AUs the model lacks */
export function acceptPredictions(store: ProjectStore, resourcesDirectory: string, request: AcceptRequest): Accepted {
  const video = store.videos.get(request.videoId)
  const card = modelCard(store, resourcesDirectory, request.modelId)
  const startFrame = request.startFrame ?? 0
  const endFrame = request.endFrame ?? video.frameCount - 1
  if (startFrame > endFrame || endFrame >= video.frameCount) {
    throw new AppError(
      'RANGE_INVALID',
      `Frames ${startFrame} to ${endFrame} are not a range of this video; it has frames 0 to ${video.frameCount - 1}.`,
      { frameCount: video.frameCount },
    )
  }
  const prediction = store.predictions.find(request.videoId, card.id)
  if (!prediction || prediction.framesDone <= endFrame) {
    throw new AppError('NOT_ANALYSED', `${card.name} has not predicted these frames of ${video.fileName} yet; predict first.`, {
      videoId: video.id,
      modelId: card.id,
    })
  }
  const lacking = (request.aus ?? []).filter((au) => !prediction.aus.includes(au))
  if (lacking.length > 0)
    throw new AppError('INPUT_INVALID', `${card.name} does not predict AU ${lacking.join(', ')}; it has ${prediction.aus.join(', ')}.`, {
      lacking,
    })

  const wanted = card.aus.filter(
    ({ au, trust }) => prediction.aus.includes(au) && (request.aus ? request.aus.includes(au) : trust === 'shown'),
  )
  const length = endFrame - startFrame + 1
  const values = probabilitiesOf(store, prediction.id, prediction.aus.length, startFrame, endFrame)
  const isTrusted = trustedFrames(store, request.videoId, video.mainTrack, startFrame, endFrame)
  const labels = store.labels.list(request.videoId).filter((label) => label.coder === request.coder && isPersonal(label))
  const counts: AcceptCounts = {
    presentFrames: 0,
    absentFrames: 0,
    untrustedFrames: isTrusted.reduce((sum, trusted) => sum + (trusted === 1 ? 0 : 1), 0),
    aus: wanted.map(({ au }) => au),
    skippedAus: request.aus ? [] : prediction.aus.filter((au) => !wanted.some((one) => one.au === au)),
  }
  const write = wanted.flatMap(({ au, threshold }) => {
    const column = prediction.aus.indexOf(au)
    const probabilities = Float32Array.from({ length }, (_, i) => values[i * prediction.aus.length + column] ?? Number.NaN)
    const isOccupied = new Uint8Array(length)
    // A side coded apart is a person's label of this AU as well.
    for (const label of labels)
      if (label.au === au) isOccupied.fill(1, Math.max(0, label.startFrame - startFrame), Math.max(0, label.endFrame - startFrame + 1))
    return acceptedRuns({ probabilities, startFrame, threshold, isTrusted, isOccupied }).map((run) => {
      counts[run.state === 'present' ? 'presentFrames' : 'absentFrames'] += run.endFrame - run.startFrame + 1
      return {
        ...run,
        au,
        side: 'both' as const,
        coder: request.coder,
        intensity: null,
        apexFrame: null,
        source: 'confirmed' as const,
        modelId: card.id,
        wasPredictionVisible: true,
        note: null,
      }
    })
  })
  const edit = store.labels.apply({
    videoId: request.videoId,
    coder: request.coder,
    description: `accept ${card.name} ${startFrame}-${endFrame} by ${request.coder}`,
    write,
  })
  return { edit, counts }
}

/** (endFrame - startFrame + 1, AUs) */
function probabilitiesOf(store: ProjectStore, predictionId: string, auCount: number, startFrame: number, endFrame: number): Float32Array {
  const values = new Float32Array((endFrame - startFrame + 1) * auCount).fill(Number.NaN)
  for (const chunk of store.predictions.chunks(predictionId, startFrame)) {
    if (chunk.startFrame > endFrame) break
    const from = Math.max(startFrame, chunk.startFrame)
    const to = Math.min(endFrame, chunk.startFrame + chunk.frameCount - 1)
    values.set(
      chunk.probabilities.subarray((from - chunk.startFrame) * auCount, (to - chunk.startFrame + 1) * auCount),
      (from - startFrame) * auCount,
    )
  }
  return values
}

/** 1 where the main track has a trusted face. */
function trustedFrames(store: ProjectStore, videoId: string, mainTrack: number | null, startFrame: number, endFrame: number): Uint8Array {
  const trusted = new Uint8Array(endFrame - startFrame + 1)
  for (const face of store.analyses.summaries(videoId, startFrame, endFrame)) {
    if (face.track === mainTrack && face.trust === 'none') trusted[face.frame - startFrame] = 1
  }
  return trusted
}
