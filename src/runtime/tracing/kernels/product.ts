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
      if (transposeA && !transposeB && hasManyRows(call, a)) return productOfColumns(call, a, b)
      if (!transposeA && !transposeB && isNarrow(call, a, columns)) return narrowProduct(call, a, transposeMatrix(call, b))
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
    const bias = input(call, 'bias')
    const [rows, columns] = [x.shape[0] as number, weight.shape[0] as number]
    const shape = [rows, columns]
    const scales = call.backend.scalesOf(weight)
    if (scales !== undefined) {
      // Tokens are quantised as they come, to unsigned bytes over the range of the batch; no zero point, since the weights are symmetric.
      const operands = [x, weight, scales, '', bias]
      return call.backend.record('DynamicQuantizeMatMul', operands, { shape, dtype: x.dtype }, {}, 'com.microsoft')
    }
    if (isNarrow(call, x, columns)) return narrowProduct(call, x, weight, bias)
    if (hasManyRows(call, x) && call.backend.graph.symbolicBatch === null) {
      // A Gemm's bias is first written over the whole result, by one thread, and read back; added after, it is shared by all threads.
      const product = call.backend.record('Gemm', [x, weight], { shape, dtype: x.dtype }, { transB: 1 })
      return call.backend.record('Add', [product, bias], { shape, dtype: x.dtype })
    }
    return call.backend.record('Gemm', [x, weight, bias], { shape, dtype: x.dtype }, { transB: 1 })
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

/** Length of a sum, or number of rows, from which a transposed copy costs less than it gains, measured on AVX2. */
const LONG_SUM = 256

function hasManyRows(call: TraceCall, x: tf.TensorInfo): boolean {
  return call.backend.target.hasSlowTallProducts === true && (x.shape[0] as number) >= LONG_SUM
}

/**
 * `a^T b`, as weight gradients are: a (K, M), b (K, N) -> (M, N). The CPU provider's product transposes its left operand anew for every 128 columns
 * of the result, so the narrower operand is transposed once and stands on the left.
 */
function productOfColumns(call: TraceCall, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  const rows = a.shape[1] as number
  const columns = b.shape[1] as number
  if (rows <= columns) return call.backend.record('Gemm', [transposeMatrix(call, a), b], { shape: [rows, columns], dtype: a.dtype })
  return transposeMatrix(call, call.backend.record('Gemm', [transposeMatrix(call, b), a], { shape: [columns, rows], dtype: a.dtype }))
}

/**
 * True for many rows, at least as long as the columns are many that are computed from them. With an open batch the rows may be few, and the weights are constants that
 * onnxruntime packs once, as right operands only.
 */
function isNarrow(call: TraceCall, x: tf.TensorInfo, columns: number): boolean {
  const [rows, sum] = x.shape as [number, number]
  const { target, graph } = call.backend
  return target.hasSlowTallProducts === true && graph.symbolicBatch === null && sum >= LONG_SUM && sum >= columns && rows >= 4 * columns
}

/**
 * `x w^T + b` for x (M, K), w (N, K), b (N) as the transpose of `w x^T + b`: the CPU provider reads its left operand again for every 128 columns of
 * the result, in short pieces, and its right one once, in order. So the small one belongs on the left.
 */
function narrowProduct(call: TraceCall, x: tf.TensorInfo, weight: tf.TensorInfo, bias?: tf.TensorInfo): tf.TensorInfo {
  const { backend } = call
  const { dtype } = x
  const columns = weight.shape[0] as number
  const operands = [weight, x]
  if (bias) operands.push(backend.record('Reshape', [bias, backend.graph.addShape([columns, 1])], { shape: [columns, 1], dtype }))
  return transposeMatrix(call, backend.record('Gemm', operands, { shape: [columns, x.shape[0] as number], dtype }, { transB: 1 }))
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
