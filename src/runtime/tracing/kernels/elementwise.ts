// Kernels that act on each element: arithmetic, comparison, functions, selection, conversion.
import * as tf from '@tensorflow/tfjs-core'
import { onnxTypeNumber, type ElementType } from '../onnxGraph'
import { input, type KernelTable, type TraceKernel } from './kernel'

const BINARY = {
  Add: 'Add', Sub: 'Sub', Multiply: 'Mul', RealDiv: 'Div', Maximum: 'Max', Minimum: 'Min', Pow: 'Pow',
} // prettier-ignore
const COMPARISON = {
  Greater: 'Greater', GreaterEqual: 'GreaterOrEqual', Less: 'Less', LessEqual: 'LessOrEqual', Equal: 'Equal', LogicalAnd: 'And', LogicalOr: 'Or',
} // prettier-ignore
const UNARY = {
  Abs: 'Abs', Erf: 'Erf', Exp: 'Exp', Log: 'Log', Neg: 'Neg', Reciprocal: 'Reciprocal', Relu: 'Relu', Sigmoid: 'Sigmoid', Sign: 'Sign', Softplus: 'Softplus', Sqrt: 'Sqrt', Tanh: 'Tanh',
} // prettier-ignore

const broadcastShape = tf.broadcast_util.assertAndGetBroadcastShape

function binary(operation: string, dtype?: tf.DataType): TraceKernel {
  return (call) => {
    const a = input(call, 'a')
    const b = input(call, 'b')
    return call.backend.record(operation, [a, b], { shape: broadcastShape(a.shape, b.shape), dtype: dtype ?? a.dtype })
  }
}

function unary(operation: string): TraceKernel {
  return (call) => {
    const x = input(call, 'x')
    return call.backend.record(operation, [x], { shape: x.shape, dtype: x.dtype })
  }
}

const table = (names: Readonly<Record<string, string>>, make: (operation: string) => TraceKernel): KernelTable =>
  Object.fromEntries(Object.entries(names).map(([kernel, operation]) => [kernel, make(operation)]))

export const elementwiseKernels: KernelTable = {
  ...table(BINARY, (operation) => binary(operation)),
  ...table(COMPARISON, (operation) => binary(operation, 'bool')),
  ...table(UNARY, unary),
  Square: (call) => {
    const x = input(call, 'x')
    return call.backend.record('Mul', [x, x], { shape: x.shape, dtype: x.dtype })
  },
  Rsqrt: (call) => {
    const x = input(call, 'x')
    const root = call.backend.record('Sqrt', [x], { shape: x.shape, dtype: x.dtype })
    return call.backend.record('Reciprocal', [root], { shape: x.shape, dtype: x.dtype })
  },
  LogicalNot: unary('Not'),
  IsFinite: (call) => {
    // x - x is 0 for finite x and NaN otherwise, and ONNX has no IsFinite.
    const x = input(call, 'x')
    const difference = call.backend.record('Sub', [x, x], { shape: x.shape, dtype: x.dtype })
    return call.backend.record('Equal', [difference, call.backend.filled([], 0)], { shape: x.shape, dtype: 'bool' })
  },
  Select: (call) => {
    const whenTrue = input(call, 't')
    return call.backend.record('Where', [input(call, 'condition'), whenTrue, input(call, 'e')], {
      shape: whenTrue.shape,
      dtype: whenTrue.dtype,
    })
  },
  Identity: (call) => {
    const x = input(call, 'x')
    return call.backend.describe(call.backend.nameOf(x), x.shape, x.dtype)
  },
  Cast: (call) => {
    const x = input(call, 'x')
    const dtype = call.attrs['dtype'] as tf.DataType
    if (dtype === x.dtype) return call.backend.describe(call.backend.nameOf(x), x.shape, dtype)
    return call.backend.record('Cast', [x], { shape: x.shape, dtype }, { to: onnxTypeNumber(dtype as ElementType) })
  },
}
