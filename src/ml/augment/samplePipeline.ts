// From a face crop to what the network is fed: augmented for training, plainly resized for evaluation. Normalised, channels first.
import { IMAGENET_NORMALISATION, type PixelNormalisation } from '@shared/model'
import type { Random } from '../random'
import { RAND_M9_MSTD05_INC1, randAugment, type RandAugmentPolicy } from './randAugment'
import { ERASED_REGION, FINE_TUNING_CROP, PRETRAINING_CROP, randomCrop, randomRegion, type RegionRanges } from './randomRegion'
import { resizeImage } from './resample'
import { flipHorizontally, type RgbImage } from './rgbImage'

export interface AugmentationConfig {
  /** Random resized crop; null keeps the whole crop. */
  crop: RegionRanges | null
  /** Probability of mirroring left and right; 0 where sides were coded apart. */
  flipProbability: number
  /** Null leaves RandAugment out. */
  randAugment: RandAugmentPolicy | null
  /** Probability of erasing a rectangle with noise. */
  erasingProbability: number
}

/** As the paper fine-tunes. */
export const FINE_TUNING_AUGMENTATION: AugmentationConfig = {
  crop: FINE_TUNING_CROP,
  flipProbability: 0.5,
  randAugment: RAND_M9_MSTD05_INC1,
  erasingProbability: 0.25,
}

/** As it pretrains: crop and flip alone. */
export const PRETRAINING_AUGMENTATION: AugmentationConfig = {
  crop: PRETRAINING_CROP,
  flipProbability: 0.5,
  randAugment: null,
  erasingProbability: 0,
}

/** Writes an augmented sample (3, size, size) into `target` at `offset`. The same random state gives the same sample. */
export function writeTrainingSample(
  image: RgbImage,
  size: number,
  config: AugmentationConfig,
  random: Random,
  target: Float32Array,
  offset: number,
  normalisation: PixelNormalisation = IMAGENET_NORMALISATION,
): void {
  const box = config.crop ? randomCrop(image.width, image.height, config.crop, random) : undefined
  let sample = resizeImage(image, size, size, 'bicubic', box)
  if (random.uniform() < config.flipProbability) sample = flipHorizontally(sample)
  if (config.randAugment) sample = randAugment(sample, random, config.randAugment)
  writeNormalised(sample, target, offset, normalisation)
  if (random.uniform() < config.erasingProbability) erase(size, random, target, offset)
}

/** Writes an evaluation sample (3, size, size): plain bilinear resizing. */
export function writeEvaluationSample(
  image: RgbImage,
  size: number,
  target: Float32Array,
  offset: number,
  normalisation: PixelNormalisation = IMAGENET_NORMALISATION,
): void {
  const isSized = image.width === size && image.height === size
  writeNormalised(isSized ? image : resizeImage(image, size, size, 'bilinear'), target, offset, normalisation)
}

/** Interleaved bytes to normalised planes. */
export function writeNormalised(image: RgbImage, target: Float32Array, offset: number, normalisation: PixelNormalisation): void {
  const plane = image.width * image.height
  for (let channel = 0; channel < 3; channel++) {
    const scale = 1 / (255 * (normalisation.deviation[channel] as number))
    const shift = (normalisation.mean[channel] as number) / (normalisation.deviation[channel] as number)
    const start = offset + channel * plane
    for (let pixel = 0; pixel < plane; pixel++) target[start + pixel] = (image.data[3 * pixel + channel] as number) * scale - shift
  }
}

/** Random erasing (Zhong et al. 2020) with a normal number for each value, on the normalised sample. */
function erase(size: number, random: Random, target: Float32Array, offset: number): void {
  const region = randomRegion(size, size, ERASED_REGION, random)
  if (!region) return
  for (let channel = 0; channel < 3; channel++) {
    for (let y = region.top; y < region.top + region.height; y++) {
      const row = offset + (channel * size + y) * size
      for (let x = region.left; x < region.left + region.width; x++) target[row + x] = random.normal()
    }
  }
}
