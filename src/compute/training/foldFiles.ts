// What a fold leaves in the run folder: weights and test probabilities of the best epoch so far, and at its end its result.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import type { NamedArray } from '@ml/model/initialise'
import { loadWeights, type EpochResult } from './checkpoint'
import { bestEpoch } from './evaluateEpoch'
import type { RunFolder } from './runFolder'

/** What a fold leaves behind; its probabilities are beside it in `folds/`. */
export interface FoldResult {
  fold: number
  chosenEpoch: number | null
  thresholds: (number | null)[]
  published: EpochResult['published']
  evaluated: EpochResult[]
  seconds: number
}

export const bestWeightsName = (fold: number, epoch: number): string => `best-${fold}-${epoch}.safetensors`
export const bestTestName = (fold: number, epoch: number): string => `best-${fold}-${epoch}.f32`
export const foldResultName = (fold: number): string => `fold-${fold}.json`
export const foldProbabilitiesName = (fold: number): string => `fold-${fold}.f32`

/** The fold's result and, of the chosen epoch, the probabilities of its test subjects, written to `folds/`. */
export async function writeFoldResult(folder: RunFolder, fold: number, evaluated: EpochResult[], seconds: number): Promise<FoldResult> {
  const best = bestEpoch(evaluated)
  const published = evaluated.map((one) => one.published).reduce((top, one) => (one && (!top || one.mean > top.mean) ? one : top), null)
  const result = { fold, chosenEpoch: best?.epoch ?? null, thresholds: best?.thresholds ?? [], published, evaluated, seconds }
  const predicted = best && folder.checkpoint(bestTestName(fold, best.epoch))
  if (predicted && existsSync(predicted))
    await folder.writeFloats(folder.path('folds', foldProbabilitiesName(fold)), await folder.readFloats(predicted))
  await folder.writeJson(folder.path('folds', foldResultName(fold)), result)
  return result
}

/** Removes weights and probabilities of a fold's epochs but those `kept`. */
export function dropBest(folder: RunFolder, fold: number, kept: readonly number[]): void {
  for (const name of readdirSync(folder.checkpoint())) {
    const [, ofFold, ofEpoch] = /^best-(\d+)-(\d+)\./.exec(name) ?? []
    if (ofFold === String(fold) && !kept.includes(Number(ofEpoch))) rmSync(folder.checkpoint(name), { force: true })
  }
}

/** Weights of the chosen epoch of a fold. */
export function chosenWeights(folder: RunFolder, { fold, chosenEpoch }: FoldResult): Promise<Map<string, NamedArray>> {
  return loadWeights(folder.checkpoint(bestWeightsName(fold, chosenEpoch ?? 0)))
}
