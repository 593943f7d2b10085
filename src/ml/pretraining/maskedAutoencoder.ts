// The masked autoencoder of FMAE without gather or scatter: attention does not depend on the order of tokens, so the encoder is fed the visible patches
// with their positions, and the decoder the visible latents followed by mask tokens. B batch, N patches, V visible, M = N - V hidden, D width, C decoder width.
import * as tf from '@tensorflow/tfjs-core'
import { norm } from '../model/block'
import { patchCount, type VitConfig } from '../model/config'
import { embedPatches, runBlocks } from '../model/encoder'
import { linear } from '../model/layer'
import { blockShapes, parameter, type Parameters, type ParameterShapes } from '../model/parameters'

export interface AutoencoderConfig extends Pick<VitConfig, 'width' | 'depth' | 'heads' | 'patch' | 'imageSize'> {
  decoderWidth: number
  decoderDepth: number
  decoderHeads: number
  /** Share of patches that are hidden. */
  maskRatio: number
}

/** The published decoder; smaller ones serve smaller devices. */
export const PUBLISHED_DECODER = { decoderWidth: 512, decoderDepth: 8, decoderHeads: 16, maskRatio: 0.75 }

/** Patches that the encoder sees. */
export function visibleCount(config: Pick<AutoencoderConfig, 'imageSize' | 'patch' | 'maskRatio'>): number {
  return Math.trunc(patchCount(config) * (1 - config.maskRatio))
}

/** Trained weights, under the published checkpoint's keys. Position embeddings are fixed and are fed. */
export function autoencoderShapes(config: AutoencoderConfig): ParameterShapes {
  const { width, patch, decoderWidth } = config
  const pixels = 3 * patch * patch
  const shapes: Record<string, readonly number[]> = {
    cls_token: [1, 1, width],
    mask_token: [1, 1, decoderWidth],
    'patch_embed.proj.weight': [width, 3, patch, patch],
    'patch_embed.proj.bias': [width],
  }
  for (let block = 0; block < config.depth; block++) Object.assign(shapes, blockShapes(`blocks.${block}`, width))
  Object.assign(shapes, { 'norm.weight': [width], 'norm.bias': [width] })
  Object.assign(shapes, { 'decoder_embed.weight': [decoderWidth, width], 'decoder_embed.bias': [decoderWidth] })
  for (let block = 0; block < config.decoderDepth; block++) Object.assign(shapes, blockShapes(`decoder_blocks.${block}`, decoderWidth))
  Object.assign(shapes, { 'decoder_norm.weight': [decoderWidth], 'decoder_norm.bias': [decoderWidth] })
  return { ...shapes, 'decoder_pred.weight': [pixels, decoderWidth], 'decoder_pred.bias': [pixels] }
}

/** What the network is fed; maskedBatch.ts makes it from images. */
export interface AutoencoderInputs {
  /** (B V, 3 P P) channel, row, column. */
  visiblePatches: tf.Tensor2D
  /** (B, V, D) rows of the encoder's position embedding. */
  visiblePositions: tf.Tensor3D
  /** (B, N + 1, C) rows of the decoder's: class token, visible, hidden. */
  decoderPositions: tf.Tensor3D
}

/** Latents of the visible patches after the class token: (B (V + 1), D). */
export function encodeVisible(inputs: AutoencoderInputs, parameters: Parameters, config: AutoencoderConfig): tf.Tensor2D {
  const { width, heads, depth } = config
  const [batch, visible] = inputs.visiblePositions.shape
  const embedded = tf.add(tf.reshape(embedPatches(inputs.visiblePatches, parameters), [batch, visible, width]), inputs.visiblePositions)
  const classRow = tf.pad(parameter<tf.Tensor3D>(parameters, 'cls_token'), [
    [0, 0],
    [0, visible],
    [0, 0],
  ])
  const tokens = tf.reshape(
    tf.add(
      tf.pad(embedded, [
        [0, 0],
        [1, 0],
        [0, 0],
      ]),
      classRow,
    ),
    [batch * (visible + 1), width],
  ) as tf.Tensor2D
  return norm(runBlocks(tokens, parameters, 'blocks', { batch, tokens: visible + 1, width, heads, depth }), parameters, 'norm')
}

/** Predicted pixels of all patches in the fed order, visible first: (B, N, 3 P P) row, column, channel. */
export function reconstruct(inputs: AutoencoderInputs, parameters: Parameters, config: AutoencoderConfig): tf.Tensor3D {
  const { decoderWidth, decoderDepth, decoderHeads, patch } = config
  const batch = inputs.visiblePositions.shape[0]
  const visible = inputs.visiblePositions.shape[1]
  const count = patchCount(config)
  const hidden = count - visible
  const latents = linear(
    encodeVisible(inputs, parameters, config),
    parameter(parameters, 'decoder_embed.weight'),
    parameter(parameters, 'decoder_embed.bias'),
  )
  const placed = tf.pad(tf.reshape(latents, [batch, visible + 1, decoderWidth]) as tf.Tensor3D, [
    [0, 0],
    [0, hidden],
    [0, 0],
  ])
  // 1 in the rows of hidden patches; multiplying the mask token by it puts it there without tiling.
  const isHidden = tf.tensor3d(
    Float32Array.from({ length: count + 1 }, (_, row) => Number(row > visible)),
    [1, count + 1, 1],
  )
  const tokens = tf.add(tf.add(placed, tf.mul(parameter(parameters, 'mask_token'), isHidden)), inputs.decoderPositions)
  const shape = { batch, tokens: count + 1, width: decoderWidth, heads: decoderHeads, depth: decoderDepth }
  const decoded = runBlocks(tf.reshape(tokens, [batch * (count + 1), decoderWidth]), parameters, 'decoder_blocks', shape)
  const normalised = tf.reshape(norm(decoded, parameters, 'decoder_norm'), [batch, count + 1, decoderWidth])
  const patches = tf.reshape(tf.slice(normalised, [0, 1, 0], [-1, count, -1]), [batch * count, decoderWidth]) as tf.Tensor2D
  const pixels = linear(patches, parameter(parameters, 'decoder_pred.weight'), parameter(parameters, 'decoder_pred.bias'))
  return tf.reshape(pixels, [batch, count, 3 * patch * patch])
}

/** Mean squared error on hidden patches alone, against targets (B, M, 3 P P) in the fed order. */
export function reconstructionLoss(predicted: tf.Tensor3D, targets: tf.Tensor3D): tf.Scalar {
  const visible = predicted.shape[1] - targets.shape[1]
  return tf.mean(tf.square(tf.sub(tf.slice(predicted, [0, visible, 0], [-1, targets.shape[1], -1]), targets)))
}
