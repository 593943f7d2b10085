// Random rectangles: the part of an image that is cropped, and the part that is erased.
import type { Random } from '../random'
import type { CropBox } from './resample'

/** Ranges of area (as a share of the image's) and of aspect ratio (width to height). */
export interface RegionRanges {
  area: readonly [number, number]
  ratio: readonly [number, number]
}

/** Fine-tuning's random resized crop. */
export const FINE_TUNING_CROP: RegionRanges = { area: [0.08, 1], ratio: [3 / 4, 4 / 3] }
/** Masked pretraining's. */
export const PRETRAINING_CROP: RegionRanges = { area: [0.2, 1], ratio: [3 / 4, 4 / 3] }
/** Random erasing's. */
export const ERASED_REGION: RegionRanges = { area: [0.02, 1 / 3], ratio: [0.3, 1 / 0.3] }

const ATTEMPTS = 10

/** A rectangle of random area, ratio and place; null where ten attempts give none that fits. */
export function randomRegion(width: number, height: number, ranges: RegionRanges, random: Random): CropBox | null {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = width * height * random.uniform(...ranges.area)
    const ratio = Math.exp(random.uniform(Math.log(ranges.ratio[0]), Math.log(ranges.ratio[1])))
    const box = { width: Math.round(Math.sqrt(area * ratio)), height: Math.round(Math.sqrt(area / ratio)) }
    if (box.width < 1 || box.height < 1 || box.width > width || box.height > height) continue
    return { ...box, left: random.integer(width - box.width + 1), top: random.integer(height - box.height + 1) }
  }
  return null
}

/** The crop of a random resized crop; where none fits, the largest central part within the ratios. */
export function randomCrop(width: number, height: number, ranges: RegionRanges, random: Random): CropBox {
  const region = randomRegion(width, height, ranges, random)
  if (region) return region
  const ratio = Math.max(ranges.ratio[0], Math.min(ranges.ratio[1], width / height))
  const fitted = { width: Math.min(width, Math.round(height * ratio)), height: Math.min(height, Math.round(width / ratio)) }
  return { ...fitted, left: Math.floor((width - fitted.width) / 2), top: Math.floor((height - fitted.height) / 2) }
}
