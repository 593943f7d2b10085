// From light to bytes, as a camera does it: smoothing, exposure, tone and noise.
import type { CameraPicture } from './scene'

const TONES = 1024
/** Light up to this much over white is told apart before it is cut. */
const HEADROOM = 1.1
/** Places in the tile of noise; a power of two. */
const NOISE_TILE = 1 << 16

/** Noise of unit deviation, made once and started anywhere: drawing it for every pixel of every frame would take longer than the frame. */
export function createNoiseTile(normal: () => number): Float32Array {
  return Float32Array.from({ length: NOISE_TILE }, normal)
}

/** One pass of a 3 x 3 binomial filter over (height, width, 3); `rows` is working memory of the same size. */
export function smooth(picture: Float32Array, width: number, rows: Float32Array): void {
  const stride = 3 * width
  for (let row = 0; row < picture.length; row += stride) {
    for (let x = 0; x < stride; x++) {
      const before = x < 3 ? x : x - 3
      const after = x >= stride - 3 ? x : x + 3
      rows[row + x] = 0.25 * picture[row + before]! + 0.5 * picture[row + x]! + 0.25 * picture[row + after]!
    }
  }
  const last = picture.length - stride
  for (let at = 0; at < picture.length; at++) {
    picture[at] = 0.25 * rows[at < stride ? at : at - stride]! + 0.5 * rows[at]! + 0.25 * rows[at >= last ? at : at + stride]!
  }
}

/** Turns light (255 is white) into bytes. `noiseStart` says where in the tile the frame's noise begins. */
export function expose(
  light: Float32Array,
  camera: CameraPicture,
  noiseTile: Float32Array,
  noiseStart: number,
  out: Uint8Array | Uint8ClampedArray,
): void {
  const tones = [0, 1, 2].map((channel) =>
    Float32Array.from({ length: TONES + 1 }, (_, step) => {
      const value = ((step / TONES) * HEADROOM * camera.gain * camera.balance[channel]!) ** camera.gamma
      return 255 * (value > 1 ? 1 : value)
    }),
  ) as [Float32Array, Float32Array, Float32Array]
  const scale = TONES / (255 * HEADROOM)
  const { noise } = camera
  for (let at = 0, place = noiseStart; at < light.length; at += 3, place += 3) {
    for (let channel = 0; channel < 3; channel++) {
      let step = light[at + channel]! * scale
      step = step < 0 ? 0 : step > TONES ? TONES : step
      const value = tones[channel]![step | 0]! + noise * noiseTile[(place + channel) & (NOISE_TILE - 1)]! + 0.5
      out[at + channel] = value < 0 ? 0 : value > 255 ? 255 : value
    }
  }
}
