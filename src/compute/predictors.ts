// What turns crops into rows of probabilities: the starter model, and ViTs on whatever device. Rows come out in the order of the frames.
import { join } from 'node:path'
import { AppError } from '@shared/errors'
import { predictionColumns } from '@shared/expressions'
import type { FaceObservation } from '@shared/faces'
import { probabilitiesOf } from '@shared/logistic'
import { weightsFileOf, type ModelCard, type PixelNormalisation, type Precision } from '@shared/model'
import type { DeviceId, LoadedModel } from '@runtime/runtime'
import { RunningMedian, type Row } from '@vision/starter/runningMedian'
import { StarterModel } from '@vision/starter/starterModel'

/** Takes every frame in order; gives every row in order, possibly some frames later. */
export interface Predictor {
  /** @param crop (size, size, 3) bytes by the card's rule; read before the promise resolves. Null, like the face, where the subject is not seen */
  push(crop: Uint8Array | null, face: FaceObservation | null): Promise<void>
  /** The frames so far must not wait for later ones any longer, as far as their values allow: called at every chunk's end. */
  flush(): Promise<void>
  /** After the last frame. */
  end(): Promise<void>
  close(): Promise<void>
}

type OnRow = (row: Row) => Promise<void>

/** The starter model: a row per frame, smoothed by a median over three. */
export async function openStarterPredictor(directory: string, neutralLandmarks: Float32Array, onRow: OnRow): Promise<Predictor> {
  const model = await StarterModel.open(directory)
  const neutral = neutralLandmarks.length > 0 ? model.neutralOf(neutralLandmarks) : null
  const median = new RunningMedian()
  return {
    async push(crop, face) {
      const smoothed = median.push(crop && face ? await model.predict(crop, face.landmarks, neutral) : null)
      if (smoothed !== undefined) await onRow(smoothed)
    },
    flush: () => Promise.resolve(),
    async end() {
      const smoothed = median.end()
      if (smoothed !== undefined) await onRow(smoothed)
    },
    close: () => model.close(),
  }
}

/** Images per run: more does not pay on a CPU and costs memory; graphics cards want larger ones. */
const CPU_BATCH = 8
const GPU_BATCH = 32

/** A ViT. Batches never cross a chunk's end and are filled up with zeros, so that a frame's place in its batch, and its last digits, do not depend on where a run began. */
export async function openVitPredictor(
  directory: string,
  card: ModelCard,
  { device, precision }: { device: string; precision: Precision },
  onRow: OnRow,
): Promise<Predictor> {
  const { runtimeFor } = await import('@runtime/index')
  const weights = weightsFileOf(card)
  const { architecture } = card
  if (!architecture || !weights) {
    throw new AppError('MODEL_CARD_INVALID', `The card of "${card.name}" names no architecture or no weights file. Import the model again.`)
  }
  const size = architecture.imageSize
  const width = predictionColumns(card).length
  const model: LoadedModel = await runtimeFor(device as DeviceId).load(
    {
      config: { ...architecture, aus: width, identityLayers: 1 },
      weights: { kind: 'safetensors', path: join(directory, weights.name) },
    },
    { precision },
  )
  const batch = device === 'cpu' || device === 'wasm' || device === 'tensorflow-cpu' ? CPU_BATCH : GPU_BATCH
  const imageLength = 3 * size * size
  const images = new Float32Array(batch * imageLength)
  let count = 0
  /** Per frame not yet given out: whether it has an image in the batch. */
  let pending: boolean[] = []

  async function run(): Promise<void> {
    const rows: Float32Array[] = []
    if (count > 0) {
      images.fill(0, count * imageLength)
      const { auLogits } = await model.predict(images, batch)
      for (let i = 0; i < count; i++) {
        const logits = auLogits.slice(i * width, (i + 1) * width)
        rows.push(card.expressions ? softmax(logits) : probabilitiesOf(logits))
      }
      if (!rows.every((row) => row.every(Number.isFinite))) {
        throw new AppError(
          'MODEL_NOT_FINITE',
          `"${card.name}" gives values that are not numbers. Its weights are damaged, or the device fails; run the device check.`,
        )
      }
    }
    const frames = pending
    pending = []
    count = 0
    let row = 0
    for (const hasImage of frames) await onRow(hasImage ? rows[row++]! : null)
  }

  return {
    async push(crop) {
      pending.push(crop !== null)
      if (!crop) return
      normalise(crop, card.normalisation, images.subarray(count * imageLength, (count + 1) * imageLength))
      count++
      if (count === batch) await run()
    },
    flush: run,
    end: run,
    close: () => model.dispose(),
  }
}

/** Probabilities that add up to 1, of one of several classes. */
function softmax(logits: Float32Array): Float32Array {
  const largest = logits.reduce((top, value) => Math.max(top, value), -Infinity)
  const powers = logits.map((value) => Math.exp(value - largest))
  const sum = powers.reduce((total, value) => total + value, 0)
  return powers.map((value) => value / sum)
}

/** Bytes (size, size, 3) to (3, size, size): (x / 255 - mean) / deviation per channel. */
export function normalise(crop: Uint8Array, { mean, deviation }: PixelNormalisation, out: Float32Array): void {
  const plane = crop.length / 3
  for (let channel = 0; channel < 3; channel++) {
    const scale = 1 / (255 * deviation[channel]!)
    const shift = -mean[channel]! / deviation[channel]!
    for (let i = 0; i < plane; i++) out[channel * plane + i] = crop[3 * i + channel]! * scale + shift
  }
}
