// From images and random numbers to what the masked autoencoder is fed and compared with. Plain arrays; B batch, N patches, V visible, M hidden.
import { gridSide, patchCount } from '../model/config'
import { sincosPositionEmbedding } from '../model/positionEmbedding'
import type { Random } from '../random'
import { visibleCount, type AutoencoderConfig } from './maskedAutoencoder'

/** Whether hidden patches are to be predicted as they are, or each normalised to mean 0 and deviation 1. */
export type PixelTarget = 'normalised' | 'raw'

export interface MaskedBatch {
  /** Patch of each fed place, per sample: visible first, hidden after. (B, N) */
  order: Int32Array
  /** (B V, 3 P P) channel, row, column. */
  visiblePatches: Float32Array
  /** (B, V, D) */
  visiblePositions: Float32Array
  /** (B, N + 1, C) */
  decoderPositions: Float32Array
  /** (B, M, 3 P P) row, column, channel. */
  targets: Float32Array
}

/** Fixed position embeddings of encoder and decoder, (N + 1, D) and (N + 1, C). */
export interface FixedPositions {
  encoder: Float32Array
  decoder: Float32Array
}

export function fixedPositions(config: AutoencoderConfig): FixedPositions {
  const grid = gridSide(config)
  return { encoder: sincosPositionEmbedding(config.width, grid), decoder: sincosPositionEmbedding(config.decoderWidth, grid) }
}

/** Uniform noise (B, N); the patches with the smallest stay visible. */
export function maskingNoise(config: AutoencoderConfig, batch: number, random: Random): Float32Array {
  return Float32Array.from({ length: batch * patchCount(config) }, () => random.uniform())
}

/** Cuts, masks and orders images (B, 3, S, S). */
export function maskedBatch(
  images: Float32Array,
  noise: Float32Array,
  config: AutoencoderConfig,
  target: PixelTarget,
  positions: FixedPositions = fixedPositions(config),
): MaskedBatch {
  const count = patchCount(config)
  const visible = visibleCount(config)
  const hidden = count - visible
  const { width, decoderWidth, patch } = config
  const pixels = 3 * patch * patch
  const batch = noise.length / count
  const result: MaskedBatch = {
    order: new Int32Array(batch * count),
    visiblePatches: new Float32Array(batch * visible * pixels),
    visiblePositions: new Float32Array(batch * visible * width),
    decoderPositions: new Float32Array(batch * (count + 1) * decoderWidth),
    targets: new Float32Array(batch * hidden * pixels),
  }
  for (let sample = 0; sample < batch; sample++) {
    const ranked = Array.from({ length: count }, (_, index) => index)
    ranked.sort((a, b) => (noise[sample * count + a] as number) - (noise[sample * count + b] as number))
    result.order.set(ranked, sample * count)
    const decoderStart = sample * (count + 1) * decoderWidth
    result.decoderPositions.set(positions.decoder.subarray(0, decoderWidth), decoderStart)
    ranked.forEach((index, place) => {
      const row = (index + 1) * decoderWidth
      result.decoderPositions.set(positions.decoder.subarray(row, row + decoderWidth), decoderStart + (place + 1) * decoderWidth)
      if (place < visible) {
        const at = sample * visible + place
        copyPatch(images, sample, index, config, 'channels first', result.visiblePatches, at * pixels)
        result.visiblePositions.set(positions.encoder.subarray((index + 1) * width, (index + 2) * width), at * width)
      } else {
        const at = (sample * hidden + place - visible) * pixels
        copyPatch(images, sample, index, config, 'channels last', result.targets, at)
        if (target === 'normalised') normalisePatch(result.targets.subarray(at, at + pixels))
      }
    })
  }
  return result
}

function copyPatch(
  images: Float32Array,
  sample: number,
  index: number,
  config: AutoencoderConfig,
  layout: 'channels first' | 'channels last',
  target: Float32Array,
  at: number,
): void {
  const { patch, imageSize } = config
  const grid = gridSide(config)
  const top = Math.floor(index / grid) * patch
  const left = (index % grid) * patch
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < patch; y++) {
      const row = ((sample * 3 + channel) * imageSize + top + y) * imageSize + left
      for (let x = 0; x < patch; x++) {
        const place = layout === 'channels first' ? (channel * patch + y) * patch + x : (y * patch + x) * 3 + channel
        target[at + place] = images[row + x] as number
      }
    }
  }
}

/** Mean 0 and deviation 1 in place; the variance is divided by one less than the number of values, as the published code has it. */
function normalisePatch(values: Float32Array): void {
  const { mean, deviation } = patchStatistics(values)
  const scale = 1 / deviation
  for (let i = 0; i < values.length; i++) values[i] = ((values[i] as number) - mean) * scale
}

/** Mean and deviation by which a patch is normalised; plain loops, as every hidden patch of every image goes through here. */
export function patchStatistics(values: Float32Array): { mean: number; deviation: number } {
  const { length } = values
  let sum = 0
  for (let i = 0; i < length; i++) sum += values[i] as number
  const mean = sum / length
  let squares = 0
  for (let i = 0; i < length; i++) squares += ((values[i] as number) - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / (length - 1) + 1e-6) }
}

/** Puts rows (B, N, K) that are in the fed order back into the order of the patches. */
export function restoreOrder(rows: Float32Array, order: Int32Array, count: number): Float32Array {
  const length = rows.length / order.length
  const result = new Float32Array(rows.length)
  order.forEach((index, place) => {
    const sample = Math.floor(place / count)
    result.set(rows.subarray(place * length, (place + 1) * length), (sample * count + index) * length)
  })
  return result
}
