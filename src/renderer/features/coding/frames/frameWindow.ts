// Pictures of the frames around the one on screen, so that a step either way need not wait for a seek. A second, unseen player runs through the neighbourhood
// and every picture is filed under the frame that its own timestamp names; what was not caught is simply not there, and the caller seeks. For files that
// frameDecoder.ts cannot read.
import { isExactMatch, matchFrame, seekTime, type FrameTable } from './frameTable'
import { PictureStore } from './pictureStore'
import { Waiting, type Picture, type Stills } from './stills'
import { isStillWanted, nextStretch, type Direction, type FrameRange } from './stretch'

/** A frame at most this far ahead of the run is waited for; a seek would only take the decoder away from it. */
const WORTH_WAITING = 24
const PATIENCE_MS = 500
/** Pictures a second that a browser composes at most; playing faster would lose frames. */
const COMPOSED_PER_SECOND = 50
/** How often a frame that was not caught is tried again. */
const MAX_TRIES = 3
const MAX_BYTES = 200e6

export class FrameWindow implements Stills {
  readonly #pictures = new PictureStore(MAX_BYTES)
  readonly #tries = new Map<number, number>()
  #stretch: FrameRange | null = null
  #aim: { frame: number; direction: Direction } | null = null
  #handle = 0
  /** Speed at which a machine with time to spare catches every frame. */
  readonly #fullRate: number
  #caughtInRun = 0
  /** Frame that the present run has reached. */
  #reached = -1
  readonly #waiting = new Waiting(PATIENCE_MS)
  #width: number
  #isDisposed = false

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly table: FrameTable,
    /** Width in device pixels at which pictures are kept. */
    width: number,
  ) {
    this.#width = width
    video.muted = true
    const count = table.seconds.length
    const span = (table.seconds[count - 1] ?? 0) - (table.seconds[0] ?? 0)
    const rate = span > 0 ? (count - 1) / span : 25
    this.#fullRate = Math.max(0.25, Math.min(4, COMPOSED_PER_SECOND / rate))
    video.playbackRate = this.#fullRate
    this.#handle = video.requestVideoFrameCallback(this.#onFrame)
  }

  get(frame: number): Picture | null {
    return this.#pictures.get(frame)
  }

  isComing(frame: number): boolean {
    const run = this.#stretch
    return run !== null && frame > this.#reached && frame <= run.to && frame - Math.max(this.#reached, run.from - 1) <= WORTH_WAITING
  }

  whenCaught(frame: number): Promise<boolean> {
    return this.#waiting.wait(frame)
  }

  setWidth(width: number): void {
    if (Math.abs(width - this.#width) < 32) return
    this.#width = width
    this.#clear()
  }

  aim(frame: number, direction: Direction): void {
    this.#aim = { frame, direction }
    if (this.#stretch && isStillWanted(this.#stretch, frame, direction)) return
    this.#begin()
  }

  rest(): void {
    this.#aim = null
    this.#stretch = null
    this.#waiting.giveUp(() => true)
    this.video.pause()
  }

  dispose(): void {
    this.#isDisposed = true
    this.video.cancelVideoFrameCallback(this.#handle)
    this.rest()
    this.#clear()
  }

  #clear(): void {
    this.#pictures.clear()
    this.#tries.clear()
  }

  #begin(): void {
    if (!this.#aim || this.#isDisposed) return
    const { frame, direction } = this.#aim
    this.#stretch = nextStretch(
      frame,
      direction,
      this.table.seconds.length - 1,
      (candidate) => !this.#pictures.has(candidate) && (this.#tries.get(candidate) ?? 0) < MAX_TRIES,
    )
    this.#waiting.giveUp(() => true)
    if (!this.#stretch) {
      this.video.pause()
      return
    }
    this.#reached = this.#stretch.from - 1
    this.#caughtInRun = 0
    for (let index = this.#stretch.from; index <= this.#stretch.to; index++) this.#tries.set(index, (this.#tries.get(index) ?? 0) + 1)
    this.video.currentTime = seekTime(this.table, this.#stretch.from)
    void this.video.play().catch(() => undefined)
  }

  readonly #onFrame = (): void => {
    if (this.#isDisposed) return
    this.#handle = this.video.requestVideoFrameCallback(this.#onFrame)
    const caught = this.#catch()
    if (caught !== null && this.#stretch && !this.video.seeking && caught >= this.#stretch.from) {
      if (caught > this.#reached) this.#caughtInRun++
      this.#reached = caught
      this.#waiting.giveUp((waited) => waited < caught)
    }
    if (caught !== null && this.#stretch && caught >= this.#stretch.to && !this.video.seeking) {
      this.#adaptRate(this.#stretch)
      this.#stretch = null
      this.#begin()
    }
  }

  /** Runs slower where frames were lost, and faster again where none were. */
  #adaptRate(run: FrameRange): void {
    const share = this.#caughtInRun / (run.to - run.from + 1)
    const factor = share < 0.9 ? 0.7 : share >= 1 ? 1.2 : 1
    this.video.playbackRate = Math.max(0.25, Math.min(this.#fullRate, this.video.playbackRate * factor))
  }

  /** Files the picture that the player holds now; returns its frame, or null when it is none of the table's. */
  #catch(): number | null {
    let held: VideoFrame
    try {
      held = new VideoFrame(this.video)
    } catch {
      return null
    }
    const match = matchFrame(this.table, held.timestamp / 1e6)
    if (!isExactMatch(this.table, match)) {
      held.close()
      return null
    }
    const { frame } = match
    if (this.#pictures.has(frame)) {
      held.close()
      return frame
    }
    const width = Math.min(held.displayWidth, Math.max(64, Math.round(this.#width)))
    const height = Math.round((held.displayHeight * width) / held.displayWidth)
    void createImageBitmap(held, { resizeWidth: width, resizeHeight: height })
      .then((picture) => {
        if (this.#isDisposed || this.#pictures.has(frame)) picture.close()
        else {
          const centre = this.#aim?.frame ?? 0
          const kept = { source: picture, width, height, bytes: width * height * 4 }
          for (const dropped of this.#pictures.keep(frame, kept, (one) => Math.abs(one - centre))) this.#tries.delete(dropped)
          this.#waiting.answer(frame, true)
        }
      })
      .catch(() => undefined)
      .finally(() => held.close())
    return frame
  }
}
