// Clips in which every frame carries its own number as light and dark squares, and the reading of those squares from what the browser shows.
import type { Page } from 'playwright'
import type { FfmpegBinary } from '@main/media/index'

/** Squares, from the lowest bit at the left. */
export const BITS = 9
/** Side of a square and height of the strip, pixels; the strip lies at the bottom of the picture. */
const SQUARE = 32

/** Filters that add the strip below a picture that is `width` wide (at least 288) and `height` high. */
export function numberStrip(width: number, height: number): string {
  const boxes = Array.from(
    { length: BITS },
    (_, bit) => `drawbox=x=${bit * SQUARE}:y=${height}:w=${SQUARE}:h=${SQUARE}:color=white:t=fill:enable=mod(floor(n/${2 ** bit})\\,2)`,
  )
  return [`pad=${width}:${height + SQUARE}:0:0:black`, ...boxes].join(',')
}

/** Arguments that write every frame once, at its own time. */
export const everyFrame = (ffmpeg: FfmpegBinary): string[] => [ffmpeg.hasFpsMode ? '-fps_mode' : '-vsync', 'passthrough']

export interface Shown {
  /** Number read from the pixels of the player. */
  pixels: number
  /** Number that the screen says. */
  said: number
}

/** What the player shows and what the screen says, read at one moment. */
export function readShown(page: Page): Promise<Shown> {
  return page.evaluate(
    ({ bits, square }) => {
      const video = document.querySelector<HTMLVideoElement>('.stage video:not(.lookout)')
      // A picture may stand over the player until it has caught up; what counts is what is seen.
      const still = document.querySelector<HTMLCanvasElement>('.still:not([hidden])')
      const said = Number(document.querySelector('[data-testid="frame-number"]')?.getAttribute('data-frame'))
      if (!video) return { pixels: -1, said }
      const canvas = document.createElement('canvas')
      canvas.width = video.videoWidth
      canvas.height = video.videoHeight
      const context = canvas.getContext('2d')
      context?.drawImage(still ?? video, 0, 0, video.videoWidth, video.videoHeight)
      let pixels = 0
      for (let bit = 0; bit < bits; bit++) {
        const [red = 0] = context?.getImageData(bit * square + square / 2, video.videoHeight - square / 2, 1, 1).data ?? []
        if (red > 127) pixels += 2 ** bit
      }
      return { pixels, said }
    },
    { bits: BITS, square: SQUARE },
  )
}

/** Waits until no picture stands over the player any more. */
export async function waitForPlayer(page: Page): Promise<void> {
  await page.locator('.still').waitFor({ state: 'hidden', timeout: 15_000 })
}

/** Waits until the screen says a frame and no seek is under way. */
export async function waitForFrame(page: Page, frame: number): Promise<void> {
  await page.locator(`[data-testid="frame-number"][data-frame="${frame}"]:not(.seeking)`).waitFor({ timeout: 15_000 })
}

/** Size of the picture that stands over the player, and how far it is from what the player shows once it has caught up: mean of 0 to 255. */
export async function differenceOfStill(page: Page): Promise<{ width: number; height: number; difference: number }> {
  const read = (selector: string) =>
    page.evaluate((wanted) => {
      const source = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(wanted)
      const context = new OffscreenCanvas(32, 32).getContext('2d')
      if (!source || !context) throw new Error(`There is no ${wanted}.`)
      context.drawImage(source, 0, 0, 32, 32)
      const [width, height] = source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height]
      return { width, height, pixels: [...context.getImageData(0, 0, 32, 32).data] }
    }, selector)
  const still = await read('.still:not([hidden])')
  await waitForPlayer(page)
  const player = await read('.stage video:not(.lookout)')
  const sum = still.pixels.reduce((total, value, index) => total + Math.abs(value - (player.pixels[index] ?? 0)), 0)
  return { width: still.width, height: still.height, difference: sum / still.pixels.length }
}
