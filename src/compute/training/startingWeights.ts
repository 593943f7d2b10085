// Weights at the start of a fold: a model's, fitted to this run's image size and AUs, or fresh ones. The identity head is always fresh, as the subjects change.
import { gridSide, type VitConfig } from '@ml/model/config'
import { baseRateBias, chanceBias, initialiseWeights, type NamedArray } from '@ml/model/initialise'
import { classifierShapes, identityHeadKeys } from '@ml/model/parameters'
import { interpolatePositionEmbedding } from '@ml/model/positionEmbedding'
import type { Random } from '@ml/random'
import { openSafetensors } from '@runtime/weights/index'
import { AppError } from '@shared/errors'
import type { ModelOnDisk } from '@shared/trainingCommands'
import { weightsPath } from '../modelFiles'

/** A model's weights in memory, read once for all folds. */
export interface ParentWeights {
  tensors: ReadonlyMap<string, NamedArray>
  /** Its AU outputs in order; empty for a backbone. */
  aus: readonly number[]
}

/** @throws AppError of the weights room; MODEL_CARD_INVALID, MODEL_NOT_FINITE */
export async function readParent(model: ModelOnDisk): Promise<ParentWeights> {
  const { card } = model
  const file = await openSafetensors(weightsPath(model))
  try {
    const tensors = new Map<string, NamedArray>()
    for (const [key, { shape }] of file.tensors) {
      const data = await file.readFloat32(key)
      if (!data.every(Number.isFinite))
        throw new AppError(
          'MODEL_NOT_FINITE',
          `The weights "${key}" of "${card.name}" hold values that are not numbers, so it cannot be trained further. Choose another model.`,
        )
      tensors.set(key, { shape, data })
    }
    return { tensors, aus: card.kind === 'vit' ? card.aus.map(({ au }) => au) : [] }
  } finally {
    await file.close()
  }
}

/**
 * Weights by key for `config`. AU outputs that the parent has are taken over, others begin at the log-odds of their base rate; so does the identity head, at
 * chance.
 * @param aus AUs of the outputs, in order
 * @throws AppError MODEL_ARCHITECTURE_UNKNOWN where a weight of the parent has another width
 */
export function startingWeights(
  config: VitConfig,
  aus: readonly number[],
  baseRates: readonly (number | null)[],
  parent: ParentWeights | null,
  random: Random,
): Map<string, NamedArray> {
  const shapes = classifierShapes(config)
  const weights = initialiseWeights(shapes, config, random)
  weights.set('head.bias', { shape: [config.aus], data: baseRateBias(baseRates) })
  const last = identityHeadKeys(config.identityLayers).at(-1)
  weights.get(`${last}.bias`)?.data.fill(chanceBias(config.subjects))
  if (!parent) return weights
  for (const [key, { shape }] of weights) {
    if (/^(head|ID_head)\b/.test(key)) continue
    const found = parent.tensors.get(key)
    // a pretrained encoder has no norm of the pooled feature: it begins as the identity
    if (!found && key.startsWith('fc_norm.')) continue
    if (!found) throw new AppError('MODEL_ARCHITECTURE_UNKNOWN', `The model to start from has no weight called ${key}.`, { key })
    weights.set(key, { shape, data: fitted(key, found, shape, config) })
  }
  const head = { weight: parent.tensors.get('head.weight'), bias: parent.tensors.get('head.bias') }
  if (head.weight && head.bias) {
    const weight = weights.get('head.weight')?.data as Float32Array
    const bias = weights.get('head.bias')?.data as Float32Array
    aus.forEach((au, row) => {
      const from = parent.aus.indexOf(au)
      if (from < 0) return
      weight.set((head.weight as NamedArray).data.subarray(from * config.width, (from + 1) * config.width), row * config.width)
      bias[row] = (head.bias as NamedArray).data[from] as number
    })
  }
  return weights
}

function fitted(key: string, found: NamedArray, wanted: readonly number[], config: VitConfig): Float32Array {
  if (found.shape.length === wanted.length && found.shape.every((size, axis) => size === wanted[axis])) return Float32Array.from(found.data)
  const fromGrid = Math.sqrt((found.shape[1] ?? 0) - 1)
  if (key === 'pos_embed' && found.shape[2] === config.width && Number.isInteger(fromGrid) && fromGrid > 0)
    return interpolatePositionEmbedding(found.data, config.width, fromGrid, gridSide(config))
  throw new AppError(
    'MODEL_ARCHITECTURE_UNKNOWN',
    `The weight ${key} of the model to start from has the shape ${found.shape.join(' x ')}, but ${wanted.join(' x ')} are needed. Its card does not fit its weights; import it again.`,
    { key },
  )
}
