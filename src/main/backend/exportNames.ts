// Names of exported tables, and which tables in a folder are of given videos. Writing them is the export handler's.
import { readdirSync } from 'node:fs'
import type { Video } from '@shared/project'
import { safeFileName } from './uploads'

const stemOf = (video: Pick<Video, 'fileName'>): string => safeFileName(video.fileName).replace(/\.[^.]*$/, '')

/** `<video stem>.csv` by video id; where two videos share a stem the id tells them apart. */
export function exportNames(videos: readonly Video[]): Map<string, string> {
  const stems = videos.map((video) => stemOf(video).toLowerCase())
  return new Map(
    videos.map((video, i) => {
      const isShared = stems.filter((other) => other === stems[i]).length > 1
      return [video.id, `${stemOf(video)}${isShared ? `-${video.id}` : ''}.csv`]
    }),
  )
}

/** Tables in `folder` that bear the name of one of the videos, and the description beside them, which names the subjects. */
export function exportsOf(folder: string, videos: readonly Video[]): string[] {
  const names = new Set(videos.flatMap((video) => [`${stemOf(video)}.csv`, `${stemOf(video)}-${video.id}.csv`]))
  let present: string[]
  try {
    present = readdirSync(folder)
  } catch {
    return []
  }
  const tables = present.filter((name) => names.has(name)).sort()
  return tables.length > 0 && present.includes('datapackage.json') ? [...tables, 'datapackage.json'] : tables
}
