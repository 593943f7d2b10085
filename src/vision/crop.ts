// The part of a frame that a model sees, as pixels: cut out and stretched by the crop rule of its card.
import { fmaeCropBox } from '@shared/cropRule'
import type { FaceBox } from '@shared/faces'
import type { CropRule } from '@shared/model'
import { resampleBox, type RgbImage } from './image'

/** Part of the frame that a rule takes for a face, from the box of its landmarks; it may reach beyond the frame. */
export function cropBox(rule: CropRule['name'], face: FaceBox): FaceBox {
  switch (rule) {
    case 'fmae':
      return fmaeCropBox(face)
  }
}

/** The crop as (size, size, 3) bytes, stretched to a square; see {@link resampleBox} for what lies beyond the frame. */
export function cropFace(image: RgbImage, rule: CropRule, face: FaceBox, out?: Uint8Array): Uint8Array {
  return resampleBox(image, cropBox(rule.name, face), rule.size, rule.size, out)
}
