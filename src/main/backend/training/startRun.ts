// Starts and resumes runs as jobs of the compute lane.
import type { JobContext } from '@main/jobs/runner'
import type { RunOutcome } from '@main/jobs/runToModel'
import { trainModel } from '@main/jobs/trainModel'
import { AppError } from '@shared/errors'
import type { JobRow } from '@shared/jobs'
import type { ModelCard } from '@shared/model'
import type { ModelOnDisk } from '@shared/trainingCommands'
import type { RunConfig } from '@shared/trainingRun'
import type { BackendContext } from '../context'
import { chooseDevice } from '../devices'
import { modelCard, modelFolder } from '../modelRegistry'
import type { OpenProject } from '../openProjects'
import { readableVideo } from '../videoReading'
import { assertFits } from './estimateRun'
import { prepareRun, type TrainingRequest } from './prepareRun'
import { Runs } from './runs'
import { assertResumable, queueRun } from './runWork'

/** Prepares a run and queues it. On any error nothing has been written. */
export async function startRun(
  context: BackendContext,
  project: OpenProject,
  request: TrainingRequest,
): Promise<{ runId: string; job: JobRow }> {
  await context.ffmpeg()
  const prepared = await prepareRun(context, project, request)
  await assertFits(context, prepared)
  const { run, data } = prepared
  new Runs(project.store).create(run, data)
  return { runId: run.id, job: queue(context, project, run) }
}

/**
 * @param device to go on with another one; absent keeps that of the run
 * @throws AppError RUN_NOT_FOUND, JOB_ACTIVE, MODEL_NOT_FOUND when the model it started from was removed, DEVICE_* as chooseDevice
 */
export async function resumeRun(
  context: BackendContext,
  project: OpenProject,
  runId: string,
  device?: string,
): Promise<{ runId: string; job: JobRow }> {
  const runs = new Runs(project.store)
  let run = runs.config(runId)
  assertResumable(runs, runId, 'model')
  if (run.hasWithdrawals)
    throw new AppError('CHECKPOINT_INVALID', 'A subject of this run has withdrawn, so it cannot go on. Start a new run.')
  await context.ffmpeg()
  diskModel(context, project, run.parent?.id ?? null)
  if (device !== undefined) run = runs.setDevice(runId, await chooseDevice(context, device))
  runs.clearPause(runId)
  return { runId, job: queue(context, project, run) }
}

function diskModel({ ports }: BackendContext, { store }: OpenProject, modelId: string | null): ModelOnDisk | null {
  if (modelId === null) return null
  const card = modelCard(store, ports.resourcesDirectory, modelId)
  return { card, directory: modelFolder(store, ports.resourcesDirectory, card.id) }
}

/** The model to stand beside; where it was removed since the run began, the run goes on without it. */
function beforeModel(context: BackendContext, project: OpenProject, run: RunConfig, log: (line: string) => void): ModelOnDisk | null {
  try {
    return diskModel(context, project, run.before?.id ?? null)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'MODEL_NOT_FOUND') throw error
    log(`${run.before?.name ?? 'The model before'} was removed since this run began, so nothing stands beside the new model.`)
    return null
  }
}

/** Trains a prepared run to its end inside a job that is running; what becomes of it is not noted here. */
export async function workOnRun(context: BackendContext, project: OpenProject, run: RunConfig, job: JobContext): Promise<RunOutcome> {
  const { store } = project
  const runs = new Runs(store)
  const parent = diskModel(context, project, run.parent?.id ?? null)
  return trainModel(
    {
      store,
      compute: context.compute,
      ffmpeg: await context.ffmpeg(),
      folder: runs.folder(run.id),
      run,
      data: runs.data(run.id),
      parent,
      before: beforeModel(context, project, run, job.log),
      licence: licenceOf(parent?.card ?? null),
      product: context.ports.version,
      readable: (videoId) => readableVideo(store, videoId),
    },
    job,
  )
}

function queue(context: BackendContext, project: OpenProject, run: RunConfig): JobRow {
  return queueRun(project, { kind: 'train', title: `Train ${run.name}`, run, work: (job) => workOnRun(context, project, run, job) })
}

/** A model made from others' weights keeps their terms. */
function licenceOf(parent: ModelCard | null): ModelCard['licence'] {
  if (parent) return parent.licence
  return {
    name: 'Your own (trained from nothing in this project)',
    isNonCommercial: false,
    notice: 'Trained only on the recordings and labels of this project; what its subjects consented to decides what may be done with it.',
  }
}
