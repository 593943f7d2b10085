// `pretrain`: a prepared run folder from wherever it stands to its end: masked autoencoding update by update, checkpoints, live reconstructions, the
// backbone's files and a report. Folder, checkpoints and steps are those of training; what is fed is made by maskedWorker.ts.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { updateScalars } from '@ml/optimizer/adamw'
import { absoluteRate, learningRate } from '@ml/optimizer/schedule'
import { backboneWeights, startingAutoencoder } from '@ml/pretraining/handOver'
import type { AutoencoderConfig } from '@ml/pretraining/maskedAutoencoder'
import { PRETRAINING_ADAMW, pretrainingInputs, pretrainingProgram } from '@ml/pretraining/pretrainingProgram'
import { Random } from '@ml/random'
import type { DeviceId } from '@runtime/index'
import { openTrainer, type StepInputs, type StepReport, type Trainer, type TrainingState } from '@runtime/training/index'
import { FRAMES_FILE } from '@shared/curation'
import { AppError } from '@shared/errors'
import {
  pictureName,
  PICTURES_FOLDER,
  type PretrainingData,
  type PretrainingResult,
  type PretrainingRunConfig,
  type PretrainSpec,
} from '@shared/pretraining'
import { MODEL_FOLDER } from '@shared/trainingCommands'
import type { CommandContext } from '../command'
import { BatchLoader, type BatchPlan } from '../training/batchLoader'
import { clearCheckpoints, loadCheckpoint, saveCheckpoint, saveWeights, type FoldState } from '../training/checkpoint'
import { CropReader, type CropSeries } from '../training/cropReader'
import { environmentOf } from '../training/environment'
import { RunFolder } from '../training/runFolder'
import { readParent } from '../training/startingWeights'
import { epochOrder, framePlaces, orderHash, type FramePlaces } from './frameOrder'
import { maskedLayout, maskedParts, type MaskedWorkerData } from './maskedSlots'
import { pretrainingFigures, pretrainingReport, pretrainingReportHtml, trainingSummary } from './pretrainReport'
import { reconstructionPicture, reconstructionSet, type ReconstructionSet } from './reconstructions'

/** Separate streams of random numbers of a run, after those of training. */
const STREAM = { weights: 21, order: 22, images: 23, pictures: 24 } as const
/** Lines of `metrics.jsonl` and pictures of a run, at most. */
const MOST_LINES = 4000
const PICTURES_A_RUN = 40
/** A picture costs as much as several updates, so short runs have fewer. */
const LEAST_STEPS_BETWEEN = 25
/** Pretraining has one part where training has folds. */
const FOLD = 0

const workerCount = (threads: number): number => Math.max(1, Math.min(4, Math.floor(threads / 2)))

/** @throws AppError LOSS_NOT_FINITE (with step and rate), DEVICE_UNAVAILABLE, DISK_FULL, CHECKPOINT_INVALID, FILE_UNREADABLE, CANCELLED */
export async function pretrainRun(spec: PretrainSpec, context: CommandContext): Promise<PretrainingResult> {
  const folder = new RunFolder(spec.runDirectory)
  mkdirSync(folder.checkpoint(), { recursive: true })
  mkdirSync(folder.path(PICTURES_FOLDER), { recursive: true })
  const run = folder.json<PretrainingRunConfig>('config.json')
  const data = folder.json<PretrainingData>('data.json')
  const environment = environmentOf(spec.product, run)
  await folder.writeJson(folder.path('environment.json'), environment)
  const network = networkOf(run)
  const places = framePlaces(data)
  const series = seriesOf(data, spec.cropsFile)
  const parent = spec.parent ? await readParent(spec.parent) : null
  const start = startingAutoencoder(network, parent?.tensors ?? null, Random.seeded(run.config.seed, STREAM.weights))
  const pictures = await pictureSet(run, network, series, places, start.encoderPositions)
  const resumed = await loadCheckpoint(folder)
  await folder.rewindMetrics(FOLD, resumed?.rest.step ?? 0)
  const { batch, microBatches, weightDecay, clipNorm } = run.config.optimisation
  const program = pretrainingProgram({ network, batch, weightDecay, clipNorm })
  const state: TrainingState = resumed?.state ?? { weights: start.weights, first: new Map(), second: new Map() }
  const trainer = await openTrainer(program, state, run.device as DeviceId, { threads: run.threads, microBatches })
  const workerData: Omit<MaskedWorkerData, 'batch' | 'images'> = {
    kind: 'masked',
    series,
    frameSeries: places.series,
    frame: places.frame,
    network,
    target: run.config.target,
    augmentation: run.config.augmentation,
    normalisation: run.normalisation,
    encoderPositions: start.encoderPositions,
  }
  const layout = maskedLayout(network, batch)
  const loader = new BatchLoader({ slotLength: layout.total, workerData }, batch, workerCount(run.threads))
  const loop = new PretrainLoop({ folder, run, network, places, trainer, loader, pictures, context }, resumed?.rest ?? null)
  try {
    if ((await loop.run()) === 'paused') return { outcome: 'paused', card: null }
    const { weights } = await trainer.state()
    mkdirSync(folder.path(MODEL_FOLDER), { recursive: true })
    const name = 'weights.safetensors'
    const saved = await saveWeights(folder.path(MODEL_FOLDER, name), backboneWeights(weights, network, start.encoderPositions), {
      format: 'pt',
    })
    const figures = pretrainingFigures(folder.metrics(), run, loop.seconds)
    const report = pretrainingReport({ run, data, figures, hasFreshDecoder: start.fresh.length > 0 })
    await folder.writeJson(folder.path('report.json'), report)
    const lastPicture = folder.path(PICTURES_FOLDER, pictureName(run.steps))
    await folder.writeText(
      folder.path('report.html'),
      pretrainingReportHtml(report, environment, folder.metrics(), existsSync(lastPicture) ? lastPicture : null),
    )
    const card: NonNullable<PretrainingResult['card']> = {
      architecture: run.architecture,
      files: [{ name, bytes: saved.sizeBytes, sha256: saved.sha256 }],
      metrics: [{ name: 'reconstruction loss', value: figures.loss, of: 'pretraining images, mean of the last twentieth of the updates' }],
      training: trainingSummary(run, data, figures),
    }
    await folder.writeJson(folder.path('result.json'), { outcome: 'finished', card } satisfies PretrainingResult)
    clearCheckpoints(folder)
    return { outcome: 'finished', card }
  } finally {
    await loader.close()
    await trainer.dispose()
  }
}

