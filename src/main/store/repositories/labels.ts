// What coders say: spans per video, AU, side and coder (a lane). Every change goes through apply, which writes the log that undo and redo live on.
import type { HistoryState } from '@shared/contract/coding'
import { AppError } from '@shared/errors'
import type { Side } from '@shared/facs'
import type { EditSummary, LabelSpan } from '@shared/labels'
import type { StoreContext } from '../context'
import { cutOut, type FrameRange, gaps, isInside, overlaps } from '../spanArithmetic'
import type { EditLogRepository, HistoryStep } from './editLog'
import { deleteSpans, insertSpans, type LabelRow, toSpan } from './labelRows'
import { assertFrameRange } from './neutrals'

/** One coder's track of one AU and side of a video. `both` and a side of the same AU are different lanes. */
export interface Lane {
  au: number
  side: Side
  coder: string
}

/** A span to be written. */
export type SpanToWrite = Omit<LabelSpan, 'id' | 'videoId' | 'createdAt'> & {
  /** Keeps the id of a span that the same edit removes, as when it is moved or graded anew. */
  keepId?: string
}

/** One undoable step in one video. Removals come first, then clearing, then writing in order, then filling. */
export interface LabelEdit {
  videoId: string
  /** One phrase for menus: `AU12 present 120-180 by AB`. */
  description: string
  /** Who makes the edit. */
  coder: string | null
  /** Ids of spans to take away. */
  remove?: readonly string[]
  /** Frames that become not coded. */
  clear?: readonly (Lane & FrameRange)[]
  /** Spans that replace whatever their lane has on their frames. */
  write?: readonly SpanToWrite[]
  /** Spans written only where their lane is not coded yet; each may end up in several pieces, or none. */
  fill?: readonly SpanToWrite[]
}

/** What an edit did to the table. */
export interface AppliedEdit {
  /** Null when nothing changed; then nothing was logged. */
  editId: number | null
  removed: LabelSpan[]
  inserted: LabelSpan[]
}

const COLUMNS =
  'id, video_id, au, side, coder, start_frame, end_frame, state, intensity, apex_frame, source, model_id, was_prediction_visible, note, created_at'

export class LabelRepository {
  constructor(
    private readonly context: StoreContext,
    private readonly log: EditLogRepository,
  ) {}

  /** Spans of a video by AU, side, coder and first frame, optionally of one coder or AU. */
  list(videoId: string, filter: { coder?: string; au?: number } = {}): LabelSpan[] {
    return this.context.db
      .all<LabelRow>(
        `SELECT ${COLUMNS} FROM label WHERE video_id = ? AND (? IS NULL OR coder = ?) AND (? IS NULL OR au = ?) ORDER BY au, side, coder, start_frame`,
        videoId,
        filter.coder ?? null,
        filter.coder ?? null,
        filter.au ?? null,
        filter.au ?? null,
      )
      .map(toSpan)
  }

  /** Throws LABEL_NOT_FOUND. */
  get(id: string): LabelSpan {
    const row = this.context.db.get<LabelRow>(`SELECT ${COLUMNS} FROM label WHERE id = ?`, id)
    if (!row)
      throw new AppError('LABEL_NOT_FOUND', `There is no label with the id ${id}; it may have been changed or removed meanwhile.`, {
        labelId: id,
      })
    return toSpan(row)
  }

  /** Number of spans, of one video or all. */
  count(videoId?: string): number {
    const { db } = this.context
    const row =
      videoId === undefined
        ? db.get<{ count: number }>('SELECT count(*) AS count FROM label')
        : db.get<{ count: number }>('SELECT count(*) AS count FROM label WHERE video_id = ?', videoId)
    return row?.count ?? 0
  }

  /** Coders who have labels, of one video or all, by name. */
  coders(videoId?: string): string[] {
    return this.context.db
      .all<{ coder: string }>(
        'SELECT DISTINCT coder FROM label WHERE (? IS NULL OR video_id = ?) ORDER BY coder',
        videoId ?? null,
        videoId ?? null,
      )
      .map((row) => row.coder)
  }

  /** Spans of a lane that touch a range, by first frame. */
  touching(videoId: string, lane: Lane, range: FrameRange): LabelSpan[] {
    return this.laneSpans(videoId, lane, range)
  }

  /** Frames of a range that a lane has not coded. */
  uncoded(videoId: string, lane: Lane, range: FrameRange): FrameRange[] {
    return gaps(this.laneSpans(videoId, lane, range), range)
  }

  /**
   * Makes an edit and logs it, whole or not at all. Spans of one lane never overlap: what is in the way is trimmed, split or replaced by the same step.
   * Throws VIDEO_NOT_FOUND, LABEL_NOT_FOUND, RANGE_INVALID, INPUT_INVALID.
   */
  apply(edit: LabelEdit): AppliedEdit {
    const { db, newId, now } = this.context
    return db.transaction(() => {
      const createdAt = now().toISOString()
      const toRemove = [...new Set(edit.remove ?? [])].map((id) => this.getIn(edit.videoId, id))
      const ranges = [...(edit.clear ?? []), ...(edit.write ?? []), ...(edit.fill ?? [])]
      this.assertValid(edit, ranges, new Set(toRemove.map((span) => span.id)))

      const before = this.load(edit.videoId, toRemove, ranges)
      const lanes = new Map([...before].map(([key, spans]) => [key, spans.filter((span) => !toRemove.some((each) => each.id === span.id))]))
      const laneOf = (lane: Lane): LabelSpan[] => lanes.get(laneKey(lane)) ?? []
      const cut = (lane: Lane & FrameRange): void => void lanes.set(laneKey(lane), cutOut(laneOf(lane), lane, newId))
      const put = ({ keepId, ...span }: SpanToWrite): void =>
        void lanes.set(laneKey(span), [...laneOf(span), { ...span, id: keepId ?? newId(), videoId: edit.videoId, createdAt }])

      for (const range of edit.clear ?? []) cut(range)
      for (const span of edit.write ?? []) {
        cut(span)
        put(span)
      }
      for (const span of edit.fill ?? []) {
        for (const [index, piece] of gaps(laneOf(span), span).entries()) {
          const apexFrame = isInside(span.apexFrame, piece) ? span.apexFrame : null
          put({ ...span, ...piece, apexFrame, keepId: index === 0 ? span.keepId : undefined })
        }
      }

      const removed = [...before].flatMap(([key, spans]) => difference(spans, lanes.get(key) ?? []))
      const inserted = [...lanes].flatMap(([key, spans]) => difference(spans, before.get(key) ?? []))
      if (removed.length === 0 && inserted.length === 0) return { editId: null, removed, inserted }
      deleteSpans(db, removed)
      insertSpans(db, inserted)
      const editId = this.log.record({ description: edit.description, coder: edit.coder, removed, inserted })
      return { editId, removed, inserted }
    })
  }

