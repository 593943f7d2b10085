// The models a project can use: those that ship with the product, and those of the project's own registry.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProjectStore } from '@main/store/index'
import { predictionColumns } from '@shared/expressions'
import { BUILT_IN_MODEL_IDS, type ModelCard, type ModelSummary } from '@shared/model'

const builtIn = new Map<string, ModelCard>()

const builtInFolder = (resourcesDirectory: string, id: string): string => join(resourcesDirectory, 'models', id)

/** Card of a built-in model, read once. */
function builtInCard(resourcesDirectory: string, id: string): ModelCard {
  const path = join(builtInFolder(resourcesDirectory, id), 'card.json')
  const known = builtIn.get(path)
  if (known) return known
  const card = JSON.parse(readFileSync(path, 'utf8')) as ModelCard
  builtIn.set(path, card)
  return card
}

/** Card of a model, of the active one when no id is given. @throws AppError MODEL_NOT_FOUND */
export function modelCard(store: ProjectStore, resourcesDirectory: string, modelId?: string): ModelCard {
  const id = modelId ?? store.project.activeModelId()
  return BUILT_IN_MODEL_IDS.includes(id) ? builtInCard(resourcesDirectory, id) : store.models.get(id)
}

/** As {@link modelCard}; null for a model that is not there any more. */
export function findModel(store: ProjectStore, resourcesDirectory: string, id: string): ModelCard | null {
  return BUILT_IN_MODEL_IDS.includes(id) ? builtInCard(resourcesDirectory, id) : store.models.find(id)
}

/** Folder with a model's files. */
export function modelFolder(store: ProjectStore, resourcesDirectory: string, modelId: string): string {
  return BUILT_IN_MODEL_IDS.includes(modelId) ? builtInFolder(resourcesDirectory, modelId) : store.models.folder(modelId)
}

/** The built-in models first, then the project's own in order of adding. */
export function modelSummaries(store: ProjectStore, resourcesDirectory: string): ModelSummary[] {
  const active = store.project.activeModelId()
  const shipped = BUILT_IN_MODEL_IDS.map((id) => builtInCard(resourcesDirectory, id))
  return [...shipped, ...store.models.list()].map((card) => summarise(card, active))
}

export function summarise(card: ModelCard, activeModelId: string): ModelSummary {
  return {
    id: card.id,
    name: card.name,
    kind: card.kind,
    aus: card.aus.map(({ au }) => au),
    isActive: card.id === activeModelId,
    isBuiltIn: BUILT_IN_MODEL_IDS.includes(card.id),
    canPredict: predictionColumns(card).length > 0,
    licence: card.licence.name,
    isNonCommercial: card.licence.isNonCommercial,
    createdAt: card.createdAt,
  }
}
