// Frees what a project can make again from its videos: face crops and playable copies.
import type { CacheKind } from '@shared/project'
import { AppError } from '@shared/errors'
import type { OpenProject } from './openProjects'

/** Bytes freed. @throws AppError JOB_ACTIVE while a job runs, which may be using what would go */
export function clearCache({ store, jobs, changes }: OpenProject, cache: CacheKind): number {
  if (jobs.isBusy) throw new AppError('JOB_ACTIVE', 'A job is running that may need these files. Wait until it has ended, or cancel it.')
  const before = store.info().storage[cache]
  if (cache === 'crops') store.crops.clear()
  else for (const video of store.videos.list()) if (video.hasProxy) store.videos.setProxy(video.id, null)
  changes.announce('videos')
  return Math.max(0, before - store.info().storage[cache])
}
