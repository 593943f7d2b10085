// Names and shapes of a classifier's weights, in PyTorch's layout and under timm's keys, so that checkpoint tensors need no transposition.
import { AppError } from '@shared/errors'
import type * as tf from '@tensorflow/tfjs-core'
import { MLP_RATIO, patchCount, type VitConfig } from './config'

/** Weights of a network by their checkpoint key. */
export type Parameters = Readonly<Record<string, tf.Tensor>>

/** Shape of every weight by its checkpoint key, in the order of the network. */
export type ParameterShapes = Readonly<Record<string, readonly number[]>>

/** The weight of that key. Throws MODEL_ARCHITECTURE_UNKNOWN when it is absent. */
export function parameter<T extends tf.Tensor = tf.Tensor>(parameters: Parameters, key: string): T {
  const found = parameters[key]
  if (!found) throw new AppError('MODEL_ARCHITECTURE_UNKNOWN', `The model has no weight called ${key}.`, { key })
  return found as T
}

/** Weight and bias under a key. */
export function layerWeights(parameters: Parameters, key: string): { weight: tf.Tensor; bias: tf.Tensor } {
  return { weight: parameter(parameters, `${key}.weight`), bias: parameter(parameters, `${key}.bias`) }
}

/** Shapes of one transformer block's weights; a linear layer's weight is (out, in). */
export function blockShapes(prefix: string, width: number): ParameterShapes {
  const hidden = width * MLP_RATIO
  return {
    [`${prefix}.norm1.weight`]: [width],
    [`${prefix}.norm1.bias`]: [width],
    [`${prefix}.attn.qkv.weight`]: [3 * width, width],
    [`${prefix}.attn.qkv.bias`]: [3 * width],
    [`${prefix}.attn.proj.weight`]: [width, width],
    [`${prefix}.attn.proj.bias`]: [width],
    [`${prefix}.norm2.weight`]: [width],
    [`${prefix}.norm2.bias`]: [width],
    [`${prefix}.mlp.fc1.weight`]: [hidden, width],
    [`${prefix}.mlp.fc1.bias`]: [hidden],
    [`${prefix}.mlp.fc2.weight`]: [width, hidden],
    [`${prefix}.mlp.fc2.bias`]: [width],
  }
}

/** Shapes of the identity head: `ID_head` when linear, `ID_head.0`, `.2`, `.4` for the deeper ones (width halved at each layer). */
export function identityHeadShapes(config: Pick<VitConfig, 'width' | 'subjects' | 'identityLayers'>): ParameterShapes {
  const shapes: Record<string, readonly number[]> = {}
  let input = config.width
  identityHeadKeys(config.identityLayers).forEach((key, layer, keys) => {
    const output = layer === keys.length - 1 ? config.subjects : Math.floor(config.width / 2 ** (layer + 1))
    shapes[`${key}.weight`] = [output, input]
    shapes[`${key}.bias`] = [output]
    input = output
  })
  return shapes
}

/** Keys of the identity head's linear layers, first to last. */
export function identityHeadKeys(layers: VitConfig['identityLayers']): string[] {
  return layers === 1 ? ['ID_head'] : Array.from({ length: layers }, (_, layer) => `ID_head.${layer * 2}`)
}

/** Shapes of a classifier's weights. */
export function classifierShapes(config: VitConfig): ParameterShapes {
  const { width, patch } = config
  const shapes: Record<string, readonly number[]> = {
    cls_token: [1, 1, width],
    pos_embed: [1, patchCount(config) + 1, width],
    'patch_embed.proj.weight': [width, 3, patch, patch],
    'patch_embed.proj.bias': [width],
  }
  for (let block = 0; block < config.depth; block++) Object.assign(shapes, blockShapes(`blocks.${block}`, width))
  shapes['fc_norm.weight'] = [width]
  shapes['fc_norm.bias'] = [width]
  if (config.aus > 0) {
    shapes['head.weight'] = [config.aus, width]
    shapes['head.bias'] = [config.aus]
  }
  if (config.subjects > 0) Object.assign(shapes, identityHeadShapes(config))
  return shapes
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Number of weights of a network. */
export function parameterCount(shapes: ParameterShapes): number {
  return Object.values(shapes).reduce((sum, shape) => sum + elementCount(shape), 0)
}
