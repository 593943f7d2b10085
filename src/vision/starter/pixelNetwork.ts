// The starter model's pixel network: AU logits from a 112-pixel crop.
import { openSmallNetwork, type SmallNetwork } from '../session'

/** Side of the crop that the network takes. */
export const PIXEL_CROP_SIZE = 112
/** Keeps flat crops from being blown up to noise. */
const DEVIATION_FLOOR = 0.05

/** Crop bytes (size, size, 3) to (3, size, size), standardised over all pixels and channels of the crop: (x - mean) / (deviation + floor), on the 0-1 scale. */
export function standardiseCrop(crop: Uint8Array, out: Float32Array): void {
  let sum = 0
  let squares = 0
  for (const byte of crop) {
    sum += byte
    squares += byte * byte
  }
  const count = crop.length
  const mean = sum / count
  // sums of bytes are exact in a double, so the variance is never negative by rounding beyond the last digits
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean))
  const scale = 1 / 255 / (deviation / 255 + DEVIATION_FLOOR)
  const plane = count / 3
  for (let i = 0; i < plane; i++) {
    for (let channel = 0; channel < 3; channel++) out[channel * plane + i] = (crop[3 * i + channel]! - mean) * scale
  }
}

/** Open one per process. */
export class PixelNetwork {
  private constructor(private readonly network: SmallNetwork) {}

  /** @param file pixel_au.onnx */
  static async open(file: string): Promise<PixelNetwork> {
    return new PixelNetwork(await openSmallNetwork(file, 'image', [1, 3, PIXEL_CROP_SIZE, PIXEL_CROP_SIZE]))
  }

  /** @param crop (112, 112, 3) bytes cut by the `fmae` rule */
  async logits(crop: Uint8Array): Promise<Float32Array> {
    const { logits } = await this.network.run((input) => standardiseCrop(crop, input))
    return logits!
  }

  close(): Promise<void> {
    return this.network.close()
  }
}
