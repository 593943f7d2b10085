// Recognises what a checkpoint is from its tensor names and shapes alone: an FMAE or FMAE-IAT vision transformer (timm's key names), its
// dimensions, its AUs. Reads no weights; interpolating position embeddings for other input sizes is the model code's business.
import { AppError } from '@shared/errors'
import { BP4D_AUS, DISFA_AUS } from '@shared/facs'
import type { VitArchitecture } from '@shared/model'
import { describeForeignModel } from './foreignModel'
import type { TensorEntry } from './tensorData'

export interface CheckpointFacts {
  /** `vit` predicts AUs; `backbone` is a pretrained encoder (with or without decoder), with which prediction is refused. */
  kind: 'vit' | 'backbone'
  architecture: VitArchitecture
  headsFrom: 'given' | 'size table' | 'width / 64'
  /** Names of the outputs, in their order; empty for a backbone. */
  aus: number[]
  /** True when only the number of outputs suggested the AUs. */
  areAusAssumed: boolean
  /** Linear layers of the identity head, 0 where there is none. */
  identityHeadLayers: number
  /** Whether the pretraining decoder is in the file, so that pretraining could go on. */
  hasDecoder: boolean
  /** Tensors that belong to the model. */
  keptTensors: string[]
  /** Tensors that no part of the model uses. */
  droppedTensors: string[]
}

export interface CheckpointHints {
  /** Attention heads; they leave no trace in the shapes. */
  heads?: number | undefined
  /** AU numbers of the outputs, in their order. */
  aus?: readonly number[] | undefined
}

/** Heads by width: tiny, small, base, large, huge. */
const HEADS_BY_WIDTH: ReadonlyMap<number, number> = new Map([
  [192, 3],
  [384, 6],
  [768, 12],
  [1024, 16],
  [1280, 16],
])

/** Parts of ViT variants that change what the network computes, so a file with one of them is another architecture. */
const FOREIGN_PARTS = /^(dist_token|head_dist|reg_token|register_tokens|norm_pre|rel_pos_bias|patch_embed\.(?!proj\.(weight|bias)$))/

/**
 * @param fileName only for messages
 * @throws AppError MODEL_ARCHITECTURE_UNKNOWN, MODEL_HEADS_UNKNOWN, MODEL_AUS_UNKNOWN
 */
export function recogniseCheckpoint(tensors: ReadonlyMap<string, TensorEntry>, hints: CheckpointHints, fileName: string): CheckpointFacts {
  const unknown = (problem: string) =>
    new AppError(
      'MODEL_ARCHITECTURE_UNKNOWN',
      `"${fileName}" is not an FMAE or FMAE-IAT model: ${problem}. Choose a checkpoint of that family.`,
      {
        file: fileName,
      },
    )
  const shapeOf = (name: string) => tensors.get(name)?.shape
  const projection = shapeOf('patch_embed.proj.weight')
  const positions = shapeOf('pos_embed')
  if (!projection || !positions || !tensors.has('cls_token') || !tensors.has('blocks.0.attn.qkv.weight')) {
    throw unknown(describeForeignModel([...tensors.keys()]))
  }
  const foreign = [...tensors.keys()].find((name) => FOREIGN_PARTS.test(name))
  if (foreign) throw unknown(`it is a vision transformer with "${foreign}", which that family does not have`)

  const [width = 0, channels, patch = 0, patchAcross] = projection
  if (projection.length !== 4 || channels !== 3 || patch !== patchAcross)
    throw unknown(`its patches are of shape [${projection.join(', ')}]`)
  const grid = Math.sqrt((positions[1] ?? 0) - 1)
  if (positions.length !== 3 || !Number.isInteger(grid) || grid < 1)
    throw unknown(`its position embedding of shape [${positions.join(', ')}] is no square`)
  const depth = countBlocks(tensors.keys())

  const expected = encoderShapes(width, depth, patch, grid)
  const hasDecoder = tensors.has('mask_token') || [...tensors.keys()].some((name) => name.startsWith('decoder_'))
  const isClassifier = tensors.has('head.weight') && !hasDecoder
  if (isClassifier && !tensors.has('fc_norm.weight')) throw unknown('its outputs come from the class token (there is no fc_norm)')
  if (isClassifier) addNorm(expected, 'fc_norm', width)
  else addNorm(expected, tensors.has('norm.weight') || !tensors.has('fc_norm.weight') ? 'norm' : 'fc_norm', width)
  const outputs = isClassifier ? (shapeOf('head.weight')?.[0] ?? 0) : 0
  if (isClassifier) addLinear(expected, 'head', width, outputs)
  const identity = isClassifier ? readIdentityHead(tensors, width) : { layers: 0, subjects: 0 }
  if (!identity) throw unknown('its identity head is not a chain of one to three linear layers')

  for (const [name, shape] of expected) {
    const found = shapeOf(name)
    if (!found) throw unknown(`its tensor "${name}" is missing`)
    if (found.join() !== shape.join())
      throw unknown(`its tensor "${name}" has shape [${found.join(', ')}] instead of [${shape.join(', ')}]`)
  }
  const keptTensors: string[] = []
  const droppedTensors: string[] = []
  for (const name of tensors.keys()) {
    const isDecoder = hasDecoder && (name.startsWith('decoder_') || name === 'mask_token')
    const isKept = expected.has(name) || isDecoder || (identity.layers > 0 && name.startsWith('ID_head.'))
    if (!isKept && name.startsWith('blocks.')) throw unknown(`its blocks have an unknown part, "${name}"`)
    ;(isKept ? keptTensors : droppedTensors).push(name)
  }

  const { heads, headsFrom } = chooseHeads(width, hints.heads, fileName)
  const { aus, areAusAssumed } = isClassifier ? nameOutputs(outputs, hints.aus, fileName) : { aus: [], areAusAssumed: false }
  return {
    kind: isClassifier ? 'vit' : 'backbone',
    architecture: { width, depth, heads, patch, imageSize: grid * patch, subjects: identity.subjects },
    headsFrom,
    aus,
    areAusAssumed,
    identityHeadLayers: identity.layers,
    hasDecoder,
    keptTensors,
    droppedTensors,
  }
}

