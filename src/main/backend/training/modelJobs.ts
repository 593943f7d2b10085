// Evaluating and probing a stored model on the project's labels, as jobs of the compute lane.
import type { JobContext } from '@main/jobs/runner'
import { cropsOfRun } from '@main/jobs/runToModel'
import { starterValues } from '@main/jobs/starterValues'
import { wantedCrops } from '@main/jobs/trainModel'
import type { ProjectStore } from '@main/store/index'
import type { EvaluationResult, PrecisionComparison, ProbeResult } from '@shared/contract/training'
import { AppError } from '@shared/errors'
import type { JobRow } from '@shared/jobs'
import type { ModelCard } from '@shared/model'
import type { CoderPolicy } from '@shared/training'
import type { ComparePrecisionsSpec, EvaluateSpec, ProbeSpec } from '@shared/trainingCommands'
import { summariseData } from '@shared/trainingData'
import type { ModelFigures, PrecisionFigures, ProbeFigures } from '@shared/figures'
import type { RunData } from '@shared/trainingRun'
import type { BackendContext } from '../context'
import { chooseDevice, CPU_DEVICE } from '../devices'
import { modelCard, modelFolder } from '../modelRegistry'
import type { OpenProject } from '../openProjects'
import { readableVideo } from '../videoReading'
import { collectData } from './collectData'
import { trainingKnowledge, type TrainingKnowledge } from './learnedBy'

const RESAMPLES = 1000
const SEED = 0

interface ModelRequest {
  modelId?: string
  subjects?: string[]
  coders?: CoderPolicy
  device?: string
}

/** @throws AppError NO_LABELS, NOT_ANALYSED, MODEL_NOT_FOUND, MODEL_CANNOT_PREDICT, LABELS_CONTRADICT, SUBJECT_NOT_FOUND */
export async function startEvaluation(context: BackendContext, project: OpenProject, request: ModelRequest): Promise<JobRow> {
  const { store } = project
  const card = modelCard(store, context.ports.resourcesDirectory, request.modelId)
  requireAus(card)
  for (const code of request.subjects ?? []) store.subjects.getByCode(code)
  const data = dataFor(project, card, request)
  const directory = modelFolder(store, context.ports.resourcesDirectory, card.id)
  const device = await chooseDevice(context, request.device)
  await context.ffmpeg()
  return project.jobs.start({
    kind: 'evaluate',
    lane: 'compute',
    title: `Evaluate ${card.name}`,
    modelId: card.id,
    async work(job): Promise<EvaluationResult> {
      const payload =
        card.kind === 'vit'
          ? undefined
          : await starterValues({ ...(await readingOf(context, project)), model: { card, directory }, data }, job)
      if (card.kind === 'vit') await cropsForJob(context, project, data, job)
      const spec: EvaluateSpec = {
        data,
        cropsFile: store.paths.crops,
        model: { card, directory },
        device,
        resamples: RESAMPLES,
        seed: SEED,
      }
      const figures = (await context.compute.run('evaluateModel', spec, {
        signal: job.signal,
        payload: payload && new Uint8Array(payload.buffer),
        onProgress: ({ done, total }: { done: number; total: number }) =>
          job.progress({ done, total, unit: 'frames', phase: 'Computing the model' }),
      })) as ModelFigures
      return { modelId: card.id, subjects: data.subjects, figures, ...knowledgeOf(store, card, data) }
    },
  })
}

/** What int8 does to a model on the project's own labels. @throws AppError as {@link startEvaluation}, and INPUT_INVALID for the starter */
export async function startPrecisionComparison(context: BackendContext, project: OpenProject, request: ModelRequest): Promise<JobRow> {
  const { store } = project
  const card = modelCard(store, context.ports.resourcesDirectory, request.modelId)
  requireAus(card)
  if (card.kind === 'starter') throw new AppError('INPUT_INVALID', `${card.name} runs in float32 only, so there is nothing to compare.`)
  for (const code of request.subjects ?? []) store.subjects.getByCode(code)
  const data = dataFor(project, card, request)
  await context.ffmpeg()
  return project.jobs.start({
    kind: 'compare-precisions',
    lane: 'compute',
    title: `Compare int8 with float32: ${card.name}`,
    modelId: card.id,
    async work(job): Promise<PrecisionComparison> {
      await cropsForJob(context, project, data, job)
      const spec: ComparePrecisionsSpec = {
        data,
        cropsFile: store.paths.crops,
        model: { card, directory: modelFolder(store, context.ports.resourcesDirectory, card.id) },
        resamples: RESAMPLES,
        seed: SEED,
      }
      const figures = (await context.compute.run('comparePrecisions', spec, {
        signal: job.signal,
        onProgress: ({ done, total }: { done: number; total: number }) =>
          job.progress({ done, total, unit: 'frames', phase: 'Computing both' }),
      })) as PrecisionFigures
      return { modelId: card.id, device: CPU_DEVICE, subjects: data.subjects, figures, ...knowledgeOf(store, card, data) }
    },
  })
}

