// Pixels as they come from the decoder, and the resampling that crops and letterboxing need. No colour management: values stay as decoded.
import type { FaceBox } from '@shared/faces'

/** An upright frame, rows from the top, 3 bytes R, G, B per pixel. */
export interface RgbImage {
  width: number
  height: number
  /** (height, width, 3) */
  data: Uint8Array
}

/** For one axis: which source pixels make up each output pixel, and with which weights. `taps` weights per output, the unused ones 0. */
interface AxisWeights {
  first: Int32Array
  weights: Float32Array
  taps: number
}

/**
 * Triangle-filter weights for resampling [start, start + length) of an axis to `outputs` pixels. The filter widens with the scale when shrinking
 * (antialiasing, as Pillow's BILINEAR does) and is plain bilinear interpolation when enlarging.
 */
function axisWeights(start: number, length: number, outputs: number): AxisWeights {
  const scale = length / outputs
  const support = Math.max(1, scale)
  const taps = Math.ceil(2 * support) + 1
  const first = new Int32Array(outputs)
  const weights = new Float32Array(outputs * taps)
  for (let o = 0; o < outputs; o++) {
    const centre = start + (o + 0.5) * scale
    const from = Math.floor(centre - support)
    first[o] = from
    let sum = 0
    for (let t = 0; t < taps; t++) {
      const weight = Math.max(0, 1 - Math.abs((from + t + 0.5 - centre) / support))
      weights[o * taps + t] = weight
      sum += weight
    }
    for (let t = 0; t < taps; t++) weights[o * taps + t]! /= sum
  }
  return { first, weights, taps }
}

/** Rows after the first pass, kept between calls: a fresh array per frame would be megabytes of garbage a second. Calls never overlap, being synchronous. */
let scratch = new Float32Array(0)

const clamp = (value: number, last: number): number => (value < 0 ? 0 : value > last ? last : value)

/**
 * Resamples a box of the image, which may reach beyond its edges, to (height, width, 3) bytes. Pixels outside repeat the nearest edge pixel: a black
 * border would put an edge into the crop that no training face had, and would darken the crop's mean, which the starter model standardises by.
 */
export function resampleBox(
  image: RgbImage,
  box: FaceBox,
  width: number,
  height: number,
  out: Uint8Array = new Uint8Array(width * height * 3),
): Uint8Array {
  const columns = axisWeights(box.x, box.width, width)
  const rows = axisWeights(box.y, box.height, height)
  const lastRow = image.height - 1
  const lastColumn = image.width - 1
  const top = clamp(rows.first[0]!, lastRow)
  const bottom = clamp(rows.first[height - 1]! + rows.taps - 1, lastRow)
  const { data } = image

  // byte offsets of every tap, clamped once and not per row
  const offsets = new Int32Array(width * columns.taps)
  for (let o = 0; o < width; o++) {
    for (let t = 0; t < columns.taps; t++) offsets[o * columns.taps + t] = 3 * clamp(columns.first[o]! + t, lastColumn)
  }
  const stride = width * 3
  const narrowLength = (bottom - top + 1) * stride
  if (scratch.length < narrowLength) scratch = new Float32Array(narrowLength)
  const narrow = scratch
  for (let y = top; y <= bottom; y++) {
    const rowStart = y * image.width * 3
    let target = (y - top) * stride
    let tap = 0
    for (let o = 0; o < width; o++) {
      let r = 0
      let g = 0
      let b = 0
      for (let t = 0; t < columns.taps; t++, tap++) {
        const weight = columns.weights[tap]!
        const at = rowStart + offsets[tap]!
        r += weight * data[at]!
        g += weight * data[at + 1]!
        b += weight * data[at + 2]!
      }
      narrow[target++] = r
      narrow[target++] = g
      narrow[target++] = b
    }
  }

  const line = new Float32Array(stride)
  for (let o = 0; o < height; o++) {
    line.fill(0.5)
    for (let t = 0; t < rows.taps; t++) {
      const weight = rows.weights[o * rows.taps + t]!
      if (weight === 0) continue
      const source = (clamp(rows.first[o]! + t, lastRow) - top) * stride
      for (let i = 0; i < stride; i++) line[i]! += weight * narrow[source + i]!
    }
    // weights are not negative and sum to 1, so values stay within 0-255; + 0.5 rounds
    for (let i = 0; i < stride; i++) out[o * stride + i] = line[i]!
  }
  return out
}

/**
 * The image shrunk by a whole factor, each pixel the mean of factor x factor; the rest of a row or column that fills no pixel is left out. A cheap first
 * step before {@link resampleBox} when much is to be shrunk.
 */
export function shrinkByWhole(image: RgbImage, factor: number): RgbImage {
  if (factor <= 1) return image
  const width = Math.floor(image.width / factor)
  const height = Math.floor(image.height / factor)
  const data = new Uint8Array(width * height * 3)
  const sums = new Uint32Array(width * 3)
  const area = factor * factor
  const half = area >> 1
  for (let y = 0; y < height; y++) {
    sums.fill(0)
    for (let dy = 0; dy < factor; dy++) {
      let at = (y * factor + dy) * image.width * 3
      for (let x = 0; x < sums.length; x += 3) {
        let r = 0
        let g = 0
        let b = 0
        for (let dx = 0; dx < factor; dx++, at += 3) {
          r += image.data[at]!
          g += image.data[at + 1]!
          b += image.data[at + 2]!
        }
        sums[x]! += r
        sums[x + 1]! += g
        sums[x + 2]! += b
      }
    }
    for (let i = 0, to = y * width * 3; i < sums.length; i++, to++) data[to] = (sums[i]! + half) / area
  }
  return { width, height, data }
}
