// Converts MediaPipe's BlazeFace (back) and FaceMesh from the TensorFlow.js graph models inside @vladmandic/human to ONNX, written to resources/models/faces.
// Run by hand when that package changes; its output is committed. Knows only the operations that these two graphs use and refuses others.
import { readFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const { onnx } = createRequire(import.meta.url)('onnx-proto')
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const source = join(root, 'node_modules', '@vladmandic', 'human', 'models')
/** An argument names another folder, to compare with what is committed. */
const target = process.argv[2] ? resolve(process.argv[2]) : join(root, 'resources', 'models', 'faces')
const INT = onnx.AttributeProto.AttributeType.INT
const INTS = onnx.AttributeProto.AttributeType.INTS
const STRING = onnx.AttributeProto.AttributeType.STRING
const { FLOAT, INT64 } = onnx.TensorProto.DataType

/** Outputs kept, by their names in the graph; what only leads to other outputs (FaceMesh's contours) is left out. */
const MODELS = [
  {
    file: 'blazeface',
    input: [1, 3, 256, 256],
    outputs: { Identity: 'logits16', Identity_1: 'logits8', Identity_2: 'boxes16', Identity_3: 'boxes8' },
    shapes: { logits16: [1, 512, 1], logits8: [1, 384, 1], boxes16: [1, 512, 16], boxes8: [1, 384, 16] },
  },
  {
    file: 'facemesh',
    input: [1, 3, 192, 192],
    outputs: { Identity_2: 'mesh', Identity_1: 'flag' },
    shapes: { mesh: [1, 1404], flag: [1, 1] },
  },
]

/** Weights by name as float32 or int32 arrays; float16 storage is widened. */
function readWeights(model, file) {
  const group = model.weightsManifest[0]
  const bytes = Buffer.concat(group.paths.map((path) => readFileSync(join(source, path))))
  const weights = new Map()
  let offset = 0
  for (const { name, shape, dtype, quantization } of group.weights) {
    const count = shape.reduce((product, size) => product * size, 1)
    const stored = quantization?.dtype ?? dtype
    const size = stored === 'float16' ? 2 : 4
    const slice = bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + offset + count * size)
    offset += count * size
    if (stored === 'float16') weights.set(name, { shape, values: Float32Array.from(new Float16Array(slice)) })
    else if (stored === 'float32') weights.set(name, { shape, values: new Float32Array(slice) })
    else if (stored === 'int32') weights.set(name, { shape, values: new Int32Array(slice) })
    else throw new Error(`${file}: weight ${name} is stored as ${stored}, which this script does not read.`)
  }
  if (offset !== bytes.length) throw new Error(`${file}: the weights end at byte ${offset}, the file at ${bytes.length}.`)
  return weights
}

/** (height, width, in, out) to (out, in, height, width); for depthwise kernels `in` x `out` are the channels of the group. */
function kernelToOnnx({ shape, values }, isDepthwise) {
  const [height, width, inputs, outputs] = shape
  const turned = new Float32Array(values.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++) {
          const from = ((y * width + x) * inputs + i) * outputs + o
          const to = isDepthwise ? ((i * outputs + o) * height + y) * width + x : ((o * inputs + i) * height + y) * width + x
          turned[to] = values[from]
        }
  return { shape: isDepthwise ? [inputs * outputs, 1, height, width] : [outputs, inputs, height, width], values: turned }
}

const text = (base64) => Buffer.from(base64, 'base64').toString()
const ints = (name, values) => ({ name, type: INTS, ints: values })
const padding = (attributes) => ({
  name: 'auto_pad',
  type: STRING,
  s: Buffer.from({ SAME: 'SAME_UPPER', VALID: 'VALID' }[text(attributes.padding.s)]),
})