/** @throws AppError as {@link startEvaluation}, and TOO_FEW_SUBJECTS from the job */
export async function startProbe(context: BackendContext, project: OpenProject, request: ModelRequest): Promise<JobRow> {
  const { store } = project
  const card = modelCard(store, context.ports.resourcesDirectory, request.modelId)
  if (card.kind === 'starter')
    throw new AppError(
      'MODEL_CANNOT_PREDICT',
      'The starter model has no features that could be probed. Choose a trained or imported model.',
    )
  // whatever coders say, it is the same faces: only frames and subjects matter here
  const data = collectData(store, {
    aus: null,
    coders: { kind: 'majority' },
    thinning: 1,
    framesPerSubject: null,
    imageSize: card.architecture?.imageSize ?? card.cropRule.size,
    keepsEveryAu: true,
  })
  const device = await chooseDevice(context, request.device)
  await context.ffmpeg()
  return project.jobs.start({
    kind: 'probe',
    lane: 'compute',
    title: `Identity probe of ${card.name}`,
    modelId: card.id,
    async work(job): Promise<ProbeResult> {
      await cropsForJob(context, project, data, job)
      const spec: ProbeSpec = {
        data,
        cropsFile: store.paths.crops,
        model: { card, directory: modelFolder(store, context.ports.resourcesDirectory, card.id) },
        device,
        seed: SEED,
      }
      const figures = (await context.compute.run('probeModel', spec, {
        signal: job.signal,
        onProgress: ({ done, total }: { done: number; total: number }) =>
          job.progress({ done, total, unit: 'frames', phase: 'Computing features' }),
      })) as ProbeFigures
      return { modelId: card.id, figures }
    },
  })
}

/** @throws AppError MODEL_CANNOT_PREDICT for models that give no Action Units */
function requireAus({ kind, name }: ModelCard): void {
  if (kind === 'backbone')
    throw new AppError('MODEL_CANNOT_PREDICT', `${name} is a pretrained backbone without AU outputs; train it first.`)
  if (kind === 'expression')
    throw new AppError(
      'MODEL_CANNOT_PREDICT',
      `${name} names expressions and no Action Units, so labels of Action Units cannot measure it. Its figures on test images are in its card and in the report of its run.`,
    )
}

/** Whom the model learned from, with what is to be said of that and of the data. */
function knowledgeOf(store: ProjectStore, card: ModelCard, data: RunData): TrainingKnowledge {
  const known = trainingKnowledge(store, card, data.subjects)
  return { ...known, warnings: [...known.warnings, ...summariseData(data).warnings] }
}

function dataFor({ store }: OpenProject, card: ModelCard, request: ModelRequest): RunData {
  return collectData(store, {
    aus: card.aus.map(({ au }) => au),
    coders: request.coders ?? { kind: 'refuse' },
    thinning: 1,
    framesPerSubject: null,
    imageSize: card.architecture?.imageSize ?? card.cropRule.size,
    subjects: request.subjects ?? null,
    keepsEveryAu: true,
  })
}

/** Crops of all samples, made where they are missing. */
export async function cropsForJob(context: BackendContext, project: OpenProject, data: RunData, job: JobContext): Promise<void> {
  const rule = { name: data.crops.rule, size: data.crops.size }
  await cropsOfRun(await readingOf(context, project), rule, wantedCrops(data), job)
}

/** What a job needs to read videos and to cut faces out of them. */
async function readingOf({ compute, ffmpeg }: BackendContext, { store }: OpenProject) {
  return { store, compute, ffmpeg: await ffmpeg(), readable: (videoId: string) => readableVideo(store, videoId) }
}
