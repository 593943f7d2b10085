// What a worker of masked batches is started with, and where in a slot of shared memory the parts of a batch lie.
import { visibleCount, type AutoencoderConfig } from '@ml/pretraining/maskedAutoencoder'
import type { PixelTarget } from '@ml/pretraining/maskedBatch'
import { patchCount } from '@ml/model/config'
import type { PixelNormalisation } from '@shared/model'
import type { PretrainingConfig } from '@shared/pretraining'
import type { CropSeries } from '../training/cropReader'

export interface MaskedWorkerData {
  kind: 'masked'
  series: CropSeries[]
  /** Per frame. */
  frameSeries: Int32Array
  frame: Int32Array
  network: AutoencoderConfig
  target: PixelTarget
  augmentation: PretrainingConfig['augmentation']
  normalisation: PixelNormalisation
  /** (N + 1, D) rows of the encoder's fixed positions. */
  encoderPositions: Float32Array
  batch: number
  /** Slots, each as {@link maskedLayout} divides it. */
  images: SharedArrayBuffer
}

/** Numbers of each part of a batch, in the order in which they follow each other. */
export interface MaskedLayout {
  visiblePatches: number
  visiblePositions: number
  decoderPositions: number
  targets: number
  total: number
}

export function maskedLayout(network: AutoencoderConfig, batch: number): MaskedLayout {
  const count = patchCount(network)
  const visible = visibleCount(network)
  const pixels = 3 * network.patch ** 2
  const visiblePatches = batch * visible * pixels
  const visiblePositions = batch * visible * network.width
  const decoderPositions = batch * (count + 1) * network.decoderWidth
  const targets = batch * (count - visible) * pixels
  return {
    visiblePatches,
    visiblePositions,
    decoderPositions,
    targets,
    total: visiblePatches + visiblePositions + decoderPositions + targets,
  }
}

/** The parts of one slot, as views. */
export function maskedParts<Memory extends ArrayBufferLike>(slot: Float32Array<Memory>, layout: MaskedLayout) {
  let at = 0
  const next = (length: number): Float32Array<Memory> => slot.subarray(at, (at += length))
  return {
    visiblePatches: next(layout.visiblePatches),
    visiblePositions: next(layout.visiblePositions),
    decoderPositions: next(layout.decoderPositions),
    targets: next(layout.targets),
  }
}
