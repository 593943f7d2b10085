// What the folds of a run share, and the separate streams of random numbers that a run's choices come from.
import type { NamedArray } from '@ml/model/initialise'
import type { ClassifierTraining } from '@ml/training/classifierProgram'
import type { RunConfig } from '@shared/trainingRun'
import type { InputSource } from './inputSource'
import type { RunFolder } from './runFolder'
import type { Samples } from './samples'
import type { ParentWeights } from './startingWeights'

/** Everything the folds of a run share. */
export interface RunContext {
  folder: RunFolder
  run: RunConfig
  samples: Samples
  inputs: InputSource
  parent: ParentWeights | null
  /** How well people can be told apart by these weights' features; null unless the curve over epochs is wanted. */
  probe: ((weights: ReadonlyMap<string, NamedArray>, training: ClassifierTraining) => Promise<number | null>) | null
  signal: AbortSignal
  now: () => number
  /** Wall clock for metric lines. */
  timestamp: () => string
  progress(fold: number, step: number, steps: number, epoch: number): void
}

/** Thrown when a pause was asked for and the checkpoint is written. */
export class Paused extends Error {}

/** Each random choice of a fold has its own stream, named after the run's seed and the fold. */
export const STREAM = { weights: 1, order: 2, branches: 3, images: 4 } as const
