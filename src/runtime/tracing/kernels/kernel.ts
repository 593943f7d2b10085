// The shape of a tracing kernel and its registration. The tables are in the files beside this one.
import * as tf from '@tensorflow/tfjs-core'
import { TRACING, type TracingBackend } from '../tracingBackend'

export interface TraceCall {
  inputs: Record<string, tf.TensorInfo>
  attrs: Record<string, unknown>
  backend: TracingBackend
}

/** Records what a TensorFlow.js kernel does as ONNX nodes. */
export type TraceKernel = (call: TraceCall) => tf.TensorInfo | tf.TensorInfo[]

export type KernelTable = Readonly<Record<string, TraceKernel>>

/** The input of that name; TensorFlow.js guarantees that a kernel's inputs are there. */
export function input(call: TraceCall, name: string): tf.TensorInfo {
  return call.inputs[name] as tf.TensorInfo
}

export function registerTable(table: KernelTable): void {
  for (const [kernelName, trace] of Object.entries(table)) {
    tf.registerKernel({ kernelName, backendName: TRACING, kernelFunc: (call) => trace(call as unknown as TraceCall) })
  }
}
