// Starts and resumes distillation runs as jobs of the compute lane.
import { distilModel } from '@main/jobs/distilModel'
import type { JobContext } from '@main/jobs/runner'
import type { RunOutcome } from '@main/jobs/runToModel'
import type { DistillationRequest } from '@shared/contract/distillation'
import type { DistillationModel, DistillationRunConfig } from '@shared/distillation'
import { AppError } from '@shared/errors'
import type { JobRow } from '@shared/jobs'
import type { ModelCard } from '@shared/model'
import type { BackendContext } from '../context'
import type { OpenProject } from '../openProjects'
import { assertResumable, queueRun } from '../training/runWork'
import { readableVideo } from '../videoReading'
import { DistillationRuns } from './distillationRuns'
import { prepareDistillation, studentOf, teacherOf } from './prepareDistillation'

/** Prepares a run and queues it. On any error nothing has been written. */
export async function startDistillation(
  context: BackendContext,
  project: OpenProject,
  request: DistillationRequest,
): Promise<{ runId: string; job: JobRow }> {
  await context.ffmpeg()
  const { run, data } = await prepareDistillation(context, project, request)
  new DistillationRuns(project.store).runs.create(run, data)
  return { runId: run.id, job: queue(context, project, run) }
}

/** @throws AppError RUN_NOT_FOUND, JOB_ACTIVE, MODEL_NOT_FOUND, CHECKPOINT_INVALID where teacher or student are other files than at the start */
export async function resumeDistillation(
  context: BackendContext,
  project: OpenProject,
  runId: string,
): Promise<{ runId: string; job: JobRow }> {
  const own = new DistillationRuns(project.store)
  const run = own.config(runId)
  assertResumable(own.runs, runId, 'model')
  if (run.hasWithdrawals)
    throw new AppError('CHECKPOINT_INVALID', 'A subject of this run has withdrawn, so it cannot go on. Start a new run.')
  await context.ffmpeg()
  assertSame(run.teacher, teacherOf(context, project, run.teacher.id).card)
  if (run.parent) assertSame(run.parent, studentOf(context, project, run.parent.id)?.card ?? null)
  own.runs.clearPause(runId)
  return { runId, job: queue(context, project, run) }
}

function assertSame({ name, sha256 }: DistillationModel, card: ModelCard | null): void {
  if (card?.files.some((file) => file.sha256 === sha256)) return
  throw new AppError(
    'CHECKPOINT_INVALID',
    `${name} has other weights than when this run was started, so it cannot be resumed. Start a new run.`,
  )
}

function queue(context: BackendContext, project: OpenProject, run: DistillationRunConfig): JobRow {
  return queueRun(project, { kind: 'distil', title: `Distil ${run.name}`, run, work: (job) => workOnRun(context, project, run, job) })
}

async function workOnRun(context: BackendContext, project: OpenProject, run: DistillationRunConfig, job: JobContext): Promise<RunOutcome> {
  const { store } = project
  const own = new DistillationRuns(store)
  const teacher = teacherOf(context, project, run.teacher.id)
  const parent = studentOf(context, project, run.parent?.id ?? null)
  return distilModel(
    {
      store,
      compute: context.compute,
      ffmpeg: await context.ffmpeg(),
      folder: own.runs.folder(run.id),
      run,
      data: own.data(run.id),
      teacher,
      parent,
      licence: licenceOf(teacher.card, parent?.card ?? null),
      product: context.ports.version,
      readable: (videoId) => readableVideo(store, videoId),
    },
    job,
  )
}

/** What learned from a model keeps that model's terms, and those of the weights it began with. */
function licenceOf({ licence, name }: ModelCard, parent: ModelCard | null): ModelCard['licence'] {
  const notice = `Distilled from ${name}: ${licence.notice}`
  if (!parent || parent.licence.notice === licence.notice) return { ...licence, notice }
  return {
    name: licence.name === parent.licence.name ? licence.name : `${licence.name}; weights it began with: ${parent.licence.name}`,
    isNonCommercial: licence.isNonCommercial || parent.licence.isNonCommercial,
    notice: `${notice} The weights it began with, ${parent.name}: ${parent.licence.notice}`,
  }
}
