// Thin things that the mesh does not have, drawn as lines over the samples: lashes and glasses; and hair that hangs behind the head.
import { scaleColour, type Colour } from './chance'
import type { HeadMesh } from './headMesh'
import type { Person } from './person'

/** Samples being drawn on: (height, width, 3) floats. */
export interface Canvas {
  width: number
  height: number
  data: Float32Array
}

/** From camera axes (centimetres) to samples. */
export interface Projector {
  x(point: Place): number
  y(point: Place): number
  /** Samples per centimetre. */
  scale: number
}

type Place = readonly [number, number, number]

/** A line whose width runs from `startWidth` to `endWidth`, in samples. */
function drawLine(
  canvas: Canvas,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  startWidth: number,
  endWidth: number,
  colour: Colour,
  opacity: number,
): void {
  const { width, height, data } = canvas
  const reach = Math.max(startWidth, endWidth) / 2 + 1
  const dx = x1 - x0
  const dy = y1 - y0
  const squared = dx * dx + dy * dy || 1
  const bottom = Math.min(height - 1, Math.ceil(Math.max(y0, y1) + reach))
  const right = Math.min(width - 1, Math.ceil(Math.max(x0, x1) + reach))
  for (let y = Math.max(0, Math.floor(Math.min(y0, y1) - reach)); y <= bottom; y++) {
    for (let x = Math.max(0, Math.floor(Math.min(x0, x1) - reach)); x <= right; x++) {
      const along = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / squared))
      const distance = Math.hypot(x - x0 - along * dx, y - y0 - along * dy)
      const half = (startWidth + (endWidth - startWidth) * along) / 2
      // thinner than a sample: paler instead
      const cover = Math.min(1, 2 * half) * Math.max(0, Math.min(1, Math.max(half, 0.5) - distance + 0.5))
      if (cover <= 0) continue
      const share = cover * opacity
      const at = 3 * (y * width + x)
      data[at]! += (colour[0] - data[at]!) * share
      data[at + 1]! += (colour[1] - data[at + 1]!) * share
      data[at + 2]! += (colour[2] - data[at + 2]!) * share
    }
  }
}

const LASH: Colour = [16, 11, 10]
/** Landmarks of the upper lids from the outer to the inner corner. */
const UPPER_LIDS = { right: [36, 37, 38, 39], left: [45, 44, 43, 42] } as const
/** Lashes of an eye that is turned this far away (cosine of its gaze to the camera) are hidden by the nose. */
const HIDDEN_EYE = 0.35

/** Lashes stand off the lid and away from the eyeball, so they point up when the eye is open and down when it is closed. */
export function drawLashes(canvas: Canvas, mesh: HeadMesh, { lashes }: Person, project: Projector, lengths: readonly number[]): void {
  const { placed, model } = mesh
  for (const side of ['left', 'right'] as const) {
    const middle = mesh.middleOf(model.eyeballs[side])
    const lid = UPPER_LIDS[side].map((index): Place => {
      const at = 3 * model.landmarks[index]!
      return [placed[at]!, placed[at + 1]!, placed[at + 2]!]
    })
    const centre = (lid[1]![2] + lid[2]![2]) / 2 - middle[2]
    if (centre / Math.hypot(lid[1]![0] - middle[0], lid[1]![1] - middle[1], lid[1]![2] - middle[2]) < HIDDEN_EYE) continue
    const outer = lid[0]!
    const inner = lid[3]!
    const across = Math.hypot(outer[0] - inner[0], outer[1] - inner[1], outer[2] - inner[2]) || 1
    let before: Place | null = null
    const steps = 12
    for (let step = 0; step <= steps; step++) {
      const place = along(lid, step / steps)
      if (before) {
        const width = lashes.width * project.scale
        drawLine(canvas, project.x(before), project.y(before), project.x(place), project.y(place), width, width, LASH, lashes.opacity)
      }
      before = place
    }
    for (let lash = 0; lash < lashes.count; lash++) {
      const share = (0.9 * (lash + 0.5)) / lashes.count
      const root = along(lid, share)
      const away = [root[0] - middle[0], root[1] - middle[1], root[2] - middle[2]] as const
      const length = Math.hypot(...away) || 1
      const fan = (0.4 - share) * 0.5
      const reach = lashes.length * (lengths[lash % lengths.length] ?? 1)
      const tip: Place = [
        root[0] + (away[0] / length + ((outer[0] - inner[0]) / across) * fan) * reach,
        root[1] + (away[1] / length + ((outer[1] - inner[1]) / across) * fan) * reach,
        root[2] + (away[2] / length + ((outer[2] - inner[2]) / across) * fan) * reach,
      ]
      const width = lashes.width * 0.7 * project.scale
      drawLine(canvas, project.x(root), project.y(root), project.x(tip), project.y(tip), width, 0.3 * width, LASH, lashes.opacity)
    }
  }
}

