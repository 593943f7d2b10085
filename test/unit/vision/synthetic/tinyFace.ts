// A face model of a few hundred vertices in the format of the compact face model, made here: an egg with eyes and teeth whose shapes push its surface where
// their names say. Nothing of it comes from a real model.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

type Point = readonly [x: number, y: number, z: number]

const COLUMNS = 25
const ROWS = 31
/** Half width, and lowest and highest point of the face's grid, in centimetres. */
const HALF_WIDTH = 9
const BOTTOM = -11
const TOP = 12

/** Where a shape pushes (of the subject's left side for sided ones; x is mirrored for the right), and by how much at weight 1. */
const SIDED: Record<string, [centre: [number, number], push: Point]> = {
  browInnerUp: [
    [1.4, 4.6],
    [0, 0.7, 0],
  ],
  browOuterUp: [
    [4.6, 4.6],
    [0, 0.7, 0],
  ],
  browDown: [
    [2.6, 4.4],
    [-0.2, -0.7, 0],
  ],
  eyeWide: [
    [3.2, 2.9],
    [0, 0.4, 0],
  ],
  eyeBlink: [
    [3.2, 2.7],
    [0, -0.8, 0],
  ],
  eyeSquint: [
    [3.2, 1.4],
    [0, 0.4, 0],
  ],
  cheekRaiser: [
    [3.6, -0.5],
    [0, 0.5, 0.3],
  ],
  cheekSquint: [
    [3.6, 0.3],
    [0, 0.3, 0.2],
  ],
  noseSneer: [
    [1.3, -0.6],
    [0, 0.5, 0],
  ],
  mouthUpperUp: [
    [0.8, -3.3],
    [0, 0.5, 0],
  ],
  mouthLowerDown: [
    [0.8, -4.6],
    [0, -0.5, 0],
  ],
  mouthSmile: [
    [2.5, -3.9],
    [0.6, 0.6, 0],
  ],
  mouthFrown: [
    [2.5, -3.9],
    [0, -0.6, 0],
  ],
  mouthDimple: [
    [2.5, -3.9],
    [0.2, 0, -0.3],
  ],
  mouthStretch: [
    [2.5, -3.9],
    [0.7, -0.1, 0],
  ],
  mouthPress: [
    [0.8, -4],
    [0, 0.05, -0.2],
  ],
  eyeLookOut: [
    [3.2, 2.1],
    [0.1, 0, 0],
  ],
  eyeLookIn: [
    [3.2, 2.1],
    [-0.1, 0, 0],
  ],
  eyeLookUp: [
    [3.2, 2.1],
    [0, 0.1, 0],
  ],
  eyeLookDown: [
    [3.2, 2.1],
    [0, -0.1, 0],
  ],
}
const MIDDLE: Record<string, [centre: [number, number], push: Point]> = {
  mouthShrugLower: [
    [0, -4.8],
    [0, 0.4, 0.1],
  ],
  mouthShrugUpper: [
    [0, -3.4],
    [0, 0.3, 0.1],
  ],
  mouthPucker: [
    [0, -4],
    [0, 0, 0.8],
  ],
  mouthFunnel: [
    [0, -4.8],
    [0, -0.6, 0.5],
  ],
  jawOpen: [
    [0, -6],
    [0, -1.6, 0],
  ],
  mouthRollLower: [
    [0, -4.5],
    [0, 0.2, -0.4],
  ],
  mouthRollUpper: [
    [0, -3.5],
    [0, -0.2, -0.4],
  ],
  jawLeft: [
    [0, -6],
    [0.5, 0, 0],
  ],
  jawRight: [
    [0, -6],
    [-0.5, 0, 0],
  ],
  mouthLeft: [
    [0, -4],
    [0.4, 0, 0],
  ],
  mouthRight: [
    [0, -4],
    [-0.4, 0, 0],
  ],
}
const REACH = 1.3
const STEP = 0.0005

