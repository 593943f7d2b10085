// Training one fold: fresh or resumed, update by update, saved on the way, evaluated as epochs end. What an evaluation is stands in evaluateEpoch.ts, the
// order of frames in sampleOrder.ts, what comes after all folds in trainRun.ts.
import { FINE_TUNING_ADAMW, updateScalars } from '@ml/optimizer/adamw'
import { absoluteRate, learningRate, type ScheduleConfig } from '@ml/optimizer/schedule'
import { Random } from '@ml/random'
import { classifierProgram, trainingInput, type ClassifierTraining } from '@ml/training/classifierProgram'
import type { DeviceId } from '@runtime/index'
import { openTrainer, type StepInputs, type StepReport, type Trainer, type TrainingState } from '@runtime/training/index'
import { AppError } from '@shared/errors'
import { samplesPerUpdate } from '@shared/training'
import type { Fold } from '@shared/trainingRun'
import { saveCheckpoint, saveWeights, type EpochResult, type FoldState } from './checkpoint'
import { bestEpoch, evaluateEpoch } from './evaluateEpoch'
import { bestTestName, bestWeightsName, dropBest, writeFoldResult, type FoldResult } from './foldFiles'
import { foldTraining, updatesPerEpoch } from './foldProgram'
import { IntervalMeans } from './intervalMeans'
import { Paused, STREAM, type RunContext } from './runContext'
import { epochOrder, epochPlans, type EpochOrder } from './sampleOrder'
import { balancedWeights, baseRates, samplesOf } from './samples'
import { startingWeights } from './startingWeights'
import { stepError } from './stepErrors'
import { stepInputs } from './stepInputs'

/** Lines of `metrics.jsonl` an epoch, at most. */
const LINES_PER_EPOCH = 50

/**
 * Trains a fold to its end, from `resumed` where it was interrupted.
 * @throws Paused; AppError LOSS_NOT_FINITE (with step and rate), DEVICE_UNAVAILABLE, DISK_FULL, CHECKPOINT_INVALID, CANCELLED
 */
export async function trainFold(
  context: RunContext,
  foldIndex: number,
  resumed: { state: TrainingState; rest: FoldState } | null,
): Promise<FoldResult> {
  const trainer = await FoldTrainer.open(context, foldIndex, resumed)
  try {
    return await trainer.run()
  } finally {
    await trainer.close()
  }
}

class FoldTrainer {
  private readonly fold: Fold
  private readonly schedule: ScheduleConfig
  private readonly perEpoch: number
  private step: number
  private readonly evaluated: EpochResult[]
  private seconds: number
  private startedAt: number
  private lastSave: number
  /** Best epoch as of the checkpoint before the last. */
  private bestBefore: number | null

  private constructor(
    private readonly context: RunContext,
    private readonly index: number,
    private readonly training: ClassifierTraining,
    private readonly trained: Int32Array,
    private readonly trainer: Trainer,
    rest: FoldState | null,
  ) {
    const { config } = context.run
    this.fold = context.run.folds[index] as Fold
    this.perEpoch = updatesPerEpoch(trained.length, config)
    const { epochs, warmupEpochs, minimumRate, baseRate } = config.optimisation
    this.schedule = { rate: absoluteRate(baseRate, samplesPerUpdate(config)), minimumRate, warmupEpochs, epochs }
    this.step = rest?.step ?? 0
    this.evaluated = rest?.evaluated ?? []
    this.bestBefore = bestEpoch(this.evaluated)?.epoch ?? null
    this.seconds = rest?.seconds ?? 0
    this.startedAt = context.now()
    this.lastSave = this.startedAt
  }

  static async open(context: RunContext, index: number, resumed: { state: TrainingState; rest: FoldState } | null): Promise<FoldTrainer> {
    const { run, samples } = context
    const { config } = run
    const fold = run.folds[index] as Fold
    const trained = samplesOf(samples, fold.train, true)
    if (trained.length === 0)
      throw new AppError('NO_LABELS', `Fold ${index + 1} has no frames to train on: ${fold.train.join(', ')} have none that can be used.`)
    const rates = baseRates(samples, trained)
    const weights = config.optimisation.positiveWeight === 'balanced' ? balancedWeights(rates) : null
    const training = foldTraining(run, samples.aus.length, fold.train.length, weights)
    const state: TrainingState = resumed?.state ?? {
      weights: startingWeights(training.network, samples.aus, rates, context.parent, Random.seeded(config.seed, index, STREAM.weights)),
      first: new Map(),
      second: new Map(),
    }
    const options = { threads: run.threads, microBatches: config.optimisation.microBatches }
    const program = classifierProgram(training)
    if (resumed) assertSameOrder(context, index, trained, resumed.rest)
    const trainer = await openTrainer(program, state, run.device as DeviceId, options)
    return new FoldTrainer(context, index, training, trained, trainer, resumed?.rest ?? null)
  }

  close(): Promise<void> {
    return this.trainer.dispose()
  }

