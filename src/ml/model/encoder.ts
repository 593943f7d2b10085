// From an image to tokens and through the blocks. B batch, S image side, P patch side, G = S / P, N = G^2 patches, D width.
import * as tf from '@tensorflow/tfjs-core'
import { block, type BranchScales } from './block'
import { gridSide, patchCount, type VitConfig } from './config'
import { linear } from './layer'
import { parameter, type Parameters } from './parameters'

/** Cuts images (B, 3, S, S) into rows (B N, 3 P P), each patch as channel, row, column: the order of a PyTorch convolution's weight. */
export function patchify(images: tf.Tensor4D, config: Pick<VitConfig, 'imageSize' | 'patch'>): tf.Tensor2D {
  const batch = images.shape[0]
  const grid = gridSide(config)
  const { patch } = config
  const cut = tf.reshape(images, [batch, 3, grid, patch, grid, patch])
  return tf.reshape(tf.transpose(cut, [0, 2, 4, 1, 3, 5]), [batch * grid * grid, 3 * patch * patch])
}

/** Projects patch rows (M, 3 P P) to tokens (M, D). */
export function embedPatches(patches: tf.Tensor2D, parameters: Parameters): tf.Tensor2D {
  const kernel = parameter(parameters, 'patch_embed.proj.weight') // (D, 3, P, P)
  const width = kernel.shape[0] as number
  return linear(patches, tf.reshape(kernel, [width, -1]), parameter(parameters, 'patch_embed.proj.bias'))
}

/** Images (B, 3, S, S) -> tokens (B (N + 1), D) with class token and position embedding, before the first block. */
export function embedImages(images: tf.Tensor4D, parameters: Parameters, config: VitConfig): tf.Tensor2D {
  const batch = images.shape[0]
  const patches = patchCount(config)
  const { width } = config
  const tokens = tf.reshape(embedPatches(patchify(images, config), parameters), [batch, patches, width])
  // The class token is the same in every sample, so it joins row 0 of the position embedding instead of being tiled over the batch.
  const positions = tf.add(
    parameter(parameters, 'pos_embed'),
    tf.pad(parameter<tf.Tensor3D>(parameters, 'cls_token'), [
      [0, 0],
      [0, patches],
      [0, 0],
    ]),
  )
  const padded = tf.pad(tokens, [
    [0, 0],
    [1, 0],
    [0, 0],
  ])
  return tf.reshape(tf.add(padded, positions), [batch * (patches + 1), width])
}

/** Which blocks to run and how. */
export interface BlockRun {
  /** First block to run; blocks before it are taken as done. Default 0. */
  firstBlock?: number
  /** One entry per block of the network. Absent outside training. */
  scales?: readonly BranchScales[]
}

/** Runs tokens (B T, D) through the blocks `PREFIX.0` to `PREFIX.(depth - 1)`. */
export function runBlocks(
  tokens: tf.Tensor2D,
  parameters: Parameters,
  prefix: string,
  shape: { batch: number; tokens: number; width: number; heads: number; depth: number },
  run: BlockRun = {},
): tf.Tensor2D {
  let x = tokens
  for (let index = run.firstBlock ?? 0; index < shape.depth; index++) {
    x = block(x, parameters, `${prefix}.${index}`, shape, run.scales?.[index])
  }
  return x
}
