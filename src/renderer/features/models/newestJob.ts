// The newest job of a kind on a model: what a part of the card follows and whose result it shows.
import type { JobKind, JobRow } from '@shared/jobs'
import { useJobs } from '../../app/projectState'

export const useNewestJob = (kind: JobKind, modelId: string): JobRow | null =>
  useJobs(({ jobs }) => {
    let newest: JobRow | null = null
    for (const job of jobs.values())
      if (job.kind === kind && job.modelId === modelId && (!newest || job.createdAt > newest.createdAt)) newest = job
    return newest
  })
