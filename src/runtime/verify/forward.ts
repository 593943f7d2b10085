// The forward pass of `vit_iat.json` with the weights of `vit_iat.pth`, on one device: feature and both heads' logits.
import type { VitConfig } from '@ml/model/config'
import type { NamedArray } from '@ml/model/initialise'
import { classify } from '@ml/model/network'
import type * as tf from '@tensorflow/tfjs-core'
import { join } from 'node:path'
import { openFunction } from '../deviceFunction'
import type { DeviceId } from '../runtime'
import { Comparison, readCheckpoint, readReference, type PartResult, type ReferenceTensor } from './reference'

/** `config` of the reference files. */
export interface ReferenceConfig {
  img: number
  patch: number
  dim: number
  depth: number
  heads: number
  aus: number
  subjects: number
  batch: number
  lambda: number
  blr: number
  ddim: number
  ddepth: number
  dheads: number
}

interface ForwardReference {
  config: ReferenceConfig
  input: ReferenceTensor
  forward: { features: ReferenceTensor; au_logits: ReferenceTensor; id_logits: ReferenceTensor }
}

/** The classifier that a reference file describes. */
export function referenceVit(config: ReferenceConfig): VitConfig {
  const { dim: width, depth, heads, patch, img: imageSize, aus, subjects } = config
  return { width, depth, heads, patch, imageSize, aus, subjects, identityLayers: 1 }
}

/** Values of one forward pass, identity head included. */
export interface ForwardValues {
  feature: Float32Array
  auLogits: Float32Array
  identityLogits: Float32Array
}

/** Null where the folder has no `vit_iat.json`. */
export async function verifyForward(folder: string, device: DeviceId): Promise<PartResult | null> {
  const reference = await readReference<ForwardReference>(folder, 'vit_iat.json')
  if (!reference) return null
  const tensors = await readCheckpoint(join(folder, 'vit_iat.pth'))
  const found = await runForward(device, referenceVit(reference.config), tensors, Float32Array.from(reference.input.data))
  const comparison = new Comparison('forward pass')
  comparison.compare('features', found.feature, reference.forward.features.data)
  comparison.compare('au_logits', found.auLogits, reference.forward.au_logits.data)
  comparison.compare('id_logits', found.identityLogits, reference.forward.id_logits.data)
  return comparison.result()
}

/** Runs a classifier with both heads on a device. Images (count, 3, S, S). */
export async function runForward(
  device: DeviceId,
  config: VitConfig,
  tensors: ReadonlyMap<string, NamedArray>,
  images: Float32Array,
): Promise<ForwardValues> {
  const network = await openFunction(
    {
      weights: tensors,
      inputs: { images: (batch) => [batch, 3, config.imageSize, config.imageSize] },
      compute: (parameters, inputs) => {
        const { feature, auLogits, identityLogits } = classify(inputs['images'] as tf.Tensor4D, parameters, config)
        return { feature, ...(auLogits ? { auLogits } : {}), ...(identityLogits ? { identityLogits } : {}) }
      },
    },
    device,
  )
  const values = await network.run({ images }, images.length / (3 * config.imageSize ** 2))
  await network.dispose()
  const none = new Float32Array(0)
  return { feature: values['feature'] ?? none, auLogits: values['auLogits'] ?? none, identityLogits: values['identityLogits'] ?? none }
}
