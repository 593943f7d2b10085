// Paints a person's face into a texture: skin, lips, brows, lids, hair of the face. What moves with expressions is in expressionLines.ts.
import { mixColours, scaleColour, type Chance, type Colour } from './chance'
import type { FaceModel } from './faceModel'
import { addNoise, createRaster, paintBlob, paintShape, paintStroke, type Point, type Raster } from './painter'
import type { Person } from './person'

/** Pixels of a side; a face of 300 pixels shows about one pixel of it per pixel. */
export const TEXTURE_SIZE = 512

/** The 68 landmarks in pixels of the texture. */
export function textureLandmarks({ triangles, corners, uv, landmarks }: FaceModel, size = TEXTURE_SIZE): Point[] {
  const cornerOf = new Map<number, number>()
  for (const [place, vertex] of triangles.entries()) cornerOf.set(vertex, corners[place] as number)
  return [...landmarks].map((vertex) => {
    const corner = cornerOf.get(vertex) ?? 0
    return { x: (uv[2 * corner] as number) * size, y: (1 - (uv[2 * corner + 1] as number)) * size }
  })
}

const OUTER_LIPS = [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59]
const UPPER_LIDS = [
  [36, 37, 38, 39],
  [42, 43, 44, 45],
]
const LOWER_LIDS = [
  [36, 41, 40, 39],
  [42, 47, 46, 45],
]
/** From the tail to the head of the brow. */
const BROWS = [
  [17, 18, 19, 20, 21],
  [26, 25, 24, 23, 22],
]
/** Share of the brow's thickness from its tail to its head. */
const BROW_TAPER = [0.3, 0.65, 0.95, 1, 0.85]

const NEAR_BLACK: Colour = [24, 14, 12]

/** (size, size, 3) bytes. `marks` are the landmarks of {@link textureLandmarks}. */
export function paintSkin(person: Person, marks: readonly Point[], chance: Chance, size = TEXTURE_SIZE): Uint8ClampedArray {
  const unit = size / TEXTURE_SIZE
  const raster = createRaster(size, person.skin)
  const at = (index: number): Point => marks[index] as Point
  paintComplexion(raster, person, at, chance, unit)
  paintLips(raster, person, at, unit)
  paintFacialHair(raster, person, at, chance, unit)
  for (const brow of BROWS) paintBrow(raster, person, brow.map(at), chance, unit)
  paintEyes(raster, person, at, unit)
  // nostrils: the mesh ends in a shallow hollow
  const base = at(33)
  for (const direction of [-1, 1]) {
    const half = Math.abs(at(34).x - base.x) * 1.25
    paintBlob(raster, { x: base.x + direction * half, y: base.y - 4 * unit }, 8 * unit, 4.2 * unit, scaleColour(person.skin, 0.16), 0.9)
  }
  addNoise(raster, Math.round(size / 3), person.blotchiness * 0.8, [1, 1, 1], () => chance.uniform())
  return Uint8ClampedArray.from(raster.data)
}

function paintComplexion(raster: Raster, person: Person, at: (index: number) => Point, chance: Chance, unit: number): void {
  const { skin, blotchiness } = person
  addNoise(raster, 6, blotchiness, [1, 0.8, 0.75], () => chance.uniform())
  addNoise(raster, 24, blotchiness * 0.8, [1, 0.7, 0.7], () => chance.uniform())
  addNoise(raster, 96, blotchiness * 0.5, [1, 0.9, 0.9], () => chance.uniform())
  for (const [corner, side] of [
    [36, -1],
    [45, 1],
  ] as const) {
    const eye = at(corner)
    paintBlob(
      raster,
      { x: eye.x + side * 4 * unit, y: eye.y + 60 * unit },
      75 * unit,
      58 * unit,
      person.cheeks.colour,
      person.cheeks.opacity,
    )
    const middle = { x: (at(side < 0 ? 36 : 42).x + at(side < 0 ? 39 : 45).x) / 2, y: eye.y + 4 * unit }
    paintBlob(raster, middle, 48 * unit, 34 * unit, scaleColour(skin, 0.5), person.eyeShade)
    if (person.eyeshadow)
      paintBlob(raster, { x: middle.x, y: middle.y - 10 * unit }, 40 * unit, 22 * unit, person.eyeshadow.colour, person.eyeshadow.opacity)
  }
  const nose = at(30)
  for (let i = 0; i < person.freckles; i++) {
    const place = { x: nose.x + chance.normal(0, 85) * unit, y: nose.y - 8 * unit + chance.normal(0, 34) * unit }
    paintBlob(
      raster,
      place,
      chance.uniform(1.2, 3) * unit,
      chance.uniform(1.2, 3) * unit,
      scaleColour(skin, 0.62),
      chance.uniform(0.2, 0.7),
    )
  }
  for (let i = 0; i < person.moles; i++) {
    const place = { x: chance.uniform(0.22, 0.78) * raster.size, y: chance.uniform(0.08, 0.7) * raster.size }
    const radius = chance.uniform(2, 4.5) * unit
    paintBlob(raster, place, radius, radius, scaleColour(skin, 0.3), 0.9)
  }
}

function paintLips(raster: Raster, { lips }: Person, at: (index: number) => Point, unit: number): void {
  paintShape(raster, OUTER_LIPS.map(at), 3.5 * unit, lips.colour, lips.opacity)
  // the line between the lips is darker
  for (const line of [
    [60, 61, 62, 63, 64],
    [60, 67, 66, 65, 64],
  ])
    paintStroke(raster, line.map(at), () => 0.6 * unit, 3 * unit, scaleColour(lips.colour, 0.5), 0.5)
}

