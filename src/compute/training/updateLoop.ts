// Updates of a run without folds, from wherever its folder stands to its end: rate, batches in a seeded order, metrics, checkpoints, pausing. What is fed and
// what is looked at between updates is the caller's; training with folds has its own loop (foldTrainer.ts).
import { updateScalars, type AdamWConfig } from '@ml/optimizer/adamw'
import { absoluteRate, learningRate } from '@ml/optimizer/schedule'
import { Random } from '@ml/random'
import type { StepInputs, StepReport, Trainer } from '@runtime/training/index'
import { AppError } from '@shared/errors'
import type { RunMetric } from '@shared/runMetrics'
import type { CommandContext } from '../command'
import type { BatchLoader, BatchPlan } from './batchLoader'
import { resumedPhase, saveCheckpoint, type FoldState, type ResumedState } from './checkpoint'
import { IntervalMeans, type UpdateMeans } from './intervalMeans'
import type { RunFolder } from './runFolder'
import { orderHash } from './sampleOrder'
import { stepError } from './stepErrors'

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

type StepLine = Extract<RunMetric, { kind: 'pretraining' | 'distillation' | 'expressions' }>
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
  /** What a loaded batch is fed as; `step` are the updates before its own, `micro` its place in it. */
  inputs(plan: BatchPlan, values: Float32Array<ArrayBuffer>, at: { step: number; micro: number }): StepInputs
  line(means: UpdateMeans): WithoutPlace<StepLine>
  /** Called with 0 before the first update and after every one; what it writes comes before the checkpoint of that update. */
  after(step: number): Promise<void>
  /** Whether an update is saved whatever the minutes say, and what its checkpoint holds besides; left out, only by the minutes and nothing. */
  isSaved?(step: number): boolean
  kept?(): Pick<FoldState, 'accuracies'>
}

/** Threads that decode and augment beside so many that compute: one keeps a step on few cores fed, more only help where steps are fast. */
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
    private readonly resumed: ResumedState | null,
  ) {
    this.step = resumed?.step ?? 0
    this.seconds = resumed?.seconds ?? 0
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
    const phase = this.resumed ? resumedPhase(this.resumed) : 'Started'
    folder.append({ kind: 'phase', fold: ONLY_FOLD, phase, at: new Date().toISOString() })
    const { batch, microBatches } = run.config.optimisation
    const interval = new IntervalMeans(Math.ceil(run.steps / MOST_LINES))
    const micro: StepInputs[] = []
    if (this.step === 0) await this.work.after(0)
    let began = performance.now()
    for await (const { plan, images } of loader.batches(this.plans())) {
      // the loader's array is only good until the next batch
      micro.push(this.work.inputs(plan, microBatches > 1 ? Float32Array.from(images) : images, { step: this.step, micro: micro.length }))
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
      // the last one too: what comes after the updates may be long, and whoever stops there goes on there
      const isDue = performance.now() - this.lastSave > run.config.checkpointMinutes * 60_000
      if (isLeaving || isDue || this.step === run.steps || this.work.isSaved?.(this.step)) await this.save()
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
    const step = this.step + 1
    try {
      return await trainer.step(micro, updateScalars(step, rate, adamw))
    } catch (error) {
      throw stepError(error, { name, step, rate, device: run.device, elsewhere: null })
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
      ...this.work.kept?.(),
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
