// Kernels that reduce or normalise along axes.
import * as tf from '@tensorflow/tfjs-core'
import { input, type KernelTable, type TraceKernel } from './kernel'

const REDUCTIONS = { Sum: 'ReduceSum', Mean: 'ReduceMean', Max: 'ReduceMax', Min: 'ReduceMin' }

function reduce(operation: string): TraceKernel {
  return (call) => {
    const x = input(call, 'x')
    const { axis, reductionIndices, keepDims } = call.attrs as {
      axis?: number | number[]
      reductionIndices?: number | number[]
      keepDims?: boolean
    }
    const axes = tf.util.parseAxisParam((axis ?? reductionIndices) as number | number[], x.shape)
    const shape = keepDims ? x.shape.map((size, i) => (axes.includes(i) ? 1 : size)) : x.shape.filter((_, i) => !axes.includes(i))
    const indices = call.backend.graph.addIndices(axes)
    return call.backend.record(operation, [x, indices], { shape, dtype: x.dtype }, { keepdims: keepDims ? 1 : 0 })
  }
}

export const reductionKernels: KernelTable = {
  ...Object.fromEntries(Object.entries(REDUCTIONS).map(([kernel, operation]) => [kernel, reduce(operation)])),
  Softmax: (call) => {
    const logits = input(call, 'logits')
    return call.backend.record('Softmax', [logits], { shape: logits.shape, dtype: logits.dtype }, { axis: call.attrs['dim'] as number })
  },
  LogSoftmax: (call) => {
    const logits = input(call, 'logits')
    return call.backend.record('LogSoftmax', [logits], { shape: logits.shape, dtype: logits.dtype }, { axis: call.attrs['axis'] as number })
  },
}
