// Pictures of the frames around the one on screen, decoded from the file's own coded pictures with WebCodecs. Each coded picture goes in under its frame's
// number and comes out under it, so a picture is its frame by construction, for any rate. Decoding goes on where it stopped while the coder steps forward;
// stepping back begins at the key picture before and keeps what it passes. Needs a sample table; without one frameWindow.ts does what it can.
import { SampleBytes } from './sampleBytes'
import { keyPlace, type SampleTable } from './sampleTable'
import { PictureStore } from './pictureStore'
import { Waiting, type Picture, type Stills } from './stills'
import { FULL_REACH, nextStretch, wantedRange, type Direction, type FrameRange, type Reach } from './stretch'
import { uprightBitmap } from './uprightBitmap'

const MAX_BYTES = 256e6
/** Coded pictures given to the decoder ahead of those it has finished. */
const QUEUE = 6
/** Pictures up to this size are kept as the decoder gives them; larger ones as bitmaps of the stage's width. */
const MAX_KEPT_PIXELS = 1920 * 1088
/** Pictures given to the decoder after the last of a stretch before those that never came out are given up: more than any decoder holds back. */
const LOST_AFTER = 64
/** A picture takes as long as decoding from the key picture before it, which is what a seek would do as well. */
const PATIENCE_MS = 8000

interface FrameDecoderOptions {
  table: SampleTable
  url: string
  /** Upright size of the video, pixels. */
  size: { width: number; height: number }
  /** Width in device pixels at which pictures are shown. */
  width: number
  /** Called once when this decoder cannot go on; everything asked for is then answered with no. */
  onFailure(): void
}

export class FrameDecoder implements Stills {
  readonly #options: FrameDecoderOptions
  readonly #bytes: SampleBytes
  readonly #pictures = new PictureStore(MAX_BYTES)
  readonly #waiting = new Waiting(PATIENCE_MS)
  #decoder: VideoDecoder | null = null
  #config: VideoDecoderConfig | null = null
  #isSoftware = false
  #aim: { frame: number; direction: Direction } | null = null
  #reach: Reach = FULL_REACH
  #width: number
  /** Stretch being made. */
  #stretch: FrameRange | null = null
  /** Place of the next coded picture to give to the decoder. */
  #place = 0
  /** Frames given to the decoder and not yet come out. */
  readonly #inside = new Set<number>()
  /** Frames that the decoder swallowed; not asked of it again. */
  readonly #lost = new Set<number>()
  /** Counts beginnings, so that what belongs to an earlier one is recognised. */
  #round = 0
  #isFeeding = false
  #isFlushed = false
  #isDisposed = false
  #hasFailed = false

  constructor(options: FrameDecoderOptions) {
    this.#options = options
    this.#width = options.width
    this.#bytes = new SampleBytes(options.url, options.table)
    void this.#configure()
  }

  get(frame: number): Picture | null {
    return this.#pictures.get(frame)
  }

  isComing(frame: number): boolean {
    return !this.#hasFailed && this.#aim !== null && !this.#lost.has(frame) && frame >= 0 && frame <= this.#lastFrame
  }

  whenCaught(frame: number): Promise<boolean> {
    if (this.#hasFailed || this.#isDisposed) return Promise.resolve(false)
    return this.#pictures.has(frame) ? Promise.resolve(true) : this.#waiting.wait(frame)
  }

  aim(frame: number, direction: Direction): void {
    this.#aim = { frame, direction }
    this.#plan()
  }

  rest(): void {
    this.#aim = null
    this.#stretch = null
    this.#waiting.giveUp(() => true)
  }

  setWidth(width: number): void {
    this.#width = width
  }

  dispose(): void {
    this.#isDisposed = true
    this.rest()
    this.#bytes.dispose()
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close()
    this.#pictures.clear()
  }

  get #lastFrame(): number {
    return this.#options.table.places.length - 1
  }

