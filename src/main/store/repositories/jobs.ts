// Long work: the row first, then the work. Progress events are hints; these rows are the truth.
import { AppError, type ErrorBody } from '@shared/errors'
import type { JobKind, JobLane, JobProgress, JobRow, JobStatus } from '@shared/jobs'
import type { StoreContext } from '../context'

export interface NewJob {
  kind: JobKind
  lane: JobLane
  title: string
  videoId: string | null
  modelId: string | null
  /** All that is needed to run it, or run it again; JSON. */
  spec: unknown
}

/** How a job ended. */
export type JobOutcome =
  { status: 'succeeded'; result: unknown } | { status: 'failed' | 'cancelled' | 'interrupted'; error: ErrorBody | null }

export interface Metric {
  name: string
  step: number
  /** Null where the value was not a number. */
  value: number | null
}

interface Row {
  id: string
  kind: JobKind
  lane: JobLane
  status: JobStatus
  title: string
  video_id: string | null
  model_id: string | null
  spec_json: string
  progress_json: string | null
  error_json: string | null
  result_json: string | null
  created_at: string
  started_at: string | null
  finished_at: string | null
}

const parsed = <T>(json: string | null): T | null => (json === null ? null : (JSON.parse(json) as T))

export class JobRepository {
  /** @param isWriterGone whether nobody writes to the project any more; who only looks then sees as interrupted what the writer left, before anybody has written so */
  constructor(
    private readonly context: StoreContext,
    private readonly isWriterGone: () => boolean = () => false,
  ) {}

  /** Adds a queued job. */
  create(job: NewJob): JobRow {
    const { db, newId, now } = this.context
    const id = newId()
    db.run(
      'INSERT INTO job (id, kind, lane, status, title, video_id, model_id, spec_json, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      job.kind,
      job.lane,
      'queued',
      job.title,
      job.videoId,
      job.modelId,
      JSON.stringify(job.spec ?? null),
      now().toISOString(),
    )
    return this.get(id)
  }

  /** Throws JOB_NOT_FOUND. */
  get(id: string): JobRow {
    const [job] = this.asLeft([toJob(this.row(id))])
    return job as JobRow
  }

  /** However many jobs came since; null where there is none of this id. */
  find(id: string): JobRow | null {
    const row = this.context.db.get<Row>('SELECT * FROM job WHERE id = ?', id)
    return row ? (this.asLeft([toJob(row)])[0] ?? null) : null
  }

  /** What the job was asked to do. Throws JOB_NOT_FOUND. */
  spec(id: string): unknown {
    return JSON.parse(this.row(id).spec_json) as unknown
  }

  /** Newest first. */
  list(filter: { statuses?: readonly JobStatus[]; limit?: number } = {}): JobRow[] {
    const wanted: readonly JobStatus[] = filter.statuses ?? ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted']
    const isLeft = wanted.includes('interrupted') && this.isWriterGone()
    const jobs = this.context.db
      .all<Row>(
        'SELECT * FROM job WHERE status IN (SELECT value FROM json_each(?)) ORDER BY created_at DESC, rowid DESC LIMIT ?',
        JSON.stringify(isLeft ? [...wanted, 'queued', 'running'] : wanted),
        filter.limit ?? 500,
      )
      .map(toJob)
    return this.asLeft(jobs).filter(({ status }) => wanted.includes(status))
  }

  /** Queued jobs of a lane, oldest first. */
  queued(lane: JobLane): JobRow[] {
    return this.context.db.all<Row>("SELECT * FROM job WHERE status = 'queued' AND lane = ? ORDER BY created_at, rowid", lane).map(toJob)
  }

  /** queued -> running. */
  start(id: string): JobRow {
    this.context.db.run(
      "UPDATE job SET status = 'running', started_at = ?, finished_at = NULL, error_json = NULL WHERE id = ?",
      this.context.now().toISOString(),
      id,
    )
    return this.get(id)
  }

  /** Each call is a commit: once a second is often enough. */
  setProgress(id: string, progress: JobProgress): void {
    this.context.db.run('UPDATE job SET progress_json = ? WHERE id = ?', JSON.stringify(progress), id)
  }

  /** Names the video or model that the work turned out to make. */
  link(id: string, link: { videoId?: string; modelId?: string }): void {
    const { db } = this.context
    if (link.videoId !== undefined) db.run('UPDATE job SET video_id = ? WHERE id = ?', link.videoId, id)
    if (link.modelId !== undefined) db.run('UPDATE job SET model_id = ? WHERE id = ?', link.modelId, id)
  }

