// The live pictures of pretraining: a few fixed images in three rows, as they are, masked, and as the network completes them.
import { createCanvas, type Canvas } from '@napi-rs/canvas'
import { gridSide, patchCount } from '@ml/model/config'
import { resizeImage } from '@ml/augment/resample'
import { writeNormalised } from '@ml/augment/samplePipeline'
import type { NamedArray } from '@ml/model/initialise'
import { visibleCount, type AutoencoderConfig } from '@ml/pretraining/maskedAutoencoder'
import { fixedPositions, maskedBatch, maskingNoise, patchStatistics, type MaskedBatch, type PixelTarget } from '@ml/pretraining/maskedBatch'
import type { Random } from '@ml/random'
import type { DeviceId } from '@runtime/index'
import { openReconstructor } from '@runtime/training/index'
import type { PixelNormalisation } from '@shared/model'

const GAP_PIXELS = 4
const JPEG_QUALITY = 88
/** Masked patches and the gaps. */
const GREY = 128
const BACKGROUND = '#1e1e1e'

/** What every picture of a run is made from. */
export interface ReconstructionSet {
  network: AutoencoderConfig
  target: PixelTarget
  normalisation: PixelNormalisation
  /** (B, 3, S, S), normalised. */
  images: Float32Array
  batch: MaskedBatch
  count: number
}

/** @param pixels (side, side, 3) bytes of each image */
export function reconstructionSet(
  pixels: readonly { side: number; data: Uint8Array }[],
  options: Pick<ReconstructionSet, 'network' | 'target' | 'normalisation'> & { encoderPositions: Float32Array; random: Random },
): ReconstructionSet {
  const { network, target, normalisation, encoderPositions, random } = options
  const size = network.imageSize
  const images = new Float32Array(pixels.length * 3 * size * size)
  pixels.forEach(({ side, data }, place) => {
    const image = resizeImage({ width: side, height: side, data }, size, size, 'bilinear')
    writeNormalised(image, images, place * 3 * size * size, normalisation)
  })
  const positions = { ...fixedPositions(network), encoder: encoderPositions }
  const batch = maskedBatch(images, maskingNoise(network, pixels.length, random), network, target, positions)
  return { network, target, normalisation, images, batch, count: pixels.length }
}

/** JPEG of three rows by `set.count` columns. */
export async function reconstructionPicture(
  set: ReconstructionSet,
  weights: ReadonlyMap<string, NamedArray>,
  device: string,
  threads: number,
): Promise<Uint8Array> {
  const reconstructor = await openReconstructor(set.network, weights, device as DeviceId, { threads })
  try {
    return await draw(set, await reconstructor.reconstruct(set.batch))
  } finally {
    await reconstructor.dispose()
  }
}

async function draw(set: ReconstructionSet, predicted: Float32Array): Promise<Uint8Array> {
  const { network, count } = set
  const size = network.imageSize
  const canvas = createCanvas(count * (size + GAP_PIXELS) + GAP_PIXELS, 3 * (size + GAP_PIXELS) + GAP_PIXELS)
  const drawing = canvas.getContext('2d')
  drawing.fillStyle = BACKGROUND
  drawing.fillRect(0, 0, canvas.width, canvas.height)
  for (let sample = 0; sample < count; sample++) {
    for (const [row, what] of (['original', 'masked', 'reconstructed'] as const).entries())
      place(canvas, imageBytes(set, predicted, sample, what), size, sample, row)
  }
  return canvas.encode('jpeg', JPEG_QUALITY)
}

function place(canvas: Canvas, rgb: Uint8Array, size: number, column: number, row: number): void {
  const drawing = canvas.getContext('2d')
  const image = drawing.createImageData(size, size)
  image.data.fill(255)
  for (let i = 0, p = 0; p < rgb.length; i += 4, p += 3) {
    for (let channel = 0; channel < 3; channel++) image.data[i + channel] = rgb[p + channel] as number
  }
  drawing.putImageData(image, GAP_PIXELS + column * (size + GAP_PIXELS), GAP_PIXELS + row * (size + GAP_PIXELS))
}

/** (S, S, 3) bytes of one image; hidden patches are grey, or what the network says of them. */
function imageBytes(
  set: ReconstructionSet,
  predicted: Float32Array,
  sample: number,
  what: 'original' | 'masked' | 'reconstructed',
): Uint8Array {
  const { network, normalisation, images, batch } = set
  const { imageSize: size, patch } = network
  const grid = gridSide(network)
  const count = patchCount(network)
  const visible = new Set(batch.order.subarray(sample * count, sample * count + visibleCount(network)))
  const bytes = new Uint8Array(3 * size * size)
  const original = new Float32Array(3 * patch * patch)
  for (let index = 0; index < count; index++) {
    const top = Math.floor(index / grid) * patch
    const left = (index % grid) * patch
    for (let channel = 0; channel < 3; channel++)
      for (let y = 0; y < patch; y++)
        for (let x = 0; x < patch; x++)
          original[(y * patch + x) * 3 + channel] = images[((sample * 3 + channel) * size + top + y) * size + left + x] as number
    const isHidden = !visible.has(index)
    const { mean, deviation } = patchStatistics(original)
    const start = (sample * count + index) * original.length
    for (let i = 0; i < original.length; i++) {
      const channel = i % 3
      const x = left + (Math.floor(i / 3) % patch)
      const y = top + Math.floor(i / 3 / patch)
      const guess = predicted[start + i] as number
      // a normalised guess has the true patch's brightness and contrast, as in the published figures
      const shown =
        isHidden && what === 'reconstructed' ? (set.target === 'normalised' ? guess * deviation + mean : guess) : (original[i] as number)
      const value = 255 * (shown * (normalisation.deviation[channel] as number) + (normalisation.mean[channel] as number))
      bytes[3 * (y * size + x) + channel] = isHidden && what === 'masked' ? GREY : Math.max(0, Math.min(255, Math.round(value)))
    }
  }
  return bytes
}
