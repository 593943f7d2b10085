// Pictures of frames, made a few at a time and kept while there is room: lists ask for many at once, and decoding one costs a start of ffmpeg.

/** Bytes kept, at most. */
const CAPACITY_BYTES = 48 << 20
/** Pictures made at once: more would only take the processor from each other. */
const PARALLEL = 2

export class PictureCache {
  /** In order of use, the latest last. */
  private readonly kept = new Map<string, Buffer>()
  private readonly pending = new Map<string, Promise<Buffer>>()
  private readonly waiting: (() => void)[] = []
  private bytes = 0
  private active = 0

  /** The kept picture, the one being made, or a new one. A failure is not kept. */
  async get(key: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.kept.get(key)
    if (known) {
      this.kept.delete(key)
      this.kept.set(key, known)
      return known
    }
    const pending = this.pending.get(key) ?? this.make(key, make)
    return pending
  }

  private make(key: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const promise = this.turn(make)
      .then((picture) => {
        this.keep(key, picture)
        return picture
      })
      .finally(() => this.pending.delete(key))
    this.pending.set(key, promise)
    return promise
  }

  private async turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.active >= PARALLEL) await new Promise<void>((go) => this.waiting.push(go))
    this.active++
    try {
      return await work()
    } finally {
      this.active--
      this.waiting.shift()?.()
    }
  }

  private keep(key: string, picture: Buffer): void {
    this.kept.set(key, picture)
    this.bytes += picture.length
    for (const [oldest, { length }] of this.kept) {
      if (this.bytes <= CAPACITY_BYTES) return
      this.kept.delete(oldest)
      this.bytes -= length
    }
  }
}
