// The models a project can use: the starter that ships with the product, and those of the project's own registry.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUILT_IN_MODEL_ID, type ProjectStore } from '@main/store/index'
import type { ModelCard, ModelSummary } from '@shared/model'

const builtIn = new Map<string, ModelCard>()

/** Card of the starter, read once. */
export function starterCard(resourcesDirectory: string): ModelCard {
  const known = builtIn.get(resourcesDirectory)
  if (known) return known
  const card = JSON.parse(readFileSync(join(starterFolder(resourcesDirectory), 'card.json'), 'utf8')) as ModelCard
  builtIn.set(resourcesDirectory, card)
  return card
}

const starterFolder = (resourcesDirectory: string): string => join(resourcesDirectory, 'models', BUILT_IN_MODEL_ID)

/** Card of a model, of the active one when no id is given. @throws AppError MODEL_NOT_FOUND */
export function modelCard(store: ProjectStore, resourcesDirectory: string, modelId?: string): ModelCard {
  const id = modelId ?? store.project.activeModelId()
  return id === BUILT_IN_MODEL_ID ? starterCard(resourcesDirectory) : store.models.get(id)
}

/** Folder with a model's files. */
export function modelFolder(store: ProjectStore, resourcesDirectory: string, modelId: string): string {
  return modelId === BUILT_IN_MODEL_ID ? starterFolder(resourcesDirectory) : store.models.folder(modelId)
}

/** The starter first, then the project's own in order of adding. */
export function modelSummaries(store: ProjectStore, resourcesDirectory: string): ModelSummary[] {
  const active = store.project.activeModelId()
  return [starterCard(resourcesDirectory), ...store.models.list()].map((card) => summarise(card, active))
}

export function summarise(card: ModelCard, activeModelId: string): ModelSummary {
  return {
    id: card.id,
    name: card.name,
    kind: card.kind,
    aus: card.aus.map(({ au }) => au),
    isActive: card.id === activeModelId,
    isBuiltIn: card.id === BUILT_IN_MODEL_ID,
    canPredict: card.kind !== 'backbone',
    licence: card.licence.name,
    isNonCommercial: card.licence.isNonCommercial,
    createdAt: card.createdAt,
  }
}
