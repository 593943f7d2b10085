// The tracer: what it records computes what TensorFlow.js computes, and what it cannot record is named.
import * as tf from '@tensorflow/tfjs-core'
import { loadEagerBackend } from '@runtime/index'
import { traceGraph, type TraceOptions } from '@runtime/tracing/trace'
import { linear } from '@ml/model/layer'
import { Random } from '@ml/random'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'

type Program = (x: tf.Tensor, y: tf.Tensor) => tf.Tensor

const SHAPE = [2, 3, 4]
const random = Random.seeded(7)
const values = (): Float32Array => Float32Array.from({ length: 24 }, () => random.uniform(0.2, 2))
const X = values()
const Y = values()
const FUSED: TraceOptions = { target: { hasFusedMatMul: true } }

async function traced(program: Program, options = FUSED): Promise<Float32Array> {
  const graph = traceGraph((tracer) => tracer.output('result', program(tracer.input('x', SHAPE), tracer.input('y', SHAPE))), options)
  const session = await InferenceSession.create(graph.bytes)
  const feeds = { x: new Tensor('float32', X, SHAPE), y: new Tensor('float32', Y, SHAPE) }
  const used = Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name)))
  const result = (await session.run(used))['result'] as Tensor
  return Float32Array.from(result.data as Float32Array)
}

async function eager(program: Program): Promise<Float32Array> {
  await loadEagerBackend('wasm')
  return tf.tidy(() => Float32Array.from(tf.cast(program(tf.tensor(X, SHAPE), tf.tensor(Y, SHAPE)), 'float32').dataSync()))
}

const PROGRAMS: Record<string, Program> = {
  arithmetic: (x, y) => tf.sub(tf.div(tf.add(x, y), tf.mul(y, 2)), tf.pow(x, 2)),
  extremes: (x, y) => tf.add(tf.maximum(x, y), tf.minimum(x, 1)),
  comparison: (x, y) => tf.cast(tf.logicalOr(tf.greater(x, y), tf.lessEqual(x, 0.5)), 'float32'),
  selection: (x, y) => tf.where(tf.greaterEqual(x, y), x, tf.neg(y)),
  functions: (x, y) => tf.add(tf.softplus(x), tf.mul(tf.sigmoid(y), tf.log(tf.sqrt(tf.exp(x))))),
  roots: (x) => tf.add(tf.rsqrt(x), tf.add(tf.reciprocal(x), tf.erf(tf.tanh(tf.relu(tf.abs(x)))))),
  finiteness: (x) => tf.cast(tf.isFinite(tf.div(x, tf.relu(tf.sub(x, 1)))), 'float32'),
  sums: (x, y) => tf.add(tf.sum(x, [0, 2]), tf.max(tf.mean(y, 1, true), [0, 2])),
  softmax: (x, y) => tf.add(tf.softmax(x), tf.logSoftmax(y)),
  arrangement: (x, y) => tf.concat([tf.transpose(x, [0, 2, 1]), tf.reshape(y, [2, 4, 3])], 1),
  slices: (x) =>
    tf.pad(
      tf.slice(x, [0, 1, 0], [2, 2, 3]),
      [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
      3,
    ),
  parts: (x) => tf.add(...(tf.split(tf.tile(x, [1, 2, 1]), 2, 1) as [tf.Tensor, tf.Tensor])),
  constants: (x) => tf.add(tf.mul(tf.onesLike(x), tf.fill([2, 3, 4], 4)), tf.zerosLike(x)),
  'products transposed left': (x, y) => tf.matMul(x, y, true, false),
  'products transposed right': (x, y) => tf.matMul(x, y, false, true),
  'a matrix product': (x, y) => tf.matMul(tf.reshape(x, [6, 4]), tf.reshape(y, [6, 4]), false, true),
  gradients: (x, y) => tf.grad((x: tf.Tensor) => tf.sum(tf.square(tf.mul(tf.sigmoid(x), y))))(x),
}

test.each(Object.entries(PROGRAMS))('%s', async (_, program) => {
  const expected = await eager(program)
  for (const target of [{ hasFusedMatMul: true }, { hasFusedMatMul: false }]) {
    const found = await traced(program, { target })
    expect(found.length).toBe(expected.length)
    found.forEach((value, index) => expect(value).toBeCloseTo(expected[index] as number, 4))
  }
})

test('products with a long sum are the same in the forms that the processor prefers', async () => {
  const sizes = { tokens: 600, wide: 520, narrow: 4 }
  const fill = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform(-1, 1))
  const { tokens, wide, narrow } = sizes
  const shapes = { x: [tokens, wide], dy: [tokens, narrow], weight: [narrow, wide], bias: [narrow] }
  const data = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, fill(shape.reduce((a, b) => a * b, 1))]))
  const program = (inputs: Record<keyof typeof shapes, tf.Tensor>): Record<string, tf.Tensor> => {
    const [x, dy, weight] = [inputs.x, inputs.dy, inputs.weight] as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
    return {
      linear: linear(x, weight, inputs.bias as tf.Tensor1D),
      widening: linear(dy, tf.transpose(weight) as tf.Tensor2D, tf.reshape(tf.slice(x, [0, 0], [1, -1]), [-1]) as tf.Tensor1D),
      plain: tf.matMul(x, tf.transpose(weight)),
      'wide first': tf.matMul(x, dy, true, false),
      'narrow first': tf.matMul(dy, x, true, false),
    }
  }
  await loadEagerBackend('wasm')
  const expected = tf.tidy(() => {
    const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tf.tensor(data[name] as Float32Array, shape)]))
    const results = program(inputs as Record<keyof typeof shapes, tf.Tensor>)
    return Object.entries(results).map(([name, result]) => ({ name, shape: result.shape, values: Float32Array.from(result.dataSync()) }))
  })
  const graph = traceGraph(
    (tracer) => {
      const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tracer.input(name, shape)]))
      for (const [name, result] of Object.entries(program(inputs as Record<keyof typeof shapes, tf.Tensor>))) tracer.output(name, result)
    },
    { target: { hasFusedMatMul: true, hasSlowTallProducts: true } },
  )
  const session = await InferenceSession.create(graph.bytes)
  const feeds = Object.entries(shapes).map(([name, shape]) => [name, new Tensor('float32', data[name] as Float32Array, shape)])
  const results = await session.run(Object.fromEntries(feeds) as Record<string, Tensor>)
  for (const { name, shape, values } of expected) {
    const found = results[name] as Tensor
    expect(found.dims, name).toEqual(shape)
    const largest = values.reduce((worst, value, index) => Math.max(worst, Math.abs(value - (found.data[index] as number))), 0)
    expect(largest, name).toBeLessThan(5e-4)
  }
})

