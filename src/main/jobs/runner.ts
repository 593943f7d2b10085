// Keeps job rows true while work runs. Leaves out what the work is: handlers bring it.
import { AppError, toErrorBody } from '@shared/errors'
import type { JobKind, JobLane, JobProgress, JobRow } from '@shared/jobs'
import type { JobRepository } from '@main/store/index'
import { JobJournal } from './jobJournal'
import { Lane } from './lanes'
import { Pace } from './rate'

/** The jobs table, as the runner needs it. */
export type JobLedger = Pick<JobRepository, 'create' | 'get' | 'start' | 'setProgress' | 'finish'>

/** What a handler is given. */
export interface JobContext {
  signal: AbortSignal
  progress(at: Omit<JobProgress, 'remainingSeconds'>): void
  log(line: string): void
}

export interface JobRequest {
  kind: JobKind
  lane: JobLane
  title: string
  videoId?: string | null
  modelId?: string | null
  spec?: unknown
  /** Does the work; what it returns becomes the row's result. */
  work(context: JobContext): Promise<unknown>
}

export interface RunnerOptions {
  ledger: JobLedger
  /** Told of every change of a row. */
  onChange(job: JobRow): void
  log(line: string): void
}

/** Windows are told this often, and rows written this often: each write is a flushed commit. The last row always is written. */
const EVENT_MILLISECONDS = 250
const ROW_MILLISECONDS = 1000

/** One runner per open project. */
export class JobRunner {
  private readonly lanes: Record<JobLane, Lane> = { compute: new Lane(), media: new Lane() }
  /** Ends for which there was no room in the project. */
  private readonly unstored = new Map<string, JobRow>()
  private readonly running = new Map<string, { controller: AbortController; videoId: string | null; ended: Promise<void> }>()
  private readonly journal = new JobJournal()
  private isStopping = false

  constructor(private readonly options: RunnerOptions) {}

  /** True while any job is queued or running here. */
  get isBusy(): boolean {
    return this.running.size > 0
  }

  /** The row as it is, also where its end could not be stored. */
  present(row: JobRow): JobRow {
    return this.unstored.get(row.id) ?? row
  }

  /** What a job said while it ran here, oldest line first. */
  linesOf(id: string): string[] {
    return this.journal.linesOf(id)
  }

  /** Whether this process has the job queued or running. A row may say so and its process be dead. */
  has(id: string): boolean {
    return this.running.has(id)
  }

