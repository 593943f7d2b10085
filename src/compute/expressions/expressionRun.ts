// `trainExpressions`: a prepared run on an expression set to its end. One of several classes by softmax cross-entropy; the rest, from augmentation and
// optimizer to checkpoints, is that of AU training. The epoch is chosen on validation images; test images choose nothing.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { accuracyInterval, accuracyOf, classFigures, confusionMatrix, largestOf } from '@ml/evaluation/confusion'
import type { NamedArray } from '@ml/model/initialise'
import { FINE_TUNING_ADAMW, updateScalars } from '@ml/optimizer/adamw'
import { absoluteRate, learningRate } from '@ml/optimizer/schedule'
import { Random } from '@ml/random'
import { classifierProgram, CLASSIFIER_INPUTS, type ClassifierTraining } from '@ml/training/classifierProgram'
import type { DeviceId } from '@runtime/index'
import { openTrainer, type StepInputs, type Trainer } from '@runtime/training/index'
import { FRAMES_FILE, FRAMES_MANIFEST } from '@shared/curation'
import { AppError } from '@shared/errors'
import {
  EXPRESSION_SERIES,
  predictionColumns,
  type ExpressionFigures,
  type ExpressionResult,
  type ExpressionRunConfig,
  type ExpressionSet,
  type TrainExpressionsSpec,
} from '@shared/expressions'
import { samplesPerUpdate } from '@shared/training'
import { MODEL_FOLDER } from '@shared/trainingCommands'
import type { CommandContext } from '../command'
import { BatchLoader, type BatchPlan } from '../training/batchLoader'
import { clearCheckpoints, loadCheckpoint, loadWeights, saveCheckpoint, saveWeights, type FoldState } from '../training/checkpoint'
import { environmentOf } from '../training/environment'
import { ImageSource } from '../training/inputSource'
import { RunFolder } from '../training/runFolder'
import { readParent, startingWeights } from '../training/startingWeights'
import { branchScales } from '../training/stepInputs'
import { orderHash } from '../pretraining/frameOrder'
import { expressionReport, expressionReportHtml } from './expressionReport'
import { splitExpressions, type ExpressionSplits } from './expressionSplits'

/** Separate streams of random numbers of a run. */
const STREAM = { weights: 31, splits: 32, order: 33, images: 34, branches: 35, interval: 36 } as const
const FOLD = 0
const BEST = 'best-expressions.safetensors'

