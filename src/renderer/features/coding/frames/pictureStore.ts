// Pictures that are kept within a bound of memory: what is farthest from where the coder is goes first. Closes what it drops.
import type { Picture } from './stills'

export class PictureStore {
  readonly #pictures = new Map<number, Picture>()

  constructor(private readonly mostBytes: number) {}

  get(frame: number): Picture | null {
    return this.#pictures.get(frame) ?? null
  }

  has(frame: number): boolean {
    return this.#pictures.has(frame)
  }

  /**
   * Keeps a picture in place of the one there was; the nearest stays however large it is.
   * @param distance of a frame from where the coder is
   * @returns frames whose pictures were dropped for it
   */
  keep(frame: number, picture: Picture, distance: (frame: number) => number): number[] {
    this.#pictures.get(frame)?.source.close()
    this.#pictures.set(frame, picture)
    let total = 0
    for (const { bytes } of this.#pictures.values()) total += bytes
    const dropped: number[] = []
    while (total > this.mostBytes && this.#pictures.size > 1) {
      const farthest = [...this.#pictures.keys()].reduce((a, b) => (distance(b) > distance(a) ? b : a))
      total -= this.#pictures.get(farthest)?.bytes ?? 0
      this.#pictures.get(farthest)?.source.close()
      this.#pictures.delete(farthest)
      dropped.push(farthest)
    }
    return dropped
  }

  clear(): void {
    for (const { source } of this.#pictures.values()) source.close()
    this.#pictures.clear()
  }
}