test('products take those forms from 256 on, where the target asks for them and no batch is open', () => {
  const bytesOf = (length: number, hasSlowTallProducts: boolean, hasSymbolicBatch = false): string => {
    const options = { target: { hasFusedMatMul: true, hasSlowTallProducts }, hasSymbolicBatch }
    const graph = traceGraph((tracer) => {
      const x = tracer.input('x', [length, length]) as tf.Tensor2D
      tracer.output('narrow', linear(x, tracer.input('weight', [8, length]) as tf.Tensor2D, tracer.input('bias', [8]) as tf.Tensor1D))
      tracer.output('plain', tf.matMul(x, tracer.input('right', [length, 8])))
    }, options)
    return Buffer.from(graph.bytes).toString('latin1')
  }
  const transposed = (bytes: string): boolean => bytes.includes('Transpose')
  expect(transposed(bytesOf(256, true))).toBe(true)
  expect(bytesOf(255, true)).toBe(bytesOf(255, false))
  expect(transposed(bytesOf(256, false))).toBe(false)
  expect(bytesOf(256, true, true)).toBe(bytesOf(256, false, true))
})

test('an operation without an ONNX form is named', () => {
  expect(() => traceGraph((tracer) => tracer.output('result', tf.cumsum(tracer.input('x', [3]))), FUSED)).toThrowError(
    expect.objectContaining({ code: 'KERNEL_MISSING', data: { kernel: 'Cumsum' } }),
  )
})

test('reading a computed value is refused, and the tracer can be used again', async () => {
  expect(() =>
    traceGraph((tracer) => tracer.output('result', tf.scalar(tf.add(tracer.input('x', [3]), 1).dataSync()[0] ?? 0)), FUSED),
  ).toThrowError(expect.objectContaining({ code: 'KERNEL_MISSING' }))
  expect((await traced((x) => tf.add(x, 1))).length).toBe(24)
})

test('the same value can be two outputs, and an input can be one', async () => {
  const graph = traceGraph((tracer) => {
    const x = tracer.input('x', [1])
    const sum = tf.add(x, 1)
    tracer.output('a', sum)
    tracer.output('b', sum)
    tracer.output('c', x)
  }, FUSED)
  const session = await InferenceSession.create(graph.bytes)
  const results = await session.run({ x: new Tensor('float32', Float32Array.of(2), [1]) })
  expect(['a', 'b', 'c'].map((name) => (results[name] as Tensor).data[0])).toEqual([3, 3, 2])
})
