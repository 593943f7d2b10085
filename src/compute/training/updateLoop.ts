// Updates of a run without folds, from wherever its folder stands to its end: rate, batches in a seeded order, metrics, checkpoints, pausing. What is fed and
// what is looked at between updates is the caller's; training with folds has its own loop (foldTrainer.ts).
import { updateScalars, type AdamWConfig } from '@ml/optimizer/adamw'
import { absoluteRate, learningRate } from '@ml/optimizer/schedule'
import { Random } from '@ml/random'
import type { StepInputs, StepReport, Trainer } from '@runtime/training/index'
import { AppError } from '@shared/errors'
import type { RunMetric } from '@shared/trainingRun'
import type { CommandContext } from '../command'
import { orderHash } from '../pretraining/frameOrder'
import type { BatchLoader, BatchPlan } from './batchLoader'
import { saveCheckpoint, type FoldState } from './checkpoint'
import type { RunFolder } from './runFolder'

/** Lines of `metrics.jsonl`, at most. */
const MOST_LINES = 4000
/** Such a run has one part where training has folds. */
export const ONLY_FOLD = 0

/** What of a run's `config.json` the loop goes by. */
export interface UpdateRun {
  device: string
  stepsPerEpoch: number
  steps: number
  config: {
    seed: number
    checkpointMinutes: number
    optimisation: {
      batch: number
      microBatches: number
      baseRate: number
      minimumRate: number
      warmupEpochs: number
      /** Null where the run goes by epochs. */
      steps: number | null
    }
  }
}

/** Means over some updates. */
export interface UpdateMeans {
  loss: number
  reports: Record<string, number>
  rate: number
  gradientNorm: number
  samplesPerSecond: number
}

type StepLine = Extract<RunMetric, { kind: 'pretraining' | 'distillation' }>
type WithoutPlace<Line> = Line extends unknown ? Omit<Line, 'fold' | 'step' | 'epoch' | 'at'> : never

export interface UpdateWork {
  /** `Pretraining`, for sentences. */
  name: string
  folder: RunFolder
  run: UpdateRun
  trainer: Trainer
  loader: BatchLoader
  context: CommandContext
  adamw: AdamWConfig
  /** Streams of random numbers for the order of an epoch and for the changes of its images. */
  streams: { order: number; images: number }
  /** Samples of an epoch in the order in which they are drawn. */
  order(random: Random): Int32Array
  /** What a loaded batch is fed as. */
  inputs(plan: BatchPlan, values: Float32Array<ArrayBuffer>): StepInputs
  line(means: UpdateMeans): WithoutPlace<StepLine>
  /** Called with 0 before the first update and after every one; what it writes comes before the checkpoint of that update. */
  after(step: number): Promise<void>
}

/** Threads that prepare images beside so many that compute. */
export const workerCount = (threads: number): number => Math.max(1, Math.min(4, Math.floor(threads / 2)))

export class UpdateLoop {
  private step: number
  /** Of training so far, resumed runs included. */
  seconds: number
  private startedAt = performance.now()
  private lastSave = performance.now()
  /** Orders of the present epoch and of the one that is read ahead into. */
  private orders: { epoch: number; order: Int32Array; state: FoldState['orderState'] }[] = []

  constructor(
    private readonly work: UpdateWork,
    private readonly resumed: FoldState | null,
  ) {
    this.step = resumed?.step ?? 0
    this.seconds = resumed?.seconds ?? 0
    const phase = resumed ? `Resumed at step ${resumed.step}` : 'Started'
    work.folder.append({ kind: 'phase', fold: ONLY_FOLD, phase, at: new Date().toISOString() })
  }

  /**
   * @throws AppError CHECKPOINT_INVALID where the samples are others than at the checkpoint; LOSS_NOT_FINITE (with step and rate), DEVICE_UNAVAILABLE,
   * DISK_FULL, CANCELLED
   */
  async run(): Promise<'finished' | 'paused'> {
    if (this.resumed && orderHash(this.orderOf(this.epochOf(this.step)).order) !== this.resumed.orderHash)
      throw new AppError(
        'CHECKPOINT_INVALID',
        'The pictures of this run have changed since its checkpoint, so it cannot be resumed. Start a new run.',
      )
    const { run, loader, folder, context } = this.work
    const { batch, microBatches } = run.config.optimisation
    const interval = new Interval(Math.ceil(run.steps / MOST_LINES))
    const micro: StepInputs[] = []
    if (this.step === 0) await this.work.after(0)
    let began = performance.now()
    for await (const { plan, images } of loader.batches(this.plans())) {
      // the loader's array is only good until the next batch
      micro.push(this.work.inputs(plan, microBatches > 1 ? Float32Array.from(images) : images))
      if (micro.length < microBatches) continue
      const rate = this.rate()
      const report = await this.update(micro, rate)
      micro.length = 0
      this.step++
      interval.add(report, rate, batch * microBatches, performance.now() - began)
      if (interval.isFull || this.step === run.steps)
        folder.append({
          ...this.work.line(interval.take()),
          fold: ONLY_FOLD,
          step: this.step,
          epoch: this.step / run.stepsPerEpoch,
          at: new Date().toISOString(),
        })
      context.progress({
        done: this.step,
        total: run.steps,
        phase: `Epoch ${this.epochOf(this.step - 1) + 1} of ${Math.ceil(run.steps / run.stepsPerEpoch)}`,
      } as never)
      await this.work.after(this.step)
      const isLeaving = context.signal.aborted || folder.isPauseAsked
      if (this.step < run.steps && (isLeaving || performance.now() - this.lastSave > run.config.checkpointMinutes * 60_000))
        await this.save()
      context.signal.throwIfAborted()
      if (this.step < run.steps && folder.isPauseAsked) return 'paused'
      began = performance.now()
    }
    this.seconds += (performance.now() - this.startedAt) / 1000
    return 'finished'
  }

