// Which triangle is seen at each sample of the picture: a z-buffer. Colours are put in afterwards, so that only what is seen is shaded.
import type { HeadMesh } from './headMesh'
import { isClosedPart } from './headMesh'

/** Samples of one picture, rows from the top. */
export interface SampleGrid {
  width: number
  height: number
  /** Depth towards the camera in centimetres; -Infinity where nothing is. */
  depth: Float32Array
  /** Triangle seen, -1 for none. */
  triangle: Int32Array
}

export function createSampleGrid(width: number, height: number): SampleGrid {
  return { width, height, depth: new Float32Array(width * height), triangle: new Int32Array(width * height) }
}

/** Slack in barycentric coordinates, so that neighbouring triangles leave no gaps. */
const SLACK = 1e-4
const LEAST_AREA = 1e-6

/** Fills the grid from the projected mesh; `isDrawn` says which parts (FacePart) count. */
export function rasterise(mesh: HeadMesh, isDrawn: (part: number) => boolean, grid: SampleGrid): void {
  const { width, height, depth, triangle } = grid
  const { screenX, screenY, placed } = mesh
  const { triangles, parts } = mesh.model
  depth.fill(-Infinity)
  triangle.fill(-1)
  for (let t = 0; t < parts.length; t++) {
    const part = parts[t]!
    if (!isDrawn(part)) continue
    const a = triangles[3 * t]!
    const b = triangles[3 * t + 1]!
    const c = triangles[3 * t + 2]!
    const ax = screenX[a]!
    const ay = screenY[a]!
    const bx = screenX[b]!
    const by = screenY[b]!
    const cx = screenX[c]!
    const cy = screenY[c]!
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    // y runs down, so what faces the camera has a negative area
    if (area > -LEAST_AREA && (isClosedPart(part) || area < LEAST_AREA)) continue
    let top = ay < by ? ay : by
    if (cy < top) top = cy
    let bottom = ay > by ? ay : by
    if (cy > bottom) bottom = cy
    let left = ax < bx ? ax : bx
    if (cx < left) left = cx
    let right = ax > bx ? ax : bx
    if (cx > right) right = cx
    const y0 = top <= 0 ? 0 : Math.ceil(top)
    const y1 = bottom >= height - 1 ? height - 1 : Math.floor(bottom)
    const x0 = left <= 0 ? 0 : Math.ceil(left)
    const x1 = right >= width - 1 ? width - 1 : Math.floor(right)
    if (y0 > y1 || x0 > x1) continue
    const inverse = 1 / area
    const az = placed[3 * a + 2]!
    const bz = placed[3 * b + 2]!
    const cz = placed[3 * c + 2]!
    const stepA = (by - cy) * inverse
    const stepB = (cy - ay) * inverse
    for (let y = y0; y <= y1; y++) {
      let wa = ((bx - x0) * (cy - y) - (cx - x0) * (by - y)) * inverse
      let wb = ((cx - x0) * (ay - y) - (ax - x0) * (cy - y)) * inverse
      let at = y * width + x0
      for (let x = x0; x <= x1; x++, at++, wa += stepA, wb += stepB) {
        const wc = 1 - wa - wb
        if (wa < -SLACK || wb < -SLACK || wc < -SLACK) continue
        const z = wa * az + wb * bz + wc * cz
        if (z > depth[at]!) {
          depth[at] = z
          triangle[at] = t
        }
      }
    }
  }
}
