// From a pretrained autoencoder to the backbone that fine-tuning starts from, under the published checkpoints' keys.
import { gridSide } from '../model/config'
import type { NamedArray } from '../model/initialise'
import { sincosPositionEmbedding } from '../model/positionEmbedding'
import type { AutoencoderConfig } from './maskedAutoencoder'

/** The encoder's weights with its fixed positions written out; decoder and mask token are left behind, the last norm is kept as `norm`. */
export function backboneWeights(weights: ReadonlyMap<string, NamedArray>, config: AutoencoderConfig): Map<string, NamedArray> {
  const backbone = new Map([...weights].filter(([key]) => !key.startsWith('decoder_') && key !== 'mask_token'))
  const data = sincosPositionEmbedding(config.width, gridSide(config))
  return backbone.set('pos_embed', { shape: [1, gridSide(config) ** 2 + 1, config.width], data })
}
