// Any forward computation over fixed weights on a device: traced once with an open batch size, or run eagerly. Prediction of models has its own, in index.ts.
import type { NamedArray } from '@ml/model/initialise'
import type { Parameters } from '@ml/model/parameters'
import * as tf from '@tensorflow/tfjs-core'
import { Tensor } from 'onnxruntime-node'
import { loadEagerBackend } from './byDevice'
import { openSession, runSession, traceTarget, type OnnxDevice } from './onnx/session'
import type { DeviceId, RunOptions } from './runtime'
import { SYMBOLIC_BATCH, traceGraph } from './tracing/trace'

/** What is computed. Shapes of inputs are per sample; all tensors have the batch as a factor of their first axis. */
export interface FunctionSpec {
  weights: ReadonlyMap<string, NamedArray>
  /** Shape for a given batch, by input name. */
  inputs: Readonly<Record<string, (batch: number) => readonly number[]>>
  compute(parameters: Parameters, inputs: Readonly<Record<string, tf.Tensor>>): Readonly<Record<string, tf.Tensor>>
}

export interface DeviceFunction {
  /** Outputs, row-major, for `batch` samples. */
  run(inputs: Readonly<Record<string, Float32Array>>, batch: number): Promise<Record<string, Float32Array>>
  dispose(): Promise<void>
}

/** Prepares the computation. Throws DEVICE_UNAVAILABLE and KERNEL_MISSING. */
export async function openFunction(spec: FunctionSpec, device: DeviceId, options: RunOptions = {}): Promise<DeviceFunction> {
  const backendName = await loadEagerBackend(device)
  return backendName === null ? openTraced(spec, device as OnnxDevice, options) : openEager(spec, device)
}

async function openTraced(spec: FunctionSpec, device: OnnxDevice, options: RunOptions): Promise<DeviceFunction> {
  const graph = traceGraph(
    (tracer) => {
      const inputs = mapValues(spec.inputs, (shape, name) => tracer.input(name, shape(SYMBOLIC_BATCH)))
      const parameters = mapEntries(spec.weights, (key, { shape, data }) =>
        tracer.weight(key, shape, 'float32', { bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }),
      )
      for (const [name, tensor] of Object.entries(spec.compute(parameters, inputs))) tracer.output(name, tensor)
    },
    { target: traceTarget(device), hasSymbolicBatch: true },
  )
  const session = await openSession(graph.bytes, { ...options, device })
  return {
    run: async (inputs, batch) => {
      const feeds = mapValues(spec.inputs, (shape, name) => new Tensor('float32', inputs[name] as Float32Array, shape(batch)))
      const results = await runSession(session, feeds)
      return mapValues(results, (value) => (value as Tensor).data as Float32Array)
    },
    dispose: () => session.release(),
  }
}

function openEager(spec: FunctionSpec, device: DeviceId): DeviceFunction {
  const parameters = mapEntries(spec.weights, (_, { shape, data }) => tf.tensor(data, [...shape]))
  return {
    run: async (inputs, batch) => {
      await loadEagerBackend(device)
      return tf.tidy(() => {
        const fed = mapValues(spec.inputs, (shape, name) => tf.tensor(inputs[name] as Float32Array, [...shape(batch)]))
        return mapValues(spec.compute(parameters, fed), (tensor) => Float32Array.from(tensor.dataSync())) as unknown as Record<
          string,
          tf.Tensor
        >
      }) as unknown as Record<string, Float32Array>
    },
    dispose: () => {
      tf.dispose(parameters)
      return Promise.resolve()
    },
  }
}

function mapValues<In, Out>(record: Readonly<Record<string, In>>, map: (value: In, name: string) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]))
}

function mapEntries<In, Out>(entries: ReadonlyMap<string, In>, map: (name: string, value: In) => Out): Record<string, Out> {
  return Object.fromEntries([...entries].map(([name, value]) => [name, map(name, value)]))
}
