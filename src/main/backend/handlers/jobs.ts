// job.*: analysing, predicting, following, cancelling.
import { analyseVideo } from '@main/jobs/analyseVideo'
import { isPredicted, precisionOf, predictVideo } from '@main/jobs/predictVideo'
import type { JobRow } from '@shared/jobs'
import { AppError } from '@shared/errors'
import type { ModelCard, Precision } from '@shared/model'
import type { Video } from '@shared/project'
import { chooseDevice, CPU_DEVICE } from '../devices'
import type { BackendContext } from '../context'
import { modelCard, modelFolder } from '../modelRegistry'
import type { OpenProject } from '../openProjects'
import { os } from '../procedures'
import { readableVideo } from '../videoReading'

export function jobHandlers(context: BackendContext) {
  const { projects, ports } = context
  const { job } = os
  return {
    job: {
      list: job.list.handler(({ input }) => {
        const { store, jobs } = projects.get(input.project)
        return store.jobs.list().map((row) => jobs.present(row))
      }),
      analyse: job.analyse.handler(async ({ input }) => {
        const project = projects.writable(input.project)
        await context.ffmpeg()
        const videos = selected(project, input.videoIds)
        return videos
          .filter((video) => video.analysis !== 'done')
          .flatMap((video) => pendingOr(project, { kind: 'analyse', videoId: video.id }, () => startAnalysis(context, project, video)))
      }),
      predict: job.predict.handler(async ({ input }) => {
        const project = projects.writable(input.project)
        const { store } = project
        const card = modelCard(store, ports.resourcesDirectory, input.modelId)
        if (card.kind === 'backbone')
          throw new AppError(
            'MODEL_CANNOT_PREDICT',
            `${card.name} is a pretrained backbone without AU outputs; train it first, or choose a model that predicts.`,
          )
        await context.ffmpeg()
        if (input.precision === 'int8') requireInt8(card, input.device)
        const chosen = await chooseDevice(context, input.precision === 'int8' ? CPU_DEVICE : input.device)
        // The starter's networks are too small for anything else to pay.
        const device = card.kind === 'starter' ? CPU_DEVICE : chosen
        const analysisOf = (video: Video): JobRow[] =>
          video.analysis === 'done'
            ? []
            : pendingOr(project, { kind: 'analyse', videoId: video.id }, () => startAnalysis(context, project, video))
        return selected(project, input.videoIds).flatMap((video) => {
          // Where none is asked for, what is stored keeps its precision: looking again must not compute everything anew.
          const canKeep = input.device === undefined || input.device === CPU_DEVICE
          const precision = input.precision ?? (canKeep ? precisionOf(store, video, card) : null) ?? 'float32'
          const neutral = card.kind === 'starter' ? store.neutrals.find(video.subjectId) : null
          // The neutral face may be in another video, which then has to be looked at first.
          const analyses = [
            ...(neutral && neutral.videoId !== video.id ? analysisOf(store.videos.get(neutral.videoId)) : []),
            ...analysisOf(video),
          ]
          if (analyses.length === 0 && isPredicted(store, video, card, precision)) return []
          return [
            ...analyses,
            ...pendingOr(project, { kind: 'predict', videoId: video.id, modelId: card.id }, () =>
              startPrediction(context, project, video, card.id, { device: precision === 'int8' ? CPU_DEVICE : device, precision }),
            ),
          ]
        })
      }),
      log: job.log.handler(({ input }) => ({ lines: projects.get(input.project).jobs.linesOf(input.jobId) })),
      cancel: job.cancel.handler(({ input }) => projects.get(input.project).jobs.cancel(input.jobId)),
      watch: job.watch.handler(async function* ({ input, signal }) {
        const { store, changes, jobs } = projects.get(input.project)
        // Subscribed before the rows are read, so that nothing falls between.
        const stream = changes.watchJobs(signal)
        yield* store.jobs.list({ limit: 100 }).map((row) => jobs.present(row))
        yield* stream
      }),
    },
  }
}

