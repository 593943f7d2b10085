// Colours of what the rasteriser found: skin, hair, clothes, mouth and eyes under the scene's light.
import type { Colour } from './chance'
import { FacePart } from './faceModel'
import type { HeadMesh } from './headMesh'
import type { Person } from './person'
import type { SampleGrid } from './rasteriser'
import type { Scene } from './scene'
import { TEXTURE_SIZE } from './skinTexture'

/** Light beyond the edge of shadow, as skin and lamps of some size have it. */
const WRAP = 0.18
/** Cosines from the gaze at which pupil and iris end. */
const PUPIL = 0.976
const IRIS = 0.89
const LIMBUS = 0.905
/** Brightness over white that survives until samples are averaged. */
const BRIGHTEST = 285

/** Light per vertex: red, green, blue and highlight. The mesh is fine enough that nothing is lost against lighting every sample. */
export function lightVertices(
  { normals, openness, model }: HeadMesh,
  { ambient, lamps, glossiness }: Scene,
  shine: number,
  out: Float32Array,
): void {
  const halves = lamps.map(({ direction: [x, y, z] }) => {
    const length = Math.hypot(x, y, z + 1) || 1
    return [x / length, y / length, (z + 1) / length] as const
  })
  for (let vertex = 0, at = 0; vertex < model.vertexCount; vertex++, at += 3) {
    const nx = normals[at]!
    const ny = normals[at + 1]!
    const nz = normals[at + 2]!
    const open = openness[vertex]!
    // more comes from above than from below
    const sky = open * (0.82 + 0.18 * ny)
    let red = ambient[0] * sky
    let green = ambient[1] * sky
    let blue = ambient[2] * sky
    let highlight = 0
    for (let lamp = 0; lamp < lamps.length; lamp++) {
      const { direction, colour } = lamps[lamp]!
      const facing = (nx * direction[0] + ny * direction[1] + nz * direction[2] + WRAP) / (1 + WRAP)
      if (facing <= 0) continue
      const strength = facing * (0.5 + 0.5 * open)
      red += colour[0] * strength
      green += colour[1] * strength
      blue += colour[2] * strength
      const half = halves[lamp]!
      const mirrored = nx * half[0] + ny * half[1] + nz * half[2]
      if (mirrored > 0.5) highlight += colour[1] * mirrored ** glossiness
    }
    const to = 4 * vertex
    out[to] = red
    out[to + 1] = green
    out[to + 2] = blue
    out[to + 3] = highlight * shine * open
  }
}

/** What shading needs of a person, prepared once. */
export interface Coat {
  person: Person
  /** (TEXTURE_SIZE, TEXTURE_SIZE, 3) */
  skin: Uint8ClampedArray
  /** 64 x 64 random values, 0-1, for strands. */
  strands: Float32Array
  /** Per triangle: 1 where hair or clothes may cover the skin. */
  isCovered: Uint8Array
}

/** Which triangles need to be asked for hair and clothes. */
export function coveredTriangles({ model, hair, cloth }: HeadMesh): Uint8Array {
  return model.parts.map((part, t) => {
    if (part !== FacePart.Face && part !== FacePart.Head) return 0
    const corners = model.triangles.subarray(3 * t, 3 * t + 3)
    return corners.some((vertex) => hair[vertex]! > -1 || cloth[vertex]! > -0.5) ? 1 : 0
  })
}

const TEETH: Colour = [226, 219, 203]
const GUMS: Colour = [150, 72, 72]
const MOUTH: Colour = [62, 22, 22]

/** An eyeball's middle and where it looks, in the camera's axes. */
interface Eye {
  middle: readonly [number, number, number]
  gaze: readonly [number, number, number]
}

function eyeOf(mesh: HeadMesh, side: 'left' | 'right'): Eye {
  const middle = mesh.middleOf(mesh.model.eyeballs[side])
  const iris = mesh.middleOf(mesh.model.irises[side])
  const gaze = [iris[0] - middle[0], iris[1] - middle[1], iris[2] - middle[2]] as const
  const length = Math.hypot(...gaze) || 1
  return { middle, gaze: [gaze[0] / length, gaze[1] / length, gaze[2] / length] }
}

/**
 * Writes the colour of every covered sample into (height, width, 3) `out`; others stay as they are.
 * @param light of {@link lightVertices}
 * @param folds darkness of expression lines per texel, 0-1
 */
