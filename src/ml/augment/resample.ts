// Resizing as Pillow does it: a separable filter whose support grows with the reduction (antialiasing), rounded to bytes between the passes.
import { blankImage, type RgbImage } from './rgbImage'

export type ResampleFilter = 'bilinear' | 'bicubic'

/** A part of an image, in pixels. */
export interface CropBox {
  left: number
  top: number
  width: number
  height: number
}

const FILTERS: Readonly<Record<ResampleFilter, { support: number; weight: (distance: number) => number }>> = {
  bilinear: { support: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  bicubic: { support: 2, weight: cubicWeight },
}

/** Keys's cubic with a = -0.5. */
function cubicWeight(distance: number): number {
  const x = Math.abs(distance)
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2
  return 0
}

/** For each target index the first source index and the weights from there on; weights add up to 1. */
interface Taps {
  starts: Int32Array
  weights: Float64Array[]
}

function filterTaps(from: number, to: number, filter: ResampleFilter): Taps {
  const { support, weight } = FILTERS[filter]
  const scale = from / to
  const stretch = Math.max(1, scale)
  const starts = new Int32Array(to)
  const weights: Float64Array[] = []
  for (let target = 0; target < to; target++) {
    const centre = (target + 0.5) * scale
    const start = Math.max(0, Math.trunc(centre - support * stretch + 0.5))
    const end = Math.min(from, Math.trunc(centre + support * stretch + 0.5))
    const row = Float64Array.from({ length: end - start }, (_, index) => weight((start + index - centre + 0.5) / stretch))
    const sum = row.reduce((total, value) => total + value, 0)
    starts[target] = start
    weights.push(row.map((value) => value / sum))
  }
  return { starts, weights }
}

const toByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0)

/** Resizes an image, or the box of it, to the given size. The box must lie within the image. */
export function resizeImage(image: RgbImage, width: number, height: number, filter: ResampleFilter, box?: CropBox): RgbImage {
  const { left, top, width: fromWidth, height: fromHeight } = box ?? { left: 0, top: 0, width: image.width, height: image.height }
  const horizontal = filterTaps(fromWidth, width, filter)
  const vertical = filterTaps(fromHeight, height, filter)
  const middle = new Uint8Array(3 * width * fromHeight)
  for (let y = 0; y < fromHeight; y++) {
    const row = 3 * ((top + y) * image.width + left)
    for (let x = 0; x < width; x++) {
      const taps = horizontal.weights[x] as Float64Array
      weighBytes(image.data, row + 3 * (horizontal.starts[x] as number), 3, taps, middle, 3 * (y * width + x))
    }
  }
  const result = blankImage(width, height)
  for (let y = 0; y < height; y++) {
    const taps = vertical.weights[y] as Float64Array
    const start = 3 * width * (vertical.starts[y] as number)
    for (let x = 0; x < width; x++) weighBytes(middle, start + 3 * x, 3 * width, taps, result.data, 3 * (y * width + x))
  }
  return result
}

/** Weighted sum of pixels `stride` bytes apart, written as three bytes. */
function weighBytes(source: Uint8Array, start: number, stride: number, taps: Float64Array, target: Uint8Array, at: number): void {
  let red = 0
  let green = 0
  let blue = 0
  for (let tap = 0, index = start; tap < taps.length; tap++, index += stride) {
    const weight = taps[tap] as number
    red += weight * (source[index] as number)
    green += weight * (source[index + 1] as number)
    blue += weight * (source[index + 2] as number)
  }
  target[at] = toByte(red)
  target[at + 1] = toByte(green)
  target[at + 2] = toByte(blue)
}