  private rate(): number {
    const { run } = this.work
    const { baseRate, minimumRate, warmupEpochs, batch, microBatches, steps } = run.config.optimisation
    const epochs = run.steps / run.stepsPerEpoch
    // a run of so many steps may be shorter than the warm-up of a whole one
    const warmup = steps === null ? warmupEpochs : Math.min(warmupEpochs, epochs / 10)
    return learningRate(this.step / run.stepsPerEpoch, {
      rate: absoluteRate(baseRate, batch * microBatches),
      minimumRate,
      warmupEpochs: warmup,
      epochs,
    })
  }

  private async update(micro: readonly StepInputs[], rate: number): Promise<StepReport> {
    const { trainer, run, adamw, name } = this.work
    try {
      return await trainer.step(micro, updateScalars(this.step + 1, rate, adamw))
    } catch (error) {
      const step = this.step + 1
      const kept = 'The checkpoints before it are intact.'
      if (error instanceof AppError && error.code === 'LOSS_NOT_FINITE')
        throw new AppError(
          'LOSS_NOT_FINITE',
          `${name} has diverged at step ${step} with a rate of ${rate.toPrecision(3)}: the loss or its gradients are not finite. ${kept} Start again with a base rate of half as much.`,
          { ...error.data, step, rate },
        )
      if (error instanceof AppError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new AppError(
        'DEVICE_UNAVAILABLE',
        `The device "${run.device}" stopped working at step ${step} (${reason}). ${kept} Resume the run.`,
        { step, device: run.device },
        { cause: error },
      )
    }
  }

  private async save(): Promise<void> {
    const { folder, trainer } = this.work
    const now = performance.now()
    this.seconds += (now - this.startedAt) / 1000
    this.startedAt = now
    const { order, state } = this.orderOf(this.epochOf(this.step))
    await saveCheckpoint(folder, await trainer.state(), {
      fold: ONLY_FOLD,
      step: this.step,
      orderState: state,
      orderHash: orderHash(order),
      evaluated: [],
      seconds: this.seconds,
    })
    this.lastSave = performance.now()
  }

  private epochOf(step: number): number {
    return Math.floor(step / this.work.run.stepsPerEpoch)
  }

  private orderOf(epoch: number): { order: Int32Array; state: FoldState['orderState'] } {
    const known = this.orders.find((one) => one.epoch === epoch)
    if (known) return known
    const { run, streams } = this.work
    const random = Random.seeded(run.config.seed, streams.order, epoch)
    const { state } = random
    const made = { epoch, order: this.work.order(random), state }
    this.orders = [...this.orders.slice(-1), made]
    return made
  }

  /** Micro-batches from the present step to the end. Read ahead, so it keeps its own count. */
  private *plans(): Generator<BatchPlan> {
    const { run, streams } = this.work
    const { batch, microBatches } = run.config.optimisation
    for (let step = this.step; step < run.steps; step++) {
      const epoch = this.epochOf(step)
      const { order } = this.orderOf(epoch)
      for (let micro = 0; micro < microBatches; micro++) {
        const at = ((step - epoch * run.stepsPerEpoch) * microBatches + micro) * batch
        const samples = Array.from({ length: batch }, (_, place) => order[(at + place) % order.length] as number)
        yield { samples, seeds: samples.map((sample, place) => [run.config.seed, streams.images, epoch, sample, at + place]) }
      }
    }
  }
}

/** Gathers updates into one line of metrics. */
class Interval {
  private steps = 0
  private loss = 0
  private reports: Record<string, number> = {}
  private norm = 0
  private rate = 0
  private images = 0
  private milliseconds = 0

  constructor(private readonly length: number) {}

  get isFull(): boolean {
    return this.steps >= this.length
  }

  add(report: StepReport, rate: number, images: number, milliseconds: number): void {
    this.steps++
    this.loss += report.loss
    for (const [name, value] of Object.entries(report.reports)) this.reports[name] = (this.reports[name] ?? 0) + value
    this.norm += report.gradientNorm
    this.rate = rate
    this.images += images
    this.milliseconds += milliseconds
  }

  take(): UpdateMeans {
    const { steps } = this
    const means = {
      loss: this.loss / steps,
      reports: Object.fromEntries(Object.entries(this.reports).map(([name, sum]) => [name, sum / steps])),
      rate: this.rate,
      gradientNorm: this.norm / steps,
      samplesPerSecond: this.images / Math.max(1e-3, this.milliseconds / 1000),
    }
    this.steps = this.loss = this.norm = this.images = this.milliseconds = 0
    this.reports = {}
    return means
  }
}
