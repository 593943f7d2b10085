// Every change of labels, one row each, never rewritten: undo, redo and audit in one. Undoing appends a row; a new edit ends the chain of redos.
import type { HistoryState } from '@shared/contract/coding'
import { AppError } from '@shared/errors'
import type { EditSummary, LabelSpan } from '@shared/labels'
import type { StoreContext } from '../context'
import { deleteSpans, insertSpans } from './labelRows'

/** Spans that a step took away and put in their place. */
export interface SpanChange {
  removed: LabelSpan[]
  inserted: LabelSpan[]
}

/** What undoing or redoing did. */
export interface HistoryStep extends SpanChange {
  /** Number of the step itself in the log. */
  id: number
  history: HistoryState
  videoIds: string[]
}

interface Row {
  id: number
  kind: EditSummary['kind']
  target_id: number | null
  coder: string | null
  description: string
  made_at: string
}

const COLUMNS = 'id, kind, target_id, coder, description, made_at'
// An edit that has lost its spans, because a video was removed, cannot be undone any more and is passed over.
const HAS_SPANS = 'EXISTS (SELECT 1 FROM edit_span s WHERE s.edit_id = edit_log.id)'

export class EditLogRepository {
  constructor(private readonly context: StoreContext) {}

  /** What Undo and Redo would act on. */
  history(): HistoryState {
    const undo = this.nextUndo()
    const redo = this.nextRedo()
    return { undo: undo ? toSummary(undo) : null, redo: redo ? toSummary(redo) : null }
  }

  /** Steps, newest first. */
  list(limit: number): EditSummary[] {
    return this.context.db.all<Row>(`SELECT ${COLUMNS} FROM edit_log ORDER BY id DESC LIMIT ?`, limit).map(toSummary)
  }

  /** Spans of one edit, as far as their videos are still in the project. */
  spans(editId: number): SpanChange {
    const rows = this.context.db.all<{ direction: 'removed' | 'inserted'; span_json: string }>(
      'SELECT direction, span_json FROM edit_span WHERE edit_id = ? ORDER BY position',
      editId,
    )
    const of = (direction: string): LabelSpan[] =>
      rows.filter((row) => row.direction === direction).map((row) => JSON.parse(row.span_json) as LabelSpan)
    return { removed: of('removed'), inserted: of('inserted') }
  }

  /** Appends an edit that the caller makes in the same transaction. Returns its id. */
  record(edit: SpanChange & { description: string; coder: string | null }): number {
    const { db } = this.context
    return db.transaction(() => {
      const id = this.append('edit', null, edit.coder, edit.description)
      const rows = [
        ...edit.removed.map((span) => ({ direction: 'removed', span })),
        ...edit.inserted.map((span) => ({ direction: 'inserted', span })),
      ]
      for (const [position, { direction, span }] of rows.entries()) {
        db.run(
          'INSERT INTO edit_span (edit_id, position, direction, video_id, span_json) VALUES (?, ?, ?, ?, ?)',
          id,
          position,
          direction,
          span.videoId,
          JSON.stringify(span),
        )
      }
      return id
    })
  }

  /** Takes back the last edit that is not taken back, exactly: ids and times of making too. Throws NOTHING_TO_UNDO. */
  undo(): HistoryStep {
    const { db } = this.context
    return db.transaction(() => {
      const target = this.nextUndo()
      if (!target) throw new AppError('NOTHING_TO_UNDO', 'There is no edit left to undo.')
      const { removed, inserted } = this.spans(target.id)
      deleteSpans(db, inserted)
      insertSpans(db, removed)
      const id = this.append('undo', target.id, target.coder, target.description)
      db.run('UPDATE edit_log SET undone_by = ? WHERE id = ?', id, target.id)
      return this.step(id, { removed: inserted, inserted: removed })
    })
  }

  /** Makes the edit again that was taken back last. Throws NOTHING_TO_REDO. */
  redo(): HistoryStep {
    const { db } = this.context
    return db.transaction(() => {
      const target = this.nextRedo()
      if (!target) throw new AppError('NOTHING_TO_REDO', 'There is no undone edit to make again.')
      const { removed, inserted } = this.spans(target.id)
      deleteSpans(db, removed)
      insertSpans(db, inserted)
      const id = this.append('redo', target.id, target.coder, target.description)
      db.run('UPDATE edit_log SET undone_by = NULL WHERE id = ?', target.id)
      return this.step(id, { removed, inserted })
    })
  }

  private step(id: number, change: SpanChange): HistoryStep {
    const videoIds = [...new Set([...change.removed, ...change.inserted].map((span) => span.videoId))]
    return { id, ...change, history: this.history(), videoIds }
  }

  // Edits are undone from the newest and redone towards it, so the newest that is in force is always the next to undo.
  private nextUndo(): Row | undefined {
    return this.context.db.get<Row>(
      `SELECT ${COLUMNS} FROM edit_log WHERE kind = 'edit' AND undone_by IS NULL AND ${HAS_SPANS} ORDER BY id DESC LIMIT 1`,
    )
  }

  // The chain of redos is what was undone since the last edit was made.
  private nextRedo(): Row | undefined {
    return this.context.db.get<Row>(
      `SELECT ${COLUMNS} FROM edit_log
       WHERE undone_by IS NOT NULL AND undone_by > (SELECT coalesce(max(id), 0) FROM edit_log WHERE kind = 'edit') AND ${HAS_SPANS}
       ORDER BY undone_by DESC LIMIT 1`,
    )
  }

  private append(kind: EditSummary['kind'], targetId: number | null, coder: string | null, description: string): number {
    const { db, now } = this.context
    db.run(
      'INSERT INTO edit_log (kind, target_id, coder, description, made_at) VALUES (?, ?, ?, ?, ?)',
      kind,
      targetId,
      coder,
      description,
      now().toISOString(),
    )
    return db.get<{ id: number }>('SELECT last_insert_rowid() AS id')?.id ?? 0
  }
}

function toSummary(row: Row): EditSummary {
  return { id: row.id, kind: row.kind, description: row.description, coder: row.coder, madeAt: row.made_at, targetId: row.target_id }
}
