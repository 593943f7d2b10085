// Why a job ended without a result; nothing while it runs or after it succeeded.
import { fromErrorBody } from '@shared/errors'
import type { JobRow } from '@shared/jobs'
import { ErrorPanel } from './ErrorPanel'

export function JobFailure({ job }: { job: JobRow | null }) {
  return job?.status === 'failed' && job.error ? <ErrorPanel error={fromErrorBody(job.error)} /> : null
}
