// Things that come between the camera and the face: a bar (pen, microphone, cable) and a hand-like shape of palm and fingers. Painted on the finished picture.
import { happens, type Chance, type Colour, scaleColour } from './chance'

/** A thick line with round ends; places and widths in face heights from the face's middle, y down. */
interface Capsule {
  fromX: number
  fromY: number
  toX: number
  toY: number
  radius: number
}

export interface Occluder {
  kind: 'bar' | 'hand'
  capsules: readonly Capsule[]
  colour: Colour
}

/** @param skin of the hand's owner, usually the subject */
export function drawOccluder(chance: Chance, kind: Occluder['kind'], skin: Colour): Occluder {
  return kind === 'bar' ? drawBar(chance) : drawHand(chance, skin)
}

function drawBar(chance: Chance): Occluder {
  const angle = chance.uniform(0, Math.PI)
  const x = chance.uniform(-0.45, 0.45)
  const y = chance.uniform(-0.35, 0.6)
  const length = chance.uniform(0.4, 1.1)
  const [dx, dy] = [(Math.cos(angle) * length) / 2, (Math.sin(angle) * length) / 2]
  const grey = chance.uniform(20, 200)
  return {
    kind: 'bar',
    capsules: [{ fromX: x - dx, fromY: y - dy, toX: x + dx, toY: y + dy, radius: chance.uniform(0.02, 0.09) }],
    colour: happens(chance, 0.5) ? [grey, grey, grey] : [chance.uniform(20, 230), chance.uniform(20, 230), chance.uniform(20, 230)],
  }
}

function drawHand(chance: Chance, skin: Colour): Occluder {
  // fingers point from the palm, which is below or beside the face, to a place on it
  const side = happens(chance, 0.5) ? 1 : -1
  const palm = { x: side * chance.uniform(0.25, 0.6), y: chance.uniform(0.35, 0.8) }
  const target = { x: chance.uniform(-0.2, 0.2), y: chance.uniform(-0.25, 0.4) }
  const heading = Math.atan2(target.y - palm.y, target.x - palm.x)
  const width = chance.uniform(0.05, 0.07)
  const fingers = [-1.5, -0.5, 0.5, 1.5].map((place): Capsule => {
    const spread = heading + place * chance.uniform(0.08, 0.2)
    const across = { x: -Math.sin(heading) * place * width * 2, y: Math.cos(heading) * place * width * 2 }
    const length = chance.uniform(0.3, 0.45)
    const from = { x: palm.x + across.x + Math.cos(heading) * 0.08, y: palm.y + across.y + Math.sin(heading) * 0.08 }
    return { fromX: from.x, fromY: from.y, toX: from.x + Math.cos(spread) * length, toY: from.y + Math.sin(spread) * length, radius: width }
  })
  const wrist: Capsule = {
    fromX: palm.x,
    fromY: palm.y,
    toX: palm.x - Math.cos(heading) * 0.7,
    toY: palm.y - Math.sin(heading) * 0.7,
    radius: 0.15,
  }
  const back: Capsule = { fromX: palm.x - 0.02, fromY: palm.y, toX: palm.x + 0.02, toY: palm.y, radius: 0.19 }
  return { kind: 'hand', capsules: [wrist, back, ...fingers], colour: scaleColour(skin, chance.uniform(0.8, 1)) }
}

/** Where the face is in the picture, in pixels. */
export interface FacePlace {
  x: number
  y: number
  height: number
}

/** Paints over (height, width, 3) floats. `shift` moves the occluder, in face heights: it comes in from below and leaves again. */
export function paintOccluder(
  picture: Float32Array,
  width: number,
  occluder: Occluder,
  face: FacePlace,
  shift: number,
  light: Colour,
): void {
  const height = picture.length / 3 / width
  const place = (x: number, y: number): [number, number] => [face.x + x * face.height, face.y + (y + shift) * face.height]
  for (const { fromX, fromY, toX, toY, radius } of occluder.capsules) {
    const [ax, ay] = place(fromX, fromY)
    const [bx, by] = place(toX, toY)
    const reach = radius * face.height
    const [dx, dy] = [bx - ax, by - ay]
    const squared = dx * dx + dy * dy || 1
    const bottom = Math.min(height - 1, Math.ceil(Math.max(ay, by) + reach + 1))
    const right = Math.min(width - 1, Math.ceil(Math.max(ax, bx) + reach + 1))
    for (let y = Math.max(0, Math.floor(Math.min(ay, by) - reach - 1)); y <= bottom; y++) {
      for (let x = Math.max(0, Math.floor(Math.min(ax, bx) - reach - 1)); x <= right; x++) {
        const along = Math.max(0, Math.min(1, ((x + 0.5 - ax) * dx + (y + 0.5 - ay) * dy) / squared))
        const distance = Math.hypot(x + 0.5 - ax - along * dx, y + 0.5 - ay - along * dy)
        const opacity = Math.max(0, Math.min(1, reach - distance + 0.5))
        if (opacity === 0) continue
        // rounded: darker to the edges
        const shade = 0.55 + 0.45 * Math.sqrt(Math.max(0, 1 - (distance / reach) ** 2))
        const at = 3 * (y * width + x)
        for (let channel = 0; channel < 3; channel++) {
          const colour = occluder.colour[channel]! * light[channel]! * shade
          picture[at + channel]! += (colour - picture[at + channel]!) * opacity
        }
      }
    }
  }
}
