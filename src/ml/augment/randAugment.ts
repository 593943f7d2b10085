// RandAugment (Cubuk et al. 2020) under the policy `rand-m9-mstd0.5-inc1`: two operations at a time, each with probability a half.
import type { Random } from '../random'
import { rotate, shearHorizontally, shearVertically, translateHorizontally, translateVertically } from './affine'
import type { RgbImage } from './rgbImage'
import * as tone from './tone'

export interface RandAugmentPolicy {
  /** Operations drawn per image, with replacement. */
  layers: number
  /** Probability that a drawn operation is applied. */
  probability: number
  /** Mean and deviation of the magnitude, which is held in 0-10. */
  magnitude: number
  magnitudeDeviation: number
}

export const RAND_M9_MSTD05_INC1: RandAugmentPolicy = { layers: 2, probability: 0.5, magnitude: 9, magnitudeDeviation: 0.5 }

/** An operation: how its argument follows from the magnitude (0-10), whether the argument's sign is drawn, and what it does. */
interface Operation {
  argument: (magnitude: number) => number
  isSigned: boolean
  apply: (image: RgbImage, argument: number) => RgbImage
}

const share = (largest: number) => (magnitude: number) => (magnitude / 10) * largest
/** Enhancements: a factor of 1 plus or minus up to 0.9. */
const enhancement = (apply: Operation['apply']): Operation => ({
  argument: share(0.9),
  isSigned: true,
  apply: (image, change) => apply(image, 1 + change),
})
const plain = (apply: (image: RgbImage) => RgbImage): Operation => ({ argument: () => 0, isSigned: false, apply })

/** The fifteen operations, "increasing": a larger magnitude always changes more. */
export const RAND_AUGMENT_OPERATIONS: Readonly<Record<string, Operation>> = {
  AutoContrast: plain(tone.autoContrast),
  Equalize: plain(tone.equalize),
  Invert: plain(tone.invert),
  Rotate: { argument: share(30), isSigned: true, apply: rotate },
  PosterizeIncreasing: { argument: (magnitude) => 4 - Math.trunc(share(4)(magnitude)), isSigned: false, apply: tone.posterize },
  SolarizeIncreasing: { argument: (magnitude) => 256 - Math.trunc(share(256)(magnitude)), isSigned: false, apply: tone.solarize },
  SolarizeAdd: { argument: (magnitude) => Math.trunc(share(110)(magnitude)), isSigned: false, apply: tone.solarizeAdd },
  ColorIncreasing: enhancement(tone.adjustColour),
  ContrastIncreasing: enhancement(tone.adjustContrast),
  BrightnessIncreasing: enhancement(tone.adjustBrightness),
  SharpnessIncreasing: enhancement(tone.adjustSharpness),
  ShearX: { argument: share(0.3), isSigned: true, apply: shearHorizontally },
  ShearY: { argument: share(0.3), isSigned: true, apply: shearVertically },
  TranslateXRel: { argument: share(0.45), isSigned: true, apply: translateHorizontally },
  TranslateYRel: { argument: share(0.45), isSigned: true, apply: translateVertically },
}

const NAMES = Object.keys(RAND_AUGMENT_OPERATIONS)

/** One operation at a magnitude, with a positive sign unless told otherwise. */
export function applyOperation(image: RgbImage, name: string, magnitude: number, sign: 1 | -1 = 1): RgbImage {
  const operation = RAND_AUGMENT_OPERATIONS[name] as Operation
  return operation.apply(image, operation.argument(magnitude) * (operation.isSigned ? sign : 1))
}

/** Applies the policy. The same number of random numbers is drawn whatever comes out. */
export function randAugment(image: RgbImage, random: Random, policy: RandAugmentPolicy = RAND_M9_MSTD05_INC1): RgbImage {
  let result = image
  for (let layer = 0; layer < policy.layers; layer++) {
    const name = NAMES[random.integer(NAMES.length)] as string
    const isApplied = random.uniform() < policy.probability
    const magnitude = Math.max(0, Math.min(10, random.normal(policy.magnitude, policy.magnitudeDeviation)))
    const sign = random.uniform() < 0.5 ? -1 : 1
    if (isApplied) result = applyOperation(result, name, magnitude, sign)
  }
  return result
}