export function networkOf(run: PretrainingRunConfig): AutoencoderConfig {
  const { width, depth, heads, patch, imageSize } = run.architecture
  const { decoder } = run
  return {
    width,
    depth,
    heads,
    patch,
    imageSize,
    decoderWidth: decoder.width,
    decoderDepth: decoder.depth,
    decoderHeads: decoder.heads,
    maskRatio: run.config.maskRatio,
  }
}

/** Series of all sources in order, as {@link framePlaces} counts them. */
function seriesOf(data: PretrainingData, cropsFile: string): CropSeries[] {
  return data.sources.flatMap(({ directory, series }) =>
    series.map(({ id, track, rule, size }) => ({
      cropsFile: directory === null ? cropsFile : join(directory, FRAMES_FILE),
      id,
      track,
      rule,
      size,
    })),
  )
}

/** A few frames, chosen once for the whole run. */
async function pictureSet(
  run: PretrainingRunConfig,
  network: AutoencoderConfig,
  series: readonly CropSeries[],
  places: FramePlaces,
  encoderPositions: Float32Array,
): Promise<ReconstructionSet> {
  const random = Random.seeded(run.config.seed, STREAM.pictures)
  const chosen = epochOrder(places, random).slice(0, Math.min(run.config.pictures.count, places.count))
  const reader = new CropReader()
  try {
    const pixels: { side: number; data: Uint8Array }[] = []
    for (const frame of chosen) {
      const one = series[places.series[frame] as number] as CropSeries
      pixels.push({ side: one.size, data: await reader.read(one, places.frame[frame] as number) })
    }
    const { target } = run.config
    return reconstructionSet(pixels, { network, target, normalisation: run.normalisation, encoderPositions, random })
  } finally {
    reader.close()
  }
}

interface LoopParts {
  folder: RunFolder
  run: PretrainingRunConfig
  network: AutoencoderConfig
  places: FramePlaces
  trainer: Trainer
  loader: BatchLoader
  pictures: ReconstructionSet
  context: CommandContext
}

class PretrainLoop {
  private step: number
  seconds: number
  private startedAt = performance.now()
  private lastSave = performance.now()
  /** Orders of the present epoch and of the one that is read ahead into. */
  private orders: { epoch: number; order: Int32Array; state: FoldState['orderState'] }[] = []

  constructor(
    private readonly parts: LoopParts,
    resumed: FoldState | null,
  ) {
    this.step = resumed?.step ?? 0
    this.seconds = resumed?.seconds ?? 0
    const phase = resumed ? `Resumed at step ${resumed.step}` : 'Started'
    parts.folder.append({ kind: 'phase', fold: FOLD, phase, at: new Date().toISOString() })
    if (resumed && orderHash(this.orderOf(this.epochOf(this.step)).order) !== resumed.orderHash)
      throw new AppError(
        'CHECKPOINT_INVALID',
        'The pictures of this run have changed since its checkpoint, so it cannot be resumed. Start a new run.',
      )
  }

