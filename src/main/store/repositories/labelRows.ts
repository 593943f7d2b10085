// Label spans as rows. Spans are written and deleted whole; what changes them is in labels.ts and editLog.ts.
import type { Intensity, Side } from '@shared/facs'
import type { LabelSource, LabelSpan, LabelState } from '@shared/labels'
import type { Connection } from '../connection'

export interface LabelRow {
  id: string
  video_id: string
  au: number
  side: Side
  coder: string
  start_frame: number
  end_frame: number
  state: LabelState
  intensity: Intensity | null
  apex_frame: number | null
  source: LabelSource
  model_id: string | null
  was_prediction_visible: number
  note: string | null
  created_at: string
}

export function insertSpans(db: Connection, spans: readonly LabelSpan[]): void {
  for (const span of spans) {
    db.run(
      `INSERT INTO label (id, video_id, au, side, coder, start_frame, end_frame, state, intensity, apex_frame, source, model_id, was_prediction_visible, note, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      span.id,
      span.videoId,
      span.au,
      span.side,
      span.coder,
      span.startFrame,
      span.endFrame,
      span.state,
      span.intensity,
      span.apexFrame,
      span.source,
      span.modelId,
      span.wasPredictionVisible,
      span.note,
      span.createdAt,
    )
  }
}

export function deleteSpans(db: Connection, spans: readonly LabelSpan[]): void {
  for (const span of spans) db.run('DELETE FROM label WHERE id = ?', span.id)
}

export function toSpan(row: LabelRow): LabelSpan {
  return {
    id: row.id,
    videoId: row.video_id,
    au: row.au,
    side: row.side,
    coder: row.coder,
    startFrame: row.start_frame,
    endFrame: row.end_frame,
    state: row.state,
    intensity: row.intensity,
    apexFrame: row.apex_frame,
    source: row.source,
    modelId: row.model_id,
    wasPredictionVisible: row.was_prediction_visible === 1,
    note: row.note,
    createdAt: row.created_at,
  }
}
