// Follows jobs to their end with one progress line; Ctrl+C cancels them and what was finished stays.
import { fromErrorBody, AppError } from '@shared/errors'
import type { JobRow } from '@shared/jobs'
import type { Session } from './session'

const isOver = (job: JobRow): boolean => !['queued', 'running'].includes(job.status)

function bar(share: number, width = 24): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width)
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`
}

/** `Analyse a.mp4 [####----] 120/250 frames, 00:08 left`. */
export function progressLine(job: JobRow): string {
  const at = job.progress
  if (!at) return `${job.title}: ${job.status}`
  const count =
    at.total === null ? `${at.done} ${at.unit}` : `${bar(at.total === 0 ? 1 : at.done / at.total)} ${at.done}/${at.total} ${at.unit}`
  const left = at.remainingSeconds
  const time = left === null ? '' : `, ${Math.floor(left / 60)}:${String(Math.round(left % 60)).padStart(2, '0')} left`
  return `${job.title} ${count}${time}`
}

/**
 * Waits for all jobs and returns their last rows.
 * @param goesOnWith the command that continues cancelled work; default: the same command
 * @throws the first job's error when one failed, after all have ended; AppError CANCELLED after Ctrl+C.
 */
export async function followJobs(session: Session & { project: string }, jobs: JobRow[], goesOnWith?: string): Promise<JobRow[]> {
  const { client, output, project } = session
  const last = new Map(jobs.map((job) => [job.id, job]))
  let isCancelled = false
  const cancel = (): void => {
    isCancelled = true
    output.note('Cancelling; what is finished stays.')
    for (const job of last.values()) if (!isOver(job)) void client.job.cancel({ project, jobId: job.id }).catch(() => undefined)
  }
  process.once('SIGINT', cancel)
  process.once('SIGTERM', cancel)
  try {
    const stream = await client.job.watch({ project })
    for await (const job of stream) {
      if (last.has(job.id)) {
        const before = last.get(job.id)
        last.set(job.id, job)
        if (job.status === 'running') output.progress(progressLine(job))
        if (isOver(job) && before && !isOver(before)) output.note(`${job.title}: ${job.status === 'succeeded' ? 'done' : job.status}`)
      }
      if ([...last.values()].every(isOver)) break
    }
  } finally {
    process.off('SIGINT', cancel)
    process.off('SIGTERM', cancel)
    output.progress(null)
  }
  const ended = [...last.values()]
  if (isCancelled)
    throw new AppError(
      'CANCELLED',
      goesOnWith === undefined
        ? 'Cancelled. Run the same command again to continue where it stopped.'
        : `Cancelled. It continues where it stopped with: ${goesOnWith}`,
    )
  const failed = ended.find((job) => job.error)
  if (failed?.error) throw fromErrorBody(failed.error)
  return ended
}
