// Matrix products, and the model's own kernels (Linear, LayerNorm, Gelu) as the single ONNX nodes they are.
import * as tf from '@tensorflow/tfjs-core'
import { input, type KernelTable, type TraceCall } from './kernel'

const broadcastShape = tf.broadcast_util.assertAndGetBroadcastShape

export const productKernels: KernelTable = {
  BatchMatMul: (call) => {
    const a = input(call, 'a')
    const b = input(call, 'b')
    const { transposeA, transposeB } = call.attrs as { transposeA: boolean; transposeB: boolean }
    const rows = a.shape[a.shape.length - (transposeA ? 1 : 2)] as number
    const columns = b.shape[b.shape.length - (transposeB ? 2 : 1)] as number
    const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
    const result = { shape: [...batch, rows, columns], dtype: a.dtype }
    const transposition = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 }
    if (a.shape.length === 2 && b.shape.length === 2) {
      if (call.backend.target.hasSlowTransposedLeft && transposeA && !transposeB) return productOfColumns(call, a, b)
      return call.backend.record('Gemm', [a, b], result, transposition)
    }
    if (!transposeA && !transposeB) return call.backend.record('MatMul', [a, b], result)
    if (call.backend.target.hasFusedMatMul) return call.backend.record('FusedMatMul', [a, b], result, transposition, 'com.microsoft')
    const left = transposeA ? transposeLast(call, a) : a
    const right = transposeB ? transposeLast(call, b) : b
    return call.backend.record('MatMul', [left, right], result)
  },
  Linear: (call) => {
    const x = input(call, 'x')
    const weight = input(call, 'weight')
    const shape = [x.shape[0] as number, weight.shape[0] as number]
    const scales = call.backend.scalesOf(weight)
    if (scales !== undefined) {
      // Tokens are quantised as they come, to unsigned bytes over the range of the batch; no zero point, since the weights are symmetric.
      const operands = [x, weight, scales, '', input(call, 'bias')]
      return call.backend.record('DynamicQuantizeMatMul', operands, { shape, dtype: x.dtype }, {}, 'com.microsoft')
    }
    return call.backend.record('Gemm', [x, weight, input(call, 'bias')], { shape, dtype: x.dtype }, { transB: 1 })
  },
  LayerNorm: (call) => {
    const { backend } = call
    const x = input(call, 'x')
    const operands = [x, input(call, 'weight'), input(call, 'bias')].map((tensor) => backend.nameOf(tensor))
    const attributes = { axis: -1, epsilon: { float: call.attrs['epsilon'] as number } }
    const [y, mean, inverseDeviation] = backend.graph.addNode('LayerNormalization', operands, 3, attributes) as [string, string, string]
    const reduced = [...x.shape.slice(0, -1), 1]
    return [
      backend.describe(y, x.shape, x.dtype),
      backend.describe(mean, reduced, x.dtype),
      backend.describe(inverseDeviation, reduced, x.dtype),
    ]
  },
  Gelu: (call) => {
    const x = input(call, 'x')
    return call.backend.record('Gelu', [x], { shape: x.shape, dtype: x.dtype })
  },
}

/** Sums below which a copy of an operand costs as much as it gains. */
const LONG_SUM = 512

/**
 * `a^T b`, as weight gradients are: a (K, M), b (K, N) -> (M, N). The CPU provider's product transposes a left operand anew for every 128 columns
 * of the result, which costs up to a quarter of its time. So the narrower operand is transposed once and stands on the left.
 */
function productOfColumns(call: TraceCall, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  const [sum, rows] = a.shape as [number, number]
  const columns = b.shape[1] as number
  const { dtype } = a
  if (sum < LONG_SUM) return call.backend.record('Gemm', [a, b], { shape: [rows, columns], dtype }, { transA: 1 })
  if (rows <= columns) return call.backend.record('Gemm', [transposeMatrix(call, a), b], { shape: [rows, columns], dtype })
  return transposeMatrix(call, call.backend.record('Gemm', [transposeMatrix(call, b), a], { shape: [columns, rows], dtype }))
}

/** A transposed copy of a matrix. Taken as a batch of one: beside a Gemm, onnxruntime would turn a plain transposition back into the flag. */
function transposeMatrix(call: TraceCall, x: tf.TensorInfo): tf.TensorInfo {
  const { backend } = call
  const [rows, columns] = x.shape as [number, number]
  const { dtype } = x
  const batch = backend.record('Reshape', [x, backend.graph.addShape([1, rows, columns])], { shape: [1, rows, columns], dtype })
  const transposed = backend.record('Transpose', [batch], { shape: [1, columns, rows], dtype }, { perm: [0, 2, 1] })
  return backend.record('Reshape', [transposed, backend.graph.addShape([columns, rows])], { shape: [columns, rows], dtype })
}

function transposeLast(call: TraceCall, x: tf.TensorInfo): tf.TensorInfo {
  const rank = x.shape.length
  const perm = [...x.shape.keys()]
  perm.splice(rank - 2, 2, rank - 1, rank - 2)
  return call.backend.record('Transpose', [x], { shape: perm.map((axis) => x.shape[axis] as number), dtype: x.dtype }, { perm })
}
