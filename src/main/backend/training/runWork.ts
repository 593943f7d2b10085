// What every kind of run does beside its computing: its job, its status kept true to what became of the job, pausing, stopping, and following its metrics.
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobContext } from '@main/jobs/runner'
import type { RunOutcome } from '@main/jobs/runToModel'
import { AppError, toErrorBody } from '@shared/errors'
import type { JobRow } from '@shared/jobs'
import type { RunMetric } from '@shared/runMetrics'
import type { OpenProject } from '../openProjects'
import { Runs } from './runs'

/** How often the growing file of metrics is looked at. */
const POLL_MILLISECONDS = 400

interface QueuedRun {
  kind: JobRow['kind']
  title: string
  run: { id: string; parent: { id: string } | null }
  /** Computes the run to its end or to a pause. */
  work(job: JobContext): Promise<RunOutcome>
}

/** Puts a prepared run into the compute lane. */
export function queueRun(project: OpenProject, { kind, title, run, work }: QueuedRun): JobRow {
  const row = project.jobs.start({
    kind,
    lane: 'compute',
    title,
    modelId: run.parent?.id ?? null,
    spec: { runId: run.id },
    work: (job) => noteOutcome(project, run.id, row.id, job, work),
  })
  noteRun(project, run.id, row.id, 'running')
  return row
}

/** Works on a run inside a job that is running, and notes what became of it. */
export async function noteOutcome(
  project: OpenProject,
  runId: string,
  jobId: string,
  job: JobContext,
  work: (job: JobContext) => Promise<RunOutcome>,
): Promise<RunOutcome> {
  try {
    const outcome = await work(job)
    noteRun(project, runId, jobId, outcome.outcome, { modelId: outcome.modelId })
    project.changes.announce('models')
    return outcome
  } catch (error) {
    noteRun(project, runId, jobId, job.signal.aborted ? 'interrupted' : 'failed', job.signal.aborted ? {} : { error })
    project.changes.announce('models')
    throw error
  }
}

/** Keeps a run's status true to what became of its work; a stopped run stays stopped, whatever its job still reports. */
export function noteRun(
  { store }: OpenProject,
  runId: string,
  jobId: string,
  state: 'running' | 'paused' | 'finished' | 'failed' | 'interrupted',
  outcome: { modelId?: string | null; error?: unknown } = {},
): void {
  const runs = new Runs(store)
  if (runs.status(runId).state === 'stopped' && state !== 'running') return
  runs.setStatus(runId, {
    state,
    jobId,
    modelId: outcome.modelId ?? null,
    error: outcome.error === undefined ? null : toErrorBody(outcome.error),
  })
}

/** @param product what a finished run has left in the registry, for the sentence @throws AppError JOB_ACTIVE where there is nothing to take up again */
export function assertResumable(runs: Runs, runId: string, product: string): void {
  const { state } = runs.status(runId)
  if (state === 'running') throw new AppError('JOB_ACTIVE', 'This run is going on already.')
  if (state === 'finished') throw new AppError('JOB_ACTIVE', `This run has finished; its ${product} is in the registry. Start a new run.`)
}

/** Asks a running run to save itself and wait. */
export function pauseRun(runs: Runs, runId: string): void {
  if (runs.status(runId).state === 'running') runs.askPause(runId)
}

/** Gives a run up, now where it is running; its folder and checkpoints stay. A finished run is left as it is. */
export function stopRun({ store, jobs }: OpenProject, runId: string): void {
  const runs = new Runs(store)
  const status = runs.status(runId)
  if (status.state === 'finished') return
  runs.setStatus(runId, { ...status, state: 'stopped' })
  if (status.jobId !== null && status.state === 'running') jobs.cancel(status.jobId)
}

/** Everything a run has measured so far, then each new line until it ends. */
export async function* followMetrics(runs: Runs, runId: string, signal: AbortSignal | undefined): AsyncGenerator<RunMetric, void> {
  let from = 0
  for (;;) {
    // asked before reading, so that the last lines of a run that ends now are still read
    const isOver = runs.status(runId).state !== 'running'
    const { lines, next } = runs.metricsFrom(runId, from)
    from = next
    yield* lines
    if (isOver || signal?.aborted) return
    await sleep(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined)
  }
}