/** A given count wins over the table: MoCo's small ViT, for one, has 12 heads. */
function chooseHeads(width: number, given: number | undefined, fileName: string): Pick<CheckpointFacts, 'headsFrom'> & { heads: number } {
  if (given !== undefined) {
    if (Number.isInteger(given) && given > 0 && width % given === 0) return { heads: given, headsFrom: 'given' }
    throw new AppError(
      'MODEL_HEADS_UNKNOWN',
      `The model is ${width} wide, which ${given} attention heads do not divide. Give a number that does.`,
      {
        file: fileName,
        width,
      },
    )
  }
  const listed = HEADS_BY_WIDTH.get(width)
  if (listed !== undefined) return { heads: listed, headsFrom: 'size table' }
  if (width > 0 && width % 64 === 0) return { heads: width / 64, headsFrom: 'width / 64' }
  throw new AppError(
    'MODEL_HEADS_UNKNOWN',
    `"${fileName}" is a model of an unusual width (${width}), and its file does not say how many attention heads it has. Give the number with --heads.`,
    { file: fileName, width },
  )
}

function nameOutputs(
  outputs: number,
  given: readonly number[] | undefined,
  fileName: string,
): Pick<CheckpointFacts, 'aus' | 'areAusAssumed'> {
  const unknown = (problem: string) => new AppError('MODEL_AUS_UNKNOWN', problem, { file: fileName, outputs })
  if (given !== undefined && given.length > 0) {
    if (given.length !== outputs)
      throw unknown(`The model has ${outputs} outputs, but ${given.length} AUs were named. Name them all, in their order.`)
    if (new Set(given).size !== given.length) throw unknown('An AU was named twice. Name each output once, in their order.')
    if (!given.every((au) => Number.isInteger(au) && au > 0 && au < 2000))
      throw unknown('AUs are named by their numbers, for example 1,2,4,12.')
    return { aus: [...given], areAusAssumed: false }
  }
  if (outputs === BP4D_AUS.length) return { aus: [...BP4D_AUS], areAusAssumed: true }
  if (outputs === DISFA_AUS.length) return { aus: [...DISFA_AUS], areAusAssumed: true }
  throw unknown(`The model has ${outputs} outputs, and its file does not say which AUs they are. Name them in their order with --aus.`)
}

/** Highest block number plus one; a gap shows later as a missing tensor. */
function countBlocks(names: Iterable<string>): number {
  let depth = 0
  for (const name of names) {
    const number = /^blocks\.(\d{1,4})\./.exec(name)?.[1]
    if (number !== undefined) depth = Math.max(depth, Number(number) + 1)
  }
  return depth
}

function encoderShapes(width: number, depth: number, patch: number, grid: number): Map<string, number[]> {
  const shapes = new Map<string, number[]>([
    ['cls_token', [1, 1, width]],
    ['pos_embed', [1, grid * grid + 1, width]],
    ['patch_embed.proj.weight', [width, 3, patch, patch]],
    ['patch_embed.proj.bias', [width]],
  ])
  for (let block = 0; block < depth; block++) {
    const at = `blocks.${block}`
    addNorm(shapes, `${at}.norm1`, width)
    addLinear(shapes, `${at}.attn.qkv`, width, 3 * width)
    addLinear(shapes, `${at}.attn.proj`, width, width)
    addNorm(shapes, `${at}.norm2`, width)
    addLinear(shapes, `${at}.mlp.fc1`, width, 4 * width)
    addLinear(shapes, `${at}.mlp.fc2`, 4 * width, width)
  }
  return shapes
}

function addNorm(shapes: Map<string, number[]>, name: string, width: number): void {
  shapes.set(`${name}.weight`, [width]).set(`${name}.bias`, [width])
}

function addLinear(shapes: Map<string, number[]>, name: string, from: number, to: number): void {
  shapes.set(`${name}.weight`, [to, from]).set(`${name}.bias`, [to])
}

/** The head is one linear layer (`ID_head.weight`) or a sequence with numbered ones (`ID_head.0.weight`, `ID_head.2.weight`, ...). */
function readIdentityHead(tensors: ReadonlyMap<string, TensorEntry>, width: number): { layers: number; subjects: number } | null {
  const weights = [...tensors.values()]
    .filter(({ name }) => name.startsWith('ID_head.') && name.endsWith('weight'))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  let from = width
  for (const { shape } of weights) {
    if (shape.length !== 2 || shape[1] !== from) return null
    from = shape[0] as number
  }
  if (weights.length > 3) return null
  return { layers: weights.length, subjects: weights.length === 0 ? 0 : from }
}
