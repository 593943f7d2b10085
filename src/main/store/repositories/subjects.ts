// Subjects and their codes. Removing one with everything of theirs is in removal.ts.
import { AppError } from '@shared/errors'
import type { Subject } from '@shared/project'
import type { StoreContext } from '../context'

interface Row {
  id: string
  code: string
  note: string | null
  video_count: number
  neutral_video_id: string | null
  neutral_start: number | null
  neutral_end: number | null
}

const SELECT = `
  SELECT s.id, s.code, s.note, (SELECT count(*) FROM video v WHERE v.subject_id = s.id) AS video_count,
    n.video_id AS neutral_video_id, n.start_frame AS neutral_start, n.end_frame AS neutral_end
  FROM subject s LEFT JOIN neutral n ON n.subject_id = s.id`

export class SubjectRepository {
  constructor(private readonly context: StoreContext) {}

  /** Every subject, by code. */
  list(): Subject[] {
    return this.context.db.all<Row>(`${SELECT} ORDER BY s.code`).map(toSubject)
  }

  /** Throws SUBJECT_NOT_FOUND. */
  get(id: string): Subject {
    const row = this.context.db.get<Row>(`${SELECT} WHERE s.id = ?`, id)
    if (!row) throw new AppError('SUBJECT_NOT_FOUND', `There is no subject with the id ${id} in this project.`)
    return toSubject(row)
  }

  findByCode(code: string): Subject | null {
    const row = this.context.db.get<Row>(`${SELECT} WHERE s.code = ?`, code.trim())
    return row ? toSubject(row) : null
  }

  /** Throws SUBJECT_NOT_FOUND with the codes there are. */
  getByCode(code: string): Subject {
    const subject = this.findByCode(code)
    if (subject) return subject
    const codes = this.list().map((each) => each.code)
    const known =
      codes.length === 0
        ? 'The project has no subjects yet.'
        : `Its subjects are ${codes.slice(0, 20).join(', ')}${codes.length > 20 ? ' and others' : ''}.`
    throw new AppError('SUBJECT_NOT_FOUND', `There is no subject ${code} in this project. ${known}`, { code })
  }

  /** The subject with this code, made when there is none. Throws INPUT_INVALID for an empty code. */
  findOrCreate(code: string): Subject {
    const { db, newId, now } = this.context
    return db.transaction(() => {
      const found = this.findByCode(code)
      if (found) return found
      const id = newId()
      db.run('INSERT INTO subject (id, code, created_at) VALUES (?, ?, ?)', id, subjectCode(code), now().toISOString())
      return this.get(id)
    })
  }

  /** Changes what is given. Throws SUBJECT_NOT_FOUND, or INPUT_INVALID when another subject has the code. */
  update(id: string, change: { code?: string; note?: string | null }): Subject {
    const { db } = this.context
    return db.transaction(() => {
      this.get(id)
      if (change.code !== undefined) {
        const code = subjectCode(change.code)
        const other = this.findByCode(code)
        if (other && other.id !== id)
          throw new AppError('INPUT_INVALID', `Another subject already has the code ${code}. Choose a different one.`)
        db.run('UPDATE subject SET code = ? WHERE id = ?', code, id)
      }
      if (change.note !== undefined) db.run('UPDATE subject SET note = ? WHERE id = ?', change.note, id)
      return this.get(id)
    })
  }
}

function subjectCode(code: string): string {
  const trimmed = code.trim()
  if (trimmed === '') throw new AppError('INPUT_INVALID', 'A subject needs a code.')
  return trimmed
}

function toSubject(row: Row): Subject {
  const neutral =
    row.neutral_video_id === null || row.neutral_start === null || row.neutral_end === null
      ? null
      : { videoId: row.neutral_video_id, startFrame: row.neutral_start, endFrame: row.neutral_end }
  return { id: row.id, code: row.code, note: row.note, videoCount: row.video_count, neutral }
}
