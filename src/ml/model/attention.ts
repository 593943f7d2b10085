// Multi-head self-attention. B batch, N tokens, D width, H heads, E = D / H.
import * as tf from '@tensorflow/tfjs-core'
import { linear, normLinear } from './layer'
import { layerWeights, parameter, type Parameters } from './parameters'

/** How the rows of a (B N, D) token matrix are to be read. */
export interface TokenShape {
  batch: number
  tokens: number
  width: number
  heads: number
}

/** Self-attention of layer-normalised x (B N, D) with the weights of the block under `prefix` (`norm1`, `attn.qkv`, `attn.proj`) -> (B N, D). */
export function attention(x: tf.Tensor2D, parameters: Parameters, prefix: string, shape: TokenShape): tf.Tensor2D {
  const { batch, tokens, width, heads } = shape
  const headWidth = width / heads
  const qkv = normLinear(x, layerWeights(parameters, `${prefix}.norm1`), layerWeights(parameters, `${prefix}.attn.qkv`)) // (B N, 3 D)
  // One transposition of all three, split along the outermost axis: long copies instead of one per token.
  const [query, key, value] = tf
    .split(tf.transpose(tf.reshape(qkv, [batch, tokens, 3, heads, headWidth]), [2, 0, 3, 1, 4]), 3, 0)
    .map((part) => tf.reshape(part, [batch, heads, tokens, headWidth])) as [tf.Tensor, tf.Tensor, tf.Tensor]
  const merged = tf.reshape(tf.transpose(attend(query, key, value), [0, 2, 1, 3]), [batch * tokens, width]) as tf.Tensor2D
  return linear(merged, parameter(parameters, `${prefix}.attn.proj.weight`), parameter(parameters, `${prefix}.attn.proj.bias`))
}

/**
 * `softmax(query key^T / sqrt E) value` over (B, H, N, E) each. The gradient computes the (B, H, N, N) attention anew instead of keeping it, and
 * takes its row sums from the output (as FlashAttention, arXiv 2205.14135, does).
 */
const attend = tf.customGrad((query, key, value, save) => {
  const [q, k, v] = [query, key, value] as [tf.Tensor, tf.Tensor, tf.Tensor]
  const root = Math.sqrt(q.shape[3] as number)
  // Scaling the query instead of the scores touches E numbers a token and head instead of N.
  const mixed = tf.matMul(tf.softmax(tf.matMul(tf.mul(q, 1 / root), k, false, true)), v)
  ;(save as tf.GradSaveFunc)([q, k, v, mixed])
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
    const [q, k, v, mixed] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    // Divided here, multiplied above: were both written alike, onnxruntime would see the same values and keep the first.
    const scaled = tf.div(q, root)
    const weights = tf.softmax(tf.matMul(scaled, k, false, true)) // (B, H, N, N)
    const rowSums = tf.sum(tf.mul(dy, mixed), -1, true)
    const dScores = tf.mul(weights, tf.sub(tf.matMul(dy, v, false, true), rowSums))
    return [tf.mul(tf.matMul(dScores, k), 1 / root), tf.matMul(dScores, scaled, true, false), tf.matMul(weights, dy, true, false)]
  }
  return { value: mixed, gradFunc }
}) as (query: tf.Tensor, key: tf.Tensor, value: tf.Tensor) => tf.Tensor
