// Boxes and turned squares in continuous pixel coordinates.
import type { FaceBox } from '@shared/faces'

/** A square region, turned clockwise (as seen in the picture) by `angle` radians about its centre. */
export interface TurnedSquare {
  x: number
  y: number
  side: number
  angle: number
}

/** Intersection over union of two boxes, 0-1. */
export function overlap(a: FaceBox, b: FaceBox): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (a.width * a.height + b.width * b.height - shared)
}

/** Share of the smaller box that lies in the other, 0-1: 1 when one contains the other. */
export function containment(a: FaceBox, b: FaceBox): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  return (width * height) / Math.min(a.width * a.height, b.width * b.height)
}

/** Axis-parallel box of points (n, 3) x, y, z. */
export function boxOfPoints(points: Float32Array): FaceBox {
  let left = Infinity
  let top = Infinity
  let right = -Infinity
  let bottom = -Infinity
  for (let i = 0; i + 2 < points.length; i += 3) {
    const x = points[i]!
    const y = points[i + 1]!
    if (x < left) left = x
    if (x > right) right = x
    if (y < top) top = y
    if (y > bottom) bottom = y
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}
