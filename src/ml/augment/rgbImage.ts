// The picture that every augmentation takes and gives. Decoding and encoding are elsewhere.

/** Interleaved RGB, one byte a channel, rows from the top. */
export interface RgbImage {
  width: number
  height: number
  /** Length 3 * width * height. */
  data: Uint8Array
}

export function blankImage(width: number, height: number): RgbImage {
  return { width, height, data: new Uint8Array(3 * width * height) }
}

/** Applies one table of 256 values to every byte, or one per channel. */
export function mapBytes(image: RgbImage, tables: readonly [Uint8Array] | readonly [Uint8Array, Uint8Array, Uint8Array]): RgbImage {
  const result = blankImage(image.width, image.height)
  for (let channel = 0; channel < 3; channel++) {
    const table = (tables[channel] ?? tables[0]) as Uint8Array
    for (let i = channel; i < image.data.length; i += 3) result.data[i] = table[image.data[i] as number] as number
  }
  return result
}

/** A table of 256 bytes; values are truncated and held in 0-255. */
export function byteTable(value: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => Math.max(0, Math.min(255, Math.trunc(value(byte)))))
}

/** Mirrors left and right. */
export function flipHorizontally(image: RgbImage): RgbImage {
  const { width, height, data } = image
  const result = blankImage(width, height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + x)
      const to = 3 * (y * width + width - 1 - x)
      for (let channel = 0; channel < 3; channel++) result.data[to + channel] = data[from + channel] as number
    }
  }
  return result
}