  async run(): Promise<FoldResult> {
    const { epochs } = this.context.run.config.optimisation
    while (this.step < epochs * this.perEpoch) {
      const epoch = Math.floor(this.step / this.perEpoch)
      await this.trainEpoch(epoch)
      if ((epoch + 1) % this.context.run.config.evaluation.everyEpochs === 0 || epoch + 1 === epochs) await this.evaluate(epoch + 1)
      await this.save()
      // only once the checkpoint that names the best epoch is written; the one before it may name another
      const best = bestEpoch(this.evaluated)?.epoch ?? null
      dropBest(
        this.context.folder,
        this.index,
        [this.bestBefore, best].filter((one) => one !== null),
      )
      this.bestBefore = best
      this.stopIfAsked()
    }
    return writeFoldResult(this.context.folder, this.index, this.evaluated, this.seconds)
  }

  private async trainEpoch(epoch: number): Promise<void> {
    const { context, training } = this
    const { microBatches, batch } = context.run.config.optimisation
    const order = this.orderOf(epoch).order
    const from = this.step - epoch * this.perEpoch
    const micro: StepInputs[] = []
    const interval = new IntervalMeans(Math.ceil(this.perEpoch / LINES_PER_EPOCH))
    const plans = epochPlans(context.run, this.index, epoch, order, { from, to: this.perEpoch })
    for await (const { plan, values } of context.inputs.batches(plans, trainingInput(training))) {
      const random = Random.seeded(context.run.config.seed, this.index, STREAM.branches, this.step, micro.length)
      micro.push(stepInputs(training, context.samples, plan.samples, values, this.fold.train, random))
      if (micro.length < microBatches) continue
      const rate = learningRate(this.step / this.perEpoch, this.schedule)
      const began = context.now()
      const report = await this.update(micro, rate)
      micro.length = 0
      this.step++
      interval.add(report, rate, batch * microBatches, context.now() - began)
      if (interval.isFull || this.step % this.perEpoch === 0) {
        const { reports, loss: _sum, ...means } = interval.take()
        context.folder.append({
          kind: 'step',
          ...means,
          auLoss: reports['au_loss'] ?? 0,
          identityLoss: reports['id_loss'] ?? null,
          fold: this.index,
          step: this.step,
          epoch: this.step / this.perEpoch,
          at: context.timestamp(),
        })
      }
      context.progress(this.index, this.step, this.perEpoch, epoch)
      if (this.step % this.perEpoch !== 0) await this.saveIfDue()
    }
  }

  private async update(micro: readonly StepInputs[], rate: number): Promise<StepReport> {
    const step = this.step + 1
    const { device } = this.context.run
    try {
      return await this.trainer.step(micro, updateScalars(step, rate, FINE_TUNING_ADAMW))
    } catch (error) {
      const elsewhere = 'auw train --resume RUN --device cpu'
      throw stepError(error, { name: 'Training', fold: this.index, step, rate, device, elsewhere })
    }
  }

  /** Saves when due, when a pause is asked for and when the run is cancelled; then throws. */
  private async saveIfDue(): Promise<void> {
    const { folder, signal, now, run } = this.context
    const isLeaving = signal.aborted || folder.isPauseAsked
    if (isLeaving || now() - this.lastSave > run.config.checkpointMinutes * 60_000) await this.save()
    this.stopIfAsked()
  }

  private stopIfAsked(): void {
    this.context.signal.throwIfAborted()
    if (this.context.folder.isPauseAsked) throw new Paused()
  }

  private async save(): Promise<void> {
    const { now, folder } = this.context
    this.seconds += (now() - this.startedAt) / 1000
    this.startedAt = now()
    const epoch = Math.floor(this.step / this.perEpoch)
    const { state: orderState, hash: orderHash } = this.orderOf(epoch)
    await saveCheckpoint(folder, await this.trainer.state(), {
      fold: this.index,
      step: this.step,
      orderState,
      orderHash,
      evaluated: this.evaluated,
      seconds: this.seconds,
    })
    this.lastSave = now()
  }

  private async evaluate(epoch: number): Promise<void> {
    const { context, fold, index, evaluated } = this
    const { samples, folder } = context
    const { weights } = await this.trainer.state()
    const { result, isBest, testProbabilities } = await evaluateEpoch(
      { epoch, step: this.step },
      (chosen) => context.inputs.probabilities(weights, this.training, chosen),
      samples,
      { validation: samplesOf(samples, fold.validation, false), test: samplesOf(samples, fold.test, false) },
      evaluated,
      context.run.config.evaluation.hasPublishedProtocol,
    )
    if (isBest) {
      await saveWeights(folder.checkpoint(bestWeightsName(index, epoch)), weights)
      if (testProbabilities) await folder.writeFloats(folder.checkpoint(bestTestName(index, epoch)), testProbabilities)
    }
    evaluated.push(result)
    const { validationF1, testF1 } = result
    const probeAccuracy = context.probe ? await context.probe(weights, this.training) : null
    folder.append({ kind: 'evaluation', fold: index, step: this.step, epoch, validationF1, testF1, probeAccuracy, at: context.timestamp() })
  }

  private orderOf(epoch: number): EpochOrder {
    return epochOrder(this.context.run, this.index, epoch, this.trained, this.context.samples.subject)
  }
}

function assertSameOrder({ run, samples }: RunContext, index: number, trained: Int32Array, { step, orderHash }: FoldState): void {
  const epoch = Math.floor(step / updatesPerEpoch(trained.length, run.config))
  if (epochOrder(run, index, epoch, trained, samples.subject).hash === orderHash) return
  throw new AppError(
    'CHECKPOINT_INVALID',
    'The data of this run have changed since its checkpoint, so it cannot be resumed. Start a new run.',
  )
}