/** Starts again what was running when the application last closed or died, for hosts that stay open. Returns the new rows. */
export async function resumeInterrupted(context: BackendContext, project: OpenProject): Promise<JobRow[]> {
  const { store } = project
  const interrupted = store.jobs.list({ statuses: ['interrupted'] }).filter((job) => job.kind === 'analyse' || job.kind === 'predict')
  const started: JobRow[] = []
  for (const job of interrupted.reverse()) {
    const video = job.videoId === null ? null : store.videos.get(job.videoId)
    const { device, precision = 'float32' } = (store.jobs.spec(job.id) ?? {}) as { device?: string; precision?: Precision }
    // The row's work goes on in a new row; the old one has told its end.
    store.jobs.remove(job.id)
    if (!video || video.isMissing) continue
    if (job.kind === 'analyse' && video.analysis !== 'done')
      started.push(...pendingOr(project, { kind: 'analyse', videoId: video.id }, () => startAnalysis(context, project, video)))
    const { modelId } = job
    if (job.kind !== 'predict' || modelId === null) continue
    const usable = await chooseDevice(context, device).catch(() => chooseDevice(context, undefined))
    started.push(
      ...pendingOr(project, { kind: 'predict', videoId: video.id, modelId }, () =>
        startPrediction(context, project, video, modelId, { device: usable, precision }),
      ),
    )
  }
  return started
}

/** @throws AppError INPUT_INVALID for the starter model, and for a device other than the processor */
function requireInt8(card: ModelCard, device: string | undefined): void {
  if (card.kind === 'starter')
    throw new AppError(
      'INPUT_INVALID',
      `${card.name} is small and runs in float32 only. Choose a transformer for int8, or leave the precision out.`,
    )
  if (device !== undefined && device !== CPU_DEVICE)
    throw new AppError('INPUT_INVALID', `int8 runs on the processor (cpu), not on ${device}. Leave one of the two out.`)
}

/** @throws AppError VIDEO_NOT_FOUND for an unknown id, VIDEO_MISSING when a named file is gone */
function selected({ store }: OpenProject, videoIds: string[] | undefined): Video[] {
  if (videoIds === undefined) return store.videos.list().filter((video) => !video.isMissing)
  return videoIds.map((id) => {
    store.videos.requirePath(id)
    return store.videos.get(id)
  })
}

/** The job that does this already, or a new one. */
function pendingOr(
  { store, jobs }: OpenProject,
  wanted: { kind: JobRow['kind']; videoId: string; modelId?: string },
  start: () => JobRow,
): JobRow[] {
  const pending = store.jobs
    .list({ statuses: ['queued', 'running'] })
    .find(
      (row) => jobs.has(row.id) && row.kind === wanted.kind && row.videoId === wanted.videoId && row.modelId === (wanted.modelId ?? null),
    )
  return [pending ?? start()]
}

function startAnalysis({ compute, ffmpeg }: BackendContext, { store, jobs, changes }: OpenProject, video: Video): JobRow {
  return jobs.start({
    kind: 'analyse',
    lane: 'compute',
    title: `Faces of ${video.fileName}`,
    videoId: video.id,
    async work(job) {
      const result = await analyseVideo(
        {
          store,
          compute,
          ffmpeg: await ffmpeg(),
          video,
          readable: readableVideo(store, video.id),
        },
        job,
      )
      changes.announce('analysis', video.id)
      changes.announce('videos', video.id)
      return result
    },
  })
}

function startPrediction(
  { compute, ffmpeg, ports }: BackendContext,
  { store, jobs, changes }: OpenProject,
  video: Video,
  modelId: string,
  where: { device: string; precision: Precision },
): JobRow {
  return jobs.start({
    kind: 'predict',
    lane: 'compute',
    title: `AUs of ${video.fileName}`,
    videoId: video.id,
    modelId,
    spec: where,
    async work(job) {
      const card = modelCard(store, ports.resourcesDirectory, modelId)
      const model = { card, directory: modelFolder(store, ports.resourcesDirectory, modelId), ...where }
      const result = await predictVideo(
        { store, compute, ffmpeg: await ffmpeg(), video, readable: readableVideo(store, video.id), model },
        job,
      )
      changes.announce('predictions', video.id)
      changes.announce('videos', video.id)
      return result
    },
  })
}
