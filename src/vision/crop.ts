// Which part of a frame a model sees: the crop rules of model cards, as boxes and as pixels.
import type { FaceBox } from '@shared/faces'
import type { CropRule } from '@shared/model'
import { resampleBox, type RgbImage } from './image'

/** FMAE was trained on boxes of a WIDER-style detector, which reach higher than the landmarks (0.15 of their height) and were widened by 5 % on each side. */
const FMAE_RAISE = 0.15
const FMAE_WIDEN = 0.05

/** Part of the frame that a rule takes for a face, from the box of its landmarks; it may reach beyond the frame. */
export function cropBox(rule: CropRule['name'], face: FaceBox): FaceBox {
  switch (rule) {
    case 'fmae': {
      const raise = FMAE_RAISE * face.height
      const widen = FMAE_WIDEN * face.width
      return { x: face.x - widen, y: face.y - raise, width: face.width + 2 * widen, height: face.height + raise }
    }
  }
}

/** The crop as (size, size, 3) bytes, stretched to a square; see {@link resampleBox} for what lies beyond the frame. */
export function cropFace(image: RgbImage, rule: CropRule, face: FaceBox, out?: Uint8Array): Uint8Array {
  return resampleBox(image, cropBox(rule.name, face), rule.size, rule.size, out)
}
