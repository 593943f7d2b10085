// video.*, face.*
import { basename, join } from 'node:path'
import { hashFile, makeProxy } from '@main/media/index'
import { removeVideo } from '@main/store/index'
import { toErrorBody } from '@shared/errors'
import type { VideoAddition } from '@shared/contract/project'
import { addVideo } from '../addVideo'
import type { BackendContext } from '../context'
import type { OpenProject } from '../openProjects'
import { os } from '../procedures'
import { deleteUploads, uploadsOf } from '../uploads'
import { readableVideo } from '../videoReading'

export function videoHandlers(context: BackendContext) {
  const { projects, grants, ffmpeg } = context
  const { video, face } = os
  return {
    video: {
      list: video.list.handler(({ input }) => projects.get(input.project).store.videos.list()),
      get: video.get.handler(({ input }) => projects.get(input.project).store.videos.get(input.videoId)),
      add: video.add.handler(async ({ input }) => {
        const project = projects.writable(input.project)
        const result: VideoAddition = { added: [], refused: [] }
        for (const token of input.files) {
          const path = grants.resolve(token)
          try {
            const { subject: subjectCode, condition = null, session = null } = input
            result.added.push(await addVideo(context, project, { path, subjectCode, condition, session }))
          } catch (error) {
            deleteUploads(project.store.root, [path])
            const { code, message } = toErrorBody(error)
            result.refused.push({ fileName: basename(path), code, message })
          }
        }
        return result
      }),
      update: video.update.handler(({ input }) => {
        const { store, changes } = projects.writable(input.project)
        const subjectId = input.subject === undefined ? undefined : store.subjects.findOrCreate(input.subject).id
        const updated = store.videos.update(input.videoId, {
          subjectId,
          condition: input.condition,
          session: input.session,
          isReviewed: input.isReviewed,
        })
        changes.announce('videos', input.videoId)
        changes.announce('subjects')
        return updated
      }),
      remove: video.remove.handler(async ({ input }) => {
        const { store, changes, jobs } = projects.writable(input.project)
        await jobs.cancelVideo(input.videoId)
        const uploads = uploadsOf(store, [input.videoId])
        const removal = removeVideo(store, input.videoId)
        deleteUploads(store.root, uploads)
        changes.announce('videos', input.videoId)
        changes.announce('labels', input.videoId)
        return { labelCount: removal.labelCount, isFileDeleted: uploads.length > 0 }
      }),
      relocate: video.relocate.handler(async ({ input }) => {
        const { store, changes } = projects.writable(input.project)
        const path = grants.resolve(input.file)
        store.videos.get(input.videoId)
        const { sha256 } = await hashFile(path)
        const found = store.videos.relocate(input.videoId, path, sha256)
        changes.announce('videos', input.videoId)
        return found
      }),
      makeProxy: video.makeProxy.handler(async ({ input }) => {
        const project = projects.writable(input.project)
        const { hasProxy, fileName } = project.store.videos.get(input.videoId)
        if (hasProxy) return { jobId: null }
        const pending = project.store.jobs
          .list({ statuses: ['queued', 'running'] })
          .find((job) => job.kind === 'proxy' && job.videoId === input.videoId)
        if (pending) return { jobId: pending.id }
        await ffmpeg()
        return { jobId: startProxy(context, project, input.videoId, fileName).id }
      }),
    },
    face: {
      tracks: face.tracks.handler(({ input }) => {
        const { tracks, mainTrack } = projects.get(input.project).store.analyses.require(input.videoId)
        return { tracks, mainTrack }
      }),
      setMainTrack: face.setMainTrack.handler(({ input }) => {
        const { store, changes } = projects.writable(input.project)
        store.analyses.setMainTrack(input.videoId, input.track)
        changes.announce('analysis', input.videoId)
        changes.announce('predictions', input.videoId)
        return { mainTrack: input.track }
      }),
    },
  }
}

/** A WebM of the same frames and times for browsers that cannot play the source. */
function startProxy({ ffmpeg }: BackendContext, { store, jobs, changes }: OpenProject, videoId: string, fileName: string) {
  return jobs.start({
    kind: 'proxy',
    lane: 'media',
    title: `Playable copy of ${fileName}`,
    videoId,
    async work({ signal, progress, log }) {
      const { source, clock } = readableVideo(store, videoId)
      const total = clock.timestampsMicroseconds.length
      const name = `${videoId}.webm`
      await makeProxy({ ...source, hasAudio: store.videos.get(videoId).hasAudio }, clock, join(store.root, 'proxies', name), {
        ffmpeg: await ffmpeg(),
        signal,
        log,
        onProgress: ({ frames }) => progress({ done: frames, total, unit: 'frames', phase: 'Encoding' }),
      })
      store.videos.setProxy(videoId, name)
      changes.announce('videos', videoId)
      return { fileName: name }
    },
  })
}
