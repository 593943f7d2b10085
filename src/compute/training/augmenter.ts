// The random changes of training images as a run's settings name them. What they do to pixels is src/ml/augment.
import { FINE_TUNING_CROP } from '@ml/augment/randomRegion'
import type { RandAugmentPolicy } from '@ml/augment/randAugment'
import { writeTrainingSample, type AugmentationConfig } from '@ml/augment/samplePipeline'
import type { Random } from '@ml/random'
import type { PixelNormalisation } from '@shared/model'
import type { TrainingConfig } from '@shared/training'

/** Writes one changed image (3, size, size), normalised. */
export type Augment = (pixels: Uint8Array, random: Random, out: Float32Array) => void

export function augmenter(settings: TrainingConfig['augmentation'], size: number, normalisation: PixelNormalisation): Augment {
  const config = augmentationConfig(settings)
  return (pixels, random, out) =>
    writeTrainingSample({ width: size, height: size, data: pixels }, size, config, random, out, 0, normalisation)
}

export function augmentationConfig({ resizedCropScale, flip, randAugment, erasing }: TrainingConfig['augmentation']): AugmentationConfig {
  return {
    crop: resizedCropScale && { ...FINE_TUNING_CROP, area: resizedCropScale },
    flipProbability: flip,
    randAugment: randAugment === null ? null : policyOf(randAugment),
    erasingProbability: erasing,
  }
}

/** timm's notation, `rand-m9-mstd0.5-inc1`: magnitude, its deviation, operations per image (`n2`). The increasing set is the only one there is. */
function policyOf(text: string): RandAugmentPolicy {
  const number = (pattern: RegExp, otherwise: number): number => Number(pattern.exec(text)?.[1] ?? otherwise)
  return {
    layers: number(/-n(\d+)/, 2),
    probability: 0.5,
    magnitude: number(/-m(\d+(?:\.\d+)?)/, 9),
    magnitudeDeviation: number(/-mstd(\d+(?:\.\d+)?)/, 0),
  }
}