/** A point on a smooth line (Catmull-Rom) through four points, 0-1. */
function along(points: readonly Place[], share: number): Place {
  const place = Math.min(points.length - 1 - 1e-6, share * (points.length - 1))
  const index = Math.floor(place)
  const t = place - index
  const p0 = points[Math.max(0, index - 1)]!
  const p1 = points[index]!
  const p2 = points[index + 1]!
  const p3 = points[Math.min(points.length - 1, index + 2)]!
  const at = (axis: 0 | 1 | 2): number =>
    0.5 *
    (2 * p1[axis] +
      (p2[axis] - p0[axis]) * t +
      (2 * p0[axis] - 5 * p1[axis] + 4 * p2[axis] - p3[axis]) * t * t +
      (3 * p1[axis] - p0[axis] - 3 * p2[axis] + p3[axis]) * t * t * t)
  return [at(0), at(1), at(2)]
}

/** Frames around the eyes with bridge and temples. They follow the head and not the brows. */
export function drawGlasses(canvas: Canvas, mesh: HeadMesh, { glasses }: Person, project: Projector, turn: (point: Place) => Place): void {
  if (!glasses) return
  const { model } = mesh
  const width = glasses.thickness * project.scale
  const centres: Place[] = (['right', 'left'] as const).map((side) => {
    const [first, last] = model.eyeballs[side]
    const sum = [0, 0, 0]
    for (let vertex = first; vertex <= last; vertex++) for (let axis = 0; axis < 3; axis++) sum[axis]! += model.neutral[3 * vertex + axis]!
    const count = last - first + 1
    return [sum[0]! / count, sum[1]! / count - 0.35, sum[2]! / count]
  })
  const line = (from: Place, to: Place): void => {
    const a = turn(from)
    const b = turn(to)
    drawLine(canvas, project.x(a), project.y(a), project.x(b), project.y(b), width, width, glasses.colour, 0.95)
  }
  for (const centre of centres) {
    const points = Array.from({ length: 29 }, (_, step): Place => {
      const angle = (step / 28) * 2 * Math.PI
      // a superellipse: round at 2, boxy at 4
      const bend = (value: number): number => Math.sign(value) * Math.abs(value) ** (2 / glasses.roundness)
      const x = centre[0] + glasses.width * bend(Math.cos(angle))
      const y = centre[1] + glasses.height * bend(Math.sin(angle))
      // bent around the face
      return [x, y, GLASSES_FRONT - 0.06 * x * x]
    })
    for (let step = 0; step + 1 < points.length; step++) line(points[step]!, points[step + 1]!)
    const outwards = Math.sign(centre[0])
    const hinge: Place = [
      centre[0] + outwards * glasses.width,
      centre[1] + 0.5,
      GLASSES_FRONT - 0.06 * (centre[0] + outwards * glasses.width) ** 2,
    ]
    const temple = turn(hinge)
    const ear = turn([outwards * 8, centre[1] + 0.4, 3])
    // the far temple is behind the head
    if (outwards * (ear[0] - temple[0]) > 0.2) line(hinge, [outwards * 8, centre[1] + 0.4, 3])
  }
  const [right, left] = centres as [Place, Place]
  line([right[0] + glasses.width, right[1] + 0.5, GLASSES_FRONT], [left[0] - glasses.width, left[1] + 0.5, GLASSES_FRONT])
}

/** Depth of the lenses in the model's centimetres, before the nose's root. */
const GLASSES_FRONT = 11.6

/** Hair behind the head and shoulders, painted on the backdrop; `face` in pixels. */
export function drawCurtain(
  canvas: Canvas,
  { hair }: Person,
  face: { x: number; y: number; height: number },
  yaw: number,
  strands: Float32Array,
): void {
  if (!hair.curtain) return
  const { width, height, data } = canvas
  const radiusX = hair.curtain.width * face.height
  const radiusY = hair.curtain.length * face.height
  const middleX = face.x - Math.sin(yaw) * 0.25 * face.height
  const middleY = face.y + (hair.curtain.length - 0.75) * face.height * 0.6
  for (let y = Math.max(0, Math.floor(middleY - radiusY)); y < Math.min(height, middleY + radiusY); y++) {
    const down = (y - middleY) / radiusY
    for (let x = Math.max(0, Math.floor(middleX - radiusX)); x < Math.min(width, middleX + radiusX); x++) {
      const sideways = (x - middleX) / radiusX
      // round above, nearly straight below
      const edge = sideways * sideways + (down < 0 ? down * down : down ** 6)
      if (edge >= 1) continue
      const strand = strands[(((sideways * 40) | 0) & 63) + 64 * (((down * 3) | 0) & 63)]!
      const colour = scaleColour(hair.colour, (0.45 + 0.4 * strand) * (1 - 0.35 * edge))
      data.set(colour, 3 * (y * width + x))
    }
  }
}
