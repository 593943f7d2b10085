// Training one fold: fresh or resumed, update by update, with evaluations on validation subjects that choose epoch and thresholds. Test subjects choose
// nothing; they are predicted at the chosen epoch. What a fold is and what comes after all folds is in trainRun.ts.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import type { VitConfig } from '@ml/model/config'
import type { NamedArray } from '@ml/model/initialise'
import { FINE_TUNING_ADAMW, updateScalars } from '@ml/optimizer/adamw'
import { absoluteRate, learningRate, type ScheduleConfig } from '@ml/optimizer/schedule'
import { Random } from '@ml/random'
import {
  classifierProgram,
  CLASSIFIER_INPUTS,
  dropRate,
  firstTrainedBlock,
  trainingInput,
  type ClassifierTraining,
} from '@ml/training/classifierProgram'
import { bestThreshold, meanDefined, publishedF1 } from '@ml/evaluation/thresholds'
import { confusionCounts, f1Score } from '@ml/evaluation/classification'
import type { DeviceId } from '@runtime/index'
import { openTrainer, type StepInputs, type StepReport, type Trainer, type TrainingState } from '@runtime/training/index'
import { AppError } from '@shared/errors'
import { samplesPerUpdate, type TrainingConfig } from '@shared/training'
import type { Fold, RunConfig } from '@shared/trainingRun'
import type { BatchPlan } from './batchLoader'
import { loadWeights, saveCheckpoint, saveWeights, type EpochResult, type FoldState } from './checkpoint'
import type { InputSource } from './inputSource'
import type { RunFolder } from './runFolder'
import { balancedWeights, baseRates, samplesOf, type Samples } from './samples'
import { startingWeights, type ParentWeights } from './startingWeights'

/** Everything the folds of a run share. */
export interface RunContext {
  folder: RunFolder
  run: RunConfig
  samples: Samples
  inputs: InputSource
  parent: ParentWeights | null
  signal: AbortSignal
  now: () => number
  /** Wall clock for metric lines. */
  timestamp: () => string
  progress(fold: number, step: number, steps: number, epoch: number): void
}

/** Thrown when a pause was asked for and the checkpoint is written. */
export class Paused extends Error {}

/** What a fold leaves behind; its probabilities are beside it in `folds/`. */
export interface FoldResult {
  fold: number
  chosenEpoch: number | null
  thresholds: (number | null)[]
  published: EpochResult['published']
  evaluated: EpochResult[]
  seconds: number
}

/** Separate streams of random numbers of a fold. */
const STREAM = { weights: 1, order: 2, branches: 3, images: 4 } as const
/** Lines of `metrics.jsonl` an epoch, at most. */
const LINES_PER_EPOCH = 50

export const bestWeightsName = (fold: number, epoch: number): string => `best-${fold}-${epoch}.safetensors`
const bestTestName = (fold: number, epoch: number): string => `best-${fold}-${epoch}.f32`
export const foldResultName = (fold: number): string => `fold-${fold}.json`
export const foldProbabilitiesName = (fold: number): string => `fold-${fold}.f32`

/** Updates of a fold. Every update is full: the order of samples is continued from its beginning where they do not divide. */
export function updatesPerEpoch(trainedSamples: number, config: TrainingConfig): number {
  return Math.max(1, Math.floor(trainedSamples / samplesPerUpdate(config)))
}

