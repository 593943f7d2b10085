// Shares of jobs done, for bars and the button. Pure.
import type { JobRow } from '@shared/jobs'

/** Share of one job, 0-1, or null while its extent is unknown. */
export function jobShare(job: JobRow): number | null {
  const progress = job.progress
  if (job.status === 'queued') return 0
  if (!progress || progress.total === null || progress.total <= 0) return null
  return Math.min(1, progress.done / progress.total)
}

/** Mean share of all active jobs; null when none has a known extent. */
export function overallShare(jobs: readonly JobRow[]): number | null {
  const shares = jobs.map(jobShare)
  if (shares.every((share) => share === null)) return null
  return shares.reduce<number>((sum, share) => sum + (share ?? 0), 0) / shares.length
}
