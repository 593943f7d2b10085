// What every runtime offers for prediction, whatever runs the arithmetic. Training has its own interface in training/.
import type { NamedArray } from '@ml/model/initialise'
import type { VitConfig } from '@ml/model/config'
import type { Precision } from '@shared/model'

/** How the model's code is run: traced into ONNX, or operation by operation on TensorFlow or WebAssembly. */
export type RuntimeName = 'onnx' | 'tensorflow' | 'wasm'

/** Devices by the names users give: ONNX execution providers, the WebAssembly reference, and TensorFlow's two. */
export type DeviceId = 'cpu' | 'webgpu' | 'dml' | 'coreml' | 'cuda' | 'wasm' | 'tensorflow-cpu' | 'tensorflow-cuda'

/** Weights in memory, or in a safetensors file that is mapped instead of read where the runtime can. */
export type WeightsSource = { kind: 'memory'; tensors: ReadonlyMap<string, NamedArray> } | { kind: 'safetensors'; path: string }

export interface PredictionModel {
  config: VitConfig
  weights: WeightsSource
}

/** Values of a batch, row-major. */
export interface Prediction {
  /** (count, aus); empty for a backbone. */
  auLogits: Float32Array
  /** (count, width) */
  features: Float32Array
}

export interface LoadedModel {
  /** Images (count, 3, S, S), normalised. Any count, at most `largestBatch` at a time where that was given. */
  predict(images: Float32Array, count: number): Promise<Prediction>
  dispose(): Promise<void>
}

export interface RunOptions {
  /** Threads of the CPU providers; absent leaves the choice to them. */
  threads?: number
  /** Of prediction; float32 when absent. Throws INPUT_INVALID where the device has no int8. */
  precision?: Precision
}

export interface Runtime {
  readonly name: RuntimeName
  readonly device: DeviceId
  load(model: PredictionModel, options?: RunOptions): Promise<LoadedModel>
}
