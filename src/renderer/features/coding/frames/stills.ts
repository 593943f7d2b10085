// What the player steps by: pictures of the frames around the one on screen, whoever makes them. Types, and the waiting for a picture under way.
import type { Direction } from './stretch'

/** A frame's picture, upright. */
export interface Picture {
  source: ImageBitmap | VideoFrame
  /** As shown, pixels. */
  width: number
  height: number
  /** Memory held. */
  bytes: number
}

export interface Stills {
  /** The picture of a frame, if it is there. It belongs to the stills: draw it at once, keep it not. */
  get(frame: number): Picture | null
  /** Whether the picture will be there soon, so that waiting is better than seeking. */
  isComing(frame: number): boolean
  /** Resolves when a frame is there (true) or will not come soon after all (false). */
  whenCaught(frame: number): Promise<boolean>
  /** Keeps the neighbourhood of a frame ready. Cheap; call it on every step. */
  aim(frame: number, direction: Direction): void
  /** Makes no more pictures until the next aim, for example while the coder plays. What is there stays. */
  rest(): void
  /** Largest width in device pixels at which pictures will be shown. */
  setWidth(width: number): void
  dispose(): void
}

/** Those who wait for frames. */
export class Waiting {
  readonly #asked = new Map<number, Set<(isThere: boolean) => void>>()

  constructor(private readonly patienceMs: number) {}

  wait(frame: number): Promise<boolean> {
    return new Promise((resolve) => {
      const answers = this.#asked.get(frame) ?? new Set()
      this.#asked.set(frame, answers)
      const answer = (isThere: boolean): void => {
        clearTimeout(timer)
        answers.delete(answer)
        resolve(isThere)
      }
      const timer = setTimeout(() => answer(false), this.patienceMs)
      answers.add(answer)
    })
  }

  answer(frame: number, isThere: boolean): void {
    const answers = this.#asked.get(frame)
    this.#asked.delete(frame)
    for (const answer of answers ?? []) answer(isThere)
  }

  /** Tells everybody who waits for one of these frames that it will not come. */
  giveUp(isLost: (frame: number) => boolean): void {
    for (const frame of [...this.#asked.keys()]) if (isLost(frame)) this.answer(frame, false)
  }
}
