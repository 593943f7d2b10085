// Runs on expression sets as jobs of the compute lane: prepared, queued, resumed, their models put into the registry.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { AppError, toErrorBody } from '@shared/errors'
import {
  EXPRESSION_RUN_FORMAT,
  type ExpressionReport,
  type ExpressionResult,
  type ExpressionRunConfig,
  type ExpressionRunSummary,
  type ExpressionSet,
  type TrainExpressionsSpec,
} from '@shared/expressions'
import type { JobRow } from '@shared/jobs'
import { IMAGENET_NORMALISATION, type ModelCard, type VitArchitecture } from '@shared/model'
import { DEFAULT_PRETRAINING, pretrainingConfig, type PlanPretrainingSpec, type PretrainingSize } from '@shared/pretraining'
import { trainingConfig, type TrainingConfig } from '@shared/training'
import { MODEL_FOLDER, type TrainProgress } from '@shared/trainingCommands'
import type { ProjectStore } from '@main/store/index'
import type { BackendContext } from '../context'
import { chooseDevice } from '../devices'
import type { OpenProject } from '../openProjects'
import { parentOf } from '../pretraining/preparePretraining'
import { runId } from '../training/prepareRun'
import { Runs } from '../training/runs'
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
  const run = expressionRunConfig(project.store, id)
  const { state } = new Runs(project.store).status(id)
  if (state === 'running') throw new AppError('JOB_ACTIVE', 'This run is going on already.')
  if (state === 'finished') throw new AppError('JOB_ACTIVE', 'This run has finished; its model is in the registry.')
  new Runs(project.store).clearPause(id)
  return { runId: id, job: queue(context, project, run) }
}

/** @throws AppError RUN_NOT_FOUND */
export function expressionRunConfig(store: ProjectStore, id: string): ExpressionRunConfig {
  const run = new Runs(store).config(id) as unknown as ExpressionRunConfig
  if (run.format === EXPRESSION_RUN_FORMAT) return run
  throw new AppError(
    'RUN_NOT_FOUND',
    `There is no run ${id} on expressions in this project. "auw expressions runs DIR" shows those there are.`,
    {
      runId: id,
    },
  )
}

export function expressionRun(store: ProjectStore, id: string): { summary: ExpressionRunSummary; report: ExpressionReport | null } {
  const run = expressionRunConfig(store, id)
  const runs = new Runs(store)
  const { state, modelId, error } = runs.status(id)
  const report = runs.report(id) as unknown as ExpressionReport | null
  const { name, createdAt, setName } = run
  return { summary: { id, name, createdAt, setName, state, modelId, error, accuracy: report?.test.accuracy ?? null }, report }
}

function queue(context: BackendContext, project: OpenProject, run: ExpressionRunConfig): JobRow {
  const { store, jobs, changes } = project
  const runs = new Runs(store)
  const folder = runs.folder(run.id)
  const row = jobs.start({
    kind: 'train',
    lane: 'compute',
    title: run.name,
    modelId: run.parent?.id ?? null,
    spec: { runId: run.id },
    async work(job) {
      try {
        const finished = join(folder, 'result.json')
        const spec: TrainExpressionsSpec = {
          runDirectory: folder,
          setDirectory: new ExpressionSets(store).folder(run.setName),
          parent: parentOf(context, project, run.parent?.id ?? null),
          product: context.ports.version,
        }
        const result = existsSync(finished)
          ? (JSON.parse(readFileSync(finished, 'utf8')) as ExpressionResult)
          : ((await context.compute.run('trainExpressions', spec, {
              signal: job.signal,
              onProgress: ({ done, total, phase }: TrainProgress) => job.progress({ done, total, unit: 'steps', phase }),
            })) as ExpressionResult)
        const modelId = result.card === null ? null : register(project, run, result.card, spec.parent?.card.licence ?? null)
        runs.setStatus(run.id, { state: result.outcome, jobId: row.id, modelId, error: null })
        changes.announce('models')
        return { outcome: result.outcome, runId: run.id, modelId }
      } catch (error) {
        runs.setStatus(run.id, {
          state: job.signal.aborted ? 'interrupted' : 'failed',
          jobId: row.id,
          modelId: null,
          error: job.signal.aborted ? null : toErrorBody(error),
        })
        throw error
      }
    },
  })
  runs.setStatus(run.id, { state: 'running', jobId: row.id, modelId: null, error: null })
  return row
}

/** Layouts of sets that are given out for research alone. */
const RESEARCH_ONLY = new Set(['raf-db', 'affectnet'])

function register(
  { store }: OpenProject,
  run: ExpressionRunConfig,
  card: NonNullable<ExpressionResult['card']>,
  parentLicence: ModelCard['licence'] | null,
): string {
  const known = store.models.list().find((one) => one.training.runId === run.id)
  if (known) return known.id
  const { layout } = new ExpressionSets(store).get(run.setName)
  const isResearchOnly = RESEARCH_ONLY.has(layout)
  const id = randomBytes(6).toString('hex')
  const target = store.models.folder(id)
  const moved = join(new Runs(store).folder(run.id), MODEL_FOLDER)
  renameSync(moved, target)
  try {
    store.models.add({
      format: 'au-workbench-model/1',
      id,
      name: run.name,
      kind: 'expression',
      description: `Expression model (ViT, width ${run.architecture.width}, depth ${run.architecture.depth}, ${run.architecture.imageSize} pixels) from this project's run ${run.id}. ${card.training.summary}`,
      architecture: card.architecture,
      aus: [],
      expressions: run.classes,
      areAusAssumed: false,
      cropRule: { name: 'fmae', size: run.architecture.imageSize },
      normalisation: run.normalisation,
      training: card.training,
      licence: {
        name: parentLicence?.name ?? (isResearchOnly ? 'Research only (images of the set)' : 'Your own (trained in this project)'),
        isNonCommercial: isResearchOnly || (parentLicence?.isNonCommercial ?? false),
        notice:
          `${parentLicence?.notice ?? ''}${isResearchOnly ? ` RAF-DB and AffectNet are given out for non-commercial research; models trained on their images are bound by the same agreement.` : ''}`.trim(),
      },
      files: card.files,
      createdAt: new Date().toISOString(),
      metrics: card.metrics,
    })
  } catch (error) {
    // the folder goes back, so that resuming finds it
    if (!existsSync(moved)) renameSync(target, moved)
    throw error
  }
  return id
}
