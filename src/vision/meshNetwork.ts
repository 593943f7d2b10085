// FaceMesh: 468 landmarks of the face in a turned square of a frame, and whether there is a face in it at all (Kartynnik et al. 2019, arXiv:1907.06724).
import { LANDMARK_COUNT } from '@shared/faces'
import type { Detection } from './detector'
import type { TurnedSquare } from './geometry'
import type { RgbImage } from './image'
import { openSmallNetwork, type SmallNetwork } from './session'

const SIDE = 192
/** The region is this much larger than the face. */
const MARGIN = 1.5
/** Outer corners of the subject's right and left eye. */
const RIGHT_EYE_CORNER = 33
const LEFT_EYE_CORNER = 263
/** A bilinear sample covers two pixels per axis; when a pixel of the network spans more, this many samples per axis are averaged at most. */
const MAX_SAMPLES = 4

/** What the network says of one region. */
export interface FaceMesh {
  /** Probability that the region holds a face, 0-1. */
  flag: number
  /** (468, 3) x, y, z in pixels of the frame. */
  landmarks: Float32Array
}

/** Region to look in, from a detection: its centre, turned so that the eye line is level. */
export function regionOfDetection({ box, rightEye, leftEye }: Detection): TurnedSquare {
  return {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    side: Math.max(box.width, box.height) * MARGIN,
    angle: Math.atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x),
  }
}

/** Region to look in, from the landmarks of the frame before: their box in the turned frame of the eye corners. */
export function regionOfLandmarks(landmarks: Float32Array): TurnedSquare {
  const right = 3 * RIGHT_EYE_CORNER
  const left = 3 * LEFT_EYE_CORNER
  const angle = Math.atan2(landmarks[left + 1]! - landmarks[right + 1]!, landmarks[left]! - landmarks[right]!)
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  let minU = Infinity
  let maxU = -Infinity
  let minV = Infinity
  let maxV = -Infinity
  for (let i = 0; i < landmarks.length; i += 3) {
    const u = cos * landmarks[i]! + sin * landmarks[i + 1]!
    const v = cos * landmarks[i + 1]! - sin * landmarks[i]!
    if (u < minU) minU = u
    if (u > maxU) maxU = u
    if (v < minV) minV = v
    if (v > maxV) maxV = v
  }
  const u = (minU + maxU) / 2
  const v = (minV + maxV) / 2
  return { x: cos * u - sin * v, y: sin * u + cos * v, side: Math.max(maxU - minU, maxV - minV) * MARGIN, angle }
}

/** The landmark network; open one per process. */
export class MeshNetwork {
  private constructor(private readonly network: SmallNetwork) {}

  /** @param file facemesh.onnx */
  static async open(file: string): Promise<MeshNetwork> {
    return new MeshNetwork(await openSmallNetwork(file, 'image', [1, 3, SIDE, SIDE]))
  }

  async find(image: RgbImage, region: TurnedSquare): Promise<FaceMesh> {
    const { mesh, flag } = await this.network.run((input) => fillTurnedSquare(image, region, input))
    const scale = region.side / SIDE
    const cos = Math.cos(region.angle) * scale
    const sin = Math.sin(region.angle) * scale
    const landmarks = new Float32Array(LANDMARK_COUNT * 3)
    for (let i = 0; i < landmarks.length; i += 3) {
      const u = mesh![i]! - SIDE / 2
      const v = mesh![i + 1]! - SIDE / 2
      landmarks[i] = region.x + cos * u - sin * v
      landmarks[i + 1] = region.y + sin * u + cos * v
      landmarks[i + 2] = mesh![i + 2]! * scale
    }
    return { flag: flag![0]!, landmarks }
  }

  close(): Promise<void> {
    return this.network.close()
  }
}

/**
 * Samples a turned square bilinearly into (3, SIDE, SIDE), 0-1; outside the frame is black, as in the network's training. When the square is much
 * larger than SIDE, several samples per pixel are averaged, else fine texture of large faces would alias and the landmarks tremble.
 */
function fillTurnedSquare(image: RgbImage, region: TurnedSquare, out: Float32Array): void {
  const { width, height, data } = image
  const samples = Math.min(MAX_SAMPLES, Math.max(1, Math.round(region.side / SIDE / 2)))
  const step = region.side / SIDE / samples
  const stepX = Math.cos(region.angle) * step
  const stepY = Math.sin(region.angle) * step
  const plane = SIDE * SIDE
  const norm = 1 / (255 * samples * samples)
  // position of the first sample relative to pixel centres: - 0.5 because pixel i covers [i, i + 1)
  const origin = (-SIDE * samples) / 2 + 0.5
  const startX = region.x + origin * (stepX - stepY) - 0.5
  const startY = region.y + origin * (stepY + stepX) - 0.5
  const rowBytes = width * 3
  for (let row = 0, pixel = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++, pixel++) {
      let r = 0
      let g = 0
      let b = 0
      for (let sy = 0; sy < samples; sy++) {
        const v = row * samples + sy
        for (let sx = 0; sx < samples; sx++) {
          const u = column * samples + sx
          const x = startX + u * stepX - v * stepY
          const y = startY + u * stepY + v * stepX
          const left = Math.floor(x)
          const top = Math.floor(y)
          if (left < -1 || top < -1 || left >= width || top >= height) continue
          const fx = x - left
          const fy = y - top
          const at = top * rowBytes + left * 3
          if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1) {
            const w00 = (1 - fx) * (1 - fy)
            const w01 = fx * (1 - fy)
            const w10 = (1 - fx) * fy
            const w11 = fx * fy
            const below = at + rowBytes
            r += w00 * data[at]! + w01 * data[at + 3]! + w10 * data[below]! + w11 * data[below + 3]!
            g += w00 * data[at + 1]! + w01 * data[at + 4]! + w10 * data[below + 1]! + w11 * data[below + 4]!
            b += w00 * data[at + 2]! + w01 * data[at + 5]! + w10 * data[below + 2]! + w11 * data[below + 5]!
            continue
          }
          for (let dy = 0; dy < 2; dy++) {
            for (let dx = 0; dx < 2; dx++) {
              const px = left + dx
              const py = top + dy
              if (px < 0 || py < 0 || px >= width || py >= height) continue
              const weight = (dx ? fx : 1 - fx) * (dy ? fy : 1 - fy)
              const p = at + dy * rowBytes + dx * 3
              r += weight * data[p]!
              g += weight * data[p + 1]!
              b += weight * data[p + 2]!
            }
          }
        }
      }
      out[pixel] = r * norm
      out[plane + pixel] = g * norm
      out[2 * plane + pixel] = b * norm
    }
  }
}
