// Takes proposed events as one coder's labels in one undoable step, never over what the coder has coded.
import type { AppliedEdit, ProjectStore, SpanToWrite } from '@main/store/index'
import { AppError } from '@shared/errors'
import type { ModelCard } from '@shared/model'
import type { Video } from '@shared/project'

export interface EventsRequest {
  coder: string
  events: { au: number; startFrame: number; endFrame: number; apexFrame: number | null }[]
  isAbsentElsewhere: boolean
  /** The AUs are labelled absent where the events were proposed: the coder corrects the model. */
  isRefusal?: boolean
  /** AUs that `isAbsentElsewhere` completes; those of the events when absent. */
  aus?: number[]
  /** Frames of an AU that `isAbsentElsewhere` leaves not coded: proposals that the coder has not decided about. */
  undecided?: { au: number; startFrame: number; endFrame: number }[]
  startFrame?: number
  endFrame?: number
}

/** @throws AppError RANGE_INVALID for an event beyond the video's end, NOT_ANALYSED */
export function acceptEvents(store: ProjectStore, video: Video, card: ModelCard, request: EventsRequest): AppliedEdit {
  const last = video.frameCount - 1
  const beyond = request.events.find((event) => event.endFrame > last)
  if (beyond)
    throw new AppError('RANGE_INVALID', `An event ends at frame ${beyond.endFrame}; the video has frames 0 to ${last}.`, {
      frameCount: video.frameCount,
    })
  const common = {
    side: 'both' as const,
    coder: request.coder,
    intensity: null,
    source: 'confirmed' as const,
    modelId: card.id,
    wasPredictionVisible: true,
    note: null,
  }
  const fill: SpanToWrite[] = request.isRefusal
    ? request.events.map((event) => ({ ...common, ...event, apexFrame: null, source: 'corrected', state: 'absent' }))
    : request.events.map((event) => ({ ...common, ...event, state: 'present' }))
  if (request.isAbsentElsewhere) {
    store.analyses.require(video.id)
    const from = request.startFrame ?? 0
    const to = Math.min(request.endFrame ?? last, last)
    const trusted = trustedRuns(store, video, from, to)
    const own = store.labels.list(video.id, { coder: request.coder })
    for (const au of request.aus ?? [...new Set(request.events.map((event) => event.au))]) {
      // A side coded apart is a label of this AU as well: absent on both sides would deny it.
      const spoken = [...own.filter((label) => label.side !== 'both'), ...(request.undecided ?? [])].filter((span) => span.au === au)
      const open = spoken.reduce((runs: FrameRange[], span) => runs.flatMap((run) => without(run, span)), trusted)
      // Filled after the events, so absent goes only where neither an event nor the coder has spoken.
      for (const run of open) fill.push({ ...common, ...run, au, apexFrame: null, state: 'absent' })
    }
  }
  return store.labels.apply({
    videoId: video.id,
    coder: request.coder,
    description: `${request.isRefusal ? 'reject' : 'accept'} ${request.events.length} proposed events by ${request.coder}`,
    fill,
  })
}

interface FrameRange {
  startFrame: number
  endFrame: number
}

/** What is left of a range beside another. */
function without(range: FrameRange, other: FrameRange): FrameRange[] {
  if (other.startFrame > range.endFrame || other.endFrame < range.startFrame) return [range]
  return [
    { startFrame: range.startFrame, endFrame: other.startFrame - 1 },
    { startFrame: other.endFrame + 1, endFrame: range.endFrame },
  ].filter((part) => part.startFrame <= part.endFrame)
}

/** Runs of frames whose main face is trusted. */
function trustedRuns(store: ProjectStore, video: Video, from: number, to: number): FrameRange[] {
  const runs: FrameRange[] = []
  for (const face of store.analyses.summaries(video.id, from, to)) {
    if (face.track !== video.mainTrack || face.trust !== 'none') continue
    const run = runs.at(-1)
    if (run && run.endFrame + 1 === face.frame) run.endFrame = face.frame
    else runs.push({ startFrame: face.frame, endFrame: face.frame })
  }
  return runs
}