  async run(): Promise<'finished' | 'paused'> {
    const { run, network, loader, folder, context } = this.parts
    const { batch, microBatches } = run.config.optimisation
    const layout = maskedLayout(network, batch)
    const interval = new LossInterval(Math.ceil(run.steps / MOST_LINES))
    const micro: StepInputs[] = []
    if (this.step === 0) await this.writePicture()
    let began = performance.now()
    for await (const { images } of loader.batches(this.plans())) {
      // the loader's array is only good until the next batch
      const values = microBatches > 1 ? Float32Array.from(images) : images
      micro.push(pretrainingInputs({ ...maskedParts(values, layout), order: new Int32Array(0) }))
      if (micro.length < microBatches) continue
      const rate = this.rate()
      const report = await this.update(micro, rate)
      micro.length = 0
      this.step++
      interval.add(report, rate, batch * microBatches, performance.now() - began)
      if (interval.isFull || this.step === run.steps)
        folder.append({
          kind: 'pretraining',
          fold: FOLD,
          step: this.step,
          epoch: this.step / run.stepsPerEpoch,
          ...interval.take(),
          at: new Date().toISOString(),
        })
      context.progress({
        done: this.step,
        total: run.steps,
        phase: `Epoch ${this.epochOf(this.step - 1) + 1} of ${Math.ceil(run.steps / run.stepsPerEpoch)}`,
      } as never)
      if (this.isPictureDue()) await this.writePicture()
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
    const { run } = this.parts
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
    const { trainer, run } = this.parts
    try {
      return await trainer.step(micro, updateScalars(this.step + 1, rate, PRETRAINING_ADAMW))
    } catch (error) {
      const step = this.step + 1
      const kept = 'The checkpoints before it are intact.'
      if (error instanceof AppError && error.code === 'LOSS_NOT_FINITE')
        throw new AppError(
          'LOSS_NOT_FINITE',
          `Pretraining has diverged at step ${step} with a rate of ${rate.toPrecision(3)}: the loss or its gradients are not finite. ${kept} Start again with a base rate of half as much.`,
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
    const { folder, trainer } = this.parts
    const now = performance.now()
    this.seconds += (now - this.startedAt) / 1000
    this.startedAt = now
    const { order, state } = this.orderOf(this.epochOf(this.step))
    await saveCheckpoint(folder, await trainer.state(), {
      fold: FOLD,
      step: this.step,
      orderState: state,
      orderHash: orderHash(order),
      evaluated: [],
      seconds: this.seconds,
    })
    this.lastSave = performance.now()
  }

  private isPictureDue(): boolean {
    const { run } = this.parts
    const every = run.config.pictures.everySteps ?? Math.max(LEAST_STEPS_BETWEEN, Math.floor(run.steps / PICTURES_A_RUN))
    return this.step % every === 0 || this.step === run.steps
  }

  private async writePicture(): Promise<void> {
    const { folder, trainer, pictures, run } = this.parts
    const { weights } = await trainer.state()
    const jpeg = await reconstructionPicture(pictures, weights, run.device, run.threads)
    await folder.writeBytes(folder.path(PICTURES_FOLDER, pictureName(this.step)), jpeg)
    const epoch = this.step / run.stepsPerEpoch
    folder.append({ kind: 'reconstructions', fold: FOLD, step: this.step, epoch, at: new Date().toISOString() })
  }

  private epochOf(step: number): number {
    return Math.floor(step / this.parts.run.stepsPerEpoch)
  }

  private orderOf(epoch: number): { order: Int32Array; state: FoldState['orderState'] } {
    const known = this.orders.find((one) => one.epoch === epoch)
    if (known) return known
    const { run, places } = this.parts
    const random = Random.seeded(run.config.seed, STREAM.order, epoch)
    const { state } = random
    const made = { epoch, order: epochOrder(places, random), state }
    this.orders = [...this.orders.slice(-1), made]
    return made
  }

  /** Micro-batches from the present step to the end. Read ahead, so it keeps its own count. */
  private *plans(): Generator<BatchPlan> {
    const { run } = this.parts
    const { batch, microBatches } = run.config.optimisation
    for (let step = this.step; step < run.steps; step++) {
      const epoch = this.epochOf(step)
      const { order } = this.orderOf(epoch)
      for (let micro = 0; micro < microBatches; micro++) {
        const at = ((step - epoch * run.stepsPerEpoch) * microBatches + micro) * batch
        const samples = Array.from({ length: batch }, (_, place) => order[(at + place) % order.length] as number)
        yield { samples, seeds: samples.map((sample, place) => [run.config.seed, STREAM.images, epoch, sample, at + place]) }
      }
    }
  }
}

/** Means of some steps as one line of metrics. */
class LossInterval {
  private steps = 0
  private loss = 0
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
    this.norm += report.gradientNorm
    this.rate = rate
    this.images += images
    this.milliseconds += milliseconds
  }

  take() {
    const line = {
      loss: this.loss / this.steps,
      rate: this.rate,
      gradientNorm: this.norm / this.steps,
      samplesPerSecond: this.images / Math.max(1e-3, this.milliseconds / 1000),
    }
    this.steps = this.loss = this.norm = this.images = this.milliseconds = 0
    return line
  }
}