function paintFacialHair(
  raster: Raster,
  { facialHair, hair, skin }: Person,
  at: (index: number) => Point,
  chance: Chance,
  unit: number,
): void {
  if (!facialHair) return
  const colour = facialHair.kind === 'stubble' ? mixColours(hair.colour, skin, 0.35) : hair.colour
  const opacity = facialHair.kind === 'stubble' ? facialHair.opacity * 0.5 : facialHair.opacity
  const shapes: Point[][] = []
  const mouth = { left: at(48), right: at(54), top: at(51), bottom: at(57) }
  shapes.push([
    { x: mouth.left.x - 10 * unit, y: mouth.left.y + 8 * unit },
    { x: mouth.left.x + 6 * unit, y: mouth.top.y - 9 * unit },
    { x: mouth.top.x, y: mouth.top.y - 13 * unit },
    { x: mouth.right.x - 6 * unit, y: mouth.top.y - 9 * unit },
    { x: mouth.right.x + 10 * unit, y: mouth.right.y + 8 * unit },
    { x: mouth.right.x - 12 * unit, y: mouth.top.y + 8 * unit },
    { x: mouth.top.x, y: mouth.top.y - 1 * unit },
    { x: mouth.left.x + 12 * unit, y: mouth.top.y + 8 * unit },
  ])
  if (facialHair.kind !== 'moustache') {
    const jaw = [1, 2, 3, 4, 5, 6, 8, 10, 11, 12, 13, 14, 15].map(at)
    const inner = [
      { x: mouth.right.x + 36 * unit, y: mouth.right.y - 10 * unit },
      { x: mouth.right.x + 10 * unit, y: mouth.right.y + 6 * unit },
      { x: mouth.bottom.x + 22 * unit, y: mouth.bottom.y + 10 * unit },
      { x: mouth.bottom.x - 22 * unit, y: mouth.bottom.y + 10 * unit },
      { x: mouth.left.x - 10 * unit, y: mouth.left.y + 6 * unit },
      { x: mouth.left.x - 36 * unit, y: mouth.left.y - 10 * unit },
    ]
    // a little below the jaw, where the texture goes on to the throat
    shapes.push([...jaw.map(({ x, y }) => ({ x, y: y + 34 * unit })), ...inner])
  }
  for (const shape of shapes) paintShape(raster, shape, 8 * unit, colour, opacity)
  const inside = shapes.flat()
  const count = facialHair.kind === 'stubble' ? 0 : 300
  for (let i = 0; i < count; i++) {
    const from = inside[chance.integer(inside.length)] as Point
    const x = from.x + chance.normal(0, 14) * unit
    const y = from.y + chance.normal(0, 9) * unit
    paintStroke(
      raster,
      [
        { x, y },
        { x: x + chance.normal(0, 2) * unit, y: y + 6 * unit },
      ],
      () => 0.4 * unit,
      0.9 * unit,
      scaleColour(colour, chance.uniform(0.6, 1.4)),
      0.4,
    )
  }
}

function paintBrow(raster: Raster, { brows }: Person, line: Point[], chance: Chance, unit: number): void {
  const lifted = line.map(({ x, y }) => ({ x, y: y - brows.lift * unit }))
  const taper = (along: number): number => {
    const place = along * (BROW_TAPER.length - 1)
    const lower = Math.min(BROW_TAPER.length - 2, Math.floor(place))
    return (BROW_TAPER[lower] as number) * (1 - place + lower) + (BROW_TAPER[lower + 1] as number) * (place - lower)
  }
  paintStroke(raster, lifted, (along) => brows.thickness * taper(along) * unit * 0.8, 3.5 * unit, brows.colour, brows.opacity)
  const outwards = Math.sign((line[0] as Point).x - (line[4] as Point).x)
  for (let hair = 0; hair < brows.hairs; hair++) {
    const along = chance.uniform()
    const place = along * 4
    const lower = Math.min(3, Math.floor(place))
    const from = lifted[lower] as Point
    const to = lifted[lower + 1] as Point
    const x = from.x + (to.x - from.x) * (place - lower)
    const y = from.y + (to.y - from.y) * (place - lower) + chance.normal(0, 0.5) * brows.thickness * taper(along) * unit
    const tip = { x: x + outwards * chance.uniform(3, 10) * unit, y: y - chance.uniform(-2, 4) * unit }
    paintStroke(raster, [{ x, y }, tip], (t) => 0.7 * (1 - t) * unit, 0.9 * unit, brows.colour, brows.hairOpacity)
  }
}

function paintEyes(raster: Raster, { skin, lashes, restingLines }: Person, at: (index: number) => Point, unit: number): void {
  for (const lid of UPPER_LIDS) {
    const line = lid.map(at)
    paintStroke(raster, line, () => 1.1 * unit, 2.2 * unit, NEAR_BLACK, lashes.opacity)
    // the fold of the upper lid
    paintStroke(
      raster,
      line.map(({ x, y }) => ({ x, y: y - 9 * unit })),
      (along) => 1.2 * unit * (0.4 + along * (1 - along)),
      2.5 * unit,
      scaleColour(skin, 0.45),
      0.45,
    )
  }
  for (const lid of LOWER_LIDS) {
    paintStroke(raster, lid.map(at), () => 0.7 * unit, 2 * unit, mixColours(NEAR_BLACK, skin, 0.35), lashes.opacity * 0.6)
    paintStroke(
      raster,
      lid.map(at).map(({ x, y }) => ({ x, y: y + 13 * unit })),
      () => 0.6 * unit,
      4 * unit,
      scaleColour(skin, 0.5),
      restingLines,
    )
  }
}
