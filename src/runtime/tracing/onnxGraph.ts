// An ONNX graph under construction: nodes, constants, weights, inputs and outputs, and its encoding. Knows nothing of TensorFlow.js.
import onnxProto from 'onnx-proto'

const { onnx } = onnxProto

/** Element types that traced graphs use, by their TensorFlow.js name, plus int64 for shapes and axes. */
export type ElementType = 'float32' | 'int32' | 'bool' | 'int64' | 'int8' | 'float16' | 'bfloat16'

/** ONNX TensorProto.DataType numbers. */
const ONNX_TYPE: Readonly<Record<ElementType, number>> = { float32: 1, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10, bfloat16: 16 }

export type AttributeValue = number | readonly number[] | { float: number } | { text: string }

/** Where a weight's bytes are: in the model itself, or at an offset of a file in the model's folder. */
export type InitializerData = { bytes: Uint8Array } | { fileName: string; byteOffset: number; byteLength: number }

export interface GraphValue {
  name: string
  shape: readonly number[]
  type: ElementType
}

/** Entries of the model's metadata, for whoever opens the file with another program. */
export type GraphMetadata = Readonly<Record<string, string>>

interface Node {
  operation: string
  domain: string
  inputs: string[]
  outputs: string[]
  attributes: Record<string, AttributeValue>
}

/** Opset of the graphs: the first with `Gelu`. */
const OPSET = 20
const IR_VERSION = 9

/** One graph. Names it gives out are unique within it. */
export class OnnxGraph {
  readonly #nodes: Node[] = []
  readonly #initializers: { value: GraphValue; data: InitializerData }[] = []
  readonly #inputs: GraphValue[] = []
  readonly #outputs: { source: string; value: GraphValue }[] = []
  readonly #constants = new Map<string, string>()
  #counter = 0

  /**
   * @param symbolicBatch stands in every shape for a batch size chosen at run time; no other dimension may be a multiple of it.
   */
  constructor(readonly symbolicBatch: number | null = null) {}

  get inputs(): readonly GraphValue[] {
    return this.#inputs
  }

  get outputs(): readonly GraphValue[] {
    return this.#outputs.map((output) => output.value)
  }

  get nodeCount(): number {
    return this.#nodes.length
  }

  addNode(operation: string, inputs: string[], outputCount: number, attributes: Record<string, AttributeValue>, domain = ''): string[] {
    const outputs = Array.from({ length: outputCount }, () => `t${this.#counter++}`)
    this.#nodes.push({ operation, domain, inputs, outputs, attributes })
    return outputs
  }

  addInput(value: GraphValue): void {
    this.#inputs.push(value)
  }

  addInitializer(value: GraphValue, data: InitializerData): void {
    this.#initializers.push({ value, data })
  }

  /** Makes a value an output under the given name. */
  addOutput(source: string, value: GraphValue): void {
    this.#outputs.push({ source, value })
  }

  /** A constant; equal short ones are stored once. */
  addConstant(values: ArrayLike<number>, shape: readonly number[], type: 'float32' | 'int32' | 'bool' | 'int64'): string {
    const key = values.length <= 16 ? `${type} ${shape.join(',')} ${Array.from(values).join(',')}` : null
    const known = key === null ? undefined : this.#constants.get(key)
    if (known) return known
    const name = `c${this.#counter++}`
    this.#initializers.push({ value: { name, shape, type }, data: { bytes: constantBytes(values, type) } })
    if (key !== null) this.#constants.set(key, name)
    return name
  }

  /** A list of int64, as axes and shapes are passed. */
  addIndices(values: readonly number[]): string {
    return this.addConstant(values, [values.length], 'int64')
  }

  /** The dimensions of a reshape: the symbolic batch, or a multiple of it, becomes -1, to be inferred. */
  addShape(shape: readonly number[]): string {
    const symbol = this.symbolicBatch
    return this.addIndices(symbol === null ? shape : shape.map((size) => (size > 0 && size % symbol === 0 ? -1 : size)))
  }

