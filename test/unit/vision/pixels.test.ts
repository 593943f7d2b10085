// Resampling, crops and picture quality on images whose right answer is known.
import { describe, expect, it } from 'vitest'
import { cropBox, cropFace } from '@vision/crop'
import { resampleBox, shrinkByWhole, type RgbImage } from '@vision/image'
import { pictureQuality, trustOf } from '@vision/quality'
import { standardiseCrop } from '@vision/starter/pixelNetwork'
import { DEFAULT_ANALYSIS } from '@shared/faces'

/** An image from a formula of pixel centres. */
function imageOf(width: number, height: number, value: (x: number, y: number, channel: number) => number): RgbImage {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = Math.round(value(x + 0.5, y + 0.5, c))
  return { width, height, data }
}

describe('resampleBox', () => {
  it('returns the image itself at its own size', () => {
    const image = imageOf(7, 5, (x, y, c) => 10 * x + 5 * y + c)
    expect(resampleBox(image, { x: 0, y: 0, width: 7, height: 5 }, 7, 5)).toEqual(image.data)
  })

  it('keeps a ramp a ramp, enlarging and shrinking, at fractional positions', () => {
    const image = imageOf(200, 100, (x, y, c) => (c === 0 ? x : c === 1 ? 2 * y : 255 - x))
    for (const size of [20, 90]) {
      const crop = resampleBox(image, { x: 30.25, y: 20.5, width: 60, height: 40 }, size, size)
      for (const [row, column] of [
        [3, 4],
        [size >> 1, size >> 2],
        [size - 4, size - 5],
      ] as const) {
        const at = (row * size + column) * 3
        expect(Math.abs(crop[at]! - (30.25 + ((column + 0.5) * 60) / size))).toBeLessThanOrEqual(0.76)
        expect(Math.abs(crop[at + 1]! - 2 * (20.5 + ((row + 0.5) * 40) / size))).toBeLessThanOrEqual(1.1)
      }
    }
  })

  it('averages when shrinking: a fine checkerboard becomes grey instead of a pattern', () => {
    const image = imageOf(128, 128, (x, y) => ((Math.floor(x) + Math.floor(y)) % 2 === 0 ? 0 : 255))
    const crop = resampleBox(image, { x: 8, y: 8, width: 112, height: 112 }, 16, 16)
    expect(Math.max(...crop) - Math.min(...crop)).toBeLessThan(8)
  })

  it('repeats edge pixels beyond the frame, also when the box lies wholly outside', () => {
    const image = imageOf(10, 10, (x) => (x < 1 ? 200 : 50))
    expect([...new Set(resampleBox(image, { x: -40, y: -40, width: 30, height: 30 }, 8, 8))]).toEqual([200])
    expect([...new Set(resampleBox(image, { x: 40, y: 40, width: 3, height: 3 }, 8, 8))]).toEqual([50])
  })
})

it('shrinkByWhole averages blocks and leaves the rest out', () => {
  const image = imageOf(5, 4, (x) => 10 * Math.floor(x))
  const small = shrinkByWhole(image, 2)
  expect([small.width, small.height]).toEqual([2, 2])
  expect([...small.data]).toEqual([5, 5, 5, 25, 25, 25, 5, 5, 5, 25, 25, 25])
})

it('the fmae rule raises the top by 15 % and widens each side by 5 %', () => {
  const box = cropBox('fmae', { x: 100, y: 200, width: 80, height: 100 })
  expect(box.x).toBeCloseTo(96)
  expect(box.y).toBeCloseTo(185)
  expect(box.width).toBeCloseTo(88)
  expect(box.height).toBeCloseTo(115)
})

describe('picture quality', () => {
  it('falls with blur and follows brightness', () => {
    const sharp = imageOf(400, 400, (x, y) => (Math.sin(x / 3) * Math.cos(y / 4) > 0 ? 220 : 40))
    const blurred = imageOf(400, 400, (x, y) => 130 + 60 * Math.sin(x / 60) * Math.cos(y / 70))
    const face = { x: 50, y: 50, width: 280, height: 280 }
    const quality = (image: RgbImage): { sharpness: number; brightness: number } =>
      pictureQuality(cropFace(image, { name: 'fmae', size: 112 }, face), 112)
    expect(quality(sharp).sharpness).toBeGreaterThan(20 * quality(blurred).sharpness)
    expect(quality(imageOf(400, 400, () => 77))).toEqual({ sharpness: 0, brightness: expect.closeTo(77, 3) as number })
  })

  it('names the worst reason first', () => {
    const face = { score: 0.9, box: { x: 0, y: 0, width: 150, height: 150 }, pose: { pitch: 0, yaw: 0, roll: 0 }, sharpness: 200 }
    const small = { x: 0, y: 0, width: 90, height: 100 }
    expect(trustOf(face, DEFAULT_ANALYSIS)).toBe('none')
    expect(trustOf({ ...face, score: 0.6, box: small }, DEFAULT_ANALYSIS)).toBe('low-score')
    expect(trustOf({ ...face, box: small, sharpness: 1 }, DEFAULT_ANALYSIS)).toBe('small-face')
    expect(trustOf({ ...face, pose: { pitch: 0, yaw: -0.6, roll: 0 } }, DEFAULT_ANALYSIS)).toBe('turned-away')
    expect(trustOf({ ...face, sharpness: 1 }, DEFAULT_ANALYSIS)).toBe('blurred')
  })
})

it('standardises a crop to mean 0 and a deviation just below 1, channels first', () => {
  const crop = Uint8Array.from({ length: 112 * 112 * 3 }, (_, i) => (i * 7) % 251)
  const out = new Float32Array(crop.length)
  standardiseCrop(crop, out)
  const mean = out.reduce((sum, value) => sum + value, 0) / out.length
  const deviation = Math.sqrt(out.reduce((sum, value) => sum + (value - mean) ** 2, 0) / out.length)
  const raw = Math.sqrt(
    crop.reduce((sum, value) => sum + (value / 255) ** 2, 0) / crop.length -
      (crop.reduce((sum, value) => sum + value / 255, 0) / crop.length) ** 2,
  )
  expect(mean).toBeCloseTo(0, 4)
  expect(deviation).toBeCloseTo(raw / (raw + 0.05), 4)
  expect(out[1]! - out[0]!).toBeCloseTo((crop[3]! - crop[0]!) / 255 / (raw + 0.05), 4)
})
