// Which weights share a rate factor and a weight decay: layer-wise rates, and no decay on biases, norms, class token and position embedding.
import type { ParameterShapes } from '../model/parameters'
import { layerId, layerScales } from './schedule'

export interface ParameterGroup {
  /** Factor on the scheduled rate. */
  rateScale: number
  weightDecay: number
  keys: string[]
}

/** True for weights that decay: matrices, but neither the class token nor the position embedding (both have more than one axis). */
export function hasWeightDecay(key: string, shape: readonly number[]): boolean {
  return shape.length > 1 && !['cls_token', 'pos_embed', 'mask_token', 'decoder_pos_embed'].includes(key)
}

export interface ParameterGroupOptions {
  depth: number
  /** 1 gives every layer the same rate. */
  layerDecay: number
  weightDecay: number
  /** Factor on the rate of the identity head's weights; 1 by default. */
  identityRate?: number
}

/** Groups in the order of first appearance; every weight is in exactly one. */
export function parameterGroups(shapes: ParameterShapes, options: ParameterGroupOptions): ParameterGroup[] {
  const scales = layerScales(options.layerDecay, options.depth)
  const groups = new Map<string, ParameterGroup>()
  for (const [key, shape] of Object.entries(shapes)) {
    const layer = layerId(key, options.depth)
    const decays = hasWeightDecay(key, shape)
    const factor = key.startsWith('ID_head') ? (options.identityRate ?? 1) : 1
    const name = `${layer} ${decays} ${factor}`
    const group = groups.get(name)
    if (group) group.keys.push(key)
    else groups.set(name, { rateScale: factor * (scales[layer] as number), weightDecay: decays ? options.weightDecay : 0, keys: [key] })
  }
  return [...groups.values()]
}