  /** Ends a job. Null when its row has gone meanwhile, as with the video it worked on. */
  finish(id: string, outcome: JobOutcome): JobRow | null {
    const isSuccess = outcome.status === 'succeeded'
    this.context.db.run(
      'UPDATE job SET status = ?, result_json = ?, error_json = ?, finished_at = ? WHERE id = ?',
      outcome.status,
      isSuccess ? JSON.stringify(outcome.result ?? null) : null,
      isSuccess || outcome.error === null ? null : JSON.stringify(outcome.error),
      this.context.now().toISOString(),
      id,
    )
    const row = this.context.db.get<Row>('SELECT * FROM job WHERE id = ?', id)
    return row ? toJob(row) : null
  }

  /** Puts an ended job back into its lane, to continue what it had done. Throws JOB_ACTIVE for one that has not ended. */
  requeue(id: string): JobRow {
    const { status } = this.row(id)
    if (status === 'queued' || status === 'running') throw new AppError('JOB_ACTIVE', 'This job has not ended yet.', { jobId: id })
    this.context.db.run(
      "UPDATE job SET status = 'queued', result_json = NULL, error_json = NULL, started_at = NULL, finished_at = NULL WHERE id = ?",
      id,
    )
    return this.get(id)
  }

  /** Marks what a process that has died left running. Called by whoever becomes the writer, before it runs anything. Returns how many there were. */
  interruptRunning(): number {
    return this.context.db.run(
      "UPDATE job SET status = 'interrupted', finished_at = ? WHERE status = 'running'",
      this.context.now().toISOString(),
    )
  }

  /** Drops a job that has ended, with its metrics. Throws JOB_ACTIVE for one that has not. */
  remove(id: string): void {
    const { status } = this.row(id)
    if (status === 'queued' || status === 'running')
      throw new AppError('JOB_ACTIVE', 'This job has not ended yet. Cancel it first.', { jobId: id })
    this.context.db.run('DELETE FROM job WHERE id = ?', id)
  }

  /** Records measured values; a step measured again replaces the former value. */
  addMetrics(id: string, metrics: readonly Metric[]): void {
    const { db, now } = this.context
    const measuredAt = now().toISOString()
    db.transaction(() => {
      for (const { name, step, value } of metrics) {
        const stored = value !== null && Number.isFinite(value) ? value : null
        db.run(
          'INSERT OR REPLACE INTO metric (job_id, name, step, value, measured_at) VALUES (?, ?, ?, ?, ?)',
          id,
          name,
          step,
          stored,
          measuredAt,
        )
      }
    })
  }

  /** Values by name and step, optionally of one name and from one step on. */
  metrics(id: string, filter: { name?: string; fromStep?: number } = {}): Metric[] {
    const from = filter.fromStep ?? Number.MIN_SAFE_INTEGER
    const { db } = this.context
    return filter.name === undefined
      ? db.all<Metric>('SELECT name, step, value FROM metric WHERE job_id = ? AND step >= ? ORDER BY name, step', id, from)
      : db.all<Metric>(
          'SELECT name, step, value FROM metric WHERE job_id = ? AND name = ? AND step >= ? ORDER BY step',
          id,
          filter.name,
          from,
        )
  }

  private asLeft(jobs: readonly JobRow[]): JobRow[] {
    const isOpen = ({ status }: JobRow): boolean => status === 'queued' || status === 'running'
    if (!jobs.some(isOpen) || !this.isWriterGone()) return [...jobs]
    return jobs.map((job) => (isOpen(job) ? { ...job, status: 'interrupted' } : job))
  }

  private row(id: string): Row {
    const row = this.context.db.get<Row>('SELECT * FROM job WHERE id = ?', id)
    if (!row) throw new AppError('JOB_NOT_FOUND', `There is no job with the id ${id} in this project.`, { jobId: id })
    return row
  }
}

function toJob(row: Row): JobRow {
  return {
    id: row.id,
    kind: row.kind,
    lane: row.lane,
    status: row.status,
    title: row.title,
    videoId: row.video_id,
    modelId: row.model_id,
    progress: parsed<JobProgress>(row.progress_json),
    error: parsed<ErrorBody>(row.error_json),
    result: parsed<unknown>(row.result_json),
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  }
}