  /** As {@link start}, and waits: resolves with what the work returned, rejects with its error. */
  run<T>(request: Omit<JobRequest, 'work'> & { work(context: JobContext): Promise<T> }): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const row = this.start({
        ...request,
        work: async (context) => {
          try {
            const value = await request.work(context)
            resolve(value)
            return null
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
            throw error
          }
        },
      })
      // Cancelled while still queued: the work never begins, so nobody else would say so.
      this.running.get(row.id)?.controller.signal.addEventListener('abort', () => reject(new AppError('CANCELLED', 'Cancelled.')))
    })
  }

  /** Writes the row, queues the work, and returns the row at once. */
  start(request: JobRequest): JobRow {
    const { ledger, onChange } = this.options
    const row = ledger.create({
      kind: request.kind,
      lane: request.lane,
      title: request.title,
      videoId: request.videoId ?? null,
      modelId: request.modelId ?? null,
      spec: request.spec ?? {},
    })
    const controller = new AbortController()
    const ended = this.lanes[request.lane].run(() => this.execute(row.id, request, controller))
    this.running.set(row.id, { controller, videoId: request.videoId ?? null, ended })
    onChange(row)
    return row
  }

  /** Asks a job to end. Its row tells when it has. */
  cancel(id: string): JobRow {
    const row = this.options.ledger.get(id)
    this.running.get(id)?.controller.abort(new AppError('CANCELLED', 'Cancelled.'))
    return row
  }

  /** Cancels the jobs of a video and waits until they have ended, as before the video is removed. */
  async cancelVideo(videoId: string): Promise<void> {
    const ofVideo = [...this.running.values()].filter((job) => job.videoId === videoId)
    for (const { controller } of ofVideo) controller.abort(new AppError('CANCELLED', 'The video is being removed.'))
    await Promise.all(ofVideo.map(({ ended }) => ended))
  }

  /** Cancels a job of this process and waits for its end; others are left alone. */
  async cancelAndWait(id: string, reason: string): Promise<void> {
    const job = this.running.get(id)
    job?.controller.abort(new AppError('CANCELLED', reason))
    await job?.ended
  }

  /** Interrupts everything and waits for the ends. What was interrupted goes on when the project is opened again. */
  async stop(): Promise<void> {
    this.isStopping = true
    for (const { controller } of this.running.values()) controller.abort(new AppError('CANCELLED', 'The application is closing.'))
    await Promise.all(Object.values(this.lanes).map((lane) => lane.drain()))
  }

  private async execute(id: string, request: JobRequest, controller: AbortController): Promise<void> {
    const { signal } = controller
    const { ledger, onChange, log } = this.options
    const pace = new Pace(() => performance.now())
    let lastEvent = 0
    let lastRow = 0
    let latest: JobProgress | null = null
    try {
      signal.throwIfAborted()
      onChange(ledger.start(id))
      const result = await request.work({
        signal,
        log: (line) => {
          this.journal.add(id, line)
          log(`${request.title}: ${line}`)
        },
        progress: (at) => {
          if (at.phase !== latest?.phase) this.journal.add(id, at.phase)
          latest = { ...at, remainingSeconds: pace.remainingSeconds(at.done, at.total) }
          const now = performance.now()
          if (now - lastEvent < EVENT_MILLISECONDS) return
          lastEvent = now
          const isRowDue = now - lastRow >= ROW_MILLISECONDS
          if (isRowDue) lastRow = now
          this.tellProgress(id, latest, isRowDue)
        },
      })
      if (latest) ledger.setProgress(id, latest)
      this.journal.add(id, 'Done.')
      this.end(id, { status: 'succeeded', result: result ?? null })
    } catch (error) {
      this.journal.add(id, signal.aborted ? 'Cancelled.' : toErrorBody(error).message)
      if (!signal.aborted) log(`${request.title}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      const aborted = { status: this.isStopping ? ('interrupted' as const) : ('cancelled' as const), error: null }
      this.end(id, signal.aborted ? aborted : { status: 'failed', error: toErrorBody(error) })
    } finally {
      this.running.delete(id)
    }
  }

  /** Progress is a hint, so work goes on where its row cannot be written. */
  private tellProgress(id: string, at: JobProgress, isRowDue: boolean): void {
    const { ledger, onChange, log } = this.options
    try {
      if (isRowDue) ledger.setProgress(id, at)
      onChange({ ...ledger.get(id), progress: at })
    } catch (error) {
      log(`progress of job ${id} was not stored: ${String(error)}`)
    }
  }

  /**
   * Records the end and tells it. On a full disk the row cannot say it: whoever waits is told all the same, and the next opening finds the job interrupted.
   * The row is gone when its video was removed meanwhile; then nobody is left to tell.
   */
  private end(id: string, outcome: Parameters<JobLedger['finish']>[1]): void {
    const { ledger, onChange, log } = this.options
    let row: JobRow | null
    try {
      row = ledger.finish(id, outcome)
    } catch (error) {
      log(`the end of job ${id} was not stored: ${String(error)}`)
      const failure = outcome.status === 'succeeded' ? { status: 'failed' as const, error: toErrorBody(error) } : outcome
      row = { ...ledger.get(id), ...failure, finishedAt: new Date().toISOString() }
      this.unstored.set(id, row)
    }
    if (row) onChange(row)
  }
}
