// The forward pass of `vit_iat.json` with the weights of `vit_iat.pth`, on one device: feature and both heads' logits.
import { registerEagerKernels } from '@ml/model/eagerKernels'
import type { VitConfig } from '@ml/model/config'
import type { NamedArray } from '@ml/model/initialise'
import { classify } from '@ml/model/network'
import * as tf from '@tensorflow/tfjs-core'
import { Tensor } from 'onnxruntime-node'
import { join } from 'node:path'
import { loadEagerBackend } from '../index'
import { modelWeights } from '../modelWeights'
import { AU_LOGITS, buildForwardGraph, FEATURE, FORWARD_INPUT, IDENTITY_LOGITS } from '../onnx/forwardGraph'
import { openSession, traceTarget } from '../onnx/session'
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
  const weights = await modelWeights(config, { kind: 'memory', tensors }, () => false)
  const shape: [number, number, number, number] = [images.length / (3 * config.imageSize ** 2), 3, config.imageSize, config.imageSize]
  const backendName = await loadEagerBackend(device)
  if (backendName === null) {
    const onnxDevice = device as Parameters<typeof traceTarget>[0]
    const session = await openSession(buildForwardGraph(config, weights, { target: traceTarget(onnxDevice) }).bytes, { device: onnxDevice })
    const results = await session.run({ [FORWARD_INPUT]: new Tensor('float32', images, shape) })
    const values = (name: string): Float32Array => (results[name] as Tensor).data as Float32Array
    const found = { feature: values(FEATURE), auLogits: values(AU_LOGITS), identityLogits: values(IDENTITY_LOGITS) }
    await session.release()
    return found
  }
  registerEagerKernels(backendName)
  return tf.tidy(() => {
    const parameters = Object.fromEntries(
      [...weights].map(([key, weight]) => [key, tf.tensor(weight.data as Float32Array, [...weight.shape])]),
    )
    const output = classify(tf.tensor4d(images, shape), parameters, config)
    const values = (tensor: tf.Tensor | null): Float32Array => Float32Array.from(tensor?.dataSync() ?? [])
    return { feature: values(output.feature), auLogits: values(output.auLogits), identityLogits: values(output.identityLogits) }
  })
}
