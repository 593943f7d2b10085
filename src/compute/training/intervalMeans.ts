// Means of some updates as one line of metrics, so that a long run's file stays small.
import type { StepReport } from '@runtime/training/index'

/** Means over some updates. */
export interface UpdateMeans {
  loss: number
  /** By the program's names. */
  reports: Record<string, number>
  /** Of the last of them. */
  rate: number
  gradientNorm: number
  samplesPerSecond: number
}

/** Takes updates until it is full; then its means are taken and it starts anew. */
export class IntervalMeans {
  private steps = 0
  private loss = 0
  private reports: Record<string, number> = {}
  private norm = 0
  private rate = 0
  private samples = 0
  private milliseconds = 0

  constructor(private readonly length: number) {}

  get isFull(): boolean {
    return this.steps >= this.length
  }

  add(report: StepReport, rate: number, samples: number, milliseconds: number): void {
    this.steps++
    this.loss += report.loss
    for (const [name, value] of Object.entries(report.reports)) this.reports[name] = (this.reports[name] ?? 0) + value
    this.norm += report.gradientNorm
    this.rate = rate
    this.samples += samples
    this.milliseconds += milliseconds
  }

  take(): UpdateMeans {
    const { steps } = this
    const means = {
      loss: this.loss / steps,
      reports: Object.fromEntries(Object.entries(this.reports).map(([name, sum]) => [name, sum / steps])),
      rate: this.rate,
      gradientNorm: this.norm / steps,
      samplesPerSecond: this.samples / Math.max(1e-3, this.milliseconds / 1000),
    }
    this.steps = this.loss = this.norm = this.samples = this.milliseconds = 0
    this.reports = {}
    return means
  }
}
