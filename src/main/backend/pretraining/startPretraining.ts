// Starts and resumes pretraining runs as jobs of the compute lane.
import { pretrainModel } from '@main/jobs/pretrainModel'
import type { JobContext } from '@main/jobs/runner'
import type { RunOutcome } from '@main/jobs/runToModel'
import type { PretrainingRequest } from '@shared/contract/pretraining'
import { AppError } from '@shared/errors'
import type { JobRow } from '@shared/jobs'
import type { ModelCard } from '@shared/model'
import type { PretrainingData, PretrainingRunConfig } from '@shared/pretraining'
import type { BackendContext } from '../context'
import type { OpenProject } from '../openProjects'
import { assertResumable, queueRun } from '../training/runWork'
import { readableVideo } from '../videoReading'
import { parentOf, preparePretraining } from './preparePretraining'
import { storeManifest } from './pretrainingData'
import { PretrainingRuns } from './pretrainingRuns'

/** Prepares a run and queues it. On any error nothing has been written. */
export async function startPretraining(
  context: BackendContext,
  project: OpenProject,
  request: PretrainingRequest,
): Promise<{ runId: string; job: JobRow }> {
  await context.ffmpeg()
  const { run, data } = await preparePretraining(context, project, request)
  new PretrainingRuns(project.store).runs.create(run, data)
  return { runId: run.id, job: queue(context, project, run) }
}

/** @throws AppError RUN_NOT_FOUND, JOB_ACTIVE, MODEL_NOT_FOUND, CHECKPOINT_INVALID where a store has other pictures than at the start */
export async function resumePretraining(
  context: BackendContext,
  project: OpenProject,
  runId: string,
): Promise<{ runId: string; job: JobRow }> {
  const runs = new PretrainingRuns(project.store)
  const run = runs.config(runId)
  assertResumable(runs.runs, runId, 'backbone')
  if (run.hasWithdrawals)
    throw new AppError('CHECKPOINT_INVALID', 'A subject of this run has withdrawn, so it cannot go on. Start a new run.')
  await context.ffmpeg()
  parentOf(context, project, run.parent?.id ?? null)
  assertSameStores(runs.data(runId))
  runs.runs.clearPause(runId)
  return { runId, job: queue(context, project, run) }
}

function assertSameStores(data: PretrainingData): void {
  for (const { directory, contentHash, name } of data.sources) {
    if (directory === null || storeManifest(directory).contentHash === contentHash) continue
    throw new AppError(
      'CHECKPOINT_INVALID',
      `The store ${name} holds other pictures than when this run was started, so it cannot be resumed. Start a new run.`,
      { directory },
    )
  }
}

function queue(context: BackendContext, project: OpenProject, run: PretrainingRunConfig): JobRow {
  return queueRun(project, { kind: 'pretrain', title: `Pretrain ${run.name}`, run, work: (job) => workOnRun(context, project, run, job) })
}

async function workOnRun(context: BackendContext, project: OpenProject, run: PretrainingRunConfig, job: JobContext): Promise<RunOutcome> {
  const { store } = project
  const own = new PretrainingRuns(store)
  const parent = parentOf(context, project, run.parent?.id ?? null)
  const data = own.data(run.id)
  return pretrainModel(
    {
      store,
      compute: context.compute,
      ffmpeg: await context.ffmpeg(),
      folder: own.runs.folder(run.id),
      run,
      data,
      parent,
      licence: licenceOf(parent?.card ?? null, data),
      product: context.ports.version,
      readable: (videoId) => readableVideo(store, videoId),
    },
    job,
  )
}

/** A model made from others' weights keeps their terms, and names the terms of the pictures it saw. */
function licenceOf(parent: ModelCard | null, data: PretrainingData): ModelCard['licence'] {
  const terms = [...new Set(data.sources.flatMap(({ licence }) => (licence === null ? [] : [licence])))]
  const ofPictures = terms.length > 0 ? ` Terms of pictures it was pretrained on, as noted by who curated them: ${terms.join('; ')}.` : ''
  const isNonCommercial = terms.some((text) => /non-?commercial|\bNC\b/i.test(text))
  if (parent)
    return {
      name: parent.licence.name,
      isNonCommercial: parent.licence.isNonCommercial || isNonCommercial,
      notice: `${parent.licence.notice}${ofPictures}`,
    }
  return {
    name:
      terms.length > 0
        ? 'Pretrained from nothing here; see the terms of its pictures'
        : 'Your own (pretrained from nothing in this project)',
    isNonCommercial,
    notice: `Pretrained in this project from nothing; what the people in its pictures consented to decides what may be done with it.${ofPictures}`,
  }
}
