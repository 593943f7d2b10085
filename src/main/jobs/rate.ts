// Time left, from the recent pace: an average over the last seconds, so that a resumed or uneven job does not mislead.

/** Estimates remaining seconds from (time, done) samples. */
export class Pace {
  private samples: { at: number; done: number }[] = []

  /** @param now clock in milliseconds, monotonic. */
  constructor(
    private readonly now: () => number,
    private readonly windowMilliseconds = 15_000,
  ) {}

  /** Notes progress and returns the seconds left, null while the pace is unknown. */
  remainingSeconds(done: number, total: number | null): number | null {
    const at = this.now()
    this.samples.push({ at, done })
    while (this.samples.length > 2 && at - (this.samples[0]?.at ?? at) > this.windowMilliseconds) this.samples.shift()
    const first = this.samples[0]
    if (total === null || !first || at - first.at < 500 || done <= first.done) return null
    return ((total - done) * (at - first.at)) / (done - first.done) / 1000
  }
}
