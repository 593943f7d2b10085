// project.*, subject.*, neutral.*
import { labelCoverage, removeSubject, summariseProject } from '@main/store/index'
import { clearCache } from '../clearCache'
import type { BackendContext } from '../context'
import { exportsOf } from '../exportNames'
import { os } from '../procedures'
import { resumeInterrupted } from './jobs'
import { RecentProjects } from '../recentProjects'
import { modelsOf, tracesOf, withdraw } from '../training/withdrawal'
import { deleteUploads, uploadsOf } from '../uploads'

export function projectHandlers(context: BackendContext) {
  const { projects, grants, recent, ports } = context
  const { project, subject, neutral } = os
  return {
    project: {
      list: project.list.handler(() =>
        recent.list().map((entry) => ({
          token: grants.grant(entry.path),
          name: entry.name,
          openedAt: entry.openedAt,
          ...RecentProjects.describe(entry),
          summary: summariseProject(entry.path),
        })),
      ),
      opened: project.opened.handler(() => projects.all().map(({ store }) => store.info())),
      create: project.create.handler(async ({ input }) => {
        const created = projects.create(grants.resolve(input.directory), { name: input.name, aus: input.aus })
        const info = created.store.info()
        await recent.note(created.store.root, info.name)
        return info
      }),
      open: project.open.handler(async ({ input }) => {
        const opened = projects.open(grants.resolve(input.directory), input.isReadOnly ? 'read' : 'auto')
        const info = opened.store.info()
        if (!input.isReadOnly) await recent.note(opened.store.root, info.name)
        // A command ends with its own work; a window goes on with what an earlier one left.
        if (ports.host !== 'cli' && info.isWritable) await resumeInterrupted(context, opened)
        return info
      }),
      close: project.close.handler(async ({ input }) => {
        await projects.close(input.project)
        return { isClosed: true as const }
      }),
      info: project.info.handler(({ input }) => projects.get(input.project).store.info()),
      update: project.update.handler(({ input }) => {
        const open = projects.writable(input.project)
        open.store.project.update({ name: input.name, aus: input.aus })
        open.changes.announce('project')
        return open.store.info()
      }),
      backup: project.backup.handler(({ input }) => projects.get(input.project).store.backup(grants.resolve(input.file))),
      coverage: project.coverage.handler(({ input }) => labelCoverage(projects.get(input.project).store.context)),
      clearCache: project.clearCache.handler(({ input }) => ({ freedBytes: clearCache(projects.writable(input.project), input.cache) })),
      watch: project.watch.handler(async function* ({ input, signal }) {
        yield* projects.get(input.project).changes.watch(signal)
      }),
    },
    subject: {
      list: subject.list.handler(({ input }) => projects.get(input.project).store.subjects.list()),
      update: subject.update.handler(({ input }) => {
        const { store, changes } = projects.writable(input.project)
        const updated = store.subjects.update(input.subjectId, { code: input.code, note: input.note })
        changes.announce('subjects')
        return updated
      }),
      remove: subject.remove.handler(async ({ input }) => {
        const { store, changes, jobs } = projects.writable(input.project)
        const videos = store.videos.list({ subjectId: store.subjects.getByCode(input.code).id })
        const traces = tracesOf(store, input.code)
        const modelsTrainedOn = modelsOf(store, traces)
        await Promise.all(videos.map((video) => jobs.cancelVideo(video.id)))
        for (const id of traces.jobIds) await jobs.cancelAndWait(id, 'A subject of this run is being removed.')
        withdraw(store, traces)
        const uploads = uploadsOf(
          store,
          videos.map((video) => video.id),
        )
        const removal = removeSubject(store, input.code)
        deleteUploads(store.root, uploads)
        for (const topic of ['subjects', 'videos', 'labels'] as const) changes.announce(topic)
        return {
          ...removal,
          modelsTrainedOn,
          deletedCopyCount: uploads.length,
          exports: exportsOf(store.paths.exports, videos),
          runs: [...traces.training, ...traces.pretraining].map(({ id, name }) => ({ id, name })),
        }
      }),
    },
    neutral: {
      set: neutral.set.handler(({ input }) => {
        const { store, changes } = projects.writable(input.project)
        const { videoId, startFrame, endFrame } = input
        const span = store.neutrals.set(store.subjects.getByCode(input.subject).id, { videoId, startFrame, endFrame })
        changes.announce('neutral', videoId)
        return span
      }),
      clear: neutral.clear.handler(({ input }) => {
        const { store, changes } = projects.writable(input.project)
        const isCleared = store.neutrals.clear(store.subjects.getByCode(input.subject).id)
        changes.announce('neutral')
        return { isCleared }
      }),
    },
  }
}
