// The layers with a kernel of their own: linear, layer norm, GELU; and gradient reversal. Each backend supplies the three kernels
// (`Linear`, `LayerNorm`, `Gelu`): the tracing one as single ONNX nodes, the eager ones as the compositions of eagerKernels.ts.
import * as tf from '@tensorflow/tfjs-core'

export const LAYER_NORM_EPSILON = 1e-6

const run = <T>(kernel: string, inputs: Record<string, tf.Tensor>, attributes: Record<string, number> = {}): T =>
  tf.engine().runKernel(kernel, inputs as unknown as tf.NamedTensorMap, attributes) as unknown as T

/** `x w^T + b` for x (M, in), w (out, in) as PyTorch keeps it, b (out) -> (M, out). */
export const linear = tf.customGrad((x, weight, bias, save) => {
  const operands = { x: x as tf.Tensor2D, weight: weight as tf.Tensor2D, bias: bias as tf.Tensor1D }
  ;(save as tf.GradSaveFunc)([operands.x, operands.weight])
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
    const [x, weight] = saved as [tf.Tensor2D, tf.Tensor2D]
    return [tf.matMul(dy, weight), tf.matMul(dy, x, true, false), tf.sum(dy, 0)]
  }
  return { value: run<tf.Tensor>('Linear', operands), gradFunc }
}) as (x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D) => tf.Tensor2D

/** Layer normalisation over the last axis: x (M, D), weight (D), bias (D) -> (M, D). */
export const layerNorm = tf.customGrad((x, weight, bias, save) => {
  const inputs = { x: x as tf.Tensor, weight: weight as tf.Tensor, bias: bias as tf.Tensor }
  const [y, mean, inverseDeviation] = run<[tf.Tensor, tf.Tensor, tf.Tensor]>('LayerNorm', inputs, { epsilon: LAYER_NORM_EPSILON })
  ;(save as tf.GradSaveFunc)([inputs.x, inputs.weight, mean, inverseDeviation])
  // With h = (x - mean) / deviation: dx = (g - mean(g) - h mean(g h)) / deviation, where g = dy * weight.
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
    const [x, weight, mean, inverseDeviation] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    const normalised = tf.mul(tf.sub(x, mean), inverseDeviation)
    const weighted = tf.mul(dy, weight)
    const offset = tf.mean(weighted, -1, true)
    const slope = tf.mean(tf.mul(weighted, normalised), -1, true)
    const dx = tf.mul(tf.sub(tf.sub(weighted, offset), tf.mul(normalised, slope)), inverseDeviation)
    return [dx, tf.sum(tf.mul(dy, normalised), 0), tf.sum(dy, 0)]
  }
  return { value: y, gradFunc }
}) as (x: tf.Tensor2D, weight: tf.Tensor1D, bias: tf.Tensor1D) => tf.Tensor2D

/** Exact GELU, `x Phi(x)` with Phi the normal distribution function. */
export const gelu = tf.customGrad((x, save) => {
  const input = x as tf.Tensor
  ;(save as tf.GradSaveFunc)([input])
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
    const [x] = saved as [tf.Tensor]
    const distribution = tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5)
    const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
    return [tf.mul(dy, tf.add(distribution, tf.mul(x, density)))]
  }
  return { value: run<tf.Tensor>('Gelu', { x: input }), gradFunc }
}) as <T extends tf.Tensor>(x: T) => T

/** Gradient reversal (Ganin & Lempitsky 2015): the identity forward, `-lambda` times the gradient backward. */
export function reverseGradient<T extends tf.Tensor>(x: T, lambda: number): T {
  const reversal = tf.customGrad((x) => ({ value: tf.clone(x as tf.Tensor), gradFunc: (dy: tf.Tensor) => tf.mul(dy, -lambda) }))
  return reversal(x) as T
}
