// Means of some steps as one line of metrics, so that a long run's file stays small.
import type { StepReport } from '@runtime/training/index'

/** Takes steps until it is full; then its line is taken and it starts anew. */
export class IntervalMeans {
  private steps = 0
  private au = 0
  private id = 0
  private hasIdentity = false
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
    this.au += report.reports['au_loss'] ?? 0
    this.hasIdentity = 'id_loss' in report.reports
    this.id += report.reports['id_loss'] ?? 0
    this.norm += report.gradientNorm
    this.rate = rate
    this.samples += samples
    this.milliseconds += milliseconds
  }

  take() {
    const { steps } = this
    const line = {
      kind: 'step' as const,
      auLoss: this.au / steps,
      identityLoss: this.hasIdentity ? this.id / steps : null,
      rate: this.rate,
      gradientNorm: this.norm / steps,
      samplesPerSecond: this.samples / Math.max(1e-3, this.milliseconds / 1000),
    }
    this.steps = this.au = this.id = this.norm = this.samples = this.milliseconds = 0
    return line
  }
}
