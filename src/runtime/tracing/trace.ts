// Runs ordinary TensorFlow.js code once on the tracing backend and returns the ONNX graph it amounts to.
import { AppError } from '@shared/errors'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import { arrangementKernels } from './kernels/arrangement'
import { elementwiseKernels } from './kernels/elementwise'
import { registerTable } from './kernels/kernel'
import { productKernels } from './kernels/product'
import { reductionKernels } from './kernels/reduction'
import { OnnxGraph, onnxTypeNumber, type ElementType, type GraphMetadata, type GraphValue, type InitializerData } from './onnxGraph'
import type { QuantisedMatrix } from './quantise'
import { TRACING, TracingBackend, type TraceTarget } from './tracingBackend'

/** A number that stands for the batch size while tracing; a prime above any dimension of a model. */
export const SYMBOLIC_BATCH = 1_000_003

/** A finished graph: the model's bytes and what goes in and out. */
export interface TracedGraph {
  bytes: Uint8Array
  inputs: readonly GraphValue[]
  outputs: readonly GraphValue[]
  nodeCount: number
}

/** What the traced code declares: where its values come from and which results it gives. */
export interface Tracer {
  input(name: string, shape: readonly number[]): tf.Tensor
  /** A weight that is part of the model. Half-precision weights are converted to float32 inside the graph. */
  weight(name: string, shape: readonly number[], type: ElementType, data: InitializerData): tf.Tensor
  /** A linear layer's weight of that shape (out, in) in int8; only a linear layer can take it. */
  quantisedWeight(name: string, shape: readonly number[], matrix: QuantisedMatrix): tf.Tensor
  output(name: string, tensor: tf.Tensor): void
}

export interface TraceOptions {
  target: TraceTarget
  /** True lets the caller choose the batch size at run time; the code must then use `SYMBOLIC_BATCH` as its batch. */
  hasSymbolicBatch?: boolean
  metadata?: GraphMetadata
}

const backend = new TracingBackend()
let isRegistered = false

function register(): void {
  if (isRegistered) return
  tf.registerBackend(TRACING, () => backend, 0)
  for (const table of [elementwiseKernels, reductionKernels, arrangementKernels, productKernels]) registerTable(table)
  isRegistered = true
}

/** Traces `build`. Throws KERNEL_MISSING, naming the operation, for one that has no ONNX form or that reads computed values. */
export function traceGraph(build: (tracer: Tracer) => void, options: TraceOptions): TracedGraph {
  register()
  const previous = tf.engine().backendName
  const graph = new OnnxGraph(options.hasSymbolicBatch ? SYMBOLIC_BATCH : null)
  backend.begin(graph, options.target)
  try {
    // The backend is synchronous, so it is current as soon as the call returns; its promise carries nothing more.
    void tf.setBackend(TRACING)
    tf.tidy(() => build(tracerFor(graph)))
    return { bytes: graph.encode(options.metadata), inputs: graph.inputs, outputs: graph.outputs, nodeCount: graph.nodeCount }
  } catch (error) {
    throw translate(error)
  } finally {
    backend.end()
    if (previous && previous !== TRACING) void tf.setBackend(previous)
  }
}

function tracerFor(graph: OnnxGraph): Tracer {
  return {
    input: (name, shape) => {
      graph.addInput({ name, shape, type: 'float32' })
      return backend.tensor(name, shape)
    },
    weight: (name, shape, type, data) => {
      graph.addInitializer({ name, shape, type }, data)
      if (type === 'float32') return backend.tensor(name, shape)
      const [converted] = graph.addNode('Cast', [name], 1, { to: onnxTypeNumber('float32') }) as [string]
      return backend.tensor(converted, shape)
    },
    quantisedWeight: (name, shape, { values, scales }) => {
      const [outputs, inputs] = shape as [number, number]
      const scalesName = `${name}:scales`
      graph.addInitializer({ name, shape: [inputs, outputs], type: 'int8' }, { bytes: bytesOf(values) })
      graph.addInitializer({ name: scalesName, shape: [outputs], type: 'float32' }, { bytes: bytesOf(scales) })
      backend.markQuantised(name, scalesName)
      return backend.tensor(name, shape)
    },
    output: (name, tensor) => graph.addOutput(backend.nameOf(tensor), { name, shape: tensor.shape, type: 'float32' }),
  }
}

const bytesOf = (array: Int8Array | Float32Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

function translate(error: unknown): unknown {
  const kernel = error instanceof Error ? /[Kk]ernel '(\w+)'/.exec(error.message)?.[1] : undefined
  if (!kernel || error instanceof AppError) return error
  return new AppError(
    'KERNEL_MISSING',
    `The operation ${kernel} has no ONNX form, so this model cannot be traced.`,
    { kernel },
    { cause: error },
  )
}
