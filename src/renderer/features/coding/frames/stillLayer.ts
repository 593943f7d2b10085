// The canvas over the player that shows a frame's picture until the player itself has caught up. Knows which frame it shows; decides nothing.
import type { Picture, Stills } from './stills'

/** A frame's picture from elsewhere than the browser's decoder, for frames that the browser does not show; the caller closes it. */
export type FetchExact = (frame: number) => Promise<ImageBitmap>

export class StillLayer {
  /** Frame whose picture stands over the player; the player's own frames do not count meanwhile. */
  frame: number | null = null

  constructor(
    readonly canvas: HTMLCanvasElement,
    /** Pictures made ahead; null where this browser makes none. */
    readonly stills: Stills | null,
    readonly fetchExact: FetchExact,
  ) {}

  /** Draws a picture that is there, and says whether it was. */
  showReady(frame: number): boolean {
    const picture = this.stills?.get(frame)
    if (picture) this.show(frame, picture)
    return picture !== null && picture !== undefined
  }

  show(frame: number, { source, width, height }: Pick<Picture, 'source' | 'width' | 'height'>): void {
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width
      this.canvas.height = height
    }
    this.canvas.getContext('2d')?.drawImage(source, 0, 0, width, height)
    this.canvas.hidden = false
    this.frame = frame
  }

  hide(): void {
    if (this.frame === null) return
    this.frame = null
    this.canvas.hidden = true
  }
}
