// `mae.json`: mask, prediction, both loss variants, and the gradients of masked pretraining.
import { patchCount } from '@ml/model/config'
import type { AutoencoderConfig } from '@ml/pretraining/maskedAutoencoder'
import { visibleCount } from '@ml/pretraining/maskedAutoencoder'
import { maskedBatch, type PixelTarget } from '@ml/pretraining/maskedBatch'
import { pretrainingInputs, pretrainingProgram } from '@ml/pretraining/pretrainingProgram'
import { join } from 'node:path'
import type { DeviceId } from '../runtime'
import { computeGradients } from '../training/index'
import { openReconstructor } from '../training/reconstruction'
import type { ReferenceConfig } from './forward'
import { Comparison, readCheckpoint, readReference, type PartResult, type ReferenceTensor } from './reference'

interface VariantReference {
  loss: number
  grad_sums: Record<string, number>
  grad_decoder_pred_bias: ReferenceTensor
  grad_mask_token: ReferenceTensor
}

interface PretrainingReference {
  config: ReferenceConfig
  mask_ratio: number
  input: ReferenceTensor
  noise: ReferenceTensor
  mask: ReferenceTensor
  pred: ReferenceTensor
  results: { norm_pix: VariantReference; raw_pix: VariantReference }
}

const TARGETS: readonly [keyof PretrainingReference['results'], PixelTarget][] = [
  ['norm_pix', 'normalised'],
  ['raw_pix', 'raw'],
]

/** Null where the folder has no `mae.json`. */
export async function verifyPretraining(folder: string, device: DeviceId): Promise<PartResult | null> {
  const reference = await readReference<PretrainingReference>(folder, 'mae.json')
  if (!reference) return null
  const { config } = reference
  const network: AutoencoderConfig = {
    width: config.dim,
    depth: config.depth,
    heads: config.heads,
    patch: config.patch,
    imageSize: config.img,
    decoderWidth: config.ddim,
    decoderDepth: config.ddepth,
    decoderHeads: config.dheads,
    maskRatio: reference.mask_ratio,
  }
  const program = pretrainingProgram({ network, batch: config.batch, weightDecay: 0.05, clipNorm: null })
  const checkpoint = await readCheckpoint(join(folder, 'mae.pth'))
  const weights = new Map([...checkpoint].filter(([key]) => key in program.trainable))
  const batchOf = (target: PixelTarget) =>
    maskedBatch(Float32Array.from(reference.input.data), Float32Array.from(reference.noise.data), network, target)
  const comparison = new Comparison('pretraining')
  const raw = batchOf('raw')
  comparison.compare('mask', maskOf(raw.order, network), reference.mask.data)
  const reconstructor = await openReconstructor(network, weights, device)
  comparison.compare('pred', await reconstructor.reconstruct(raw), reference.pred.data)
  await reconstructor.dispose()
  for (const [name, target] of TARGETS) {
    const expected = reference.results[name]
    const found = await computeGradients(program, weights, pretrainingInputs(batchOf(target)), device)
    const gradient = (key: string): Float32Array => found.gradients.get(key)?.data ?? new Float32Array(0)
    comparison.compareNumber(`loss of ${name}`, found.loss, expected.loss)
    comparison.compare(`decoder_pred.bias of ${name}`, gradient('decoder_pred.bias'), expected.grad_decoder_pred_bias.data)
    comparison.compare(`mask_token of ${name}`, gradient('mask_token'), expected.grad_mask_token.data)
    for (const [key, sum] of Object.entries(expected.grad_sums)) {
      const values = gradient(key)
      // Sums of gradients cancel, so they are held against the size of what is summed.
      const size = values.reduce((total, value) => total + Math.abs(value), 0)
      const total = values.length === 0 ? null : values.reduce((total, value) => total + value, 0)
      comparison.compareNumber(`sum of ${key} of ${name}`, total, sum, size)
    }
  }
  return comparison.result()
}

/** 0 visible, 1 hidden, in the order of the patches. */
function maskOf(order: Int32Array, network: AutoencoderConfig): Float32Array {
  const count = patchCount(network)
  const mask = new Float32Array(order.length)
  order.forEach((index, place) => (mask[Math.floor(place / count) * count + index] = Number(place % count >= visibleCount(network))))
  return mask
}