export function shade(
  mesh: HeadMesh,
  grid: SampleGrid,
  light: Float32Array,
  coat: Coat,
  cloth: Colour,
  folds: Float32Array,
  out: Float32Array,
): void {
  const { model, screenX, screenY, placed, hair, cloth: belowCollar } = mesh
  const { triangles, corners, uv, parts, neutral } = model
  const { person, skin, strands, isCovered } = coat
  const eyes = { left: eyeOf(mesh, 'left'), right: eyeOf(mesh, 'right') }
  const { width, triangle } = grid
  const headSkin: Colour = [person.skin[0] * 0.97, person.skin[1] * 0.96, person.skin[2] * 0.96]
  for (let sample = 0; sample < triangle.length; sample++) {
    const t = triangle[sample]!
    if (t < 0) continue
    const a = triangles[3 * t]!
    const b = triangles[3 * t + 1]!
    const c = triangles[3 * t + 2]!
    const x = sample % width
    const y = (sample - x) / width
    const area = (screenX[b]! - screenX[a]!) * (screenY[c]! - screenY[a]!) - (screenX[c]! - screenX[a]!) * (screenY[b]! - screenY[a]!)
    const wa = ((screenX[b]! - x) * (screenY[c]! - y) - (screenX[c]! - x) * (screenY[b]! - y)) / area
    const wb = ((screenX[c]! - x) * (screenY[a]! - y) - (screenX[a]! - x) * (screenY[c]! - y)) / area
    const wc = 1 - wa - wb
    const part = parts[t]!
    let red: number
    let green: number
    let blue: number
    let openness = 1
    let gloss = 1
    if (part <= FacePart.Head) {
      let isBare = true
      red = headSkin[0]
      green = headSkin[1]
      blue = headSkin[2]
      if (isCovered[t]) {
        const nx = wa * neutral[3 * a]! + wb * neutral[3 * b]! + wc * neutral[3 * c]!
        const ny = wa * neutral[3 * a + 1]! + wb * neutral[3 * b + 1]! + wc * neutral[3 * c + 1]!
        const nz = wa * neutral[3 * a + 2]! + wb * neutral[3 * b + 2]! + wc * neutral[3 * c + 2]!
        const strand = strands[((nx * 6 + 200) & 63) + 64 * ((nz * 2 + ny + 100) & 63)]!
        if (wa * belowCollar[a]! + wb * belowCollar[b]! + wc * belowCollar[c]! > 0) {
          isBare = false
          red = cloth[0]
          green = cloth[1]
          blue = cloth[2]
          gloss = 0
        } else if (wa * hair[a]! + wb * hair[b]! + wc * hair[c]! + (strand - 0.5) * 0.9 > 0) {
          isBare = false
          const strength = 0.65 + 0.55 * strand
          red = person.hair.colour[0] * strength
          green = person.hair.colour[1] * strength
          blue = person.hair.colour[2] * strength
        }
      }
      if (isBare && part === FacePart.Face) {
        const ca = 2 * corners[3 * t]!
        const cb = 2 * corners[3 * t + 1]!
        const cc = 2 * corners[3 * t + 2]!
        let u = (wa * uv[ca]! + wb * uv[cb]! + wc * uv[cc]!) * TEXTURE_SIZE - 0.5
        let v = (1 - (wa * uv[ca + 1]! + wb * uv[cb + 1]! + wc * uv[cc + 1]!)) * TEXTURE_SIZE - 0.5
        u = u < 0 ? 0 : u > TEXTURE_SIZE - 2 ? TEXTURE_SIZE - 2 : u
        v = v < 0 ? 0 : v > TEXTURE_SIZE - 2 ? TEXTURE_SIZE - 2 : v
        const column = u | 0
        const row = v | 0
        const fu = u - column
        const fv = v - row
        const texel = row * TEXTURE_SIZE + column
        const q = 3 * texel
        const below = q + 3 * TEXTURE_SIZE
        const w00 = (1 - fu) * (1 - fv)
        const w10 = fu * (1 - fv)
        const w01 = (1 - fu) * fv
        const w11 = fu * fv
        const fold = 1 - folds[texel]!
        red = (skin[q]! * w00 + skin[q + 3]! * w10 + skin[below]! * w01 + skin[below + 3]! * w11) * fold
        green = (skin[q + 1]! * w00 + skin[q + 4]! * w10 + skin[below + 1]! * w01 + skin[below + 4]! * w11) * fold
        blue = (skin[q + 2]! * w00 + skin[q + 5]! * w10 + skin[below + 2]! * w01 + skin[below + 5]! * w11) * fold
      }
    } else if (part === FacePart.LeftEye || part === FacePart.RightEye) {
      const { middle, gaze } = part === FacePart.LeftEye ? eyes.left : eyes.right
      const dx = wa * placed[3 * a]! + wb * placed[3 * b]! + wc * placed[3 * c]! - middle[0]
      const dy = wa * placed[3 * a + 1]! + wb * placed[3 * b + 1]! + wc * placed[3 * c + 1]! - middle[1]
      const dz = wa * placed[3 * a + 2]! + wb * placed[3 * b + 2]! + wc * placed[3 * c + 2]! - middle[2]
      const cosine = (dx * gaze[0] + dy * gaze[1] + dz * gaze[2]) / Math.sqrt(dx * dx + dy * dy + dz * dz)
      if (cosine > PUPIL) {
        red = green = blue = 12
      } else if (cosine > IRIS) {
        const ring = cosine < LIMBUS ? 0.5 : 1
        red = person.iris[0] * ring
        green = person.iris[1] * ring
        blue = person.iris[2] * ring
      } else {
        const white = 0.7 + 0.25 * Math.max(0, (cosine - 0.5) / (IRIS - 0.5))
        red = 224 * white
        green = 215 * white
        blue = 210 * white
      }
      openness = 0.82
      gloss = 3
    } else {
      const colour = part === FacePart.Teeth ? TEETH : part === FacePart.Gums ? GUMS : MOUTH
      red = colour[0]
      green = colour[1]
      blue = colour[2]
      openness = part === FacePart.Teeth ? 0.78 : part === FacePart.Gums ? 0.55 : 0.4
      gloss = part === FacePart.MouthSocket ? 0 : 0.8
    }
    const la = 4 * a
    const lb = 4 * b
    const lc = 4 * c
    const highlight = 200 * gloss * (wa * light[la + 3]! + wb * light[lb + 3]! + wc * light[lc + 3]!)
    red = red * openness * (wa * light[la]! + wb * light[lb]! + wc * light[lc]!) + highlight
    green = green * openness * (wa * light[la + 1]! + wb * light[lb + 1]! + wc * light[lc + 1]!) + highlight
    blue = blue * openness * (wa * light[la + 2]! + wb * light[lb + 2]! + wc * light[lc + 2]!) + highlight
    const to = 3 * sample
    out[to] = red > BRIGHTEST ? BRIGHTEST : red
    out[to + 1] = green > BRIGHTEST ? BRIGHTEST : green
    out[to + 2] = blue > BRIGHTEST ? BRIGHTEST : blue
  }
}
