// Running a training program step by step, whatever computes it: the state it holds and what a step takes and gives.
import type { NamedArray } from '@ml/model/initialise'
import type { UpdateScalars } from '@ml/optimizer/adamw'

/** Weights and moments off the device. Moments are there for trainable weights only. */
export interface TrainingState {
  weights: Map<string, NamedArray>
  first: Map<string, NamedArray>
  second: Map<string, NamedArray>
}

/** Fixed-shape values of one micro-batch by the program's input names. */
export type StepInputs = Readonly<Record<string, Float32Array>>

/** What a step reports. The gradient norm is that of the whole update, before clipping. */
export interface StepReport {
  loss: number
  reports: Record<string, number>
  gradientNorm: number
}

/** A program on a device. Calls must not overlap. */
export interface Trainer {
  /**
   * One update from one or more micro-batches, whose losses are averaged.
   * Throws LOSS_NOT_FINITE where loss or gradients are not finite; the weights then are still those before the step.
   */
  step(microBatches: readonly StepInputs[], scalars: UpdateScalars): Promise<StepReport>
  /** Copies of the current weights and moments. */
  state(): Promise<TrainingState>
  dispose(): Promise<void>
}

/** Gradients of one micro-batch, for comparing devices. */
export interface GradientReport {
  loss: number
  reports: Record<string, number>
  gradients: Map<string, NamedArray>
}
