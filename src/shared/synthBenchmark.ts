// `auw synth benchmark` as data: who is rendered, what is planted, what is trained. The method is that of the paper (arXiv 2407.11243) with everything
// smaller, so that a processor of two cores does it within an hour. Nothing here runs.
import { STARTER_VIT_ID } from './model'
import type { PartialConfig } from './training'

export interface BenchmarkPlan {
  format: 'au-workbench-benchmark/1'
  size: 'full' | 'quick'
  /** Part of SynthConfig for the subjects with labels: their videos have the shortcut. */
  subjects: Record<string, unknown>
  /** Id of the model that every arm starts from: it has learned from other synthetic people, without the shortcut. */
  from: string
  /** Part of TrainingConfig, shared by all arms; test subjects are the held-out ones. */
  training: PartialConfig
  aus: number[]
  lambdas: number[]
  seeds: number[]
}

/** AUs whose rates depend on the subject: common enough in held-out subjects for an F1, and spread over the face. */
const SHORTCUT_AUS = [1, 2, 4, 6, 9, 12, 17, 20, 26]

const FULL: Omit<BenchmarkPlan, 'format' | 'size'> = {
  subjects: {
    // other people than those that the settings below were chosen on
    seed: 2027,
    subjects: { train: 14, heldOut: 8 },
    // two frames a second: neighbours at a higher rate would tell little more
    video: { seconds: 60, framesPerSecond: 2, size: 256, faceHeight: { from: 0.45, to: 0.58 } },
    expression: { eventsPerMinute: 40 },
    shortcut: { strength: 1, aus: SHORTCUT_AUS, factor: 8 },
  },
  from: STARTER_VIT_ID,
  training: {
    network: { size: 'tiny', imageSize: 112 },
    optimisation: { epochs: 4, warmupEpochs: 0.5, batch: 32, microBatches: 1, baseRate: 2.4e-3, layerDecay: 0.75, stochasticDepth: 0 },
    augmentation: { resizedCropScale: [0.8, 1], flip: 0.5, randAugment: null, erasing: 0 },
    evaluation: { validationShare: 0.2, everyEpochs: 1, hasPublishedProtocol: true, hasProbe: true, hasEpochProbe: true, resamples: 1000 },
  },
  aus: [...SHORTCUT_AUS, 25].sort((a, b) => a - b),
  lambdas: [0, 0.5, 1, 2],
  seeds: [0, 1, 2],
}

/** The same in a few minutes, to see that everything works; its figures mean nothing. */
const QUICK: Omit<BenchmarkPlan, 'format' | 'size'> = {
  subjects: {
    ...FULL.subjects,
    subjects: { train: 4, heldOut: 2 },
    video: { seconds: 12, framesPerSecond: 2, size: 160, faceHeight: { from: 0.5, to: 0.6 } },
  },
  from: FULL.from,
  training: {
    ...FULL.training,
    optimisation: { ...FULL.training.optimisation, epochs: 2, batch: 16 },
    evaluation: { ...FULL.training.evaluation, resamples: 100 },
  },
  aus: [1, 4, 6, 12, 25, 26],
  lambdas: [0, 1],
  seeds: [0],
}

export function benchmarkPlan(
  size: BenchmarkPlan['size'],
  change: { lambdas?: number[]; seeds?: number[]; epochs?: number },
): BenchmarkPlan {
  const plan = size === 'quick' ? QUICK : FULL
  const { optimisation } = plan.training
  return {
    format: 'au-workbench-benchmark/1',
    size,
    ...plan,
    training: change.epochs === undefined ? plan.training : { ...plan.training, optimisation: { ...optimisation, epochs: change.epochs } },
    lambdas: change.lambdas ?? plan.lambdas,
    seeds: change.seeds ?? plan.seeds,
  }
}
