// What every handler of the backend can reach. Types only.
import type { ComputeClient } from '@main/jobs/computeClient'
import type { FfmpegFinder } from './ffmpegFinder'
import type { Grants } from './grants'
import type { OpenProjects } from './openProjects'
import type { BackendPorts } from './ports'
import type { PictureCache } from './pictureCache'
import type { RecentProjects } from './recentProjects'

export interface BackendContext {
  ports: BackendPorts
  grants: Grants
  projects: OpenProjects
  recent: RecentProjects
  compute: ComputeClient
  ffmpeg: FfmpegFinder
  pictures: PictureCache
}
