// The classifier: encoder, pooled feature, AU head, and identity head behind gradient reversal (arXiv 2407.11243). Bottom-up: layer.ts,
// attention.ts, block.ts, encoder.ts, this. B batch, S image side, N patches, D width, A AUs, I subjects.
import * as tf from '@tensorflow/tfjs-core'
import { norm } from './block'
import { patchCount, type VitConfig } from './config'
import { embedImages, runBlocks, type BlockRun } from './encoder'
import { gelu, linear, reverseGradient } from './layer'
import { identityHeadKeys, parameter, type Parameters } from './parameters'

/** What the network says about a batch. A head that the configuration leaves out is null. */
export interface NetworkOutput {
  /** (B, D) */
  feature: tf.Tensor2D
  /** (B, A) */
  auLogits: tf.Tensor2D | null
  /** (B, I) */
  identityLogits: tf.Tensor2D | null
}

/** Images (B, 3, S, S), normalised, -> tokens -> feature -> both heads. `lambda` weighs the reversed gradient of the identity head. */
export function classify(images: tf.Tensor4D, parameters: Parameters, config: VitConfig, lambda = 0, run: BlockRun = {}): NetworkOutput {
  return classifyTokens(embedImages(images, parameters, config), parameters, config, lambda, run)
}

/** The same from the tokens (B (N + 1), D) that enter block `run.firstBlock`, as cached when the blocks before it are frozen. */
export function classifyTokens(
  tokens: tf.Tensor2D,
  parameters: Parameters,
  config: VitConfig,
  lambda = 0,
  run: BlockRun = {},
): NetworkOutput {
  const count = patchCount(config) + 1
  const shape = { batch: tokens.shape[0] / count, tokens: count, width: config.width, heads: config.heads, depth: config.depth }
  return classifyFeature(poolTokens(runBlocks(tokens, parameters, 'blocks', shape, run), parameters, config), parameters, config, lambda)
}

/** Tokens (B (N + 1), D) after the last block -> feature (B, D): mean of the patch tokens, class token left out, then layer norm. */
export function poolTokens(tokens: tf.Tensor2D, parameters: Parameters, config: VitConfig): tf.Tensor2D {
  const patches = patchCount(config)
  const batch = tokens.shape[0] / (patches + 1)
  const perSample = tf.reshape(tokens, [batch, patches + 1, config.width])
  const pooled = tf.mean(tf.slice(perSample, [0, 1, 0], [-1, patches, config.width]), 1) as tf.Tensor2D
  return norm(pooled, parameters, 'fc_norm')
}

/** Both heads on a feature (B, D). */
export function classifyFeature(feature: tf.Tensor2D, parameters: Parameters, config: VitConfig, lambda = 0): NetworkOutput {
  const auLogits = config.aus > 0 ? linear(feature, parameter(parameters, 'head.weight'), parameter(parameters, 'head.bias')) : null
  return { feature, auLogits, identityLogits: config.subjects > 0 ? identify(feature, parameters, config, lambda) : null }
}

/** Identity head behind gradient reversal; GELU between the layers of the deeper variants. */
function identify(feature: tf.Tensor2D, parameters: Parameters, config: VitConfig, lambda: number): tf.Tensor2D {
  let x = reverseGradient(feature, lambda)
  identityHeadKeys(config.identityLayers).forEach((key, layer) => {
    x = linear(layer === 0 ? x : gelu(x), parameter(parameters, `${key}.weight`), parameter(parameters, `${key}.bias`))
  })
  return x
}
