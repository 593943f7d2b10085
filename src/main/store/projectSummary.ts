// What a list of projects says of each without opening it: counts and what is missing. Takes no lock and changes nothing.
import { resolve } from 'node:path'
import type { ProjectSummary } from '@shared/project'
import { MIGRATIONS } from './migrations'
import { openForReading } from './openDatabase'
import { readVersion } from './migrate'
import { projectPaths } from './projectFolder'
import { findVideoFile } from './videoPaths'

interface VideoRow {
  path: string
  relative_path: string | null
  bytes: number
}

/** Null where it cannot be read as it is: damaged, of another version, or on a medium that is away. */
export function summariseProject(root: string): ProjectSummary | null {
  const folder = resolve(root)
  let opened: ReturnType<typeof openForReading> | undefined
  try {
    opened = openForReading(projectPaths(folder).database)
    const { database } = opened
    if (readVersion(database) !== MIGRATIONS.length) return null
    const counts = database
      .prepare<[], Omit<ProjectSummary, 'missingVideoCount'>>(
        `SELECT id, (SELECT count(*) FROM subject) AS subjectCount, (SELECT count(*) FROM video) AS videoCount,
           (SELECT count(DISTINCT video_id) FROM label) AS codedVideoCount,
           (SELECT count(*) FROM video WHERE reviewed_at IS NOT NULL) AS reviewedVideoCount
         FROM project`,
      )
      .get()
    if (!counts) return null
    const videos = database.prepare<[], VideoRow>('SELECT path, relative_path, bytes FROM video').all()
    const isMissing = ({ path, relative_path, bytes }: VideoRow): boolean =>
      findVideoFile(folder, { absolute: path, relative: relative_path }, bytes) === null
    return { ...counts, missingVideoCount: videos.filter(isMissing).length }
  } catch {
    return null
  } finally {
    opened?.close()
  }
}