  /** What Undo and Redo would act on. */
  history(): HistoryState {
    return this.log.history()
  }

  /** Steps of the log, newest first. */
  edits(limit: number): EditSummary[] {
    return this.log.list(limit)
  }

  /** Takes back the last edit that is not taken back, exactly. Throws NOTHING_TO_UNDO. */
  undo(): HistoryStep {
    return this.log.undo()
  }

  /** Makes the edit again that was taken back last. Throws NOTHING_TO_REDO. */
  redo(): HistoryStep {
    return this.log.redo()
  }

  private getIn(videoId: string, id: string): LabelSpan {
    const span = this.get(id)
    if (span.videoId === videoId) return span
    throw new AppError('LABEL_NOT_FOUND', `The label ${id} belongs to another video.`, { labelId: id, videoId: span.videoId })
  }

  // Spans that the edit can touch, by lane: one query a lane over all of the edit's frames in it.
  private load(videoId: string, toRemove: readonly LabelSpan[], ranges: readonly (Lane & FrameRange)[]): Map<string, LabelSpan[]> {
    const reach = new Map<string, Lane & FrameRange>()
    for (const each of [...toRemove, ...ranges]) {
      const key = laneKey(each)
      const { au, side, coder } = each
      const known = reach.get(key) ?? each
      const startFrame = Math.min(known.startFrame, each.startFrame)
      reach.set(key, { au, side, coder, startFrame, endFrame: Math.max(known.endFrame, each.endFrame) })
    }
    return new Map([...reach].map(([key, lane]) => [key, this.laneSpans(videoId, lane, lane)]))
  }

  // Spans of a lane that touch a range. As they never overlap, the last one that starts before the range is the only one to reach into it from before.
  private laneSpans(videoId: string, lane: Lane, range: FrameRange): LabelSpan[] {
    const inLane = 'video_id = ? AND au = ? AND side = ? AND coder = ?'
    const { au, side, coder } = lane
    return this.context.db
      .all<LabelRow>(
        `SELECT ${COLUMNS} FROM label
         WHERE ${inLane} AND start_frame <= ?
           AND start_frame >= coalesce((SELECT max(start_frame) FROM label WHERE ${inLane} AND start_frame <= ?), 0)
         ORDER BY start_frame`,
        videoId,
        au,
        side,
        coder,
        range.endFrame,
        videoId,
        au,
        side,
        coder,
        range.startFrame,
      )
      .map(toSpan)
      .filter((span) => overlaps(span, range))
  }

  private assertValid(edit: LabelEdit, ranges: readonly (Lane & FrameRange)[], removedIds: ReadonlySet<string>): void {
    const frameCount = this.frameCount(edit.videoId)
    for (const range of ranges) {
      assertLane(range)
      assertFrameRange(range, frameCount)
    }
    const kept = new Set<string>()
    for (const span of [...(edit.write ?? []), ...(edit.fill ?? [])]) {
      if (span.intensity !== null && span.state !== 'present')
        throw new AppError('INPUT_INVALID', 'Only an AU that is present has an intensity.')
      if (span.apexFrame !== null && !isInside(span.apexFrame, span)) {
        throw new AppError(
          'RANGE_INVALID',
          `The apex, frame ${span.apexFrame}, is not inside frames ${span.startFrame} to ${span.endFrame}.`,
        )
      }
      if (span.keepId === undefined) continue
      if (!removedIds.has(span.keepId) || kept.has(span.keepId)) throw new Error(`the id ${span.keepId} is not free in this edit`)
      kept.add(span.keepId)
    }
  }

  private frameCount(videoId: string): number {
    const row = this.context.db.get<{ frame_count: number }>('SELECT frame_count FROM video WHERE id = ?', videoId)
    if (!row) throw new AppError('VIDEO_NOT_FOUND', `There is no video with the id ${videoId} in this project.`, { videoId })
    return row.frame_count
  }
}

function assertLane(lane: Lane): void {
  if (!Number.isInteger(lane.au) || lane.au < 1 || lane.au > 99) {
    throw new AppError('INPUT_INVALID', `${lane.au} is not the number of an Action Unit; they go from 1 to 99.`)
  }
  if (lane.coder.trim() === '') throw new AppError('INPUT_INVALID', 'A label needs the code of its coder.')
}

const laneKey = (lane: Lane): string => JSON.stringify([lane.au, lane.side, lane.coder])

// Spans are never changed in place, so an untouched one is the same object.
function difference(spans: readonly LabelSpan[], others: readonly LabelSpan[]): LabelSpan[] {
  const known = new Set(others)
  return spans.filter((span) => !known.has(span))
}