  /** The software decoder first: it answers at once, and its pictures may be kept, which those of hardware may not. */
  async #configure(): Promise<void> {
    const { header } = this.#options.table
    const { width, height } = this.#options.size
    const isSideways = header.turn === 90 || header.turn === 270
    const config: VideoDecoderConfig = {
      codec: header.codec,
      displayAspectWidth: isSideways ? height : width,
      displayAspectHeight: isSideways ? width : height,
      ...(header.description === null ? {} : { description: Uint8Array.from(atob(header.description), (sign) => sign.charCodeAt(0)) }),
    }
    for (const hardwareAcceleration of ['prefer-software', 'no-preference'] as const) {
      const wish = { ...config, hardwareAcceleration }
      const { supported } = await VideoDecoder.isConfigSupported(wish).catch(() => ({ supported: false }))
      if (this.#isDisposed) return
      if (!supported) continue
      this.#config = wish
      this.#isSoftware = hardwareAcceleration === 'prefer-software'
      this.#setReach(this.#isKeptAsDecoded ? width * height * 1.5 : this.#bitmapBytes)
      this.#plan()
      return
    }
    this.#fail()
  }

  get #isKeptAsDecoded(): boolean {
    const { width, height } = this.#options.size
    return this.#isSoftware && this.#options.table.header.turn === 0 && width * height <= MAX_KEPT_PIXELS
  }

  get #bitmapWidth(): number {
    return Math.min(this.#options.size.width, Math.max(64, Math.round(this.#width)))
  }

  get #bitmapBytes(): number {
    return (this.#bitmapWidth * this.#bitmapWidth * 4 * this.#options.size.height) / this.#options.size.width
  }

  /** As many frames as the memory allows, so that making some ready does not throw out others that are wanted. */
  #setReach(bytesPerPicture: number): void {
    const room = Math.floor((0.8 * MAX_BYTES) / Math.max(1, bytesPerPicture))
    const behind = Math.max(1, Math.min(32, Math.floor(room / 4)))
    this.#reach = { ahead: Math.max(4, Math.min(96, room - behind)), behind }
  }

  /** Chooses what to make next. Goes on in the present run where the file's order allows, else begins at a key picture. */
  #plan(): void {
    if (!this.#aim || !this.#config || this.#isDisposed || this.#hasFailed) return
    const { table } = this.#options
    const { frame, direction } = this.#aim
    const isMissing = (candidate: number): boolean =>
      !this.#pictures.has(candidate) && !this.#inside.has(candidate) && !this.#lost.has(candidate)
    // What is under way is not thrown away for what lies further off; only the frame on screen itself, or what comes before the run, is worth that.
    if (this.#stretch && this.#serves(this.#stretch, frame, direction)) return
    const next = nextStretch(frame, direction, this.#lastFrame, isMissing, this.#reach)
    if (!next) {
      this.#stretch = null
      return
    }
    // Towards the front one key picture's run at a time, the nearest first.
    const key = keyPlace(table, direction < 0 ? next.to : next.from)
    const from = direction < 0 ? Math.max(next.from, table.frames[key] ?? 0) : next.from
    this.#stretch = { from, to: next.to }
    const start = keyPlace(table, from)
    const canGoOn =
      this.#decoder?.state === 'configured' &&
      !this.#isFlushed &&
      this.#place >= start &&
      this.#place <= this.#firstPlace(this.#stretch, isMissing)
    if (!canGoOn) this.#begin(start)
    void this.#feed()
  }

  /** Whether the run under way brings what is needed next. */
  #serves(run: FrameRange, frame: number, direction: Direction): boolean {
    const isThere = this.#pictures.has(frame)
    const isInRun = frame >= run.from && frame <= run.to
    if (!isThere) return isInRun || this.#inside.has(frame)
    const wanted = wantedRange(frame, direction, this.#lastFrame, this.#reach)
    return run.from <= wanted.to && run.to >= wanted.from
  }

  #firstPlace(range: FrameRange, isMissing: (frame: number) => boolean): number {
    let first = Number.POSITIVE_INFINITY
    for (let frame = range.from; frame <= range.to; frame++)
      if (isMissing(frame)) first = Math.min(first, this.#options.table.places[frame] ?? 0)
    return first
  }

  #lastPlace({ from, to }: FrameRange): number {
    let last = 0
    for (let frame = from; frame <= to; frame++) last = Math.max(last, this.#options.table.places[frame] ?? 0)
    return last
  }

  /** What has not come out by now never will; somebody else must show it. */
  #loseRest({ from, to }: FrameRange): void {
    for (let frame = from; frame <= to; frame++) {
      if (this.#pictures.has(frame)) continue
      this.#lost.add(frame)
      this.#waiting.answer(frame, false)
    }
    this.#advance()
  }

  #begin(place: number): void {
    this.#round++
    this.#inside.clear()
    this.#isFlushed = false
    this.#place = place
    if (this.#decoder?.state === 'configured') this.#decoder.reset()
    else {
      this.#decoder = new VideoDecoder({ output: (frame) => this.#take(frame), error: () => this.#fail() })
      this.#decoder.addEventListener('dequeue', () => void this.#feed())
    }
    if (this.#config) this.#decoder.configure(this.#config)
  }

  /** Gives the decoder coded pictures until it has enough to do or the stretch has come out. */
  async #feed(): Promise<void> {
    if (this.#isFeeding) return
    this.#isFeeding = true
    try {
      while (this.#stretch && this.#decoder?.state === 'configured' && this.#decoder.decodeQueueSize < QUEUE) {
        const { table } = this.#options
        if (this.#place >= table.offsets.length) {
          if (!this.#isFlushed) {
            this.#isFlushed = true
            const round = this.#round
            // A reset refuses the flush; what it was for is then no longer wanted.
            void this.#decoder.flush().then(
              () => round === this.#round && this.#advance(),
              () => undefined,
            )
          }
          return
        }
        if (this.#place > this.#lastPlace(this.#stretch) + LOST_AFTER) this.#loseRest(this.#stretch)
        if (!this.#stretch) return
        const round = this.#round
        const place = this.#place
        const data = await this.#bytes.read(place)
        if (this.#isDisposed || this.#hasFailed) return
        if (round !== this.#round || place !== this.#place) continue
        this.#place++
        const frame = table.frames[place] ?? -1
        if (frame >= 0) this.#inside.add(frame)
        this.#decoder.decode(new EncodedVideoChunk({ type: table.keys[place] === 1 ? 'key' : 'delta', timestamp: frame, data }))
      }
    } catch {
      this.#fail()
    } finally {
      this.#isFeeding = false
    }
  }

  #take(output: VideoFrame): void {
    const frame = output.timestamp
    const isWanted = this.#isWanted(frame)
    if (!isWanted) {
      output.close()
      this.#inside.delete(frame)
      this.#advance()
      return
    }
    if (this.#isKeptAsDecoded) {
      const { displayWidth: width, displayHeight: height } = output
      this.#keep(frame, { source: output, width, height, bytes: output.codedWidth * output.codedHeight * 1.5 })
      return
    }
    const width = this.#bitmapWidth
    const height = Math.round((this.#options.size.height * width) / this.#options.size.width)
    void uprightBitmap(output, this.#options.table.header.turn, { width, height })
      .then((picture) => (this.#isDisposed ? picture.source.close() : this.#keep(frame, picture)))
      .catch(() => this.#inside.delete(frame))
      .finally(() => output.close())
  }

  /** Frames that are there already, or far from the coder, are not kept. */
  #isWanted(frame: number): boolean {
    if (this.#isDisposed || frame < 0 || this.#pictures.has(frame) || !this.#aim) return false
    const span = this.#reach.ahead + this.#reach.behind
    const wanted = wantedRange(this.#aim.frame, this.#aim.direction, this.#lastFrame, { ahead: span, behind: span })
    return frame >= wanted.from && frame <= wanted.to
  }

  #keep(frame: number, picture: Picture): void {
    // twice as far on the side that the coder leaves
    const { frame: centre, direction } = this.#aim ?? { frame: 0, direction: 0 as const }
    this.#pictures.keep(frame, picture, (one) => Math.abs(one - centre) * (Math.sign(one - centre) === -direction ? 2 : 1))
    this.#inside.delete(frame)
    this.#waiting.answer(frame, true)
    this.#advance()
  }

  /** A picture has come out: once the stretch is complete the next one is chosen, until then the decoder is kept busy. */
  #advance(): void {
    const run = this.#stretch
    if (!run || this.#isDisposed) return
    for (let frame = run.from; frame <= run.to; frame++) {
      if (this.#pictures.has(frame) || this.#lost.has(frame)) continue
      if (!this.#isFlushed || this.#inside.has(frame)) return void this.#feed()
    }
    this.#stretch = null
    this.#plan()
  }

  #fail(): void {
    if (this.#hasFailed || this.#isDisposed) return
    this.#hasFailed = true
    this.#stretch = null
    this.#waiting.giveUp(() => true)
    this.#options.onFailure()
  }
}
