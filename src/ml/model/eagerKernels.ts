// The kernels of layer.ts as compositions of ordinary operations, for backends that compute at once. The tracing backend has its own.
import * as tf from '@tensorflow/tfjs-core'

type KernelCall = { inputs: tf.NamedTensorInfoMap; attrs?: tf.NamedAttrMap }

const tensors = (inputs: tf.NamedTensorInfoMap): Record<string, tf.Tensor> => inputs as unknown as Record<string, tf.Tensor>

const kernels: Record<string, (call: KernelCall) => tf.Tensor | tf.Tensor[]> = {
  Linear: ({ inputs }) =>
    tf.tidy(() => {
      const { x, weight, bias } = tensors(inputs)
      // Transposed first: the WebAssembly product has its fast path only for operands as they lie.
      return tf.add(tf.matMul(x as tf.Tensor, tf.transpose(weight as tf.Tensor)), bias as tf.Tensor)
    }),
  LayerNorm: ({ inputs, attrs }) =>
    tf.tidy(() => {
      const { x, weight, bias } = tensors(inputs) as { x: tf.Tensor; weight: tf.Tensor; bias: tf.Tensor }
      const mean = tf.mean(x, -1, true)
      const centred = tf.sub(x, mean)
      const inverseDeviation = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), attrs?.['epsilon'] as number))
      return [tf.add(tf.mul(tf.mul(centred, inverseDeviation), weight), bias), mean, inverseDeviation]
    }),
  Gelu: ({ inputs }) =>
    tf.tidy(() => {
      const x = tensors(inputs)['x'] as tf.Tensor
      return tf.mul(x, tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5))
    }),
}

/** Registers `Linear`, `LayerNorm` and `Gelu` for an eager backend; registering again changes nothing. */
export function registerEagerKernels(backendName: string): void {
  for (const [kernelName, compute] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, backendName)) continue
    tf.registerKernel({ kernelName, backendName, kernelFunc: (call) => compute(call) as unknown as tf.TensorInfo | tf.TensorInfo[] })
  }
}
