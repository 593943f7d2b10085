// Which of a project's models training can start from, and which of them a form offers first.
import type { ModelSummary } from '@shared/model'

/** All but the starter, which is no transformer. */
export const startingModels = (models: readonly ModelSummary[] | undefined): ModelSummary[] =>
  models?.filter(({ kind }) => kind !== 'starter') ?? []

/** The active model where training can start from it, else the transformer that ships with the product; empty while models are loading. */
export function defaultStart(models: readonly ModelSummary[] | undefined): string {
  const sources = startingModels(models)
  return (sources.find(({ isActive }) => isActive) ?? sources.find(({ isBuiltIn }) => isBuiltIn))?.id ?? ''
}
