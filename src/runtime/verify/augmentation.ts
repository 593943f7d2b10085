// `augment/`: RandAugment's operations and Pillow's resizing on a picture, compared in mean absolute grey levels.
import { applyOperation } from '@ml/augment/randAugment'
import { resizeImage, type ResampleFilter } from '@ml/augment/resample'
import type { RgbImage } from '@ml/augment/rgbImage'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Comparison, readReference, type PartResult } from './reference'

/** Grey levels. */
const AUGMENT_TOLERANCE = 2

/** Null where the folder has no `augment/ops.json`. */
export async function verifyAugmentation(folder: string): Promise<PartResult | null> {
  const directory = join(folder, 'augment')
  const reference = await readReference<{ ops: { op: string; magnitude: number }[] }>(directory, 'ops.json')
  if (!reference) return null
  const input = await readPicture(join(directory, 'input.png'))
  const comparison = new Comparison('augmentation', AUGMENT_TOLERANCE)
  const files = await readdir(directory)
  for (const { op, magnitude } of reference.ops) {
    if (files.includes(`${op}.png`)) {
      comparison.add(op, meanDifference(applyOperation(input, op, magnitude), await readPicture(join(directory, `${op}.png`))))
    }
  }
  for (const file of files) {
    const match = /^resize_(bilinear|bicubic)_(\d+)\.png$/.exec(file)
    if (!match) continue
    const size = Number(match[2])
    comparison.add(
      file,
      meanDifference(resizeImage(input, size, size, match[1] as ResampleFilter), await readPicture(join(directory, file))),
    )
  }
  return comparison.result()
}

async function readPicture(path: string): Promise<RgbImage> {
  const picture = await loadImage(path)
  const { width, height } = picture
  const context = createCanvas(width, height).getContext('2d')
  context.drawImage(picture, 0, 0)
  const rgba = context.getImageData(0, 0, width, height).data
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, i) => rgba[4 * Math.floor(i / 3) + (i % 3)] as number) }
}

function meanDifference(found: RgbImage, expected: RgbImage): number {
  if (found.data.length !== expected.data.length) return Number.POSITIVE_INFINITY
  return found.data.reduce((sum, byte, index) => sum + Math.abs(byte - (expected.data[index] as number)), 0) / found.data.length
}
