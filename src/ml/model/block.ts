// One pre-norm transformer block: attention and MLP, each behind a layer norm and a residual connection.
import * as tf from '@tensorflow/tfjs-core'
import { attention, type TokenShape } from './attention'
import { geluLinear, layerNorm, normLinear } from './layer'
import { layerWeights, parameter, type Parameters } from './parameters'

/**
 * Stochastic depth of one block: a factor per sample for each of the two branches, (B), 0 where the branch is dropped and 1 / keep rate
 * where it survives. Absent outside training.
 */
export interface BranchScales {
  attention: tf.Tensor1D
  mlp: tf.Tensor1D
}

/** x (B N, D) -> (B N, D) with the weights under `prefix`. */
export function block(x: tf.Tensor2D, parameters: Parameters, prefix: string, shape: TokenShape, scales?: BranchScales): tf.Tensor2D {
  const middle = tf.add(x, scaleSamples(attention(x, parameters, prefix, shape), shape, scales?.attention)) as tf.Tensor2D
  return tf.add(middle, scaleSamples(mlp(middle, parameters, prefix), shape, scales?.mlp)) as tf.Tensor2D
}

/** Layer norm with the weight and bias under `prefix`. */
export function norm(x: tf.Tensor2D, parameters: Parameters, prefix: string): tf.Tensor2D {
  return layerNorm(x, parameter(parameters, `${prefix}.weight`), parameter(parameters, `${prefix}.bias`))
}

/** Layer norm, widening, GELU, narrowing. */
function mlp(x: tf.Tensor2D, parameters: Parameters, prefix: string): tf.Tensor2D {
  const hidden = normLinear(x, layerWeights(parameters, `${prefix}.norm2`), layerWeights(parameters, `${prefix}.mlp.fc1`)) // (B N, 4 D)
  return geluLinear(hidden, layerWeights(parameters, `${prefix}.mlp.fc2`))
}

function scaleSamples(branch: tf.Tensor2D, shape: TokenShape, factors: tf.Tensor1D | undefined): tf.Tensor2D {
  if (!factors) return branch
  const { batch, tokens, width } = shape
  const perSample = tf.mul(tf.reshape(branch, [batch, tokens, width]), tf.reshape(factors, [batch, 1, 1]))
  return tf.reshape(perSample, [batch * tokens, width]) as tf.Tensor2D
}
