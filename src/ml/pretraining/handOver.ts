// From weights of a model to those of an autoencoder that starts from it, and from a pretrained autoencoder to the backbone that fine-tuning starts from.
import { gridSide } from '../model/config'
import { initialiseWeights, type NamedArray } from '../model/initialise'
import { interpolatePositionEmbedding, sincosPositionEmbedding } from '../model/positionEmbedding'
import type { Random } from '../random'
import { autoencoderShapes, type AutoencoderConfig } from './maskedAutoencoder'

/**
 * The encoder's weights with its fixed positions written out; decoder and mask token are left behind, the last norm is kept as `norm`.
 * @param positions (N + 1, D) that the encoder was fed
 */
export function backboneWeights(
  weights: ReadonlyMap<string, NamedArray>,
  config: AutoencoderConfig,
  positions: Float32Array = sincosPositionEmbedding(config.width, gridSide(config)),
): Map<string, NamedArray> {
  const backbone = new Map([...weights].filter(([key]) => !key.startsWith('decoder_') && key !== 'mask_token'))
  return backbone.set('pos_embed', { shape: [1, gridSide(config) ** 2 + 1, config.width], data: positions })
}

export interface StartingAutoencoder {
  weights: Map<string, NamedArray>
  /** (N + 1, D) rows that the encoder is to be fed; the class token's is 0, as the token itself is trained. */
  encoderPositions: Float32Array
  /** Keys that were not in the parent, or not in this shape. */
  fresh: string[]
}

/**
 * Fresh weights, with everything that the parent has in the same shape taken over. A parent's trained positions are fed as they are (interpolated for
 * another grid); the class token's row of them becomes a part of the token.
 */
export function startingAutoencoder(
  config: AutoencoderConfig,
  parent: ReadonlyMap<string, NamedArray> | null,
  random: Random,
): StartingAutoencoder {
  const weights = initialiseWeights(autoencoderShapes(config), config, random)
  const fresh: string[] = []
  for (const [key, { shape }] of weights) {
    const found = parent?.get(key)
    const fits = found?.shape.length === shape.length && found.shape.every((size, axis) => size === shape[axis])
    if (found && fits) weights.set(key, { shape, data: Float32Array.from(found.data) })
    else fresh.push(key)
  }
  const grid = gridSide(config)
  const known = parent?.get('pos_embed')
  const fromGrid = Math.sqrt((known?.shape[1] ?? 0) - 1)
  if (!known || known.shape[2] !== config.width || !Number.isInteger(fromGrid) || fromGrid < 1)
    return { weights, encoderPositions: sincosPositionEmbedding(config.width, grid), fresh }
  const encoderPositions = Float32Array.from(
    fromGrid === grid ? known.data : interpolatePositionEmbedding(known.data, config.width, fromGrid, grid),
  )
  const token = weights.get('cls_token')?.data as Float32Array
  for (let i = 0; i < config.width; i++) token[i] = (token[i] as number) + (encoderPositions[i] as number)
  encoderPositions.fill(0, 0, config.width)
  return { weights, encoderPositions, fresh }
}
