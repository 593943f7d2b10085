// Joins everything the application can do into one router and one data handler. Who carries the requests is not its business.
import type { IncomingMessage } from 'node:http'
import { toErrorBody } from '@shared/errors'
import { ComputeClient } from '@main/jobs/computeClient'
import { answerData } from './dataResponses'
import { Grants } from './grants'
import { createRouter, type BackendRouter } from './router'
import { OpenProjects } from './openProjects'
import type { BackendContext } from './context'
import { createFfmpegFinder } from './ffmpegFinder'
import type { BackendPorts } from './ports'
import { PictureCache } from './pictureCache'
import { RecentProjects } from './recentProjects'
import { receiveUpload } from './uploads'

export interface Backend {
  ports: BackendPorts
  router: BackendRouter
  /** Answers `/data/...` requests: arrays, pictures, media with ranges, written exports. Never throws. */
  handleData(request: Request): Promise<Response>
  /** A token by which a window may name this file. */
  grantFile(path: string): string
  /** Takes a file in from a window that cannot name paths; it lands in the project's own videos folder. */
  acceptUpload(project: string, name: string, body: IncomingMessage): Promise<string>
  /** True while any job runs, for power-save blocking and the quit question. */
  isBusy(): boolean
  /** Ends jobs, processes and projects. */
  close(): Promise<void>
}

/** A backend with nothing open. Call close() when done. */
export function createBackend(ports: BackendPorts): Promise<Backend> {
  const compute = new ComputeClient({
    nodePath: ports.nodePath,
    entryPath: ports.computeEntry,
    resourcesDirectory: ports.resourcesDirectory,
    onLog: (text) => ports.log(text.trimEnd()),
  })
  const projects = new OpenProjects(ports)
  const context: BackendContext = {
    ports,
    compute,
    projects,
    grants: new Grants(ports.allowsPaths),
    recent: new RecentProjects(ports.settingsDirectory),
    ffmpeg: createFfmpegFinder(ports.ffmpegPath),
    pictures: new PictureCache(),
  }
  return Promise.resolve({
    ports,
    router: createRouter(context),
    grantFile: (path) => context.grants.grant(path),
    acceptUpload: async (project, name, body) =>
      context.grants.grant(await receiveUpload(projects.writable(project).store.root, name, body)),
    isBusy: () => projects.isBusy(),
    async handleData(request) {
      try {
        return await answerData(context, request)
      } catch (error) {
        const body = toErrorBody(error)
        const status = body.code.endsWith('_NOT_FOUND') || body.code === 'NOT_ANALYSED' || body.code === 'VIDEO_MISSING' ? 404 : 400
        return Response.json(body, { status })
      }
    },
    async close() {
      await projects.closeAll()
      await compute.close()
    },
  })
}
