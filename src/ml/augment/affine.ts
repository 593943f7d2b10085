// Rotation, shear and translation: each target pixel is looked up in the source with cubic interpolation, as Pillow's `transform` does.
import { blankImage, type RgbImage } from './rgbImage'

/** ImageNet's mean colour, with which pixels from outside the image are filled. */
export const FILL_COLOUR = [124, 116, 104] as const

/** Maps target coordinates to source ones: `x' = a x + b y + c`, `y' = d x + e y + f`, in pixels from the top left corner. */
export type AffineMap = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** Counter-clockwise about the centre. */
export function rotate(image: RgbImage, degrees: number): RgbImage {
  const angle = (-degrees * Math.PI) / 180
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  const [centreX, centreY] = [image.width / 2, image.height / 2]
  const c = centreX - cosine * centreX - sine * centreY
  const f = centreY + sine * centreX - cosine * centreY
  return transform(image, [cosine, sine, c, -sine, cosine, f])
}

export const shearHorizontally = (image: RgbImage, factor: number): RgbImage => transform(image, [1, factor, 0, 0, 1, 0])
export const shearVertically = (image: RgbImage, factor: number): RgbImage => transform(image, [1, 0, 0, factor, 1, 0])
/** By a share of the width; positive moves the content to the left. */
export const translateHorizontally = (image: RgbImage, share: number): RgbImage => transform(image, [1, 0, share * image.width, 0, 1, 0])
/** By a share of the height; positive moves the content up. */
export const translateVertically = (image: RgbImage, share: number): RgbImage => transform(image, [1, 0, 0, 0, 1, share * image.height])

/** Applies a map; source positions outside the image give the fill colour. */
export function transform(image: RgbImage, map: AffineMap): RgbImage {
  const { width, height } = image
  const [a, b, c, d, e, f] = map
  const result = blankImage(width, height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sourceX = a * (x + 0.5) + b * (y + 0.5) + c
      const sourceY = d * (x + 0.5) + e * (y + 0.5) + f
      const at = 3 * (y * width + x)
      if (sourceX < 0 || sourceX >= width || sourceY < 0 || sourceY >= height) result.data.set(FILL_COLOUR, at)
      else cubicPixel(image, sourceX - 0.5, sourceY - 0.5, result.data, at)
    }
  }
  return result
}

/** Cubic convolution with a = -1 through four values, `share` of the way from the second to the third. */
function cubic(v1: number, v2: number, v3: number, v4: number, share: number): number {
  return v2 + share * (v3 - v1 + share * (2 * (v1 - v2) + v3 - v4 + share * (v2 - v1 + v4 - v3)))
}

const held = (index: number, count: number): number => (index < 0 ? 0 : index >= count ? count - 1 : index)

function cubicPixel(image: RgbImage, x: number, y: number, target: Uint8Array, at: number): void {
  const { width, height, data } = image
  const column = Math.floor(x)
  const row = Math.floor(y)
  const x0 = 3 * held(column - 1, width)
  const x1 = 3 * held(column, width)
  const x2 = 3 * held(column + 1, width)
  const x3 = 3 * held(column + 2, width)
  const shareX = x - column
  for (let channel = 0; channel < 3; channel++) {
    const along = (line: number): number => {
      const start = 3 * width * held(line, height) + channel
      return cubic(data[start + x0] as number, data[start + x1] as number, data[start + x2] as number, data[start + x3] as number, shareX)
    }
    const value = cubic(along(row - 1), along(row), along(row + 1), along(row + 2), y - row)
    target[at + channel] = value <= 0 ? 0 : value >= 255 ? 255 : value | 0
  }
}
