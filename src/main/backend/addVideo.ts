// Takes one video file into a project as a job of the media lane, and tells windows.
import { basename } from 'node:path'
import { importVideo } from '@main/jobs/importVideo'
import type { Video } from '@shared/project'
import type { BackendContext } from './context'
import type { OpenProject } from './openProjects'

export interface VideoRequest {
  /** Absolute. */
  path: string
  subjectCode: string
  condition: string | null
  session: string | null
}

/** @throws AppError of the import: VIDEO_DUPLICATE, VIDEO_UNREADABLE and others */
export async function addVideo({ ffmpeg }: BackendContext, project: OpenProject, request: VideoRequest): Promise<Video> {
  const binary = await ffmpeg()
  const added = await project.jobs.run({
    kind: 'import',
    lane: 'media',
    title: `Import ${basename(request.path)}`,
    work: (job) => importVideo(project.store, binary, request, job),
  })
  project.changes.announce('videos', added.id)
  project.changes.announce('subjects')
  return added
}
