// Augmentation: Pillow's and timm's pictures, and what a seed promises.
import { FILL_COLOUR, translateHorizontally } from '@ml/augment/affine'
import { applyOperation, RAND_AUGMENT_OPERATIONS } from '@ml/augment/randAugment'
import { ERASED_REGION, FINE_TUNING_CROP, randomCrop, randomRegion } from '@ml/augment/randomRegion'
import { resizeImage } from '@ml/augment/resample'
import { flipHorizontally, type RgbImage } from '@ml/augment/rgbImage'
import { FINE_TUNING_AUGMENTATION, PRETRAINING_AUGMENTATION, writeEvaluationSample, writeTrainingSample } from '@ml/augment/samplePipeline'
import { Random } from '@ml/random'
import { verifyAugmentation } from '@runtime/verify/augmentation'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const noise = (width: number, height: number, seed = 1): RgbImage => {
  const random = Random.seeded(seed)
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, () => random.integer(256)) }
}

test('operations and resizing match the reference pictures', async () => {
  expect((await verifyAugmentation('test/fixtures/reference'))?.error).toBeLessThan(0.1)
})

test('every operation at magnitude 0 leaves size and, where it has a neutral point, the image', () => {
  const image = noise(9, 7)
  for (const name of Object.keys(RAND_AUGMENT_OPERATIONS)) {
    const result = applyOperation(image, name, 0)
    expect([result.width, result.height]).toEqual([9, 7])
  }
  for (const name of [
    'Rotate',
    'ShearX',
    'TranslateYRel',
    'ColorIncreasing',
    'ContrastIncreasing',
    'SharpnessIncreasing',
    'SolarizeIncreasing',
  ]) {
    expect(applyOperation(image, name, 0).data).toEqual(image.data)
  }
})

test('a translation fills with the mean colour', () => {
  const moved = translateHorizontally(noise(8, 2), 0.5)
  expect([...moved.data.subarray(3 * 7, 3 * 8)]).toEqual([...FILL_COLOUR])
})

test('flipping twice gives the image; resizing to the same size too', () => {
  const image = noise(5, 4)
  expect(flipHorizontally(flipHorizontally(image)).data).toEqual(image.data)
  expect(flipHorizontally(image).data).not.toEqual(image.data)
  expect(resizeImage(image, 5, 4, 'bicubic').data).toEqual(image.data)
})

test('a flat image stays flat at any size', () => {
  const flat: RgbImage = { width: 13, height: 11, data: new Uint8Array(3 * 13 * 11).fill(77) }
  for (const filter of ['bilinear', 'bicubic'] as const) {
    expect(resizeImage(flat, 7, 20, filter, { left: 2, top: 1, width: 9, height: 5 }).data.every((byte) => byte === 77)).toBe(true)
  }
})

test('regions lie within the image', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), fc.integer(), (width, height, seed) => {
      for (const region of [
        randomCrop(width, height, FINE_TUNING_CROP, Random.seeded(seed)),
        randomRegion(width, height, ERASED_REGION, Random.seeded(seed)),
      ]) {
        if (!region) continue
        expect(region.width).toBeGreaterThan(0)
        expect(region.height).toBeGreaterThan(0)
        expect(region.left).toBeGreaterThanOrEqual(0)
        expect(region.left + region.width).toBeLessThanOrEqual(width)
        expect(region.top + region.height).toBeLessThanOrEqual(height)
      }
    }),
  )
})

describe('samples', () => {
  const sample = (seed: number): Float32Array => {
    const target = new Float32Array(2 * 3 * 32 * 32)
    writeTrainingSample(noise(40, 36), 32, FINE_TUNING_AUGMENTATION, Random.seeded(seed), target, 3 * 32 * 32)
    return target
  }

  test('the same seed gives the same sample, another seed another, and only its own place is written', () => {
    expect(sample(1)).toEqual(sample(1))
    expect(sample(1)).not.toEqual(sample(2))
    expect(
      sample(1)
        .subarray(0, 3 * 32 * 32)
        .every((value) => value === 0),
    ).toBe(true)
  })

  test('pretraining crops and mirrors but leaves colours as they are', () => {
    const flat: RgbImage = { width: 40, height: 36, data: new Uint8Array(3 * 40 * 36).fill(200) }
    for (const seed of [1, 2, 3]) {
      const target = new Float32Array(3 * 16)
      writeTrainingSample(flat, 4, PRETRAINING_AUGMENTATION, Random.seeded(seed), target, 0)
      for (const value of target.subarray(0, 16)) expect(value).toBeCloseTo((200 / 255 - 0.485) / 0.229, 4)
    }
  })

  test('evaluation only resizes and normalises', () => {
    const white: RgbImage = { width: 8, height: 8, data: new Uint8Array(192).fill(255) }
    const target = new Float32Array(3 * 4 * 4)
    writeEvaluationSample(white, 4, target, 0)
    expect(target[0]).toBeCloseTo((1 - 0.485) / 0.229, 4)
    expect(target[47]).toBeCloseTo((1 - 0.406) / 0.225, 4)
  })
})
