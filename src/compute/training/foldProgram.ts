// What is trained in a fold: the program that a run's settings name, and how many updates its frames make.
import type { VitConfig } from '@ml/model/config'
import type { ClassifierTraining } from '@ml/training/classifierProgram'
import { samplesPerUpdate, type TrainingConfig } from '@shared/training'
import type { RunConfig } from '@shared/trainingRun'

/** Updates of a fold. Every update is full: the order of samples is continued from its beginning where they do not divide. */
export function updatesPerEpoch(trainedSamples: number, config: TrainingConfig): number {
  return Math.max(1, Math.floor(trainedSamples / samplesPerUpdate(config)))
}

/** The program of a fold. */
export function foldTraining(run: RunConfig, aus: number, subjects: number, positiveWeights: readonly number[] | null): ClassifierTraining {
  const { config, architecture } = run
  const { width, depth, heads, patch, imageSize } = architecture
  const network: VitConfig = { width, depth, heads, patch, imageSize, aus, subjects, identityLayers: config.identity.layers }
  return {
    network,
    batch: config.optimisation.batch,
    trained: config.trained,
    lambda: config.identity.lambda,
    identityRate: config.identity.rate,
    identityLoss: config.identity.loss,
    positiveWeights,
    stochasticDepth: config.optimisation.stochasticDepth,
    weightDecay: config.optimisation.weightDecay,
    layerDecay: config.optimisation.layerDecay,
    clipNorm: config.optimisation.clipNorm,
  }
}
