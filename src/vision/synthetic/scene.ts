// Where a subject sits: light, background, clothes and camera, as plain numbers drawn at random; the same for all pictures of one recording.
import { clampShare, happens, mixColours, pick, scaleColour, type Chance, type Colour } from './chance'

/** A distant lamp: unit direction towards it in the camera's axes (x right in the picture, y up, z to the camera) and its strength per channel. */
export interface Lamp {
  direction: Colour
  colour: Colour
}

export interface Scene {
  ambient: Colour
  lamps: readonly Lamp[]
  /** Exponent of the highlight: higher is smaller. */
  glossiness: number
  /** Camera to head, centimetres: near cameras make noses large. */
  distance: number
  backdrop: Backdrop
  cloth: Colour
  camera: CameraPicture
}

export interface Backdrop {
  from: Colour
  to: Colour
  /** Direction of the gradient, radians. */
  angle: number
  /** Furniture and frames, in shares of the picture's width and height. */
  boxes: readonly { x: number; y: number; width: number; height: number; colour: Colour }[]
}

/** What the camera does to the light that reaches it. */
export interface CameraPicture {
  /** Passes of a 3 x 3 smoothing. */
  blur: number
  /** Standard deviation of the noise, of 255. */
  noise: number
  gain: number
  gamma: number
  /** Per channel: white balance. */
  balance: Colour
}

export interface SceneStyle {
  /** Largest noise, of 255. */
  noise: number
  /** Most smoothing passes. */
  blur: number
  /** 0 the same soft light for all, 1 any light. */
  lightVariety: number
}

const WALLS: readonly Colour[] = [
  [206, 200, 190],
  [178, 186, 190],
  [150, 146, 140],
  [120, 130, 136],
  [190, 178, 160],
  [92, 98, 104],
  [222, 220, 216],
  [64, 72, 84],
]

const anyColour = (chance: Chance): Colour => [chance.uniform(15, 240), chance.uniform(15, 240), chance.uniform(15, 240)]

export function drawScene(chance: Chance, style: SceneStyle): Scene {
  const variety = style.lightVariety
  const side = chance.uniform(-1.25, 1.25) * variety
  const height = 0.35 + chance.uniform(-0.5, 0.6) * variety
  const warmth = chance.normal(0, 0.06)
  const key = chance.uniform(0.45, 0.9)
  const lamps: Lamp[] = [lamp(side, height, key, warmth)]
  if (happens(chance, 0.6))
    lamps.push(
      lamp(
        -side * chance.uniform(0.4, 1.2) + chance.normal(0, 0.3),
        chance.uniform(-0.1, 0.5),
        key * chance.uniform(0.15, 0.6),
        chance.normal(0, 0.06),
      ),
    )
  const ambient = chance.uniform(0.25, 0.55)
  // whatever its lamps, a picture is exposed to be about equally bright
  const total = ambient + lamps.reduce((sum, { colour }) => sum + colour[1] * 0.7, 0)
  const exposure = chance.uniform(0.78, 1.1) / total
  return {
    ambient: scaleColour([1 - warmth * 0.5, 1, 1 + warmth * 0.5], ambient * exposure),
    lamps: lamps.map(({ direction, colour }) => ({ direction, colour: scaleColour(colour, exposure) })),
    glossiness: chance.uniform(8, 32),
    distance: chance.uniform(42, 120),
    backdrop: drawBackdrop(chance),
    cloth: happens(chance, 0.5) ? anyColour(chance) : scaleColour(pick(chance, WALLS), chance.uniform(0.2, 0.9)),
    camera: {
      blur: chance.integer(style.blur + 1),
      noise: style.noise * chance.uniform() ** 1.5,
      gain: chance.uniform(0.85, 1.18),
      gamma: chance.uniform(0.85, 1.15),
      balance: [1 + chance.normal(0, 0.03), 1, 1 + chance.normal(0, 0.04)],
    },
  }
}

function lamp(side: number, height: number, strength: number, warmth: number): Lamp {
  return {
    direction: [Math.sin(side) * Math.cos(height), Math.sin(height), Math.cos(side) * Math.cos(height)],
    colour: [strength * (1 + warmth), strength, strength * (1 - warmth)],
  }
}

function drawBackdrop(chance: Chance): Backdrop {
  const isPlain = happens(chance, 0.65)
  const from = isPlain ? scaleColour(pick(chance, WALLS), chance.uniform(0.7, 1.1)) : anyColour(chance)
  const to = isPlain ? scaleColour(from, chance.uniform(0.7, 1.15)) : mixColours(from, anyColour(chance), chance.uniform(0.2, 1))
  const boxes = Array.from({ length: happens(chance, 0.55) ? 1 + chance.integer(6) : 0 }, () => ({
    x: chance.uniform(-0.1, 0.95),
    y: chance.uniform(-0.1, 0.95),
    width: chance.uniform(0.04, 0.4),
    height: chance.uniform(0.04, 0.5),
    colour: happens(chance, 0.6) ? scaleColour(from, chance.uniform(0.4, 1.25)) : anyColour(chance),
  }))
  return { from, to, angle: chance.uniform(0, 2 * Math.PI), boxes }
}

/** Paints a backdrop, (height, width, 3) floats. */
export function paintBackdrop({ from, to, angle, boxes }: Backdrop, width: number, height: number): Float32Array {
  const data = new Float32Array(width * height * 3)
  const fill = (x: number, y: number, colour: Colour): void => data.set(colour, 3 * (y * width + x))
  const [alongX, alongY] = [Math.cos(angle) / width, Math.sin(angle) / height]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) fill(x, y, mixColours(from, to, clampShare(0.5 + (x - width / 2) * alongX + (y - height / 2) * alongY)))
  }
  for (const box of boxes) {
    const right = Math.min(width, Math.round((box.x + box.width) * width))
    const bottom = Math.min(height, Math.round((box.y + box.height) * height))
    for (let y = Math.max(0, Math.round(box.y * height)); y < bottom; y++) {
      for (let x = Math.max(0, Math.round(box.x * width)); x < right; x++) fill(x, y, box.colour)
    }
  }
  return data
}