/** @throws AppError LOSS_NOT_FINITE, DEVICE_UNAVAILABLE, DISK_FULL, CHECKPOINT_INVALID, DATASET_INVALID, TOO_FEW_SUBJECTS, SUBJECT_LEAK, CANCELLED */
export async function expressionRun(spec: TrainExpressionsSpec, context: CommandContext): Promise<ExpressionResult> {
  const folder = new RunFolder(spec.runDirectory)
  mkdirSync(folder.checkpoint(), { recursive: true })
  const run = folder.json<ExpressionRunConfig>('config.json')
  const set = JSON.parse(readFileSync(join(spec.setDirectory, FRAMES_MANIFEST), 'utf8')) as ExpressionSet
  if (set.contentHash !== run.setHash)
    throw new AppError('CHECKPOINT_INVALID', `The set ${set.name} holds other images than when this run was started. Start a new run.`)
  await folder.writeJson(folder.path('environment.json'), environmentOf(spec.product, run))
  const splits = splitExpressions(set, run.config.evaluation.validationShare, Random.seeded(run.config.seed, STREAM.splits))
  const training = trainingOf(run)
  const count = set.samples.label.length
  const loader = new BatchLoader(
    {
      cropsFile: join(spec.setDirectory, FRAMES_FILE),
      rule: EXPRESSION_SERIES.rule,
      size: set.pixels,
      videos: [{ id: EXPRESSION_SERIES.id, track: EXPRESSION_SERIES.track }],
      video: new Int32Array(count),
      frame: Int32Array.from({ length: count }, (_, index) => index),
      normalisation: run.normalisation,
      augmentation: run.config.augmentation,
    },
    training.batch,
    1,
  )
  const parent = spec.parent ? await readParent(spec.parent) : null
  const resumed = await loadCheckpoint(folder)
  await folder.rewindMetrics(FOLD, resumed?.rest.step ?? 0)
  const start =
    resumed?.state.weights ??
    startingWeights(
      training.network,
      predictionColumns({ aus: [], expressions: run.classes }),
      run.classes.map(() => null),
      parent && { ...parent, aus: [] },
      Random.seeded(run.config.seed, STREAM.weights),
    )
  if (!resumed) start.set('head.bias', { shape: [run.classes.length], data: classPriors(set, splits, run.classes.length) })
  const state = resumed?.state ?? { weights: start, first: new Map(), second: new Map() }
  const trainer = await openTrainer(classifierProgram(training), state, run.device as DeviceId, {
    threads: run.threads,
    microBatches: run.config.optimisation.microBatches,
  })
  const loop = new ExpressionLoop({ folder, run, set, splits, training, trainer, loader, context }, resumed?.rest ?? null)
  try {
    const best = await loop.run()
    if (best === null) return { outcome: 'paused', card: null }
    const weights = await loadWeights(folder.checkpoint(BEST))
    const test = await loop.figures(weights, splits.test)
    const report = expressionReport({ run, set, splits, test, best, seconds: loop.seconds })
    await folder.writeJson(folder.path('report.json'), report)
    await folder.writeText(folder.path('report.html'), expressionReportHtml(report))
    mkdirSync(folder.path(MODEL_FOLDER), { recursive: true })
    const name = 'weights.safetensors'
    const { sizeBytes, sha256 } = await saveWeights(folder.path(MODEL_FOLDER, name), weights, { format: 'pt' })
    const of = `${test.images} test images of ${set.name}`
    const card: NonNullable<ExpressionResult['card']> = {
      architecture: { ...run.architecture, subjects: 0 },
      expressions: run.classes,
      files: [{ name, bytes: sizeBytes, sha256 }],
      metrics: [
        { name: 'accuracy', value: test.accuracy, of },
        { name: 'mean class accuracy', value: test.meanClassAccuracy, of },
      ],
      training: {
        summary: `Trained on ${splits.train.length} images of the expression set ${set.name} (${run.classes.join(', ')})${run.parent ? `, starting from ${run.parent.name}` : ', starting from nothing'}. Measured on ${of}${splits.isSubjectExclusive ? ' of other people' : '; whether the same people are among the training images is not known'}.`,
        isSynthetic: false,
        subjects: [],
        parentId: run.parent?.id ?? null,
        runId: run.id,
      },
    }
    await folder.writeJson(folder.path('result.json'), { outcome: 'finished', card } satisfies ExpressionResult)
    clearCheckpoints(folder)
    return { outcome: 'finished', card }
  } finally {
    await loader.close()
    await trainer.dispose()
  }
}

function trainingOf({ config, architecture, classes }: ExpressionRunConfig): ClassifierTraining {
  const { width, depth, heads, patch, imageSize } = architecture
  const { optimisation } = config
  return {
    network: { width, depth, heads, patch, imageSize, aus: classes.length, subjects: 0, identityLayers: 1 },
    outputs: 'classes',
    batch: optimisation.batch,
    trained: { part: 'all' },
    lambda: 0,
    identityLoss: config.identity.loss,
    positiveWeights: null,
    stochasticDepth: optimisation.stochasticDepth,
    weightDecay: optimisation.weightDecay,
    layerDecay: optimisation.layerDecay,
    clipNorm: optimisation.clipNorm,
  }
}

/** Logarithms of the classes' shares, so that the first updates need not go into learning them. */
function classPriors({ samples }: ExpressionSet, { train }: ExpressionSplits, classes: number): Float32Array {
  const counts = new Float64Array(classes).fill(1)
  for (const place of train) counts[samples.label[place] as number] = (counts[samples.label[place] as number] as number) + 1
  return Float32Array.from(counts, (count) => Math.log(count / (train.length + classes)))
}

