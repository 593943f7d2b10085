// Drives a media element by frames: seeks to the middle of a frame's interval and believes only what the browser says it presented.
import { frameInterval, isExactMatch, matchFrame, seekTime, type FrameTable } from './frameTable'
import { Loop, type LoopRange } from './loop'
import type { StillLayer } from './stillLayer'
import type { Direction } from './stretch'

export interface PlayerState {
  /** Frame on screen, as reported by the browser; -1 before the first. */
  frame: number
  isPlaying: boolean
  /** True while a seek is under way and the frame on screen is not yet the wanted one. */
  isSeeking: boolean
  /** False once a presented frame was not in the table. */
  isExact: boolean
}

/** How long after the last step the player itself goes to the frame whose picture is shown. */
const CATCH_UP_MS = 400

/** How long the first frame may take to be reported once there is one. */
const NUDGE_MS = 400

/** Part of the interval at which a seek aims, tried in order when the browser presents a neighbour. */
const AIMS = [0.5, 0.75, 0.25]
/** How long the browser may take to report the frame after it says that a seek ended; then the frame on screen is taken to be unchanged. */
const REPORT_GRACE_MS = 400

export class FramePlayer {
  #state: PlayerState = { frame: -1, isPlaying: false, isSeeking: false, isExact: true }
  /** Frame that the player itself presented last. */
  #presented = -1
  #target: number | null = null
  #aim = 0
  /** Frame of the seek under way; the target may have moved on since. */
  #seekFrame = -1
  #isBusy = false
  /** True while the target is waited for as a picture and the player is left alone. */
  #isWaiting = false
  readonly #loop: Loop
  #handle = 0
  #graceTimer: ReturnType<typeof setTimeout> | undefined
  #isDisposed = false
  #nudgeTimer: ReturnType<typeof setInterval> | undefined
  #isCalibrated = false
  /** Playing was asked for before the first frame was told, from which the clock is set; it begins then. */
  #isPlayAsked = false
  /** On the way back to the first frame; what is reported until then is where the element stood. */
  #isReturning = false
  #stills: StillLayer | null = null
  #catchUpTimer: ReturnType<typeof setTimeout> | undefined
  readonly #waiters = new Set<() => void>()

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly table: FrameTable,
    private readonly onChange: (state: PlayerState) => void,
  ) {
    this.#loop = new Loop(video, table, (frame) => this.#jump(frame))
    // The first frame is waited for, so an element that was used before goes back to it.
    if (video.readyState > 0 && video.currentTime !== 0) {
      this.#isReturning = true
      video.currentTime = 0
    }
    this.#handle = video.requestVideoFrameCallback(this.#onFrame)
    this.#nudgeTimer = setInterval(() => this.#nudge(), NUDGE_MS)
    video.addEventListener('seeked', this.#onSeeked)
    video.addEventListener('play', this.#onPlayState)
    video.addEventListener('pause', this.#onPlayState)
    video.addEventListener('ended', this.#onPlayState)
  }

  get state(): PlayerState {
    return this.#state
  }

  get lastFrame(): number {
    return this.table.seconds.length - 1
  }

  /** Pictures to step by; null takes them away. */
  setStills(stills: StillLayer | null): void {
    this.#hideStill()
    this.#stills = stills
    if (this.#state.frame >= 0) stills?.stills?.aim(this.#state.frame, 0)
  }

  /** What to draw when something wants the pixels of the frame on screen. */
  get picture(): { source: HTMLCanvasElement | HTMLVideoElement; width: number } {
    const canvas = this.#stills?.canvas
    return this.#still !== null && canvas ? { source: canvas, width: canvas.width } : { source: this.video, width: this.video.videoWidth }
  }

  get #still(): number | null {
    return this.#stills?.frame ?? null
  }

  /** Stops playing and shows a frame. Resolves when it is shown. */
  seekTo(frame: number): Promise<void> {
    const wanted = Math.max(0, Math.min(Math.round(frame), this.lastFrame))
    this.#isPlayAsked = false
    this.#stopLooping()
    if (!this.video.paused) this.video.pause()
    const stills = this.#stills?.stills
    if (!stills || !this.#isCalibrated) return this.#seek(wanted)
    const from = this.#target ?? this.#state.frame
    const direction: Direction = wanted === from ? 0 : wanted < from ? -1 : 1
    stills.aim(wanted, direction)
    if (this.#showStill(wanted)) return Promise.resolve()
    return stills.isComing(wanted) && wanted !== this.#state.frame ? this.#waitForStill(wanted) : this.#seek(wanted)
  }

  /** The picture is about to be there; only if it does not come after all does the player seek. */
  #waitForStill(wanted: number): Promise<void> {
    clearTimeout(this.#catchUpTimer)
    this.#target = wanted
    this.#isWaiting = true
    this.#update({ isSeeking: true })
    void this.#stills?.stills?.whenCaught(wanted).then((isThere) => {
      if (this.#isDisposed || !this.#isWaiting || this.#target === null) return
      if (this.#target !== wanted) {
        // A held key has moved on; what lies on the way is shown meanwhile.
        const isOnTheWay = Math.abs(this.#target - wanted) < Math.abs(this.#target - this.#state.frame)
        if (isThere && isOnTheWay && this.#stills?.showReady(wanted)) this.#update({ frame: wanted })
        return
      }
      this.#isWaiting = false
      if (!isThere || !this.#showStill(wanted)) void this.#seek(wanted)
    })
    return new Promise((resolve) => this.#waiters.add(resolve))
  }

  /** Shows the picture of a frame at once if there is one, and lets the player follow when the coder pauses. */
  #showStill(wanted: number): boolean {
    if (wanted === this.#state.frame && this.#still === null) return false
    if (!this.#stills?.showReady(wanted)) return false
    this.#settle()
    this.#update({ frame: wanted })
    clearTimeout(this.#catchUpTimer)
    this.#catchUpTimer = setTimeout(() => void this.#seek(wanted), CATCH_UP_MS)
    return true
  }

  #hideStill(): void {
    clearTimeout(this.#catchUpTimer)
    this.#stills?.hide()
  }

  #seek(wanted: number): Promise<void> {
    clearTimeout(this.#catchUpTimer)
    this.#isWaiting = false
    this.#target = wanted
    this.#aim = 0
    this.#update({ isSeeking: wanted !== this.#state.frame })
    this.#pump()
    return new Promise((resolve) => {
      if (this.#target === null) resolve()
      else this.#waiters.add(resolve)
    })
  }

  /** Steps from the frame that is wanted, or else on screen, so that held keys add up. */
  step(delta: number): Promise<void> {
    return this.seekTo((this.#target ?? Math.max(0, this.#state.frame)) + delta)
  }

  play(): void {
    if (!this.#isCalibrated) {
      this.#isPlayAsked = true
      return
    }
    this.#stills?.stills?.rest()
    // The player may still be on its way to the frame whose picture is shown.
    if (this.#still !== null && this.#presented !== this.#still) this.#jump(this.#still)
    this.#settle()
    const loop = this.#loop.range
    if (loop && (this.#state.frame < loop.startFrame || this.#state.frame >= loop.endFrame)) this.#jump(loop.startFrame)
    else if (this.#state.frame >= this.lastFrame) this.#jump(0)
    void this.video.play().catch(() => undefined)
  }

  pause(): void {
    this.#isPlayAsked = false
    this.#stopLooping()
    this.video.pause()
  }

  toggle(): void {
    if (this.video.paused && !this.#isPlayAsked && !this.#loop.isRounding) this.play()
    else this.pause()
  }

  setRate(rate: number): void {
    this.video.playbackRate = rate
  }

  /** While set, playing goes round from the start frame to the end frame. */
  setLoop(loop: LoopRange | null): void {
    this.#loop.range = loop
  }

  dispose(): void {
    this.#isDisposed = true
    clearInterval(this.#nudgeTimer)
    clearTimeout(this.#graceTimer)
    clearTimeout(this.#catchUpTimer)
    this.#loop.dispose()
    this.video.cancelVideoFrameCallback(this.#handle)
    this.video.removeEventListener('seeked', this.#onSeeked)
    this.video.removeEventListener('play', this.#onPlayState)
    this.video.removeEventListener('pause', this.#onPlayState)
    this.video.removeEventListener('ended', this.#onPlayState)
    for (const resolve of this.#waiters) resolve()
  }

  /** A frame that was presented before this player listened is not reported again; seeking to where the element stands presents it once more. */
  #nudge(): void {
    if (this.#isCalibrated) clearInterval(this.#nudgeTimer)
    else if (this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !this.video.seeking) this.video.currentTime += 0
  }

  #jump(frame: number, aim = 0.5): void {
    this.video.currentTime = seekTime(this.table, frame) + (aim - 0.5) * frameInterval(this.table, frame)
  }

  /** Somebody wants something else than to go round. */
  #stopLooping(): void {
    if (this.#loop.stop()) this.#update({ isPlaying: false })
  }

  /** Starts the seek to the wanted frame unless one is under way; the browser handles one at a time best. */
  #pump(): void {
    if (this.#target === null || this.#isBusy || this.#isWaiting || !this.#isCalibrated) return
    if (this.#target === this.#presented && !this.video.seeking) {
      this.#hideStill()
      this.#update({ frame: this.#presented })
      this.#settle()
      return
    }
    this.#isBusy = true
    this.#seekFrame = this.#target
    this.#jump(this.#target, AIMS[this.#aim] ?? 0.5)
  }

  readonly #onFrame = (_now: number, metadata: VideoFrameCallbackMetadata): void => {
    if (this.#isDisposed) return
    this.#handle = this.video.requestVideoFrameCallback(this.#onFrame)
    // The first frame presented after loading is frame 0; its time tells where this player's clock puts the first frame.
    if (!this.#isCalibrated) {
      if (this.#isReturning) return
      this.#isCalibrated = true
      if (this.video.currentTime === 0 || Math.abs(metadata.mediaTime - this.table.startSeconds) < 1)
        this.table.startSeconds = metadata.mediaTime
    }
    const match = matchFrame(this.table, metadata.mediaTime)
    const isExact = this.#state.isExact && isExactMatch(this.table, match)
    this.#presented = match.frame
    if (this.#still === match.frame || (this.#still !== null && this.#state.isPlaying)) this.#hideStill()
    this.#update(this.#still === null ? { frame: match.frame, isExact } : { isExact })
    if (this.#isPlayAsked) {
      this.#isPlayAsked = false
      this.play()
    }
    if (this.#state.isPlaying) this.#loop.follow(match.frame)
    if (this.#target === null) return
    if (match.frame === this.#target) {
      this.#arrive()
      return
    }
    if (!this.#isBusy) this.#pump()
    else if (!this.video.seeking) this.#finishSeek()
  }

  readonly #onSeeked = (): void => {
    this.#isReturning = false
    this.#loop.goOn()
    if (!this.#isBusy) return
    clearTimeout(this.#graceTimer)
    if (this.#target === this.#presented) this.#arrive()
    else if (this.#seekFrame === this.#presented) this.#finishSeek()
    else this.#graceTimer = setTimeout(() => this.#finishSeek(), REPORT_GRACE_MS)
  }

  /** A seek has ended elsewhere than wanted: either the target moved on meanwhile, or this aim missed and the next is tried. */
  #finishSeek(): void {
    clearTimeout(this.#graceTimer)
    if (!this.#isBusy) return
    this.#isBusy = false
    if (this.#target === null) return
    if (this.#target !== this.#seekFrame) this.#aim = 0
    else if (this.#target !== this.#presented) this.#aim++
    if (this.#aim >= AIMS.length) this.#showExact(this.#target)
    else this.#pump()
  }

  /** The browser cannot be made to present this frame: its picture is decoded by the backend. */
  #showExact(wanted: number): void {
    if (this.#still === wanted) return this.#settle()
    const giveUp = (): void => {
      this.#hideStill()
      this.#update({ isExact: false, frame: this.#presented })
      this.#settle()
    }
    const stills = this.#stills
    if (!stills) return giveUp()
    // Counts as under way, so that later steps wait their turn as they do for a seek.
    this.#isBusy = true
    void stills.fetchExact(wanted).then(
      (picture) => {
        const isWanted = !this.#isDisposed && this.#target === wanted && this.#stills === stills
        if (isWanted) {
          stills.show(wanted, { source: picture, width: picture.width, height: picture.height })
          this.#update({ frame: wanted })
          this.#settle()
        } else if (!this.#isDisposed && this.#target !== null) {
          this.#isBusy = false
          this.#aim = 0
          this.#pump()
        }
        picture.close()
      },
      () => this.#isDisposed || giveUp(),
    )
  }

  /** The player shows the wanted frame. */
  #arrive(): void {
    this.#hideStill()
    this.#update({ frame: this.#presented })
    this.#stills?.stills?.aim(this.#presented, 0)
    this.#settle()
  }

  #settle(): void {
    clearTimeout(this.#graceTimer)
    this.#isBusy = false
    this.#isWaiting = false
    this.#target = null
    this.#aim = 0
    this.#update({ isSeeking: false })
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const resolve of waiters) resolve()
  }

  readonly #onPlayState = (): void => {
    const isPlaying = this.#loop.isRounding || (!this.video.paused && !this.video.ended)
    this.#update({ isPlaying })
    if (!isPlaying && this.#presented >= 0) this.#stills?.stills?.aim(this.#state.frame, 0)
  }

  #update(change: Partial<PlayerState>): void {
    const next = { ...this.#state, ...change }
    const isSame = (Object.keys(next) as (keyof PlayerState)[]).every((key) => next[key] === this.#state[key])
    if (isSame) return
    this.#state = next
    this.onChange(next)
  }
}