/** iBUG's 68 landmarks, roughly; x to the subject's left, so the first ones have a negative x. */
function landmarkPlaces(): [number, number][] {
  const jaw = Array.from({ length: 17 }, (_, i): [number, number] => {
    const angle = Math.PI * (1 + i / 16)
    return [6.6 * Math.cos(angle), 2 + 9.4 * Math.sin(angle)]
  })
  const brow = (side: number): [number, number][] => [5.2, 4.4, 3.4, 2.4, 1.4].map((x) => [side * x, 4.6])
  const eye = (side: number): [number, number][] => [
    [side * 4.4, 2.1],
    [side * 3.6, 2.9],
    [side * 2.8, 2.9],
    [side * 2, 2.1],
    [side * 2.8, 1.4],
    [side * 3.6, 1.4],
  ]
  const left = eye(1)
  const swapped = [3, 2, 1, 0, 5, 4].map((place) => left[place]!)
  const nose: [number, number][] = [[0, 2], [0, 1], [0, 0], [0, -0.8], ...[-1.3, -0.6, 0, 0.6, 1.3].map((x): [number, number] => [x, -1.6])]
  const upper = [-2.5, -1.6, -0.8, 0, 0.8, 1.6, 2.5].map((x, i): [number, number] => [x, i === 0 || i === 6 ? -3.9 : -3.3])
  const lower = [1.6, 0.8, 0, -0.8, -1.6].map((x): [number, number] => [x, -4.7])
  const inner: [number, number][] = [
    [-2.2, -3.9],
    [-0.8, -3.7],
    [0, -3.7],
    [0.8, -3.7],
    [2.2, -3.9],
    [0.8, -4.3],
    [0, -4.3],
    [-0.8, -4.3],
  ]
  return [...jaw, ...brow(-1), ...brow(1).reverse(), ...nose, ...eye(-1), ...swapped, ...upper, ...lower, ...inner]
}

/** Every landmark gets a vertex of its own: grid vertices are moved onto them. */
function surface(): { vertices: Point[]; landmarks: number[] } {
  const grid: [number, number][] = []
  for (let row = 0; row < ROWS; row++)
    for (let column = 0; column < COLUMNS; column++)
      grid.push([HALF_WIDTH * ((2 * column) / (COLUMNS - 1) - 1), BOTTOM + ((TOP - BOTTOM) * row) / (ROWS - 1)])
  const taken = new Set<number>()
  const landmarks = landmarkPlaces().map(([x, y]) => {
    let best = 0
    let least = Infinity
    grid.forEach(([gx, gy], index) => {
      const distance = Math.hypot(gx - x, gy - y)
      if (distance < least && !taken.has(index)) {
        least = distance
        best = index
      }
    })
    taken.add(best)
    grid[best] = [x, y]
    return best
  })
  const depth = (x: number, y: number): number =>
    9 * Math.sqrt(Math.max(0, 1 - (x / 11) ** 2 - (y / 15) ** 2)) + 1.2 * Math.exp(-(x * x + y * y))
  return { vertices: grid.map(([x, y]): Point => [x, y, depth(x, y)]), landmarks }
}

function ball(centre: Point, radius: number): { vertices: Point[]; triangles: number[][] } {
  const vertices: Point[] = []
  const triangles: number[][] = []
  for (let ring = 0; ring < 5; ring++)
    for (let step = 0; step < 8; step++) {
      const up = Math.PI * ((ring + 0.5) / 5)
      const around = (2 * Math.PI * step) / 8
      vertices.push([
        centre[0] + radius * Math.sin(up) * Math.cos(around),
        centre[1] + radius * Math.cos(up),
        centre[2] + radius * Math.sin(up) * Math.sin(around),
      ])
      if (ring === 4) continue
      const [a, b] = [ring * 8 + step, ring * 8 + ((step + 1) % 8)]
      triangles.push([a, b, a + 8], [b, b + 8, a + 8])
    }
  return { vertices, triangles }
}