interface LoopParts {
  folder: RunFolder
  run: ExpressionRunConfig
  set: ExpressionSet
  splits: ExpressionSplits
  training: ClassifierTraining
  trainer: Trainer
  loader: BatchLoader
  context: CommandContext
}

/** The epoch that is kept. */
export interface BestEpoch {
  epoch: number
  accuracy: number
}

class ExpressionLoop {
  private readonly perEpoch: number
  private readonly images: ImageSource
  private step: number
  private readonly accuracies: BestEpoch[]
  seconds: number
  private since = performance.now()
  private lastSave = performance.now()

  constructor(
    private readonly parts: LoopParts,
    resumed: FoldState | null,
  ) {
    const { run, splits, loader } = parts
    this.perEpoch = Math.max(1, Math.floor(splits.train.length / samplesPerUpdate(run.config)))
    this.images = new ImageSource(loader, run.device, run.threads)
    this.step = resumed?.step ?? 0
    this.accuracies = resumed?.accuracies ?? []
    this.seconds = resumed?.seconds ?? 0
    parts.folder.append({
      kind: 'phase',
      fold: FOLD,
      phase: resumed ? `Resumed at step ${resumed.step}` : 'Started',
      at: new Date().toISOString(),
    })
  }

  /** The best epoch, or null when paused. */
  async run(): Promise<BestEpoch | null> {
    const { run, folder, context } = this.parts
    const { epochs } = run.config.optimisation
    while (this.step < epochs * this.perEpoch) {
      const epoch = Math.floor(this.step / this.perEpoch)
      await this.trainEpoch(epoch)
      if ((epoch + 1) % run.config.evaluation.everyEpochs === 0 || epoch + 1 === epochs) await this.evaluate(epoch + 1)
      await this.save()
      context.signal.throwIfAborted()
      if (folder.isPauseAsked && this.step < epochs * this.perEpoch) return null
    }
    this.seconds += (performance.now() - this.since) / 1000
    const best = this.best
    if (!best || !existsSync(folder.checkpoint(BEST)))
      throw new AppError('CHECKPOINT_INVALID', 'The weights of the chosen epoch are missing from the run folder. Start the run anew.')
    return best
  }

  async figures(weights: ReadonlyMap<string, NamedArray>, places: Int32Array): Promise<ExpressionFigures> {
    const { run, set, training, splits } = this.parts
    const { logits } = await this.images.outputs(weights, training, places)
    const predicted = largestOf(logits, run.classes.length)
    const truth = Array.from(places, (place) => set.samples.label[place] as number)
    const confusion = confusionMatrix(truth, predicted, run.classes.length)
    const own = classFigures(confusion)
    const isRight = truth.map((label, row) => Number(predicted[row] === label))
    const groups = Array.from(places, (place) => (splits.isSubjectExclusive ? (set.samples.subject[place] as string) : place))
    const recalls = own.flatMap(({ recall }) => (recall === null ? [] : [recall]))
    return {
      images: places.length,
      accuracy: accuracyOf(confusion),
      accuracyInterval: accuracyInterval(isRight, groups, run.config.evaluation.resamples, Random.seeded(run.config.seed, STREAM.interval)),
      intervalOver: splits.isSubjectExclusive ? 'subjects' : 'images',
      meanClassAccuracy: recalls.reduce((sum, recall) => sum + recall, 0) / Math.max(1, recalls.length),
      perClass: own.map((figures, place) => ({ name: run.classes[place] as string, ...figures })),
      confusion,
    }
  }

  private get best(): BestEpoch | null {
    return this.accuracies.reduce<BestEpoch | null>((top, one) => (top === null || one.accuracy > top.accuracy ? one : top), null)
  }

