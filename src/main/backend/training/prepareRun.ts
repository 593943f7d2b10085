// From what was asked to a run that can be started: settings, data, folds, network, device. Refuses before anything is written.
import { availableParallelism } from 'node:os'
import { randomBytes } from 'node:crypto'
import type { ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import { IMAGENET_NORMALISATION, STARTER_VIT_ID, type ModelCard } from '@shared/model'
import { trainingConfig, type TrainingConfig } from '@shared/training'
import type { ModelOnDisk, PlanRunSpec, RunPlan } from '@shared/trainingCommands'
import { TRAINING_PRESETS } from '@shared/trainingPresets'
import type { RunConfig, RunData } from '@shared/trainingRun'
import type { BackendContext } from '../context'
import { chooseDevice } from '../devices'
import { modelCard, modelFolder } from '../modelRegistry'
import type { OpenProject } from '../openProjects'
import { collectData, collectOptions } from './collectData'
import { learnedBy } from './learnedBy'

export interface TrainingRequest {
  presetId?: string
  configuration?: Record<string, unknown>
  fromModelId?: string | null
  aus?: number[]
  device?: string
  name?: string
  ablation?: string
  /** Labels of an earlier run that is to be compared with this one; absent takes those that the project has now. */
  labelled?: RunData
}

export interface PreparedRun {
  run: RunConfig
  data: RunData
  parent: ModelOnDisk | null
}

/** @throws AppError CONFIG_INVALID, MODEL_NOT_FOUND, NO_LABELS, LABELS_CONTRADICT, NOT_ANALYSED, TOO_FEW_SUBJECTS, SUBJECT_LEAK, DEVICE_* */
export async function prepareRun(context: BackendContext, { store }: OpenProject, request: TrainingRequest): Promise<PreparedRun> {
  const resources = context.ports.resourcesDirectory
  const parent = parentOf(store, resources, request.fromModelId)
  const { config, presetId } = configOf(request, parent?.card ?? null)
  if (config.trained.part !== 'all' && parent === null) {
    throw new AppError(
      'CONFIG_INVALID',
      'Training only a part needs a model to start from, whose other part is then kept. Choose one (auw train --from MODEL), or train everything (the preset tiny-demo or full-gpu).',
      { path: 'trained' },
    )
  }
  const data = request.labelled
    ? { ...request.labelled, crops: { ...request.labelled.crops, size: config.network.imageSize } }
    : collectData(store, collectOptions(config, request.aus ?? null))
  const plan = (await context.compute.run('planRun', {
    config,
    architecture: parent?.card.architecture ?? null,
    plan: config.evaluation.folds,
    subjects: data.subjects,
    videos: data.videos.map(({ subject, contentHash }) => ({ subject: data.subjects[subject] ?? '', contentHash })),
    validationShare: config.evaluation.validationShare,
    seed: config.seed,
    parentSubjects: parent ? learnedBy(store, parent.card, 'labels') : [],
    parentName: parent?.card.name ?? null,
  } satisfies PlanRunSpec)) as RunPlan
  const createdAt = new Date()
  const run: RunConfig = {
    format: 'au-workbench-run/1',
    id: runId(createdAt),
    name:
      request.name ??
      `${parent ? parent.card.name : `ViT-${config.network.size}`} ${createdAt.toISOString().slice(0, 16).replace('T', ' ')}`,
    createdAt: createdAt.toISOString(),
    config,
    presetId,
    device: await chooseDevice(context, request.device),
    threads: availableParallelism(),
    parent: parent && {
      id: parent.card.id,
      name: parent.card.name,
      kind: parent.card.kind === 'vit' ? 'vit' : 'backbone',
      architecture: plan.architecture,
      aus: parent.card.aus.map(({ au }) => au),
      sha256: parent.card.files[0]?.sha256 ?? '',
      seenUnlabelled: learnedBy(store, parent.card, 'faces'),
    },
    architecture: plan.architecture,
    normalisation: parent?.card.normalisation ?? IMAGENET_NORMALISATION,
    folds: plan.folds,
    before: beforeOf(modelCard(store, resources), parent?.card ?? null),
    isSynthetic: store.videos.list().every((video) => video.labelCount === 0 || video.condition === 'synthetic'),
    ...(request.ablation === undefined ? {} : { ablation: request.ablation }),
  }
  return { run, data, parent }
}

/** `20261124-0412-7f3a`: sorts by time and can be told apart at a glance. */
export function runId(at: Date): string {
  const digits = at.toISOString().replace(/[-:T]/g, '')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${randomBytes(2).toString('hex')}`
}

function parentOf(store: ProjectStore, resources: string, wanted: string | null | undefined): ModelOnDisk | null {
  if (wanted === null) return null
  const card = modelCard(store, resources, wanted)
  if (card.kind === 'starter') {
    // what predicts from the first minute cannot be trained, so a model that ships for this purpose is
    if (wanted === undefined) return parentOf(store, resources, STARTER_VIT_ID)
    throw new AppError(
      'CONFIG_INVALID',
      'The starter model cannot be trained further: it is no transformer. Start from the starter transformer (starter-vit), from an imported FMAE model, or from nothing.',
    )
  }
  return { directory: modelFolder(store, resources, card.id), card }
}

function configOf(request: TrainingRequest, parent: ModelCard | null): { config: TrainingConfig; presetId: string | null } {
  const isPlain = request.presetId === undefined && request.configuration === undefined
  const presetId = request.presetId ?? (isPlain ? (parent ? 'correction' : 'tiny-demo') : null)
  const preset = presetId === null ? null : TRAINING_PRESETS.find((one) => one.id === presetId)
  if (preset === undefined) {
    throw new AppError('CONFIG_INVALID', `There is no preset ${presetId}; there are ${TRAINING_PRESETS.map((one) => one.id).join(', ')}.`, {
      path: 'presetId',
    })
  }
  // A model keeps its image size unless another is asked for in so many words.
  const inherited = parent?.architecture ? { network: { imageSize: parent.architecture.imageSize } } : null
  return { config: trainingConfig(preset?.config, inherited, request.configuration), presetId }
}

/** The model that training starts from where it predicts, else the active one; a backbone has nothing to compare. */
function beforeOf(active: ModelCard, parent: ModelCard | null): RunConfig['before'] {
  const card = parent?.kind === 'vit' ? parent : active
  return card.kind === 'backbone' ? null : { id: card.id, name: card.name, kind: card.kind === 'starter' ? 'starter' : 'vit' }
}
