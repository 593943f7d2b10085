// Gathers what the review queue is made of, one video at a time, and orders it. Gives other requests a turn between videos.
import { setImmediate } from 'node:timers/promises'
import type { ProjectStore } from '@main/store/index'
import type { ReviewQueue } from '@shared/contract/review'
import type { ModelCard } from '@shared/model'
import { proposeEvents } from '@shared/proposals'
import type { Video } from '@shared/project'
import { noveltyOf, orderQueue, reviewSegments, type ReviewItem } from '@shared/reviewQueue'
import { codedFaces, disputedFrames } from './reviewContext'

export interface QueueRequest {
  coder: string
  card: ModelCard
  other: ModelCard | null
  videoIds?: string[]
  aus?: number[]
  limit: number
}

export async function buildReviewQueue(store: ProjectStore, request: QueueRequest): Promise<ReviewQueue> {
  const { card, coder } = request
  const videos = store.videos
    .list()
    .filter((video) => video.analysis === 'done' && (request.videoIds === undefined || request.videoIds.includes(video.id)))
  const counts = countCoded(store, coder)
  const faces = codedFaces(store, card.id, coder)
  const items: ReviewItem[] = []
  for (const video of videos) {
    items.push(...segmentsOf(store, video, request, counts, faces))
    await setImmediate()
  }
  const names = new Map(videos.map((video) => [video.id, video]))
  const ordered = orderQueue(items, request.limit)
  return {
    modelId: card.id,
    total: items.length,
    items: ordered.map((item) => ({
      ...item,
      fileName: names.get(item.videoId)?.fileName ?? '',
      subjectCode: names.get(item.videoId)?.subjectCode ?? '',
    })),
  }
}

interface CodedCounts {
  presentByAu: Map<number, number>
  framesBySubject: Map<string, number>
  meanFrames: number
}

/** Frames this coder has coded: present ones by AU, and all by subject. */
function countCoded(store: ProjectStore, coder: string): CodedCounts {
  const presentByAu = new Map<number, number>()
  const framesBySubject = new Map<string, number>()
  for (const video of store.videos.list()) {
    const coded = new Uint8Array(video.frameCount)
    for (const label of store.labels.list(video.id, { coder })) {
      coded.fill(1, label.startFrame, label.endFrame + 1)
      if (label.state === 'present') presentByAu.set(label.au, (presentByAu.get(label.au) ?? 0) + label.endFrame - label.startFrame + 1)
    }
    const frames = coded.reduce((sum, one) => sum + one, 0)
    framesBySubject.set(video.subjectCode, (framesBySubject.get(video.subjectCode) ?? 0) + frames)
  }
  const all = [...framesBySubject.values()]
  return { presentByAu, framesBySubject, meanFrames: all.length === 0 ? 0 : all.reduce((sum, one) => sum + one, 0) / all.length }
}

function segmentsOf(
  store: ProjectStore,
  video: Video,
  request: QueueRequest,
  counts: CodedCounts,
  faces: ReturnType<typeof codedFaces>,
): ReviewItem[] {
  const prediction = store.predictions.find(video.id, request.card.id)
  if (!prediction) return []
  const { aus, probabilities } = store.predictions.readAll(prediction.id)
  const other = request.other && otherDecisions(store, video, request.other)
  const seconds = store.frameTimes.secondsFromFirst(video.id)
  const isTrusted = new Uint8Array(video.frameCount)
  for (const face of store.analyses.summaries(video.id))
    if (face.track === video.mainTrack && face.trust === 'none') isTrusted[face.frame] = 1
  const everybody = store.labels.list(video.id)
  const labels = everybody.filter((label) => label.coder === request.coder)
  const hasOthers = everybody.length > labels.length
  const novelty = faces?.aus.join() === aus.join() ? noveltyOf(probabilities, aus.length, faces.rows) : null
  return request.card.aus
    .filter(({ au }) => aus.includes(au) && (request.aus === undefined || request.aus.includes(au)))
    .flatMap(({ au, threshold }) => {
      const column = aus.indexOf(au)
      const values = Float32Array.from({ length: video.frameCount }, (_, frame) => probabilities[frame * aus.length + column] ?? Number.NaN)
      const isCoded = new Uint8Array(video.frameCount)
      for (const label of labels) if (label.au === au) isCoded.fill(1, label.startFrame, label.endFrame + 1)
      return reviewSegments({
        videoId: video.id,
        subjectCode: video.subjectCode,
        au,
        threshold,
        probabilities: values,
        otherDecisions: other?.get(au) ?? null,
        isDisputed: hasOthers ? disputedFrames(everybody, au, video.frameCount) : null,
        novelty,
        column,
        isTrusted,
        isCoded,
        proposals: proposeEvents(values, seconds, threshold),
        presentFrames: counts.presentByAu.get(au) ?? 0,
        subjectCodedFrames: counts.framesBySubject.get(video.subjectCode) ?? 0,
        meanCodedFrames: counts.meanFrames,
      })
    })
}

/** 1, 0 or NaN per frame, by AU. */
function otherDecisions(store: ProjectStore, video: Video, card: ModelCard): Map<number, Float32Array> | null {
  const prediction = store.predictions.find(video.id, card.id)
  if (!prediction) return null
  const { aus, probabilities } = store.predictions.readAll(prediction.id)
  return new Map(
    card.aus
      .filter(({ au }) => aus.includes(au))
      .map(({ au, threshold }) => {
        const column = aus.indexOf(au)
        return [
          au,
          Float32Array.from({ length: video.frameCount }, (_, frame) => {
            const value = probabilities[frame * aus.length + column] ?? Number.NaN
            return Number.isNaN(value) ? Number.NaN : Number(value >= threshold)
          }),
        ]
      }),
  )
}
