// AdamW (Loshchilov & Hutter 2019) for one weight, as PyTorch computes it. Rates over time and layers are in schedule.ts and parameterGroups.ts.
import * as tf from '@tensorflow/tfjs-core'

export interface AdamWConfig {
  beta1: number
  beta2: number
  epsilon: number
}

/** Fine-tuning's betas; masked pretraining has 0.95 for the second. */
export const FINE_TUNING_ADAMW: AdamWConfig = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/** What changes from update to update, computed outside the graph in double precision. */
export interface UpdateScalars {
  /** Scheduled rate, before a group's factor. */
  rate: number
  /** `sqrt(1 - beta2^t) / (1 - beta1^t)`: both bias corrections as one factor on the update. */
  correction: number
  /** `epsilon sqrt(1 - beta2^t)`: epsilon moved inside the corrected square root. */
  epsilon: number
}

/** Scalars of update number `step`, counted from 1. */
export function updateScalars(step: number, rate: number, config: AdamWConfig): UpdateScalars {
  const root = Math.sqrt(1 - config.beta2 ** step)
  return { rate, correction: root / (1 - config.beta1 ** step), epsilon: config.epsilon * root }
}

export interface AdamWState {
  weight: tf.Tensor
  /** Running means of the gradient and of its square. */
  first: tf.Tensor
  second: tf.Tensor
}

/** The weight and moments after one update. Scalars are tensors, so that a traced graph serves every step. */
export function adamW(
  state: AdamWState,
  gradient: tf.Tensor,
  scalars: Readonly<Record<keyof UpdateScalars, tf.Scalar>>,
  group: { rateScale: number; weightDecay: number },
  config: AdamWConfig,
): AdamWState {
  const first = tf.add(tf.mul(state.first, config.beta1), tf.mul(gradient, 1 - config.beta1))
  const second = tf.add(tf.mul(state.second, config.beta2), tf.mul(tf.square(gradient), 1 - config.beta2))
  const rate = tf.mul(scalars.rate, group.rateScale)
  // m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps) = correction m / (sqrt(v) + eps sqrt(1 - b2^t))
  const direction = tf.div(first, tf.add(tf.sqrt(second), scalars.epsilon))
  const decayed = group.weightDecay === 0 ? state.weight : tf.mul(state.weight, tf.sub(1, tf.mul(rate, group.weightDecay)))
  return { weight: tf.sub(decayed, tf.mul(direction, tf.mul(rate, scalars.correction))), first, second }
}
