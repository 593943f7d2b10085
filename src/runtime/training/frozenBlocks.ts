// The frozen first part of a network: tokens that enter the first trained block, to be computed once per sample and kept.
import { patchCount, type VitConfig } from '@ml/model/config'
import { embedImages, runBlocks } from '@ml/model/encoder'
import type { NamedArray } from '@ml/model/initialise'
import { firstTrainedBlock, type ClassifierTraining } from '@ml/training/classifierProgram'
import type * as tf from '@tensorflow/tfjs-core'
import { openFunction } from '../deviceFunction'
import type { DeviceId, RunOptions } from '../runtime'

export interface FrozenBlocks {
  /** Numbers per sample: (N + 1) D. */
  tokenLength: number
  /** Images (count, 3, S, S), normalised, -> tokens (count (N + 1), D). */
  tokens(images: Float32Array, count: number): Promise<Float32Array>
  dispose(): Promise<void>
}

/** Numbers per sample that frozen blocks give, for estimating what keeping them takes. */
export function tokenLength(network: Pick<VitConfig, 'imageSize' | 'patch' | 'width'>): number {
  return (patchCount(network) + 1) * network.width
}

/** For programs whose input is `tokens` (trained: last blocks). Weights of the trained part are left out. */
export async function openFrozenBlocks(
  training: Pick<ClassifierTraining, 'network' | 'trained'>,
  weights: ReadonlyMap<string, NamedArray>,
  device: DeviceId,
  options: RunOptions = {},
): Promise<FrozenBlocks> {
  const { network } = training
  const depth = firstTrainedBlock(training)
  const isFrozen = (key: string): boolean => {
    const block = /^blocks\.(\d+)\./.exec(key)
    return block ? Number(block[1]) < depth : /^(cls_token|pos_embed|patch_embed\.)/.test(key)
  }
  const frozen = await openFunction(
    {
      weights: new Map([...weights].filter(([key]) => isFrozen(key))),
      inputs: { images: (batch) => [batch, 3, network.imageSize, network.imageSize] },
      compute: (parameters, inputs) => {
        const images = inputs['images'] as tf.Tensor4D
        const shape = { batch: images.shape[0], tokens: patchCount(network) + 1, width: network.width, heads: network.heads, depth }
        return { tokens: runBlocks(embedImages(images, parameters, network), parameters, 'blocks', shape) }
      },
    },
    device,
    options,
  )
  return {
    tokenLength: tokenLength(network),
    tokens: async (images, count) => (await frozen.run({ images }, count))['tokens'] as Float32Array,
    dispose: () => frozen.dispose(),
  }
}
