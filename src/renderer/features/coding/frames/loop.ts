// Goes round a range of frames while a media element plays, and shows nothing beyond its end. Which frame is on screen is told from outside.
import { seekTime, type FrameTable } from './frameTable'

export interface LoopRange {
  startFrame: number
  endFrame: number
}

/** From this close to the end on, a timer watches for it: the browser may leave the last frame out. */
const WATCH_MS = 250

export class Loop {
  /** While set, playing goes round from the start frame to the end frame. */
  range: LoopRange | null = null
  /** Between the end and the beginning: the element waits, so that nothing beyond the end is shown, and plays on when it is back. */
  #isRounding = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly table: FrameTable,
    private readonly jump: (frame: number) => void,
  ) {}

  get isRounding(): boolean {
    return this.#isRounding
  }

  /** A frame was presented while playing. */
  follow(frame: number): void {
    if (!this.range || this.video.seeking) return
    if (frame >= this.range.endFrame) this.#goRound(this.range)
    else this.#watch()
  }

  /** A seek has ended; plays on where it was the one back to the beginning. */
  goOn(): void {
    if (!this.#isRounding) return
    this.#isRounding = false
    void this.video.play().catch(() => undefined)
  }

  /** Somebody wants something else than to go round. @returns true where the element was on its way back */
  stop(): boolean {
    clearTimeout(this.#timer)
    const wasRounding = this.#isRounding
    this.#isRounding = false
    return wasRounding
  }

  dispose(): void {
    clearTimeout(this.#timer)
  }

  #goRound({ startFrame }: LoopRange): void {
    clearTimeout(this.#timer)
    if (this.#isRounding) return
    this.#isRounding = true
    this.video.pause()
    this.jump(startFrame)
  }

  /** Goes round in the middle of the last frame at the latest, whether or not the browser shows that frame. */
  #watch(): void {
    clearTimeout(this.#timer)
    const { range, video } = this
    if (!range || this.#isRounding || video.paused) return
    const leftMs = (1000 * (seekTime(this.table, range.endFrame) - video.currentTime)) / video.playbackRate
    if (leftMs <= 0 && !video.seeking) this.#goRound(range)
    else if (leftMs < WATCH_MS) this.#timer = setTimeout(() => this.#watch(), Math.max(1, leftMs))
  }
}
