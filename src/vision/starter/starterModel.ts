// The starter AU model: the pixel network for most AUs, the landmark networks where they are better. What its values are worth stands in its card.
import { join } from 'node:path'
import { sigmoid } from '@shared/logistic'
import { LandmarkNetwork } from './landmarkNetwork'
import { PixelNetwork } from './pixelNetwork'

/** AUs in the order of every output row. */
export const STARTER_AUS = [1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 18, 20, 22, 24, 25, 26, 28, 45] as const

/** AUs that the landmark networks rank better on real faces (AU6: 0.94 to 0.83, AU45: 0.97 to 0.83 area under the curve). */
const LANDMARK_AUS: readonly number[] = [6, 45]

/** Best thresholds of L and L-neutral on synthetic faces, from landmark_au.json; the card carries L's. */
const THRESHOLDS: Record<number, { plain: number; againstNeutral: number }> = {
  6: { plain: 0.23, againstNeutral: 0.26 },
  45: { plain: 0.18, againstNeutral: 0.21 },
}

const logit = (p: number): number => Math.log(p / (1 - p))

/** Open one per process. */
export class StarterModel {
  private constructor(
    private readonly pixels: PixelNetwork,
    private readonly landmarks: LandmarkNetwork,
  ) {}

  /** @param directory resources/models/starter */
  static async open(directory: string): Promise<StarterModel> {
    const [pixels, landmarks] = await Promise.all([
      PixelNetwork.open(join(directory, 'pixel_au.onnx')),
      LandmarkNetwork.open(join(directory, 'landmark_au.json')),
    ])
    return new StarterModel(pixels, landmarks)
  }

  /** The subject's neutral face from landmarks (frames, 468, 3) of frames marked as neutral. */
  neutralOf(landmarks: Float32Array): Float32Array {
    return this.landmarks.neutralOf(landmarks)
  }

  /**
   * Values 0-1 per AU of {@link STARTER_AUS}. L-neutral's logits are shifted so that its own best threshold falls on L's: the order of frames is
   * unchanged and one threshold in the card holds with and without a neutral.
   * @param crop (112, 112, 3) bytes @param landmarks (468, 3) @param neutral from {@link neutralOf}
   */
  async predict(crop: Uint8Array, landmarks: Float32Array, neutral: Float32Array | null): Promise<Float32Array> {
    const shape = this.landmarks.logits(this.landmarks.align(landmarks), neutral)
    const pixel = await this.pixels.logits(crop)
    return Float32Array.from(STARTER_AUS, (au, i) => {
      if (!LANDMARK_AUS.includes(au)) return sigmoid(pixel[i]!)
      const { plain, againstNeutral } = THRESHOLDS[au]!
      return sigmoid(shape[i]! + (neutral ? logit(plain) - logit(againstNeutral) : 0))
    })
  }

  close(): Promise<void> {
    return this.pixels.close()
  }
}
