// Seconds at work that are not reported yet, by who was at work and with what in sight. Pure but for what it holds.

/** Less than this is kept for the next report, in seconds. */
const LEAST_SECONDS = 0.5

export interface Spent {
  coder: string
  isAssisted: boolean
  seconds: number
}

export class SpentTime {
  readonly #open = new Map<string, Spent>()

  /** Time belongs to whoever was named while it passed; nobody's time is not counted. */
  add({ coder, isAssisted, seconds }: Spent): void {
    const name = coder.trim()
    if (name === '') return
    const key = JSON.stringify([name, isAssisted])
    const before = this.#open.get(key)?.seconds ?? 0
    this.#open.set(key, { coder: name, isAssisted, seconds: before + seconds })
  }

  /** What is worth a report; it is not given again. */
  take(): Spent[] {
    const due = [...this.#open].filter(([, { seconds }]) => seconds >= LEAST_SECONDS)
    for (const [key] of due) this.#open.delete(key)
    return due.map(([, spent]) => spent)
  }
}