/** Writes `facekit.json` and `facekit.bin.gz` into a folder, made when absent. */
export function writeTinyFace(directory: string): void {
  const face = surface()
  const vertices: Point[] = [...face.vertices]
  const triangles: number[][] = []
  for (let row = 0; row + 1 < ROWS; row++)
    for (let column = 0; column + 1 < COLUMNS; column++) {
      const a = row * COLUMNS + column
      triangles.push([a, a + 1, a + COLUMNS], [a + 1, a + COLUMNS + 1, a + COLUMNS])
    }
  const regions: Record<string, [number, number]> = { face: [0, vertices.length - 1], narrowFace: [0, vertices.length - 1] }
  const add = (name: string, part: { vertices: Point[]; triangles: number[][] }): void => {
    const from = vertices.length
    vertices.push(...part.vertices)
    triangles.push(...part.triangles.map((corners) => corners.map((corner) => corner + from)))
    regions[name] = [from, vertices.length - 1]
  }
  add('headAndNeck', ball([0, 0, -4], 9))
  add('mouthSocket', ball([0, -4, 4], 1.5))
  add('gumsAndTongue', ball([0, -4.4, 5], 1))
  add('teeth', ball([0, -4, 6], 1))
  add('scleraLeft', ball([3.2, 2.1, 6.3], 1.2))
  add('irisLeft', ball([3.2, 2.1, 7.3], 0.3))
  add('scleraRight', ball([-3.2, 2.1, 6.3], 1.2))
  add('irisRight', ball([-3.2, 2.1, 7.3], 0.3))

  const pushed = ([cx, cy]: [number, number], push: Point): Point[] =>
    vertices.map(([x, y], index): Point => {
      if (index > (regions['face']?.[1] ?? 0)) return [0, 0, 0]
      const share = Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (REACH * REACH))
      return [push[0] * share, push[1] * share, push[2] * share]
    })
  const shapes: { name: string; kind: 'expression' | 'identity'; offsets: Point[] }[] = []
  for (const [name, [centre, push]] of Object.entries(SIDED)) {
    shapes.push({ name: `${name}_L`, kind: 'expression', offsets: pushed(centre, push) })
    shapes.push({ name: `${name}_R`, kind: 'expression', offsets: pushed([-centre[0], centre[1]], [-push[0], push[1], push[2]]) })
  }
  for (const [name, [centre, push]] of Object.entries(MIDDLE)) shapes.push({ name, kind: 'expression', offsets: pushed(centre, push) })
  for (let identity = 0; identity < 4; identity++)
    shapes.push({
      name: `identity${identity}`,
      kind: 'identity',
      offsets: vertices.map(([x, y]): Point => [
        0.04 * x * (identity === 0 ? 1 : 0.2),
        0.03 * y * (identity === 1 ? 1 : 0.2),
        0.02 * identity,
      ]),
    })

  const flat = triangles.flat()
  const arrays: [string, 'float32' | 'uint32' | 'int16', ArrayBufferView][] = [
    ['neutral', 'float32', Float32Array.from(vertices.flat())],
    ['triangles', 'uint32', Uint32Array.from(flat)],
    ['triangleUv', 'uint32', Uint32Array.from(flat)],
    ['uv', 'float32', Float32Array.from(vertices.flatMap(([x, y]) => [0.5 + x / 26, 0.5 + y / 26]))],
    [
      'shapes',
      'int16',
      Int16Array.from(shapes.flatMap(({ offsets }) => offsets.flatMap((point) => point.map((value) => Math.round(value / STEP))))),
    ],
  ]
  const header: Record<string, { dtype: string; offset: number; bytes: number }> = {}
  const pieces: Buffer[] = []
  let offset = 0
  for (const [name, dtype, view] of arrays) {
    const piece = Buffer.from(view.buffer, view.byteOffset, view.byteLength)
    header[name] = { dtype, offset, bytes: piece.length }
    pieces.push(piece)
    offset += piece.length
  }
  mkdirSync(directory, { recursive: true })
  writeFileSync(
    join(directory, 'facekit.json'),
    JSON.stringify({
      source: 'a tiny face made for tests',
      unit: 'centimetre',
      vertices: vertices.length,
      arrays: header,
      shapes: shapes.map(({ name, kind }) => ({ name, kind, scale: STEP })),
      regions,
      landmarks68: face.landmarks,
    }),
  )
  writeFileSync(join(directory, 'facekit.bin.gz'), gzipSync(Buffer.concat(pieces)))
}
