// State dicts of FMAE-shaped vision transformers of any size, with repeatable values, for tests.
import { DTYPE_BYTES, type Dtype } from '@runtime/weights'
import { StorageBook, writePytorch, type WrittenTensor, type ZipOptions } from './pytorchWriter'

export interface VitSpec {
  width: number
  depth?: number
  patch?: number
  imageSize?: number
  /** Omitted: no AU head. */
  aus?: number
  /** Widths of the identity head's layers, the last being the number of subjects. */
  identity?: number[]
  hasDecoder?: boolean
  dtype?: Dtype
}

export function vitShapes(spec: VitSpec): Record<string, number[]> {
  const { width, depth = 1, patch = 8, imageSize = 16 } = spec
  const shapes: Record<string, number[]> = {}
  const norm = (name: string) => Object.assign(shapes, { [`${name}.weight`]: [width], [`${name}.bias`]: [width] })
  const linear = (name: string, from: number, to: number) =>
    Object.assign(shapes, { [`${name}.weight`]: [to, from], [`${name}.bias`]: [to] })
  shapes.cls_token = [1, 1, width]
  shapes.pos_embed = [1, (imageSize / patch) ** 2 + 1, width]
  shapes['patch_embed.proj.weight'] = [width, 3, patch, patch]
  shapes['patch_embed.proj.bias'] = [width]
  for (let block = 0; block < depth; block++) {
    norm(`blocks.${block}.norm1`)
    linear(`blocks.${block}.attn.qkv`, width, 3 * width)
    linear(`blocks.${block}.attn.proj`, width, width)
    norm(`blocks.${block}.norm2`)
    linear(`blocks.${block}.mlp.fc1`, width, 4 * width)
    linear(`blocks.${block}.mlp.fc2`, 4 * width, width)
  }
  if (spec.aus === undefined) norm('norm')
  else {
    norm('fc_norm')
    linear('head', width, spec.aus)
  }
  spec.identity?.forEach((to, layer, all) =>
    linear(all.length === 1 ? 'ID_head' : `ID_head.${layer * 2}`, layer === 0 ? width : (all[layer - 1] as number), to),
  )
  if (spec.hasDecoder) Object.assign(shapes, { mask_token: [1, 1, 12], 'decoder_embed.weight': [12, width], 'decoder_pred.bias': [5] })
  return shapes
}

export function vitTensors(spec: VitSpec): Record<string, WrittenTensor> {
  const dtype = spec.dtype ?? 'F32'
  return Object.fromEntries(
    Object.entries(vitShapes(spec)).map(([name, shape], seed) => {
      const count = shape.reduce((product, size) => product * size, 1)
      return [name, { dtype, shape, data: () => values(dtype, count, seed) }]
    }),
  )
}

/** `{model: state dict, epoch: 4}` in a file. */
export async function saveVit(path: string, tensors: Record<string, WrittenTensor>, options?: ZipOptions): Promise<void> {
  const book = new StorageBook()
  await writePytorch(
    path,
    {
      dict: [
        ['model', book.stateDict(tensors)],
        ['epoch', 4],
      ],
    },
    book,
    options,
  )
}

const PIECE = 1 << 17
const wave = Float32Array.from({ length: 2 * PIECE }, (_, i) => Math.sin(i * 0.731))

/** Finite numbers of magnitude below 1, in pieces of at most a megabyte. */
function* values(dtype: Dtype, count: number, seed: number): Generator<Uint8Array> {
  for (let done = 0; done < count; done += PIECE) {
    const start = (seed * 97 + done / 8) % PIECE
    const numbers = wave.slice(start, start + Math.min(PIECE, count - done))
    if (dtype === 'F64') yield new Uint8Array(Float64Array.from(numbers).buffer)
    else if (dtype === 'F32') yield new Uint8Array(numbers.buffer)
    // the upper half of a float32 is a bfloat16, and without its topmost exponent bits also a finite float16
    else if (DTYPE_BYTES[dtype] === 2)
      yield new Uint8Array(Uint16Array.from(new Uint32Array(numbers.buffer), (bits) => (bits >>> 16) & 0x3bff).buffer)
    else throw new Error(`no values for ${dtype}`)
  }
}
