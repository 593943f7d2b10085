// Operations on tones and colours, as Pillow's ImageOps and ImageEnhance do them.
import { blankImage, byteTable, mapBytes, type RgbImage } from './rgbImage'

/** Stretches each channel to the full range. */
export function autoContrast(image: RgbImage): RgbImage {
  return mapBytes(
    image,
    perChannel(image, (histogram) => {
      const low = histogram.findIndex((count) => count > 0)
      const high = histogram.findLastIndex((count) => count > 0)
      if (high <= low) return byteTable((byte) => byte)
      const scale = 255 / (high - low)
      return byteTable((byte) => byte * scale - low * scale)
    }),
  )
}

/** Equalises each channel's histogram. */
export function equalize(image: RgbImage): RgbImage {
  return mapBytes(
    image,
    perChannel(image, (histogram) => {
      const used = [...histogram].filter((count) => count > 0)
      const total = used.reduce((sum, count) => sum + count, 0)
      const step = Math.floor((total - (used.at(-1) ?? 0)) / 255)
      if (used.length <= 1 || step === 0) return byteTable((byte) => byte)
      let seen = Math.floor(step / 2)
      return byteTable((byte) => {
        const value = Math.floor(seen / step)
        seen += histogram[byte] as number
        return value
      })
    }),
  )
}

export const invert = (image: RgbImage): RgbImage => mapBytes(image, [byteTable((byte) => 255 - byte)])
/** Keeps the highest bits of each channel, 0 to 8. */
export const posterize = (image: RgbImage, bits: number): RgbImage => mapBytes(image, [byteTable((byte) => byte & ~(2 ** (8 - bits) - 1))])
/** Inverts values from the threshold on. */
export const solarize = (image: RgbImage, threshold: number): RgbImage =>
  mapBytes(image, [byteTable((byte) => (byte < threshold ? byte : 255 - byte))])
/** Adds to values below 128. */
export const solarizeAdd = (image: RgbImage, amount: number): RgbImage =>
  mapBytes(image, [byteTable((byte) => (byte < 128 ? byte + amount : byte))])

/** Saturation: factor 0 is grey, 1 the image. */
export function adjustColour(image: RgbImage, factor: number): RgbImage {
  return blend(image, factor, (index) => grey(image.data, index - (index % 3)))
}

/** Contrast: factor 0 is the mean grey everywhere. */
export function adjustContrast(image: RgbImage, factor: number): RgbImage {
  let sum = 0
  for (let i = 0; i < image.data.length; i += 3) sum += grey(image.data, i)
  const mean = Math.trunc(sum / (image.data.length / 3) + 0.5)
  return blend(image, factor, () => mean)
}

/** Brightness: factor 0 is black. */
export const adjustBrightness = (image: RgbImage, factor: number): RgbImage => blend(image, factor, () => 0)

/** Sharpness: factor 0 is the image smoothed by a 3 x 3 kernel, 1 the image. */
export function adjustSharpness(image: RgbImage, factor: number): RgbImage {
  const smoothed = smooth(image)
  return blend(image, factor, (index) => smoothed[index] as number)
}

/** `base + factor (image - base)`, truncated and held in 0-255. */
function blend(image: RgbImage, factor: number, base: (index: number) => number): RgbImage {
  const result = blankImage(image.width, image.height)
  image.data.forEach((byte, index) => {
    const from = base(index)
    const value = from + factor * (byte - from)
    result.data[index] = value <= 0 ? 0 : value >= 255 ? 255 : value | 0
  })
  return result
}

/** ITU-R 601 luma of the pixel at a byte index, in Pillow's fixed point. */
function grey(data: Uint8Array, index: number): number {
  return ((data[index] as number) * 19595 + (data[index + 1] as number) * 38470 + (data[index + 2] as number) * 7471 + 0x8000) >> 16
}

/** Neighbours weigh 1, the centre 5; the border is copied. */
function smooth(image: RgbImage): Uint8Array {
  const { width, height, data } = image
  const result = Uint8Array.from(data)
  for (let y = 1; y < height - 1; y++) {
    for (let i = 3 * (y * width + 1); i < 3 * (y * width + width - 1); i++) {
      let sum = 4 * (data[i] as number)
      for (let row = -1; row <= 1; row++) {
        const at = i + 3 * width * row
        sum += (data[at - 3] as number) + (data[at] as number) + (data[at + 3] as number)
      }
      result[i] = (sum / 13 + 0.5) | 0
    }
  }
  return result
}

function perChannel(image: RgbImage, table: (histogram: Uint32Array) => Uint8Array): [Uint8Array, Uint8Array, Uint8Array] {
  const histograms = [0, 1, 2].map(() => new Uint32Array(256)) as [Uint32Array, Uint32Array, Uint32Array]
  image.data.forEach((byte, index) => {
    const histogram = histograms[index % 3] as Uint32Array
    histogram[byte] = (histogram[byte] as number) + 1
  })
  return [table(histograms[0]), table(histograms[1]), table(histograms[2])]
}
