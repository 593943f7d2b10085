// Soft shapes painted into a square RGB raster by their distance from each pixel. Plain arithmetic, so the same numbers come out on every machine.
import type { Colour } from './chance'

/** A square picture of floats on a scale of 255; (size, size, 3), rows from the top. */
export interface Raster {
  size: number
  data: Float32Array
}

/** A point in pixels of the raster. */
export interface Point {
  x: number
  y: number
}

export function createRaster(size: number, colour: Colour): Raster {
  const data = new Float32Array(size * size * 3)
  for (let at = 0; at < data.length; at += 3) data.set(colour, at)
  return { size, data }
}

/** Calls `shade` for the pixels of a box, cut to the raster. */
function eachPixel(
  { size }: Raster,
  left: number,
  top: number,
  right: number,
  bottom: number,
  shade: (x: number, y: number, at: number) => void,
): void {
  const toX = Math.min(size - 1, Math.ceil(right))
  const toY = Math.min(size - 1, Math.ceil(bottom))
  for (let y = Math.max(0, Math.floor(top)); y <= toY; y++) {
    for (let x = Math.max(0, Math.floor(left)); x <= toX; x++) shade(x, y, 3 * (y * size + x))
  }
}

function mixIn({ data }: Raster, at: number, colour: Colour, share: number): void {
  data[at]! += (colour[0] - data[at]!) * share
  data[at + 1]! += (colour[1] - data[at + 1]!) * share
  data[at + 2]! += (colour[2] - data[at + 2]!) * share
}

/** 1 at 0, 0 from 1 on, smooth between. */
const falloff = (t: number): number => (t >= 1 ? 0 : (1 - t * t) ** 2)

/** An ellipse that is strongest in its middle and fades to its edge. */
export function paintBlob(raster: Raster, centre: Point, radiusX: number, radiusY: number, colour: Colour, opacity: number): void {
  eachPixel(raster, centre.x - radiusX, centre.y - radiusY, centre.x + radiusX, centre.y + radiusY, (x, y, at) => {
    const share = opacity * falloff(Math.hypot((x + 0.5 - centre.x) / radiusX, (y + 0.5 - centre.y) / radiusY))
    if (share > 0) mixIn(raster, at, colour, share)
  })
}

/** Distance to a line's nearest point, and how far along it that is (0-1 of the number of segments). */
function distanceToLine(x: number, y: number, line: readonly Point[]): { distance: number; along: number } {
  let best = Infinity
  let along = 0
  for (let i = 0; i + 1 < line.length; i++) {
    const from = line[i]!
    const to = line[i + 1]!
    const dx = to.x - from.x
    const dy = to.y - from.y
    const length = dx * dx + dy * dy
    const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - from.x) * dx + (y - from.y) * dy) / length))
    const squared = (x - from.x - t * dx) ** 2 + (y - from.y - t * dy) ** 2
    if (squared < best) {
      best = squared
      along = (i + t) / (line.length - 1)
    }
  }
  return { distance: Math.sqrt(best), along }
}

/** Opacities of a stroke, per pixel that it touches; for strokes that are laid on again and again. */
export function strokeCoverage(
  size: number,
  line: readonly Point[],
  halfWidth: (along: number) => number,
  softness: number,
): { pixels: Uint32Array; opacities: Float32Array } {
  const pixels: number[] = []
  const opacities: number[] = []
  const reach = Math.max(halfWidth(0), halfWidth(0.5), halfWidth(1)) + softness
  const xs = line.map(({ x }) => x)
  const ys = line.map(({ y }) => y)
  eachPixel(
    { size, data: new Float32Array(0) },
    Math.min(...xs) - reach,
    Math.min(...ys) - reach,
    Math.max(...xs) + reach,
    Math.max(...ys) + reach,
    (x, y) => {
      const { distance, along } = distanceToLine(x + 0.5, y + 0.5, line)
      const beyond = (distance - halfWidth(along)) / softness
      const opacity = beyond <= 0 ? 1 : falloff(beyond)
      if (opacity < 0.02) return
      pixels.push(y * size + x)
      opacities.push(opacity)
    },
  )
  return { pixels: Uint32Array.from(pixels), opacities: Float32Array.from(opacities) }
}

/** A line of changing width with soft edges. */
export function paintStroke(
  raster: Raster,
  line: readonly Point[],
  halfWidth: (along: number) => number,
  softness: number,
  colour: Colour,
  opacity: number,
): void {
  const { pixels, opacities } = strokeCoverage(raster.size, line, halfWidth, softness)
  for (const [i, pixel] of pixels.entries()) mixIn(raster, 3 * pixel, colour, opacity * opacities[i]!)
}

/** A filled outline whose edge fades over `softness` pixels inwards and outwards. */
export function paintShape(raster: Raster, outline: readonly Point[], softness: number, colour: Colour, opacity: number): void {
  const closed = [...outline, outline[0] as Point]
  const xs = outline.map(({ x }) => x)
  const ys = outline.map(({ y }) => y)
  eachPixel(
    raster,
    Math.min(...xs) - softness,
    Math.min(...ys) - softness,
    Math.max(...xs) + softness,
    Math.max(...ys) + softness,
    (x, y, at) => {
      const { distance } = distanceToLine(x + 0.5, y + 0.5, closed)
      const inwards = (isInside(x + 0.5, y + 0.5, outline) ? distance : -distance) / softness
      const share = inwards >= 1 ? 1 : inwards <= -1 ? 0 : 0.5 + 0.75 * inwards - 0.25 * inwards ** 3
      if (share > 0) mixIn(raster, at, colour, share * opacity)
    },
  )
}

function isInside(x: number, y: number, outline: readonly Point[]): boolean {
  let inside = false
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i++) {
    const a = outline[i]!
    const b = outline[j]!
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside
  }
  return inside
}

/** Smooth noise of one scale added to all channels: (cells + 1)^2 random values, interpolated. */
export function addNoise(raster: Raster, cells: number, amplitude: number, tint: Colour, random: () => number): void {
  const { size, data } = raster
  const grid = Float32Array.from({ length: (cells + 1) ** 2 }, () => random() * 2 - 1)
  for (let y = 0; y < size; y++) {
    const gy = (y / size) * cells
    const row = Math.floor(gy)
    const fy = gy - row
    for (let x = 0; x < size; x++) {
      const gx = (x / size) * cells
      const column = Math.floor(gx)
      const fx = gx - column
      const at = row * (cells + 1) + column
      const value =
        (grid[at]! * (1 - fx) + grid[at + 1]! * fx) * (1 - fy) + (grid[at + cells + 1]! * (1 - fx) + grid[at + cells + 2]! * fx) * fy
      const pixel = 3 * (y * size + x)
      data[pixel]! += value * amplitude * tint[0]
      data[pixel + 1]! += value * amplitude * tint[1]
      data[pixel + 2]! += value * amplitude * tint[2]
    }
  }
}
