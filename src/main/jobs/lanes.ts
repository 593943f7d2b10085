// Queues of work: within a lane one thing at a time, first come first served; lanes run beside each other.

/** A lane's queue. */
export class Lane {
  private tail: Promise<unknown> = Promise.resolve()

  /** Runs `work` after everything queued before it, whether that succeeded or not. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.tail.then(work, work)
    this.tail = turn.catch(() => undefined)
    return turn
  }

  /** Resolves when what is queued now has ended. */
  async drain(): Promise<void> {
    await this.tail.catch(() => undefined)
  }
}
