// A TensorFlow.js backend that computes nothing: each kernel appends a node to an ONNX graph and returns the description of its result.
import { AppError } from '@shared/errors'
import * as tf from '@tensorflow/tfjs-core'
import type { AttributeValue, OnnxGraph } from './onnxGraph'

/** The name under which the backend and its kernels are registered. */
export const TRACING = 'tracing'

/** What the provider that will run the graph can do. */
export interface TraceTarget {
  /** True where `FusedMatMul` (com.microsoft) runs: transposed batched products without a copy. False for WebGPU. */
  hasFusedMatMul: boolean
  /** True where a product is slow with a large or transposed left operand, so that transposed copies pay: onnxruntime's CPU provider. */
  hasSlowTallProducts?: boolean
}

/** Constant values that TensorFlow.js handed over; a symbol is made when a kernel first needs them. */
interface Constant {
  values: tf.BackendValues
  shape: number[]
  dtype: tf.DataType
}

/** Holds the graph being traced; one trace at a time. */
export class TracingBackend extends tf.KernelBackend {
  #graph: OnnxGraph | null = null
  #target: TraceTarget = { hasFusedMatMul: true }
  #names = new WeakMap<object, string>()
  #constants = new WeakMap<object, Constant>()
  #scales = new Map<string, string>()

  begin(graph: OnnxGraph, target: TraceTarget): void {
    if (this.#graph) throw new AppError('INTERNAL', 'A graph is already being traced.')
    this.#graph = graph
    this.#target = target
    this.#names = new WeakMap()
    this.#constants = new WeakMap()
    this.#scales = new Map()
  }

  end(): void {
    this.#graph = null
  }

  get graph(): OnnxGraph {
    if (!this.#graph) throw new AppError('INTERNAL', 'A tensor was used outside the trace that made it.')
    return this.#graph
  }

  get target(): TraceTarget {
    return this.#target
  }

  /** The symbol of a tensor; a constant becomes an initializer here. */
  nameOf(tensor: tf.TensorInfo): string {
    const known = this.#names.get(tensor.dataId)
    if (known) return known
    const constant = this.#constants.get(tensor.dataId)
    if (!constant) throw new AppError('INTERNAL', 'A tensor from outside the trace was used in it.')
    const name = this.graph.addConstant(constant.values as ArrayLike<number>, constant.shape, constantType(constant.dtype))
    this.#names.set(tensor.dataId, name)
    return name
  }

  /** Says that a symbol is an int8 matrix (in, out) with a factor per column, whatever shape its tensor is described with. */
  markQuantised(name: string, scales: string): void {
    this.#scales.set(name, scales)
  }

  /** The symbol of an int8 matrix's factors; undefined for other tensors. */
  scalesOf(tensor: tf.TensorInfo): string | undefined {
    return this.#scales.get(this.nameOf(tensor))
  }

  /** Describes the value that a symbol stands for. */
  describe(name: string, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    const dataId = {}
    this.#names.set(dataId, name)
    return { dataId, shape, dtype }
  }

  /** The description as a tensor that TensorFlow.js operations take. */
  tensor(name: string, shape: readonly number[], dtype: tf.DataType = 'float32'): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.describe(name, [...shape], dtype), this)
  }

  /** Appends a node over tensors and describes its single result. */
  record(
    operation: string,
    inputs: (tf.TensorInfo | string)[],
    result: { shape: number[]; dtype: tf.DataType },
    attributes: Record<string, AttributeValue> = {},
    domain = '',
  ): tf.TensorInfo {
    const names = inputs.map((input) => (typeof input === 'string' ? input : this.nameOf(input)))
    const [output] = this.graph.addNode(operation, names, 1, attributes, domain) as [string]
    return this.describe(output, result.shape, result.dtype)
  }

  /** A constant tensor filled with one value. */
  filled(shape: number[], value: number, dtype: tf.DataType = 'float32'): tf.TensorInfo {
    const values = new Float32Array(tf.util.sizeFromShape(shape)).fill(value)
    return { dataId: this.write(values, shape, dtype), shape, dtype }
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {}
    this.#constants.set(dataId, { values, shape, dtype })
    return dataId
  }

  override move(dataId: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.#constants.set(dataId, { values, shape, dtype })
  }

  override readSync(dataId: object): tf.BackendValues {
    const constant = this.#constants.get(dataId)
    if (constant) return constant.values
    throw new AppError(
      'KERNEL_MISSING',
      `The model reads a computed value while it is being traced (${currentKernel()}), which a fixed graph cannot do.`,
    )
  }

  override read(dataId: object): Promise<tf.BackendValues> {
    return Promise.resolve(this.readSync(dataId))
  }

  override numDataIds(): number {
    return 0
  }
  override floatPrecision(): 16 | 32 {
    return 32
  }
  override epsilon(): number {
    return 1e-7
  }
  override timerAvailable(): boolean {
    return false
  }
  override incRef(): void {
    // Nothing is held per tensor, so nothing is counted.
  }
  override refCount(): number {
    return 1
  }
  override disposeData(): boolean {
    return true
  }
  override dispose(): void {
    this.end()
  }
}

function constantType(dtype: tf.DataType): 'float32' | 'int32' | 'bool' {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new AppError('KERNEL_MISSING', `Tensors of type ${dtype} cannot be traced.`)
}

function currentKernel(): string {
  return tf.engine().state.activeScope?.name || 'outside any scope'
}
