// Starts and resumes runs on expression sets as jobs of the compute lane.
import { availableParallelism } from 'node:os'
import type { JobContext } from '@main/jobs/runner'
import { runToModel, type RunOutcome } from '@main/jobs/runToModel'
import { AppError } from '@shared/errors'
import {
  EXPRESSION_RUN_FORMAT,
  type ExpressionLayout,
  type ExpressionRunConfig,
  type ExpressionSet,
  type TrainExpressionsSpec,
} from '@shared/expressions'
import type { JobRow } from '@shared/jobs'
import { IMAGENET_NORMALISATION, type ModelCard, type VitArchitecture } from '@shared/model'
import { DEFAULT_PRETRAINING, pretrainingConfig, type PlanPretrainingSpec, type PretrainingSize } from '@shared/pretraining'
import { trainingConfig, type TrainingConfig } from '@shared/training'
import type { BackendContext } from '../context'
import { chooseDevice } from '../devices'
import type { OpenProject } from '../openProjects'
import { parentOf } from '../pretraining/preparePretraining'
import { runId } from '../training/prepareRun'
import { Runs } from '../training/runs'
import { assertResumable, queueRun } from '../training/runWork'
import { ExpressionRuns } from './expressionRuns'
import { ExpressionSets } from './expressionSets'

export interface ExpressionRequest {
  set: string
  fromModelId?: string | null
  configuration?: Record<string, unknown>
  device?: string
  name?: string
}

/** Images of single faces: all of them every epoch, no adversary (these sets name no people), epochs as for small sets. */
const EXPRESSION_CONFIG = {
  network: { size: 'tiny' },
  identity: { lambda: 0 },
  optimisation: { epochs: 20, warmupEpochs: 2, batch: 32, microBatches: 1 },
  augmentation: { resizedCropScale: [0.5, 1] },
}

/** @throws AppError DATASET_INVALID, CONFIG_INVALID, MODEL_NOT_FOUND, DEVICE_* ; nothing is then written */
export async function startExpressions(
  context: BackendContext,
  project: OpenProject,
  request: ExpressionRequest,
): Promise<{ runId: string; job: JobRow }> {
  const set = new ExpressionSets(project.store).get(request.set)
  const parent = parentOf(context, project, request.fromModelId ?? null)
  const config = trainingConfig(EXPRESSION_CONFIG, { network: { imageSize: set.pixels } }, request.configuration)
  assertSuits(config, set)
  const spec: PlanPretrainingSpec = {
    config: pretrainingConfig({ network: { size: sizeOf(config), imageSize: set.pixels }, maskRatio: DEFAULT_PRETRAINING.maskRatio }),
    architecture: parent?.card.architecture ?? null,
  }
  const architecture = (await context.compute.run('planPretraining', spec)) as VitArchitecture
  const createdAt = new Date()
  const run: ExpressionRunConfig = {
    format: EXPRESSION_RUN_FORMAT,
    id: runId(createdAt),
    name: request.name ?? `Expressions ${set.name} ${createdAt.toISOString().slice(0, 16).replace('T', ' ')}`,
    createdAt: createdAt.toISOString(),
    setName: set.name,
    setHash: set.contentHash,
    config,
    device: await chooseDevice(context, request.device),
    threads: availableParallelism(),
    architecture,
    normalisation: parent?.card.normalisation ?? IMAGENET_NORMALISATION,
    parent: parent && {
      id: parent.card.id,
      name: parent.card.name,
      kind: parent.card.kind === 'vit' ? 'vit' : 'backbone',
      architecture,
      aus: [],
      sha256: parent.card.files[0]?.sha256 ?? '',
    },
    classes: set.classes,
  }
  new Runs(project.store).create(run, { format: EXPRESSION_RUN_FORMAT, set: set.name, images: set.samples.label.length })
  return { runId: run.id, job: queue(context, project, run) }
}

function sizeOf(config: TrainingConfig): PretrainingSize {
  const { size } = config.network
  if (size === 'huge') throw new AppError('CONFIG_INVALID', 'Expressions are trained with a tiny, small, base or large network.')
  return size
}

function assertSuits(config: TrainingConfig, set: ExpressionSet): void {
  const refuse = (path: string, why: string): never => {
    throw new AppError('CONFIG_INVALID', `The setting ${path} ${why}.`, { path })
  }
  if (config.identity.lambda > 0) refuse('identity.lambda', 'must be 0: images of expressions are trained without an identity head')
  if (config.trained.part !== 'all') refuse('trained', 'must be all for expressions')
  if (config.network.imageSize !== set.pixels)
    refuse('network.imageSize', `must be the ${set.pixels} pixels of the set; import the set anew for another`)
}

/** @throws AppError RUN_NOT_FOUND, JOB_ACTIVE */
export function resumeExpressions(context: BackendContext, project: OpenProject, id: string): { runId: string; job: JobRow } {
  const own = new ExpressionRuns(project.store)
  const run = own.config(id)
  assertResumable(own.runs, id, 'model')
  own.runs.clearPause(id)
  return { runId: id, job: queue(context, project, run) }
}

function queue(context: BackendContext, project: OpenProject, run: ExpressionRunConfig): JobRow {
  return queueRun(project, { kind: 'train', title: `Train ${run.name}`, run, work: (job) => workOnRun(context, project, run, job) })
}

function workOnRun(context: BackendContext, project: OpenProject, run: ExpressionRunConfig, job: JobContext): Promise<RunOutcome> {
  const { store } = project
  const sets = new ExpressionSets(store)
  const folder = new Runs(store).folder(run.id)
  const parent = parentOf(context, project, run.parent?.id ?? null)
  const product = context.ports.version
  return runToModel(
    {
      store,
      compute: context.compute,
      folder,
      run,
      data: null,
      parent,
      licence: licenceOf(parent?.card.licence ?? null, sets.get(run.setName).layout),
      product,
    },
    {
      command: 'trainExpressions',
      modelKind: 'expression',
      expressions: run.classes,
      named: 'Expression model',
      from: "from this project's run",
      prepare: (): Promise<TrainExpressionsSpec> =>
        Promise.resolve({ runDirectory: folder, setDirectory: sets.folder(run.setName), parent, product }),
    },
    job,
  )
}

/** Layouts of sets that are given out for research alone. */
const RESEARCH_ONLY: readonly ExpressionLayout[] = ['raf-db', 'affectnet']

/** A model made from others' weights keeps their terms, and those of the images come on top. */
function licenceOf(parent: ModelCard['licence'] | null, layout: ExpressionLayout): ModelCard['licence'] {
  const isResearchOnly = RESEARCH_ONLY.includes(layout)
  const ofImages = isResearchOnly
    ? ' RAF-DB and AffectNet are given out for non-commercial research; models trained on their images are bound by the same agreement.'
    : ''
  return {
    name: parent?.name ?? (isResearchOnly ? 'Research only (images of the set)' : 'Your own (trained in this project)'),
    isNonCommercial: isResearchOnly || (parent?.isNonCommercial ?? false),
    notice: `${parent?.notice ?? ''}${ofImages}`.trim(),
  }
}
