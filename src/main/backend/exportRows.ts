// Joins what is stored of a video into one row a frame: time, face, predictions, labels. One chunk of each is in memory at a time.
import type { ExportCell, ExportLane, ExportRow, ExportSource } from '@main/interop/exportRow'
import type { FaceSummary, ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import { predictionColumns } from '@shared/expressions'
import type { Side } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import type { ModelCard } from '@shared/model'
import type { Video } from '@shared/project'

const SIDE_ORDER: readonly Side[] = ['both', 'left', 'right']

/** Columns for a set of videos: AUs of the model and of the project, and sides where somebody coded them apart. */
export function exportLanes(store: ProjectStore, card: ModelCard, videoIds: readonly string[]): ExportLane[] {
  const predicted = new Set(card.aus.map(({ au }) => au))
  const coded = new Set(store.project.get().aus)
  const lanes = new Map<string, ExportLane>()
  const add = (au: number, side: Side, isCoded: boolean): void => {
    const key = `${au} ${side}`
    const isPredicted = side === 'both' && predicted.has(au)
    lanes.set(key, { au, side, isPredicted, isCoded: isCoded || (lanes.get(key)?.isCoded ?? false) })
  }
  for (const au of new Set([...predicted, ...coded])) add(au, 'both', coded.has(au))
  for (const videoId of videoIds) for (const label of store.labels.list(videoId)) add(label.au, label.side, true)
  return [...lanes.values()].sort((a, b) => a.au - b.au || SIDE_ORDER.indexOf(a.side) - SIDE_ORDER.indexOf(b.side))
}

/**
 * The expression model of an export: the named one, none for null, else the newest that has predicted any of the videos, or null where none has.
 * @throws AppError MODEL_NOT_FOUND, INPUT_INVALID where the named one names no expressions
 */
export function expressionModel(store: ProjectStore, videoIds: readonly string[], chosen: string | null | undefined): ModelCard | null {
  if (chosen === null) return null
  if (chosen !== undefined) {
    const card = store.models.get(chosen)
    if (card.expressions) return card
    throw new AppError('INPUT_INVALID', `${card.name} gives Action Units and names no expressions. Choose an expression model, or none.`)
  }
  const models = store.models.list().filter((card) => card.expressions !== undefined)
  return models.reverse().find((card) => videoIds.some((id) => store.predictions.find(id, card.id) !== null)) ?? null
}

/** @throws AppError INPUT_INVALID where these videos were coded, but by others */
export function requireCoder(store: ProjectStore, videos: readonly Video[], coder: string): void {
  const coders = [...new Set(videos.flatMap((video) => store.labels.list(video.id).map((label) => label.coder)))].sort()
  if (coders.length > 0 && !coders.includes(coder))
    throw new AppError('INPUT_INVALID', `No label here is by ${coder}; the coders are ${coders.join(', ')}.`, { coders })
}

/** The labels to export: of the named coder, else of the only one. @throws AppError INPUT_INVALID where several coders have coded the video */
export function labelsOf(store: ProjectStore, video: Video, coder: string | undefined): LabelSpan[] {
  const labels = store.labels.list(video.id)
  if (coder !== undefined) return labels.filter((label) => label.coder === coder)
  const coders = [...new Set(labels.map((label) => label.coder))].sort()
  if (coders.length > 1)
    throw new AppError('INPUT_INVALID', `${video.fileName} was coded by ${coders.join(', ')}; say whose labels to export (--coder).`, {
      coders,
      videoId: video.id,
    })
  return labels
}

/** Every frame of the video, in order, faces or none. */
export function* exportRows(
  store: ProjectStore,
  card: ModelCard,
  video: Video,
  lanes: readonly ExportLane[],
  labels: readonly LabelSpan[],
  expressions: ModelCard | null = null,
): Generator<ExportRow> {
  const times = store.frameTimes.secondsFromFirst(video.id)
  const faceAt = faceReader(store, video)
  const probabilitiesAt = predictionReader(store, video.id, card.id)
  const expressionsAt = expressions ? predictionReader(store, video.id, expressions.id) : null
  const expressionPlaces = expressions ? predictionColumns(expressions) : []
  const thresholds = new Map(card.aus.map(({ au, threshold }) => [au, threshold]))
  const labelAt = lanes.map((lane) => labelReader(labels.filter((label) => label.au === lane.au && label.side === lane.side)))
  const isAnalysed = video.analysis === 'done'
  for (let frame = 0; frame < video.frameCount; frame++) {
    const face = faceAt(frame)
    const probabilities = probabilitiesAt(frame)
    const expressed = expressionsAt?.(frame)
    yield {
      video: video.fileName,
      subject: video.subjectCode,
      frameIndex: frame,
      timestampSeconds: times[frame] ?? 0,
      success: face !== null,
      faceConfidence: face?.score ?? null,
      trusted: face ? face.trust === 'none' : isAnalysed ? false : null,
      trustReason: face?.trust ?? (isAnalysed ? 'no-face' : null),
      pose: face?.pose ?? null,
      ...(expressed ? { expressions: expressionPlaces.map((place) => expressed.get(place) ?? null) } : {}),
      cells: lanes.map((lane, index) =>
        cellOf(lane.side === 'both' ? probabilities.get(lane.au) : undefined, thresholds.get(lane.au), labelAt[index]?.(frame) ?? null),
      ),
    }
  }
}

function cellOf(probability: number | undefined, threshold: number | undefined, label: LabelSpan | null): ExportCell {
  const value = probability === undefined || Number.isNaN(probability) ? null : probability
  const source: ExportSource | null = label ? (label.source === 'imported' ? 'manual' : label.source) : value === null ? null : 'predicted'
  return {
    probability: value,
    predicted: value === null || threshold === undefined ? null : value >= threshold,
    label: label ? ({ present: 1, absent: 0, 'not-scorable': 'NS' } as const)[label.state] : null,
    intensity: label?.intensity ?? null,
    source,
  }
}

/** The main track's face of a frame; frames are asked for in order. */
function faceReader(store: ProjectStore, video: Video): (frame: number) => FaceSummary | null {
  const faces = store.analyses.summaries(video.id)
  let next = faces.next()
  return (frame) => {
    let found: FaceSummary | null = null
    while (!next.done && next.value.frame <= frame) {
      if (next.value.frame === frame && next.value.track === video.mainTrack) found = next.value
      next = faces.next()
    }
    return found
  }
}

/** Probabilities by AU of a frame; frames are asked for in order. */
function predictionReader(store: ProjectStore, videoId: string, modelId: string): (frame: number) => Map<number, number> {
  const prediction = store.predictions.find(videoId, modelId)
  if (!prediction) return () => new Map()
  const { aus } = prediction
  const chunks = store.predictions.chunks(prediction.id)
  let next = chunks.next()
  return (frame) => {
    while (!next.done && next.value.startFrame + next.value.frameCount <= frame) next = chunks.next()
    if (next.done || frame < next.value.startFrame) return new Map()
    const { probabilities, startFrame } = next.value
    return new Map(aus.map((au, column) => [au, probabilities[(frame - startFrame) * aus.length + column] ?? Number.NaN]))
  }
}

/** The span that covers a frame; spans of one lane never overlap and frames are asked for in order. */
function labelReader(spans: LabelSpan[]): (frame: number) => LabelSpan | null {
  const ordered = [...spans].sort((a, b) => a.startFrame - b.startFrame)
  let at = 0
  return (frame) => {
    while (at < ordered.length && (ordered[at]?.endFrame ?? 0) < frame) at++
    const span = ordered[at]
    return span && span.startFrame <= frame ? span : null
  }
}