/** The program of a fold. */
export function foldTraining(run: RunConfig, aus: number, subjects: number, positiveWeights: readonly number[] | null): ClassifierTraining {
  const { config, architecture } = run
  const { width, depth, heads, patch, imageSize } = architecture
  const network: VitConfig = { width, depth, heads, patch, imageSize, aus, subjects, identityLayers: config.identity.layers }
  return {
    network,
    batch: config.optimisation.batch,
    trained: config.trained,
    lambda: config.identity.lambda,
    identityLoss: config.identity.loss,
    positiveWeights,
    stochasticDepth: config.optimisation.stochasticDepth,
    weightDecay: config.optimisation.weightDecay,
    layerDecay: config.optimisation.layerDecay,
    clipNorm: config.optimisation.clipNorm,
  }
}

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
    const trainer = await openTrainer(program, state, run.device as DeviceId, options)
    const self = new FoldTrainer(context, index, training, trained, trainer, resumed?.rest ?? null)
    if (resumed) self.assertSameOrder(resumed.rest)
    return self
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
      this.dropOldBest()
      this.stopIfAsked()
    }
    return this.finish()
  }

  private async trainEpoch(epoch: number): Promise<void> {
    const { context, training } = this
    const { microBatches, batch } = context.run.config.optimisation
    const order = this.orderOf(epoch).order
    const from = this.step - epoch * this.perEpoch
    const micro: StepInputs[] = []
    const interval = new IntervalMeans(Math.ceil(this.perEpoch / LINES_PER_EPOCH))
    const plans = this.plans(order, epoch, from)
    for await (const { plan, values } of context.inputs.batches(plans, trainingInput(training))) {
      micro.push(this.stepInputs(plan.samples, values, micro.length))
      if (micro.length < microBatches) continue
      const rate = learningRate(this.step / this.perEpoch, this.schedule)
      const began = context.now()
      const report = await this.update(micro, rate)
      micro.length = 0
      this.step++
      interval.add(report, rate, batch * microBatches, context.now() - began)
      if (interval.isFull || this.step % this.perEpoch === 0)
        context.folder.append({
          ...interval.take(),
          fold: this.index,
          step: this.step,
          epoch: this.step / this.perEpoch,
          at: context.timestamp(),
        })
      context.progress(this.index, this.step, this.perEpoch, epoch)
      if (this.step % this.perEpoch !== 0) await this.saveIfDue()
    }
  }

  private async update(micro: readonly StepInputs[], rate: number): Promise<StepReport> {
    try {
      return await this.trainer.step(micro, updateScalars(this.step + 1, rate, FINE_TUNING_ADAMW))
    } catch (error) {
      const kept = 'The checkpoints before it are intact.'
      if (error instanceof AppError && error.code === 'LOSS_NOT_FINITE') {
        throw new AppError(
          'LOSS_NOT_FINITE',
          `Training has diverged in fold ${this.index + 1} at step ${this.step + 1} with a rate of ${rate.toPrecision(3)}: the loss or its gradients are not finite. ${kept} Start again with a base rate of half as much.`,
          { ...error.data, step: this.step + 1, rate, fold: this.index },
        )
      }
      if (error instanceof AppError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new AppError(
        'DEVICE_UNAVAILABLE',
        `The device "${this.context.run.device}" stopped working in fold ${this.index + 1} at step ${this.step + 1} (${reason}). ${kept} Resume the run, if it happens again on another device.`,
        { step: this.step + 1, device: this.context.run.device },
        { cause: error },
      )
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

  /** Predicts validation subjects, chooses thresholds on them; predicts test subjects where this is the best epoch so far, or the published protocol asks. */
  private async evaluate(epoch: number): Promise<void> {
    const { context, fold, index } = this
    const { samples, folder } = context
    const { weights } = await this.trainer.state()
    const validation = samplesOf(samples, fold.validation, false)
    const validated = await context.inputs.probabilities(weights, this.training, validation)
    const scores = auScores(samples, validation, validated)
    const chosen = scores.map((one) => bestThreshold(one))
    const validationF1 = meanDefined(scores.map((one, au) => (hasBothClasses(one.labels) ? (chosen[au]?.f1 ?? null) : null)))
    const thresholds = chosen.map((one, au) => (scores[au] && hasBothClasses(scores[au].labels) ? (one?.threshold ?? null) : null))
    const isBest = isBetter(validationF1, this.bestEpoch)
    const wantsTest = fold.test.length > 0 && (isBest || context.run.config.evaluation.hasPublishedProtocol)
    let testF1: number | null = null
    let published: EpochResult['published'] = null
    if (isBest) await saveWeights(folder.checkpoint(bestWeightsName(index, epoch)), weights)
    if (wantsTest) {
      const test = samplesOf(samples, fold.test, false)
      const predicted = await context.inputs.probabilities(weights, this.training, test)
      const testScores = auScores(samples, test, predicted)
      testF1 = meanDefined(
        testScores.map((one, au) =>
          hasBothClasses(one.labels) ? f1Score(confusionCounts(one.labels, one.probabilities, thresholds[au] ?? 0.5)) : null,
        ),
      )
      if (context.run.config.evaluation.hasPublishedProtocol) published = publishedF1(testScores)
      if (isBest) await folder.writeFloats(folder.checkpoint(bestTestName(index, epoch)), predicted)
    }
    this.evaluated.push({ epoch, step: this.step, validationF1, testF1, thresholds, published })
    folder.append({ kind: 'evaluation', fold: index, step: this.step, epoch, validationF1, testF1, at: context.timestamp() })
  }

  private get bestEpoch(): EpochResult | null {
    return this.evaluated.reduce<EpochResult | null>((best, one) => (isBetter(one.validationF1, best) ? one : best), null)
  }

  /** Files of epochs that are not the best any more, once the checkpoint that says so is written. */
  private dropOldBest(): void {
    const { folder } = this.context
    const best = this.bestEpoch
    for (const name of readdirSync(folder.checkpoint())) {
      const [, fold, epoch] = /^best-(\d+)-(\d+)\./.exec(name) ?? []
      if (fold === String(this.index) && epoch !== String(best?.epoch)) rmSync(folder.checkpoint(name), { force: true })
    }
  }

  private async finish(): Promise<FoldResult> {
    const { folder } = this.context
    const best = this.bestEpoch
    const published = this.evaluated
      .map((one) => one.published)
      .reduce((top, one) => (one && (!top || one.mean > top.mean) ? one : top), null)
    const result: FoldResult = {
      fold: this.index,
      chosenEpoch: best?.epoch ?? null,
      thresholds: best?.thresholds ?? [],
      published,
      evaluated: this.evaluated,
      seconds: this.seconds,
    }
    const predicted = best && folder.checkpoint(bestTestName(this.index, best.epoch))
    if (predicted && existsSync(predicted))
      await folder.writeFloats(folder.path('folds', foldProbabilitiesName(this.index)), await folder.readFloats(predicted))
    await folder.writeJson(folder.path('folds', foldResultName(this.index)), result)
    return result
  }

  /** Order of the training samples in an epoch, the generator it came from, and its hash. */
  private orderOf(epoch: number): { order: number[]; state: FoldState['orderState']; hash: string } {
    const { run, samples } = this.context
    const random = Random.seeded(run.config.seed, this.index, STREAM.order, epoch)
    const { state } = random
    const order =
      run.config.data.sampling === 'subjects' ? balancedOrder(this.trained, samples.subject, random) : random.shuffle([...this.trained])
    return { order, state, hash: createHash('sha256').update(Int32Array.from(order)).digest('hex') }
  }

  private assertSameOrder({ step, orderHash }: FoldState): void {
    if (this.orderOf(Math.floor(step / this.perEpoch)).hash === orderHash) return
    throw new AppError(
      'CHECKPOINT_INVALID',
      'The data of this run have changed since its checkpoint, so it cannot be resumed. Start a new run.',
    )
  }

  private *plans(order: readonly number[], epoch: number, fromUpdate: number): Generator<BatchPlan> {
    const { run } = this.context
    const { batch, microBatches } = run.config.optimisation
    for (let at = fromUpdate * microBatches; at < this.perEpoch * microBatches; at++) {
      const samples = Array.from({ length: batch }, (_, place) => order[(at * batch + place) % order.length] as number)
      yield {
        samples,
        seeds: samples.map((sample, place) => [run.config.seed, this.index, STREAM.images, epoch, sample, at * batch + place]),
      }
    }
  }

  private stepInputs(chosen: readonly number[], values: Float32Array<ArrayBuffer>, micro: number): StepInputs {
    const { samples, run } = this.context
    const { network, batch } = this.training
    const { aus: width, subjects: people } = network
    const labels = new Float32Array(batch * width)
    const known = new Float32Array(batch * width)
    const subjects = new Float32Array(batch * people)
    chosen.forEach((sample, row) => {
      for (let column = 0; column < width; column++) {
        const label = samples.labels[sample * width + column] as number
        labels[row * width + column] = label === 1 ? 1 : 0
        known[row * width + column] = label === 9 ? 0 : 1
      }
      const place = this.fold.train.indexOf(samples.subjects[samples.subject[sample] as number] as string)
      subjects[row * people + place] = 1
    })
    const random = Random.seeded(run.config.seed, this.index, STREAM.branches, this.step, micro)
    return {
      // copied, because the loader reuses its array while earlier micro-batches wait
      [trainingInput(this.training)]: Float32Array.from(values),
      [CLASSIFIER_INPUTS.labels]: labels,
      [CLASSIFIER_INPUTS.known]: known,
      [CLASSIFIER_INPUTS.subjects]: subjects,
      [CLASSIFIER_INPUTS.branchScales]: branchScales(this.training, random),
    }
  }
}

/** The earliest of the best; where validation subjects tell nothing, the latest. */
function isBetter(validationF1: number | null, best: EpochResult | null): boolean {
  if (best === null || best.validationF1 === null) return true
  return validationF1 !== null && validationF1 > best.validationF1
}

/** (2 per trained block, B): 0 where a branch is dropped, 1 / keep rate where it survives. */
function branchScales(training: ClassifierTraining, random: Random): Float32Array {
  const { network, batch, stochasticDepth } = training
  const first = firstTrainedBlock(training)
  const scales = new Float32Array(2 * (network.depth - first) * batch)
  for (let row = 0; row < scales.length / batch; row++) {
    const keep = 1 - dropRate(stochasticDepth, first + Math.floor(row / 2), network.depth)
    for (let sample = 0; sample < batch; sample++) scales[row * batch + sample] = random.uniform() < keep ? 1 / keep : 0
  }
  return scales
}

/** As many draws of every subject, those with fewer frames repeated; as long as the plain order. */
function balancedOrder(trained: Int32Array, subjectOf: Int32Array, random: Random): number[] {
  const own = new Map<number, number[]>()
  for (const sample of trained) {
    const subject = subjectOf[sample] as number
    const list = own.get(subject)
    if (list) list.push(sample)
    else own.set(subject, [sample])
  }
  const each = Math.ceil(trained.length / own.size)
  const order: number[] = []
  for (const list of own.values()) {
    random.shuffle(list)
    for (let draw = 0; draw < each; draw++) order.push(list[draw % list.length] as number)
  }
  return random.shuffle(order).slice(0, trained.length)
}

/** Labels and probabilities of each AU over chosen samples. */
export function auScores(
  samples: Samples,
  chosen: Int32Array,
  probabilities: Float32Array,
): { labels: Uint8Array; probabilities: Float32Array }[] {
  const width = samples.aus.length
  return samples.aus.map((_, column) => ({
    labels: Uint8Array.from(chosen, (sample) => samples.labels[sample * width + column] as number),
    probabilities: Float32Array.from(chosen, (_sample, row) => probabilities[row * width + column] as number),
  }))
}

export function hasBothClasses(labels: ArrayLike<number>): boolean {
  let present = false
  let absent = false
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 1) present = true
    else if (labels[i] === 0) absent = true
  }
  return present && absent
}

/** Means of some steps as one line of metrics. */
class IntervalMeans {
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

/** Removes a fold's chosen weights, when nothing will be made of them. */
export function dropBestWeights(folder: RunFolder, fold: number): void {
  for (const name of readdirSync(folder.checkpoint()))
    if (name.startsWith(`best-${fold}-`)) rmSync(folder.checkpoint(name), { force: true })
}

/** Weights of the chosen epoch of a fold. */
export function chosenWeights(folder: RunFolder, { fold, chosenEpoch }: FoldResult): Promise<Map<string, NamedArray>> {
  return loadWeights(folder.checkpoint(bestWeightsName(fold, chosenEpoch ?? 0)))
}