  /** The model as protobuf bytes. */
  encode(metadata: GraphMetadata = {}): Uint8Array {
    const { names, copies } = this.#nameOutputs()
    const rename = (name: string): string => names.get(name) ?? name
    const model = onnx.ModelProto.create({
      irVersion: IR_VERSION,
      producerName: 'AU Workbench',
      opsetImport: [
        { domain: '', version: OPSET },
        { domain: 'com.microsoft', version: 1 },
      ],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name: 'au-workbench',
        node: [...this.#usedNodes(), ...copies].map((node) => ({
          opType: node.operation,
          domain: node.domain,
          input: node.inputs.map(rename),
          output: node.outputs.map(rename),
          attribute: Object.entries(node.attributes).map(([name, value]) => encodeAttribute(name, value)),
        })),
        initializer: this.#initializers.map(({ value, data }) => encodeInitializer(value, data)),
        input: this.#inputs.map((value) => this.#encodeValue(value)),
        output: this.#outputs.map(({ value }) => this.#encodeValue(value)),
      },
    })
    return onnx.ModelProto.encode(model).finish()
  }

  /** Nodes that some output depends on: differentiation also records gradients nobody asked for, and onnxruntime would compute them. */
  #usedNodes(): Node[] {
    const needed = new Set(this.#outputs.map((output) => output.source))
    const used: Node[] = []
    for (const node of this.#nodes.toReversed()) {
      if (!node.outputs.some((name) => needed.has(name))) continue
      used.push(node)
      for (const name of node.inputs) needed.add(name)
    }
    return used.reverse()
  }

  /** Computed values take their output's name; inputs, constants and values that are an output already are copied under it. */
  #nameOutputs(): { names: Map<string, string>; copies: Node[] } {
    const computed = new Set(this.#nodes.flatMap((node) => node.outputs))
    const names = new Map<string, string>()
    const copies: Node[] = []
    for (const { source, value } of this.#outputs) {
      if (computed.has(source) && !names.has(source)) names.set(source, value.name)
      else copies.push({ operation: 'Identity', domain: '', inputs: [source], outputs: [value.name], attributes: {} })
    }
    return { names, copies }
  }

  #encodeValue(value: GraphValue): object {
    const symbol = this.symbolicBatch
    const dim = value.shape.map((size) =>
      symbol !== null && size > 0 && size % symbol === 0 ? { dimParam: batchName(size / symbol) } : { dimValue: size },
    )
    return { name: value.name, type: { tensorType: { elemType: ONNX_TYPE[value.type], shape: { dim } } } }
  }
}

/** Name of a dimension that is the open batch size, or a multiple of it. */
const batchName = (factor: number): string => (factor === 1 ? 'n' : `${factor} n`)

/** The element type's ONNX number, for Cast. */
export function onnxTypeNumber(type: ElementType): number {
  return ONNX_TYPE[type]
}

function constantBytes(values: ArrayLike<number>, type: 'float32' | 'int32' | 'bool' | 'int64'): Uint8Array {
  if (type === 'bool') return Uint8Array.from(values)
  if (type === 'int64') return new Uint8Array(BigInt64Array.from(Array.from(values, (value) => BigInt(value))).buffer)
  return new Uint8Array((type === 'int32' ? Int32Array.from(values) : Float32Array.from(values)).buffer)
}

function encodeAttribute(name: string, value: AttributeValue): object {
  const { AttributeType } = onnx.AttributeProto
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value }
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float }
  if ('text' in value) return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value.text) }
  return { name, type: AttributeType.INTS, ints: [...value] }
}

function encodeInitializer(value: GraphValue, data: InitializerData): object {
  const tensor = { name: value.name, dims: [...value.shape], dataType: ONNX_TYPE[value.type] }
  if ('bytes' in data) return { ...tensor, rawData: data.bytes }
  const externalData = [
    { key: 'location', value: data.fileName },
    { key: 'offset', value: String(data.byteOffset) },
    { key: 'length', value: String(data.byteLength) },
  ]
  return { ...tensor, dataLocation: onnx.TensorProto.DataLocation.EXTERNAL, externalData }
}
