// From what was asked to a pretraining run that can be started: settings, pictures, network, device. Refuses before anything is written.
import { availableParallelism } from 'node:os'
import type { PretrainingRequest } from '@shared/contract/pretraining'
import { AppError } from '@shared/errors'
import { IMAGENET_NORMALISATION, type VitArchitecture } from '@shared/model'
import {
  decoderOf,
  PRETRAINING_FORMAT,
  pretrainingConfig,
  type PlanPretrainingSpec,
  type PretrainingConfig,
  type PretrainingData,
  type PretrainingRunConfig,
} from '@shared/pretraining'
import type { ModelOnDisk } from '@shared/trainingCommands'
import { updatesOf } from '@shared/updates'
import type { BackendContext } from '../context'
import { chooseDevice } from '../devices'
import { modelCard, modelFolder } from '../modelRegistry'
import type { OpenProject } from '../openProjects'
import { runId } from '../training/prepareRun'
import { pretrainingData } from './pretrainingData'

export interface PreparedPretraining {
  run: PretrainingRunConfig
  data: PretrainingData
}

/** @throws AppError CONFIG_INVALID, MODEL_NOT_FOUND, NOT_ANALYSED, INPUT_INVALID, FILE_NOT_FOUND, DATASET_INVALID, SUBJECT_NOT_FOUND, DEVICE_* */
export async function preparePretraining(
  context: BackendContext,
  project: OpenProject,
  request: PretrainingRequest,
): Promise<PreparedPretraining> {
  const parent = parentOf(context, project, request.fromModelId ?? null)
  const { config, data } = pretrainingInput(context, project, request, parent)
  const spec: PlanPretrainingSpec = { config, architecture: parent?.card.architecture ?? null }
  const architecture = (await context.compute.run('planPretraining', spec)) as VitArchitecture
  const createdAt = new Date()
  const { stepsPerEpoch, steps } = updatesOf(config.optimisation, data.frames)
  const label = parent ? parent.card.name : `ViT-${config.network.size} ${architecture.imageSize}`
  return {
    data,
    run: {
      format: PRETRAINING_FORMAT,
      id: runId(createdAt),
      name: request.name ?? `Pretraining ${label} ${createdAt.toISOString().slice(0, 16).replace('T', ' ')}`,
      createdAt: createdAt.toISOString(),
      config,
      device: await chooseDevice(context, request.device),
      threads: availableParallelism(),
      architecture,
      decoder: decoderOf(config),
      normalisation: parent?.card.normalisation ?? IMAGENET_NORMALISATION,
      parent: parent && {
        id: parent.card.id,
        name: parent.card.name,
        kind: parent.card.kind === 'vit' ? 'vit' : 'backbone',
        architecture,
        aus: [],
        sha256: parent.card.files[0]?.sha256 ?? '',
      },
      crops: { rule: 'fmae', size: architecture.imageSize },
      stepsPerEpoch,
      steps,
    },
  }
}

/** Settings and pictures of a request, without asking the compute process. */
export function pretrainingInput(
  context: BackendContext,
  { store }: OpenProject,
  request: PretrainingRequest,
  parent: ModelOnDisk | null,
): { config: PretrainingConfig; data: PretrainingData } {
  // A model keeps its image size unless another is asked for in so many words.
  const inherited = parent?.card.architecture ? { network: { imageSize: parent.card.architecture.imageSize } } : null
  const leaveOut = request.leaveOut ? { own: { leaveOut: request.leaveOut } } : null
  const config = pretrainingConfig(inherited, request.configuration, leaveOut)
  const data = pretrainingData(store, config, {
    stores: (request.stores ?? []).map(({ directory, weight }) => ({
      directory: context.grants.resolve(directory),
      weight: weight ?? null,
    })),
    ownWeight: request.ownWeight === null ? 0 : (request.ownWeight ?? null),
  })
  return { config, data }
}

/** @throws AppError MODEL_NOT_FOUND, CONFIG_INVALID for the starter */
export function parentOf({ ports }: BackendContext, { store }: OpenProject, modelId: string | null): ModelOnDisk | null {
  if (modelId === null) return null
  const card = modelCard(store, ports.resourcesDirectory, modelId)
  if (card.architecture === null)
    throw new AppError(
      'CONFIG_INVALID',
      'The starter model cannot be pretrained further: it is no transformer. Start from an imported or pretrained backbone, or from nothing (--from none).',
    )
  return { card, directory: modelFolder(store, ports.resourcesDirectory, card.id) }
}
