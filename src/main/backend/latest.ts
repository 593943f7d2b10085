// Progress from a callback to a reader of a stream.

/** Hands the newest value to a slower reader; older ones that were not read are dropped. */
export class Latest<T> {
  private value: T | undefined
  private hasEnded = false
  private wake: (() => void) | null = null

  put(value: T): void {
    this.value = value
    this.wake?.()
  }

  end(): void {
    this.hasEnded = true
    this.wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      if (this.value !== undefined) {
        const { value } = this
        this.value = undefined
        yield value
      } else if (this.hasEnded) return
      else await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }
}
