// From what was asked to a distillation run that can be started: teacher, student, settings, frames, device. Refuses before anything is written.
import { availableParallelism } from 'node:os'
import type { DistillationRequest } from '@shared/contract/distillation'
import {
  DISTILLATION_FORMAT,
  distillationConfig,
  type DistillationConfig,
  type DistillationModel,
  type DistillationRunConfig,
  type PlanDistillationSpec,
} from '@shared/distillation'
import { AppError } from '@shared/errors'
import { isSettingsTree } from '@shared/layeredSettings'
import { IMAGENET_NORMALISATION, weightsFileOf, type ModelCard, type VitArchitecture } from '@shared/model'
import type { ModelOnDisk } from '@shared/trainingCommands'
import type { RunData } from '@shared/trainingRun'
import { updatesOf } from '@shared/updates'
import type { BackendContext } from '../context'
import { chooseDevice } from '../devices'
import { modelCard, modelFolder } from '../modelRegistry'
import type { OpenProject } from '../openProjects'
import { learnedBy, unknownOrigin } from '../training/learnedBy'
import { runId } from '../training/prepareRun'
import { distillationData, type DistillationFrames } from './distillationData'

export interface PreparedDistillation {
  run: DistillationRunConfig
  data: RunData
}

/** @throws AppError CONFIG_INVALID, MODEL_NOT_FOUND, MODEL_CANNOT_PREDICT, NOT_ANALYSED, INPUT_INVALID, SUBJECT_NOT_FOUND, WILL_NOT_FIT, DEVICE_* */
export async function prepareDistillation(
  context: BackendContext,
  project: OpenProject,
  request: DistillationRequest,
): Promise<PreparedDistillation> {
  const { teacher, student, config, frames } = distillationInput(context, project, request)
  const { data, isSynthetic, labelsUnused } = frames
  const device = await chooseDevice(context, request.device)
  const taught = teacher.card.architecture as VitArchitecture
  const aus = teacher.card.aus.map(({ au }) => au)
  const architecture = (await context.compute.run('planDistillation', {
    config,
    teacher: taught,
    aus: aus.length,
    architecture: student?.card.architecture ?? null,
    device,
  } satisfies PlanDistillationSpec)) as VitArchitecture
  const createdAt = new Date()
  const label = student ? student.card.name : `ViT-${config.network.size} ${architecture.imageSize}`
  return {
    data,
    run: {
      format: DISTILLATION_FORMAT,
      id: runId(createdAt),
      name: request.name ?? `${label} distilled from ${teacher.card.name} ${createdAt.toISOString().slice(0, 16).replace('T', ' ')}`,
      createdAt: createdAt.toISOString(),
      config,
      device,
      threads: availableParallelism(),
      teacher: {
        ...remembered(teacher.card),
        architecture: taught,
        normalisation: teacher.card.normalisation,
        aus,
        subjects: learnedBy(project.store, teacher.card, 'labels'),
        unknownOrigin: unknownOrigin(project.store, teacher.card)?.name ?? null,
      },
      parent: student && remembered(student.card),
      architecture,
      normalisation: student?.card.normalisation ?? IMAGENET_NORMALISATION,
      isSynthetic,
      labelsUnused,
      ...updatesOf(config.optimisation, [...data.samples.isTrained].filter((flag) => flag === '1').length),
    },
  }
}

interface DistillationInput {
  teacher: ModelOnDisk
  student: ModelOnDisk | null
  config: DistillationConfig
  frames: DistillationFrames
}

/** Models, settings and frames of a request, without asking the compute process. */
export function distillationInput(context: BackendContext, project: OpenProject, request: DistillationRequest): DistillationInput {
  const teacher = teacherOf(context, project, request.teacherId)
  const student = studentOf(context, project, request.studentId ?? null)
  const config = configOf(request, student?.card ?? null)
  const aus = teacher.card.aus.map(({ au }) => au)
  return { teacher, student, config, frames: distillationData(project.store, config, aus, config.network.imageSize) }
}

/** @throws AppError CONFIG_INVALID */
function configOf(request: DistillationRequest, student: ModelCard | null): DistillationConfig {
  // A model keeps its image size unless another is asked for in so many words.
  const inherited = student?.architecture ? { network: { imageSize: student.architecture.imageSize } } : null
  const network = request.configuration?.network
  if (student && isSettingsTree(network) && network.size !== undefined)
    throw new AppError(
      'CONFIG_INVALID',
      `A student that starts from ${student.name} keeps that model's size: leave the size out, or start from nothing (--student none).`,
      { path: 'network.size' },
    )
  const leaveOut = request.leaveOut ? { frames: { leaveOut: request.leaveOut } } : null
  return distillationConfig(inherited, request.configuration, leaveOut)
}

/** @throws AppError MODEL_NOT_FOUND, MODEL_CANNOT_PREDICT for models without AU values and features */
export function teacherOf({ ports }: BackendContext, { store }: OpenProject, modelId: string): ModelOnDisk {
  const card = modelCard(store, ports.resourcesDirectory, modelId)
  if (card.kind === 'starter')
    throw new AppError(
      'MODEL_CANNOT_PREDICT',
      `${card.name} cannot be a teacher: it is no transformer, has no features to learn from, and is faster than any student would be. Choose a trained or imported model.`,
    )
  if (card.kind === 'backbone')
    throw new AppError(
      'MODEL_CANNOT_PREDICT',
      `${card.name} is a pretrained backbone without AU outputs, so it has nothing to teach; train it first.`,
    )
  if (card.kind !== 'vit' || card.architecture === null || card.aus.length === 0)
    throw new AppError('MODEL_CANNOT_PREDICT', `${card.name} does not predict Action Units, so it cannot be a teacher. Choose an AU model.`)
  return { card, directory: modelFolder(store, ports.resourcesDirectory, card.id) }
}

/** @throws AppError MODEL_NOT_FOUND, CONFIG_INVALID for the starter */
export function studentOf({ ports }: BackendContext, { store }: OpenProject, modelId: string | null): ModelOnDisk | null {
  if (modelId === null) return null
  const card = modelCard(store, ports.resourcesDirectory, modelId)
  if (card.architecture === null)
    throw new AppError(
      'CONFIG_INVALID',
      `${card.name} cannot become a student: it is no transformer. Start from a backbone or a trained model, or from nothing (--student none).`,
    )
  return { card, directory: modelFolder(store, ports.resourcesDirectory, card.id) }
}

const remembered = (card: ModelCard): DistillationModel => ({
  id: card.id,
  name: card.name,
  sha256: (weightsFileOf(card) ?? card.files[0])?.sha256 ?? '',
})
