// A training problem as every runtime runs it: what is trained, what is fed, the loss, and one update. Knows no files, data sets or devices.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import type { Parameters, ParameterShapes } from '../model/parameters'
import { adamW, type AdamWConfig, type AdamWState, type UpdateScalars } from '../optimizer/adamw'
import type { ParameterGroup } from '../optimizer/parameterGroups'

/** The scalar that is minimised, and scalars to report by name. */
export interface ProgramLoss {
  loss: tf.Scalar
  reports: Readonly<Record<string, tf.Scalar>>
}

export interface TrainingProgram {
  /** Weights that are updated. */
  trainable: ParameterShapes
  /** Weights that the loss uses but that stay as they are. */
  frozen: ParameterShapes
  /** What is fed at every step, by name, with fixed shapes. */
  inputs: ParameterShapes
  loss(parameters: Parameters, inputs: Readonly<Record<string, tf.Tensor>>): ProgramLoss
  /** Names of the scalars that `loss` reports. */
  reports: readonly string[]
  /** Every trainable weight in exactly one. */
  groups: readonly ParameterGroup[]
  optimizer: AdamWConfig
  /** Gradients are scaled down to this global norm; null leaves them. */
  clipNorm: number | null
}

export interface ProgramGradients {
  loss: tf.Scalar
  reports: Record<string, tf.Scalar>
  gradients: Record<string, tf.Tensor>
}

/** Loss and the gradient of every trainable weight. The caller owns the tensors. */
export function programGradients(
  program: TrainingProgram,
  trainable: Parameters,
  frozen: Parameters,
  inputs: Readonly<Record<string, tf.Tensor>>,
): ProgramGradients {
  const keys = Object.keys(program.trainable)
  let reports: Record<string, tf.Scalar> = {}
  const lossOf = (...weights: tf.Tensor[]): tf.Scalar => {
    const parameters = { ...frozen, ...Object.fromEntries(keys.map((key, index) => [key, weights[index] as tf.Tensor])) }
    const result = program.loss(parameters, inputs)
    // Reports leave the scope of the differentiation, which would dispose of them.
    reports = Object.fromEntries(Object.entries(result.reports).map(([name, value]) => [name, tf.keep(value)]))
    return result.loss
  }
  const { value, grads } = tf.valueAndGrads(lossOf)(keys.map((key) => trainable[key] as tf.Tensor))
  return { loss: value as tf.Scalar, reports, gradients: Object.fromEntries(keys.map((key, index) => [key, grads[index] as tf.Tensor])) }
}

/** Global norm of gradients. */
export function gradientNorm(gradients: Readonly<Record<string, tf.Tensor>>): tf.Scalar {
  const squares = Object.values(gradients).map((gradient) => tf.reshape(tf.sum(tf.square(gradient)), [1]))
  return tf.sqrt(tf.sum(tf.concat(squares)))
}

/** One update of every trainable weight. */
export function programUpdate(
  program: TrainingProgram,
  states: Readonly<Record<string, AdamWState>>,
  gradients: Readonly<Record<string, tf.Tensor>>,
  norm: tf.Scalar,
  scalars: Readonly<Record<keyof UpdateScalars, tf.Scalar>>,
): Record<string, AdamWState> {
  const clipping = program.clipNorm === null ? null : tf.minimum(1, tf.div(program.clipNorm, tf.add(norm, 1e-6)))
  const updated: Record<string, AdamWState> = {}
  for (const group of program.groups) {
    for (const key of group.keys) {
      const gradient = gradients[key] as tf.Tensor
      updated[key] = adamW(states[key] as AdamWState, clipping ? tf.mul(gradient, clipping) : gradient, scalars, group, program.optimizer)
    }
  }
  return updated
}