  private async trainEpoch(epoch: number): Promise<void> {
    const { run, training, set, trainer, folder, context, loader } = this.parts
    const { config } = run
    const { microBatches, batch, epochs } = config.optimisation
    const schedule = {
      rate: absoluteRate(config.optimisation.baseRate, samplesPerUpdate(config)),
      minimumRate: config.optimisation.minimumRate,
      warmupEpochs: config.optimisation.warmupEpochs,
      epochs,
    }
    const micro: StepInputs[] = []
    let began = performance.now()
    for await (const { plan, images } of loader.batches(this.plans(epoch))) {
      const labels = new Float32Array(batch * run.classes.length)
      plan.samples.forEach((sample, row) => (labels[row * run.classes.length + (set.samples.label[sample] as number)] = 1))
      const random = Random.seeded(config.seed, STREAM.branches, this.step, micro.length)
      micro.push({
        [CLASSIFIER_INPUTS.images]: Float32Array.from(images),
        [CLASSIFIER_INPUTS.labels]: labels,
        [CLASSIFIER_INPUTS.branchScales]: branchScales(training, random),
      })
      if (micro.length < microBatches) continue
      const rate = learningRate(this.step / this.perEpoch, schedule)
      const report = await trainer.step(micro, updateScalars(this.step + 1, rate, FINE_TUNING_ADAMW))
      micro.length = 0
      this.step++
      folder.append({
        kind: 'expressions',
        fold: FOLD,
        step: this.step,
        epoch: this.step / this.perEpoch,
        loss: report.loss,
        rate,
        gradientNorm: report.gradientNorm,
        samplesPerSecond: (1000 * batch * microBatches) / Math.max(1, performance.now() - began),
        at: new Date().toISOString(),
      })
      began = performance.now()
      context.progress({ done: this.step, total: epochs * this.perEpoch, phase: `Epoch ${epoch + 1} of ${epochs}` } as never)
      const isInside = this.step % this.perEpoch !== 0
      if (isInside && (context.signal.aborted || performance.now() - this.lastSave > config.checkpointMinutes * 60_000)) await this.save()
      context.signal.throwIfAborted()
    }
  }

  private orderOf(epoch: number): { order: Int32Array; state: FoldState['orderState'] } {
    const { run, splits } = this.parts
    const random = Random.seeded(run.config.seed, STREAM.order, epoch)
    const { state } = random
    return { order: Int32Array.from(random.shuffle([...splits.train])), state }
  }

  private *plans(epoch: number): Generator<BatchPlan> {
    const { run } = this.parts
    const { batch, microBatches } = run.config.optimisation
    const { order } = this.orderOf(epoch)
    for (let at = (this.step - epoch * this.perEpoch) * microBatches; at < this.perEpoch * microBatches; at++) {
      const samples = Array.from({ length: batch }, (_, place) => order[(at * batch + place) % order.length] as number)
      yield { samples, seeds: samples.map((sample, place) => [run.config.seed, STREAM.images, epoch, sample, at * batch + place]) }
    }
  }

  private async evaluate(epoch: number): Promise<void> {
    const { folder, trainer, splits } = this.parts
    const { weights } = await trainer.state()
    const { accuracy } = await this.figures(weights, splits.validation)
    if (this.best === null || accuracy > this.best.accuracy) await saveWeights(folder.checkpoint(BEST), weights)
    this.accuracies.push({ epoch, accuracy })
    folder.append({ kind: 'accuracy', fold: FOLD, step: this.step, epoch, validation: accuracy, at: new Date().toISOString() })
  }

  private async save(): Promise<void> {
    const { folder, trainer } = this.parts
    this.seconds += (performance.now() - this.since) / 1000
    this.since = performance.now()
    const { order, state } = this.orderOf(Math.floor(this.step / this.perEpoch))
    await saveCheckpoint(folder, await trainer.state(), {
      fold: FOLD,
      step: this.step,
      orderState: state,
      orderHash: orderHash(order),
      evaluated: [],
      accuracies: this.accuracies,
      seconds: this.seconds,
    })
    this.lastSave = performance.now()
  }
}
