// The two losses of identity adversarial training. B batch, A AUs, I subjects.
import * as tf from '@tensorflow/tfjs-core'

/**
 * Binary cross-entropy with logits over the labels that are known: their sum divided by their number (by 1 where none is).
 * @param logits (B, A)
 * @param labels (B, A), 1 present, 0 absent; where `known` is 0 they do not matter
 * @param known (B, A), 1 known, 0 not known
 * @param positiveWeights (A) factor on the loss of present labels; all 1 when absent
 */
export function maskedBinaryCrossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  known: tf.Tensor,
  positiveWeights?: readonly number[],
): tf.Scalar {
  // -y w log s(z) - (1 - y) log(1 - s(z)) = (1 + (w - 1) y) softplus(z) - w y z
  const weights = positiveWeights ? tf.tensor1d([...positiveWeights]) : null
  const weightedLabels = weights ? tf.mul(labels, weights) : labels
  const emphasis = weights ? tf.add(tf.mul(labels, tf.sub(weights, 1)), 1) : null
  const softplus = emphasis ? tf.mul(emphasis, tf.softplus(logits)) : tf.softplus(logits)
  const losses = tf.mul(known, tf.sub(softplus, tf.mul(weightedLabels, logits)))
  return tf.div(tf.sum(losses), tf.maximum(tf.sum(known), 1))
}

/** Cross-entropy of logits (B, K) against one-hot classes (B, K), as expressions are classified. */
export function classCrossEntropy(logits: tf.Tensor, classes: tf.Tensor): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(classes, tf.logSoftmax(logits)), 1)))
}

/** `bce`: as published, over the one-hot subject vector, averaged over subjects and batch. `ce`: as the paper writes it. */
export type IdentityLoss = 'bce' | 'ce'

/** Identity loss of logits (B, I) against one-hot subjects (B, I). */
export function identityLoss(kind: IdentityLoss, logits: tf.Tensor, subjects: tf.Tensor): tf.Scalar {
  if (kind === 'bce') return tf.mean(tf.sub(tf.softplus(logits), tf.mul(subjects, logits)))
  return tf.neg(tf.mean(tf.sum(tf.mul(subjects, tf.logSoftmax(logits)), 1)))
}
