// The layers with a kernel of their own: linear, layer norm, GELU; their pairs as blocks use them; and gradient reversal. Each backend supplies the
// three kernels (`Linear`, `LayerNorm`, `Gelu`): the tracing one as single ONNX nodes, the eager ones as the compositions of eagerKernels.ts.
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

/** What layer normalisation's gradient needs of its input, computed anew from the input instead of kept. */
function normalise(x: tf.Tensor, mean: tf.Tensor, inverseDeviation: tf.Tensor): tf.Tensor {
  return tf.mul(tf.sub(x, mean), inverseDeviation)
}

/** With h = (x - mean) / deviation: dx = (g - mean(g) - h mean(g h)) / deviation, where g = dy * weight. Returns dx, dweight, dbias. */
function layerNormGradient(dy: tf.Tensor, normalised: tf.Tensor, inverseDeviation: tf.Tensor, weight: tf.Tensor): tf.Tensor[] {
  const weighted = tf.mul(dy, weight)
  const offset = tf.mean(weighted, -1, true)
  const slope = tf.mean(tf.mul(weighted, normalised), -1, true)
  const dx = tf.mul(tf.sub(tf.sub(weighted, offset), tf.mul(normalised, slope)), inverseDeviation)
  return [dx, tf.sum(tf.mul(dy, normalised), 0), tf.sum(dy, 0)]
}

/** Layer normalisation over the last axis: x (M, D), weight (D), bias (D) -> (M, D). */
export const layerNorm = tf.customGrad((x, weight, bias, save) => {
  const inputs = { x: x as tf.Tensor, weight: weight as tf.Tensor, bias: bias as tf.Tensor }
  const [y, mean, inverseDeviation] = run<[tf.Tensor, tf.Tensor, tf.Tensor]>('LayerNorm', inputs, { epsilon: LAYER_NORM_EPSILON })
  ;(save as tf.GradSaveFunc)([inputs.x, inputs.weight, mean, inverseDeviation])
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
    const [x, weight, mean, inverseDeviation] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    return layerNormGradient(dy, normalise(x, mean, inverseDeviation), inverseDeviation, weight)
  }
  return { value: y, gradFunc }
}) as (x: tf.Tensor2D, weight: tf.Tensor1D, bias: tf.Tensor1D) => tf.Tensor2D

/** Weights of a linear layer, (out, in) and (out), or of a norm, (D) and (D). */
export interface LayerWeights {
  weight: tf.Tensor
  bias: tf.Tensor
}

/** `linear(layerNorm(x))` whose gradient computes the normalised tokens anew: x (M, D) -> (M, out). Keeps x, which the residual keeps anyway. */
export function normLinear(x: tf.Tensor2D, norm: LayerWeights, layer: LayerWeights): tf.Tensor2D {
  const operation = tf.customGrad((...operands) => {
    const [x, normWeight, normBias, weight, bias] = operands.slice(0, 5) as tf.Tensor[] as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ]
    const save = operands[5] as tf.GradSaveFunc
    const inputs = { x, weight: normWeight, bias: normBias }
    const [h, mean, inverseDeviation] = run<[tf.Tensor, tf.Tensor, tf.Tensor]>('LayerNorm', inputs, { epsilon: LAYER_NORM_EPSILON })
    save([x, mean, inverseDeviation, normWeight, normBias, weight])
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [x, mean, inverseDeviation, normWeight, normBias, weight] = saved as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ]
      const normalised = normalise(x, mean, inverseDeviation)
      const h = tf.add(tf.mul(normalised, normWeight), normBias)
      const dWeight = tf.matMul(dy as tf.Tensor2D, h as tf.Tensor2D, true, false)
      const dh = tf.matMul(dy as tf.Tensor2D, weight as tf.Tensor2D)
      return [...layerNormGradient(dh, normalised, inverseDeviation, normWeight), dWeight, tf.sum(dy, 0)]
    }
    return { value: run<tf.Tensor>('Linear', { x: h, weight, bias }), gradFunc }
  })
  return operation(x, norm.weight, norm.bias, layer.weight, layer.bias) as tf.Tensor2D
}

/** Twice the normal distribution function, `1 + erf(x / sqrt 2)`. */
const twiceDistribution = (x: tf.Tensor): tf.Tensor => tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)

/** Twice GELU's slope, `2 (Phi(x) + x phi(x))`, from twice Phi. Both stay doubled: halving a weight or its gradient is cheaper than halving tokens. */
function twiceGeluSlope(x: tf.Tensor, twice: tf.Tensor): tf.Tensor {
  const density = tf.exp(tf.mul(tf.square(x), -0.5))
  return tf.add(twice, tf.mul(tf.mul(x, Math.sqrt(2 / Math.PI)), density))
}

/** Exact GELU, `x Phi(x)` with Phi the normal distribution function. */
export const gelu = tf.customGrad((x, save) => {
  const input = x as tf.Tensor
  ;(save as tf.GradSaveFunc)([input])
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
    const [x] = saved as [tf.Tensor]
    return [tf.mul(tf.mul(dy, 0.5), twiceGeluSlope(x, twiceDistribution(x)))]
  }
  return { value: run<tf.Tensor>('Gelu', { x: input }), gradFunc }
}) as <T extends tf.Tensor>(x: T) => T

/** `linear(gelu(x))` whose gradient computes GELU anew: x (M, in) -> (M, out). */
export function geluLinear(x: tf.Tensor2D, layer: LayerWeights): tf.Tensor2D {
  const operation = tf.customGrad((...operands) => {
    const [x, weight, bias, save] = operands as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    save([x, weight])
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [x, weight] = saved as [tf.Tensor, tf.Tensor]
      const twice = twiceDistribution(x)
      const dWeight = tf.mul(tf.matMul(dy as tf.Tensor2D, tf.mul(x, twice) as tf.Tensor2D, true, false), 0.5)
      const dx = tf.mul(tf.matMul(dy as tf.Tensor2D, tf.mul(weight, 0.5) as tf.Tensor2D), twiceGeluSlope(x, twice))
      return [dx, dWeight, tf.sum(dy, 0)]
    }
    return { value: run<tf.Tensor>('Linear', { x: run<tf.Tensor>('Gelu', { x }), weight, bias }), gradFunc }
  })
  return operation(x, layer.weight, layer.bias) as tf.Tensor2D
}

/** Gradient reversal (Ganin & Lempitsky 2015): the identity forward, `-lambda` times the gradient backward. */
export function reverseGradient<T extends tf.Tensor>(x: T, lambda: number): T {
  const reversal = tf.customGrad((x) => ({ value: tf.clone(x as tf.Tensor), gradFunc: (dy: tf.Tensor) => tf.mul(dy, -lambda) }))
  return reversal(x) as T
}
