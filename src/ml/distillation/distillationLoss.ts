// What a student is told by its teacher: soft targets of every AU (Hinton, Vinyals & Dean 2015, arXiv 1503.02531) and hints from the pooled features
// (FitNets, Romero et al. 2015, arXiv 1412.6550). B batch, A AUs, D width of the student, E width of the teacher.
import * as tf from '@tensorflow/tfjs-core'
import { layerNorm, linear } from '../model/layer'
import { parameter, type Parameters } from '../model/parameters'

/** How far projected features are from the teacher's: by their differences, or by their direction alone. */
export type FeatureLoss = 'smooth-l1' | 'cosine'

/** Keys of the layer that takes the student's features to the teacher's width; it is not a part of the model. */
export const PROJECTOR = { weight: 'projector.weight', bias: 'projector.bias' } as const

/** Added to squared lengths before their root. */
const LENGTH_EPSILON = 1e-6

/**
 * Binary cross-entropy against soft targets at temperature T, averaged over AUs and batch:
 * `T^2 mean(softplus(z / T) - s(t / T) z / T)` for the student's logits z and the teacher's t, s the logistic function. T^2 keeps the size of the gradient,
 * which falls with the square of the temperature (Hinton et al., section 2). AUs are independent, so each has its own two-class distribution.
 * @param student (B, A)
 * @param teacher (B, A)
 */
export function softTargetLoss(student: tf.Tensor, teacher: tf.Tensor, temperature: number): tf.Scalar {
  const softened = tf.div(student, temperature)
  const targets = tf.sigmoid(tf.div(teacher, temperature))
  return tf.mul(tf.mean(tf.sub(tf.softplus(softened), tf.mul(targets, softened))), temperature ** 2)
}

/**
 * Distance of projected features p from the teacher's, h, which are first brought to mean 0 and variance 1 per image (layer norm without weights), so that the
 * weight of this loss means the same for every teacher.
 * `smooth-l1`: mean over B and E of `d^2 / 2` where |d| < 1, else `|d| - 1/2`, with d = p - h (Girshick 2015). `cosine`: mean over B of `1 - cos(p, h)`.
 * @param projected (B, E)
 * @param teacher (B, E)
 */
export function featureLoss(kind: FeatureLoss, projected: tf.Tensor2D, teacher: tf.Tensor2D): tf.Scalar {
  const width = teacher.shape[1]
  const hints = layerNorm(teacher, tf.ones([width]) as tf.Tensor1D, tf.zeros([width]) as tf.Tensor1D)
  if (kind === 'cosine') {
    const length = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.add(tf.sum(tf.square(x), -1), LENGTH_EPSILON))
    const cosine = tf.div(tf.sum(tf.mul(projected, hints), -1), tf.mul(length(projected), length(hints)))
    return tf.sub(1, tf.mean(cosine))
  }
  const difference = tf.sub(projected, hints)
  // the difference held within -1 to 1 is the slope; slope (d - slope / 2) is both branches at once
  const slope = tf.minimum(tf.maximum(difference, -1), 1)
  return tf.mean(tf.mul(slope, tf.sub(difference, tf.mul(slope, 0.5))))
}

/** Features (B, D) -> (B, E). */
export function projectFeatures(feature: tf.Tensor2D, parameters: Parameters): tf.Tensor2D {
  return linear(feature, parameter(parameters, PROJECTOR.weight), parameter(parameters, PROJECTOR.bias))
}
