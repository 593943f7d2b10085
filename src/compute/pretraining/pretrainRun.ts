// `pretrain`: a prepared run folder from wherever it stands to its end: masked autoencoding update by update, checkpoints, live reconstructions, the
// backbone's files and a report. Folder, checkpoints and steps are those of training; what is fed is made by maskedWorker.ts.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { backboneWeights, startingAutoencoder } from '@ml/pretraining/handOver'
import type { AutoencoderConfig } from '@ml/pretraining/maskedAutoencoder'
import { PRETRAINING_ADAMW, pretrainingInputs, pretrainingProgram } from '@ml/pretraining/pretrainingProgram'
import { Random } from '@ml/random'
import type { DeviceId } from '@runtime/index'
import { openTrainer, type TrainingState } from '@runtime/training/index'
import { FRAMES_FILE } from '@shared/curation'
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
import { BatchLoader } from '../training/batchLoader'
import { clearCheckpoints, loadCheckpoint, saveWeights } from '../training/checkpoint'
import { CropReader, type CropSeries } from '../training/cropReader'
import { environmentOf } from '../training/environment'
import { RunFolder } from '../training/runFolder'
import { readParent } from '../training/startingWeights'
import { ONLY_FOLD, UpdateLoop, workerCount } from '../training/updateLoop'
import { epochOrder, framePlaces, type FramePlaces } from './frameOrder'
import { maskedLayout, maskedParts, type MaskedWorkerData } from './maskedSlots'
import { pretrainingFigures, pretrainingReport, pretrainingReportHtml, trainingSummary } from './pretrainReport'
import { reconstructionPicture, reconstructionSet, type ReconstructionSet } from './reconstructions'

/** Separate streams of random numbers of a run, after those of training. */
const STREAM = { weights: 21, order: 22, images: 23, pictures: 24 } as const
/** Pictures of a run, about. */
const PICTURES_A_RUN = 40
/** A picture costs as much as several updates, so short runs have fewer. */
const LEAST_STEPS_BETWEEN = 25

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
  await folder.rewindMetrics(ONLY_FOLD, resumed?.rest.step ?? 0)
  const { batch, microBatches, weightDecay, clipNorm } = run.config.optimisation
  const program = pretrainingProgram({ network, batch, weightDecay, clipNorm })
  const state: TrainingState = resumed?.state ?? { weights: start.weights, first: new Map(), second: new Map() }
  await using opened = new AsyncDisposableStack()
  const options = { threads: run.threads, microBatches }
  const trainer = opened.adopt(await openTrainer(program, state, run.device as DeviceId, options), (one) => one.dispose())
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
  const slots = { slotLength: layout.total, workerData }
  const loader = opened.adopt(new BatchLoader(slots, batch, workerCount(run.threads)), (one) => one.close())
  const writePicture = async (step: number): Promise<void> => {
    const { weights } = await trainer.state()
    const jpeg = await reconstructionPicture(pictures, weights, run.device, run.threads)
    await folder.writeBytes(folder.path(PICTURES_FOLDER, pictureName(step)), jpeg)
    const at = new Date().toISOString()
    folder.append({ kind: 'reconstructions', fold: ONLY_FOLD, step, epoch: step / run.stepsPerEpoch, at })
  }
  const every = run.config.pictures.everySteps ?? Math.max(LEAST_STEPS_BETWEEN, Math.floor(run.steps / PICTURES_A_RUN))
  const loop = new UpdateLoop(
    {
      name: 'Pretraining',
      folder,
      run,
      trainer,
      loader,
      context,
      adamw: PRETRAINING_ADAMW,
      streams: STREAM,
      order: (random) => epochOrder(places, random),
      inputs: (_plan, values) => pretrainingInputs({ ...maskedParts(values, layout), order: new Int32Array(0) }),
      line: ({ reports: _none, ...means }) => ({ kind: 'pretraining', ...means }),
      after: async (step) => {
        if (step % every === 0 || step === run.steps) await writePicture(step)
      },
    },
    resumed?.rest ?? null,
  )
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
