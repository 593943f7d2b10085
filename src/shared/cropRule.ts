// The face crop of FMAE models, as geometry: from the landmarks' box to the rectangle that is stretched to the model's square input.
import type { FaceBox } from './faces'

/** Share of the box's height by which its top is raised: FMAE was trained on boxes of a WIDER-style detector, which reach higher than a mesh. */
const TOP_RAISE = 0.15
/** Share of the box's width added on each side. */
const SIDE_WIDENING = 0.05

/** The rectangle to stretch, in pixels of the upright frame; it may reach outside of the frame. */
export function fmaeCropBox(box: FaceBox): FaceBox {
  const top = box.height * TOP_RAISE
  const side = box.width * SIDE_WIDENING
  return { x: box.x - side, y: box.y - top, width: box.width + 2 * side, height: box.height + top }
}