function convert({ file, input, outputs, shapes }) {
  const model = JSON.parse(readFileSync(join(source, `${file}.json`), 'utf8'))
  const weights = readWeights(model, file)
  const nodes = new Map(model.modelTopology.node.map((node) => [node.name, node]))
  const graph = { node: [], initializer: [] }
  const add = (opType, inputs, output, attribute = []) =>
    graph.node.push({ opType, name: output, input: inputs, output: [output], attribute })
  const constant = (name, shape, values, dataType = FLOAT) => {
    if (!graph.initializer.some((tensor) => tensor.name === name)) {
      const array = dataType === INT64 ? BigInt64Array.from(values, BigInt) : Float32Array.from(values)
      graph.initializer.push({ name, dims: shape, dataType, rawData: new Uint8Array(array.buffer) })
    }
    return name
  }
  const done = new Set()

  /** Emits a node after its inputs and returns the name of its output. All 4-D values are kept channels first. */
  function emit(name) {
    const node = nodes.get(name)
    if (done.has(name)) return node.op === 'Placeholder' ? 'image' : name
    done.add(name)
    const attributes = node.attr ?? {}
    const spatial = (key) => attributes[key].list.i.slice(1, 3).map(Number)
    const weight = (index) => weights.get(node.input[index])
    if (attributes.data_format && text(attributes.data_format.s) !== 'NHWC') throw new Error(`${file}: ${name} is not NHWC.`)
    switch (node.op) {
      case 'Placeholder':
        return 'image'
      case '_FusedConv2D':
      case 'DepthwiseConv2dNative': {
        const isDepthwise = node.op === 'DepthwiseConv2dNative'
        const kernel = kernelToOnnx(weight(1), isDepthwise)
        const data = emit(node.input[0])
        const fused = isDepthwise ? [] : attributes.fused_ops.list.s.map(text)
        const activation = fused.find((operation) => operation !== 'BiasAdd')
        const conv = activation ? `${name}/conv` : name
        const inputs = [data, constant(`${name}/kernel`, kernel.shape, kernel.values)]
        if (fused.includes('BiasAdd')) inputs.push(constant(`${name}/bias`, [weight(2).values.length], weight(2).values))
        add('Conv', inputs, conv, [
          padding(attributes),
          ints('kernel_shape', kernel.shape.slice(2)),
          ints('strides', spatial('strides')),
          ints('dilations', spatial('dilations')),
          { name: 'group', type: INT, i: isDepthwise ? kernel.shape[0] : 1 },
        ])
        if (activation === 'Relu') add('Relu', [conv], name)
        else if (activation === 'Prelu') add('PRelu', [conv, slope(node.input[3])], name)
        else if (activation) throw new Error(`${file}: ${name} fuses ${activation}, which this script does not know.`)
        return name
      }
      case 'AddV2':
        add('Add', [emit(node.input[0]), emit(node.input[1])], name)
        return name
      case 'Relu':
      case 'Sigmoid':
        add(node.op, [emit(node.input[0])], name)
        return name
      case 'Prelu':
        add('PRelu', [emit(node.input[0]), slope(node.input[1])], name)
        return name
      case 'MaxPool':
        add('MaxPool', [emit(node.input[0])], name, [
          padding(attributes),
          ints('kernel_shape', spatial('ksize')),
          ints('strides', spatial('strides')),
        ])
        return name
      case 'Pad': {
        // (axis, before/after) in NHWC to all befores, then all afters, in NCHW
        const pads = weight(1).values
        const axes = [0, 3, 1, 2]
        const order = [...axes.map((axis) => pads[2 * axis]), ...axes.map((axis) => pads[2 * axis + 1])]
        add('Pad', [emit(node.input[0]), constant(`${name}/pads`, [8], order, INT64)], name)
        return name
      }
      case 'Reshape': {
        const data = emit(node.input[0])
        const shape = weight(1).values
        add('Transpose', [data], `${name}/channelsLast`, [ints('perm', [0, 2, 3, 1])])
        add('Reshape', [`${name}/channelsLast`, constant(`${name}/shape`, [shape.length], shape, INT64)], name)
        return name
      }
      case 'Identity':
        add('Identity', [emit(node.input[0])], outputs[name])
        return outputs[name]
      default:
        throw new Error(`${file}: operation ${node.op} (${name}) is not known to this script.`)
    }
  }

  /** PReLU slope [1, 1, C] as [C, 1, 1]. */
  function slope(name) {
    const { shape, values } = weights.get(name)
    return constant(`${name}/slope`, [shape.at(-1), 1, 1], values)
  }

  for (const name of Object.keys(outputs)) emit(name)
  const value = (name, shape) => ({
    name,
    type: { tensorType: { elemType: FLOAT, shape: { dim: shape.map((size) => ({ dimValue: size })) } } },
  })
  const bytes = onnx.ModelProto.encode({
    irVersion: 7,
    producerName: 'au-workbench',
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      ...graph,
      name: file,
      input: [value('image', input)],
      output: Object.values(outputs).map((name) => value(name, shapes[name])),
    },
  }).finish()
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, `${file}.onnx`), bytes)
  console.log(`${file}.onnx  ${bytes.length} bytes  sha256 ${createHash('sha256').update(bytes).digest('hex')}`)
}

for (const model of MODELS) convert(model)
