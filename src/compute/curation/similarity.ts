// When two pictures count as one: a small grey thumbnail to compare, and bits of it to find candidates by. Plain bytes.
import { resampleBox, type RgbImage } from '@vision/image'

/** Side of the thumbnail; a brow that moves still changes several of its cells. */
export const THUMBNAIL_SIDE = 24
/** Cells per side of which neighbours are compared for the bits. */
const CELLS = 8
const BAND_BITS = 16

export function greyThumbnail(image: RgbImage): Uint8Array {
  const box = { x: 0, y: 0, width: image.width, height: image.height }
  const small = resampleBox(image, box, THUMBNAIL_SIDE, THUMBNAIL_SIDE)
  return Uint8Array.from(
    { length: THUMBNAIL_SIDE ** 2 },
    (_, i) => 0.299 * (small[3 * i] as number) + 0.587 * (small[3 * i + 1] as number) + 0.114 * (small[3 * i + 2] as number) + 0.5,
  )
}

/**
 * Whether each of 8 x 8 cells is brighter than its right and its lower neighbour (difference hash), as 7 numbers of 16 bits. Pictures that differ in
 * at most 6 of the 112 bits share at least one number.
 */
export function similarityBands(thumbnail: Uint8Array): number[] {
  const step = THUMBNAIL_SIDE / CELLS
  const cells = new Float64Array(CELLS * CELLS)
  thumbnail.forEach((value, i) => {
    const row = Math.floor(Math.floor(i / THUMBNAIL_SIDE) / step)
    const at = row * CELLS + Math.floor((i % THUMBNAIL_SIDE) / step)
    cells[at] = (cells[at] as number) + value
  })
  const bits: boolean[] = []
  for (let row = 0; row < CELLS; row++)
    for (let column = 0; column < CELLS; column++) {
      const here = cells[row * CELLS + column] as number
      if (column + 1 < CELLS) bits.push(here > (cells[row * CELLS + column + 1] as number))
      if (row + 1 < CELLS) bits.push(here > (cells[(row + 1) * CELLS + column] as number))
    }
  return Array.from({ length: bits.length / BAND_BITS }, (_, band) =>
    bits.slice(band * BAND_BITS, (band + 1) * BAND_BITS).reduce((sum, bit, place) => sum + (bit ? 2 ** place : 0), 0),
  )
}

/** Whether no cell of two thumbnails differs by more than `tolerance`, once their mean brightness is brought together. */
export function isNearDuplicate(a: Uint8Array, b: Uint8Array, tolerance: number): boolean {
  const { length } = a
  let shift = 0
  for (let i = 0; i < length; i++) shift += (a[i] as number) - (b[i] as number)
  shift /= length
  for (let i = 0; i < length; i++) if (Math.abs((a[i] as number) - (b[i] as number) - shift) > tolerance) return false
  return true
}
