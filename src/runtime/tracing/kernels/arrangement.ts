// Kernels that move elements without changing them, and constants.
import * as tf from '@tensorflow/tfjs-core'
import { input, type KernelTable } from './kernel'

const axisOf = (axis: number, rank: number): number => (axis < 0 ? rank + axis : axis)

export const arrangementKernels: KernelTable = {
  Reshape: (call) => {
    const x = input(call, 'x')
    const shape = tf.util.inferFromImplicitShape(call.attrs['shape'] as number[], tf.util.sizeFromShape(x.shape))
    return call.backend.record('Reshape', [x, call.backend.graph.addShape(shape)], { shape, dtype: x.dtype })
  },
  ExpandDims: (call) => {
    const x = input(call, 'input')
    const shape = x.shape.slice()
    shape.splice(axisOf(call.attrs['dim'] as number, x.shape.length + 1), 0, 1)
    return call.backend.record('Reshape', [x, call.backend.graph.addShape(shape)], { shape, dtype: x.dtype })
  },
  Transpose: (call) => {
    const x = input(call, 'x')
    const perm = call.attrs['perm'] as number[]
    return call.backend.record('Transpose', [x], { shape: perm.map((axis) => x.shape[axis] as number), dtype: x.dtype }, { perm })
  },
  Concat: (call) => {
    const parts = Object.values(call.inputs)
    const [first] = parts as [tf.TensorInfo]
    const axis = axisOf(call.attrs['axis'] as number, first.shape.length)
    const shape = first.shape.slice()
    shape[axis] = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0)
    return call.backend.record('Concat', parts, { shape, dtype: first.dtype }, { axis })
  },
  Slice: (call) => {
    const x = input(call, 'x')
    const { begin, size } = call.attrs as { begin: number[]; size: number[] }
    const [starts, sizes] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size) as [number[], number[]]
    // Whole axes are left out, so that the batch axis needs no length.
    const axes = sizes.flatMap((length, axis) => (length === x.shape[axis] ? [] : [axis]))
    if (axes.length === 0) return call.backend.describe(call.backend.nameOf(x), x.shape, x.dtype)
    const { graph } = call.backend
    const from = graph.addIndices(axes.map((axis) => starts[axis] as number))
    const to = graph.addIndices(axes.map((axis) => (starts[axis] as number) + (sizes[axis] as number)))
    return call.backend.record('Slice', [x, from, to, graph.addIndices(axes)], { shape: sizes, dtype: x.dtype })
  },
  SplitV: (call) => {
    const x = input(call, 'x')
    const axis = tf.util.parseAxisParam(call.attrs['axis'] as number, x.shape)[0] as number
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, call.attrs['numOrSizeSplits'] as number[] | number, axis)
    const { backend } = call
    const names = backend.graph.addNode('Split', [backend.nameOf(x), backend.graph.addIndices(sizes)], sizes.length, { axis })
    return names.map((name, part) => {
      const shape = x.shape.slice()
      shape[axis] = sizes[part] as number
      return backend.describe(name, shape, x.dtype)
    })
  },
  PadV2: (call) => {
    const x = input(call, 'x')
    const { paddings, constantValue } = call.attrs as { paddings: [number, number][]; constantValue: number }
    const { backend } = call
    const pads = backend.graph.addIndices([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)])
    const shape = x.shape.map((size, axis) => size + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0))
    return backend.record('Pad', [x, pads, backend.filled([], constantValue)], { shape, dtype: x.dtype })
  },
  Tile: (call) => {
    const x = input(call, 'x')
    const reps = call.attrs['reps'] as number[]
    const shape = x.shape.map((size, axis) => size * (reps[axis] as number))
    return call.backend.record('Tile', [x, call.backend.graph.addIndices(reps)], { shape, dtype: x.dtype })
  },
  ZerosLike: (call) => call.backend.filled(input(call, 'x').shape, 0, input(call, 'x').dtype),
  OnesLike: (call) => call.backend.filled(input(call, 'x').shape, 1, input(call, 'x').dtype),
  Fill: (call) => {
    const { shape, value, dtype } = call.attrs as { shape: number[]; value: number; dtype?: tf.DataType }
    return call.backend.filled(shape, value, dtype ?? 'float32')
  },
}
