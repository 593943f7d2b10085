// Multi-head self-attention. B batch, N tokens, D width, H heads, E = D / H.
import * as tf from '@tensorflow/tfjs-core'
import { linear } from './layer'
import { parameter, type Parameters } from './parameters'

/** How the rows of a (B N, D) token matrix are to be read. */
export interface TokenShape {
  batch: number
  tokens: number
  width: number
  heads: number
}

/** Self-attention of x (B N, D) with the weights under `prefix` (`qkv`, `proj`) -> (B N, D). */
export function attention(x: tf.Tensor2D, parameters: Parameters, prefix: string, shape: TokenShape): tf.Tensor2D {
  const { batch, tokens, width, heads } = shape
  const headWidth = width / heads
  const qkv = linear(x, parameter(parameters, `${prefix}.qkv.weight`), parameter(parameters, `${prefix}.qkv.bias`)) // (B N, 3 D)
  const [query, key, value] = tf
    .split(qkv, 3, 1)
    .map((part) => tf.transpose(tf.reshape(part, [batch, tokens, heads, headWidth]), [0, 2, 1, 3])) as [tf.Tensor, tf.Tensor, tf.Tensor]
  // Scaling the query instead of the scores touches E numbers a token and head instead of N.
  const mixed = attend(tf.mul(query, 1 / Math.sqrt(headWidth)), key, value) // (B, H, N, E)
  const merged = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * tokens, width]) as tf.Tensor2D
  return linear(merged, parameter(parameters, `${prefix}.proj.weight`), parameter(parameters, `${prefix}.proj.bias`))
}

/** `softmax(query key^T) value` over (B, H, N, E) each. */
function attend(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.softmax(tf.matMul(query, key, false, true)), value)
}
