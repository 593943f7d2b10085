// Dimensions of the ViT and the named sizes of the published family. What a model was trained on is in its card, not here.
import { AppError } from '@shared/errors'

/** Depth of the identity head: one linear layer as in the paper, two or three for its Table 7. */
export type IdentityLayers = 1 | 2 | 3

/** Dimensions of a ViT classifier. Every count is a positive integer unless said otherwise. */
export interface VitConfig {
  /** Token width D. */
  width: number
  /** Number of blocks. */
  depth: number
  /** Attention heads H; divides the width. */
  heads: number
  /** Side of a patch in pixels. */
  patch: number
  /** Side of the square input image in pixels; a multiple of the patch. */
  imageSize: number
  /** Outputs of the AU head; 0 leaves the head out (a backbone). */
  aus: number
  /** Outputs of the identity head; 0 leaves the head out. */
  subjects: number
  identityLayers: IdentityLayers
}

export type VitSize = 'tiny' | 'small' | 'base' | 'large' | 'huge'

/** Width, depth, heads and patch of each named size (method.md; tiny is this product's own). */
export const VIT_SIZES: Readonly<Record<VitSize, Readonly<{ width: number; depth: number; heads: number; patch: number }>>> = {
  tiny: { width: 192, depth: 12, heads: 3, patch: 16 },
  small: { width: 384, depth: 12, heads: 6, patch: 16 },
  base: { width: 768, depth: 12, heads: 12, patch: 16 },
  large: { width: 1024, depth: 24, heads: 16, patch: 16 },
  huge: { width: 1280, depth: 32, heads: 16, patch: 14 },
}

/** A classifier of a named size; image side 224 and a linear identity head unless told otherwise. */
export function vitConfig(size: VitSize, options: Partial<VitConfig> = {}): VitConfig {
  return { ...VIT_SIZES[size], imageSize: 224, aus: 12, subjects: 0, identityLayers: 1, ...options }
}

/** Hidden width of the MLP relative to the token width. */
export const MLP_RATIO = 4

/** Patches per side of the image. */
export function gridSide(config: Pick<VitConfig, 'imageSize' | 'patch'>): number {
  return config.imageSize / config.patch
}

/** Patch tokens per image, class token not counted. */
export function patchCount(config: Pick<VitConfig, 'imageSize' | 'patch'>): number {
  return gridSide(config) ** 2
}

/** Throws CONFIG_INVALID, naming the dimension, where no network could be built. */
export function assertVitConfig(config: VitConfig): void {
  const refuse = (message: string): never => {
    throw new AppError('CONFIG_INVALID', message, { config: { ...config } })
  }
  for (const name of ['width', 'depth', 'heads', 'patch', 'imageSize'] as const) {
    if (!Number.isInteger(config[name]) || config[name] < 1)
      refuse(`The model's ${name} must be a whole number above 0, not ${config[name]}.`)
  }
  for (const name of ['aus', 'subjects'] as const) {
    if (!Number.isInteger(config[name]) || config[name] < 0)
      refuse(`The model's number of ${name} must be a whole number, not ${config[name]}.`)
  }
  if (config.width % config.heads !== 0) refuse(`A width of ${config.width} cannot be divided among ${config.heads} attention heads.`)
  if (config.imageSize % config.patch !== 0) {
    refuse(`An image side of ${config.imageSize} pixels cannot be cut into patches of ${config.patch}.`)
  }
}
