// A picture made of pixels in memory. Thousands of bars and curve columns a frame cost less as plain stores than as canvas calls, and the cost is the same
// with and without a graphics card. Everything drawn is opaque in the end, so blending needs no alpha channel. Pure: no canvas here.

/** Parts 0-255, alpha 0-1. */
export interface Colour {
  red: number
  green: number
  blue: number
  alpha: number
}

/** A pixel as ImageData holds it on the little-endian machines that browsers run on. */
const toWord = (red: number, green: number, blue: number): number => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0

export const wordOf = (colour: Colour): number => toWord(colour.red, colour.green, colour.blue)

/** The opaque pixel of a colour laid over an opaque one. @param strength multiplies the colour's own alpha */
export function wordOver(colour: Colour, below: number, strength = 1): number {
  const alpha = colour.alpha * strength
  const part = (value: number, shift: number): number => Math.round(value * alpha + ((below >>> shift) & 255) * (1 - alpha))
  return toWord(part(colour.red, 0), part(colour.green, 8), part(colour.blue, 16))
}

/** Whether a pixel belongs to a pattern. */
export type Pattern = (x: number, y: number) => boolean

/** A rectangle in pixels; right and bottom are not included. */
export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** Patterns count from a corner so far off that no scrolling makes a place negative. */
const FAR = 2 ** 30

export class PixelLayer {
  /** Nothing outside is drawn. Whole pixels, inside the layer. */
  clip: Box
  /** Where patterns count from, moved along with what is drawn. */
  private originX = FAR
  private originY = FAR

  /** @param words one per pixel, row by row */
  constructor(
    readonly words: Uint32Array,
    readonly width: number,
    readonly height: number,
  ) {
    this.clip = this.whole
  }

  get whole(): Box {
    return { left: 0, top: 0, right: this.width, bottom: this.height }
  }

  /**
   * Moves all that is drawn, as scrolling by that many whole pixels does: what lay at (x + dx, y + dy) then lies at (x, y).
   * @returns the parts that hold nothing right now and must be drawn, none of them empty
   */
  scroll(dx: number, dy: number): Box[] {
    this.originX += dx
    this.originY += dy
    const { width, height } = this
    if (Math.abs(dx) >= width || Math.abs(dy) >= height) return [this.whole]
    const by = dy * width + dx
    if (by > 0) this.words.copyWithin(0, by)
    else this.words.copyWithin(-by, 0, this.words.length + by)
    const bare: Box[] = []
    const top = Math.max(0, -dy)
    const bottom = height - Math.max(0, dy)
    if (dy < 0) bare.push({ left: 0, top: 0, right: width, bottom: top })
    if (dy > 0) bare.push({ left: 0, top: bottom, right: width, bottom: height })
    if (dx < 0) bare.push({ left: 0, top, right: -dx, bottom })
    if (dx > 0) bare.push({ left: width - dx, top, right: width, bottom })
    return bare
  }

  /** Rounded to whole pixels and cut to the clip; at least one pixel wide where any of it is in sight; null where none is. */
  private cut(box: Box): Box | null {
    const { clip } = this
    const left = Math.max(clip.left, Math.round(box.left))
    const right = Math.min(clip.right, Math.max(Math.round(box.left) + 1, Math.round(box.right)))
    const top = Math.max(clip.top, Math.round(box.top))
    const bottom = Math.min(clip.bottom, Math.round(box.bottom))
    return right > left && bottom > top ? { left, top, right, bottom } : null
  }

  fill(box: Box, word: number): void {
    const cut = this.cut(box)
    if (!cut) return
    for (let y = cut.top; y < cut.bottom; y++) this.words.fill(word, y * this.width + cut.left, y * this.width + cut.right)
  }

  /** Lays a colour over what is there, on the pixels that the pattern names; on all without one. Patterns go on from bar to bar, so they line up. */
  blend({ left, top, right, bottom }: Box, colour: Colour, strength = 1, pattern?: Pattern): void {
    this.blendBetween(left, right, top, bottom, colour, strength, pattern)
  }

  /** {@link blend} without a box, for the thousands of narrow bars of a whole video: making a box for each costs more than drawing it. */
  blendBetween(left: number, right: number, top: number, bottom: number, colour: Colour, strength: number, pattern?: Pattern): void {
    const { words, width, clip, originX, originY } = this
    const firstX = Math.max(clip.left, Math.round(left))
    const endX = Math.min(clip.right, Math.max(Math.round(left) + 1, Math.round(right)))
    const firstY = Math.max(clip.top, Math.round(top))
    const endY = Math.min(clip.bottom, Math.round(bottom))
    let below = -1
    let over = 0
    for (let y = firstY; y < endY; y++) {
      const row = y * width
      for (let x = firstX; x < endX; x++) {
        if (pattern && !pattern(x + originX, y + originY)) continue
        const now = words[row + x] ?? 0
        // Neighbours mostly have the same colour below.
        if (now !== below) {
          below = now
          over = wordOver(colour, now, strength)
        }
        words[row + x] = over
      }
    }
  }

  /** The four edges of a box, inside it. */
  frame(box: Box, colour: Colour, thickness: number, pattern?: Pattern): void {
    const { left, top, right, bottom } = box
    this.blend({ left, top, right, bottom: top + thickness }, colour, 1, pattern)
    this.blend({ left, top: bottom - thickness, right, bottom }, colour, 1, pattern)
    this.blend({ left, top: top + thickness, right: left + thickness, bottom: bottom - thickness }, colour, 1, pattern)
    this.blend({ left: right - thickness, top: top + thickness, right, bottom: bottom - thickness }, colour, 1, pattern)
  }
}

/** Diagonal lines, `step` pixels apart and `weight` wide. */
export const hatched =
  (step: number, weight: number) =>
  (x: number, y: number): boolean =>
    (x + y) % step < weight

/** Diagonal lines both ways. */
export const crossHatched =
  (step: number, weight: number) =>
  (x: number, y: number): boolean =>
    (x + y) % step < weight || (x - y + step * 10_000) % step < weight

/** Dashes along either axis. */
export const dashed =
  (on: number, off: number) =>
  (x: number, y: number): boolean =>
    (x + y) % (on + off) < on
