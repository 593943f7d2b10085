// A prepared run from its folder to its end: crops, the earlier model's values, training in the compute process, the new model into the registry.
// Every part can be repeated, so resuming is running it again.
import { randomBytes } from 'node:crypto'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DecodeSource, FfmpegBinary, FrameClock } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import type { ModelCard } from '@shared/model'
import { BEFORE_FILE, MODEL_FOLDER, type ModelOnDisk, type TrainProgress, type TrainResult, type TrainSpec } from '@shared/trainingCommands'
import type { RunConfig, RunData } from '@shared/trainingRun'
import { buildCrops } from './buildCrops'
import type { ComputeClient } from './computeClient'
import { predictVideo } from './predictVideo'
import type { JobContext } from './runner'

export interface TrainInput {
  store: ProjectStore
  compute: ComputeClient
  ffmpeg: FfmpegBinary
  folder: string
  run: RunConfig
  data: RunData
  parent: ModelOnDisk | null
  before: ModelOnDisk | null
  licence: ModelCard['licence']
  product: string
  readable(videoId: string): { source: DecodeSource; clock: FrameClock }
}

export interface TrainOutcome {
  outcome: 'finished' | 'paused'
  runId: string
  modelId: string | null
}

/** @throws AppError of the media and compute rooms and of training; the run folder then holds the last checkpoint */
export async function trainModel(input: TrainInput, job: JobContext): Promise<TrainOutcome> {
  const { store, compute, run, data, folder } = input
  const finished = join(folder, 'result.json')
  if (!existsSync(finished)) {
    await buildCrops({ ...input, rule: { name: data.crops.rule, size: data.crops.size }, wanted: wantedCrops(data) }, job)
    dropMissingCrops(store, data)
    const isStarter = input.before?.card.kind === 'starter'
    if (isStarter) await writeBefore(input, job)
    const spec: TrainSpec = {
      runDirectory: folder,
      cropsFile: store.paths.crops,
      parent: input.parent,
      before: isStarter ? null : input.before,
      product: input.product,
    }
    const result = (await compute.run('train', spec, {
      signal: job.signal,
      onProgress: ({ done, total, phase }: TrainProgress) => job.progress({ done, total, unit: 'steps', phase }),
    })) as TrainResult
    if (result.outcome === 'paused') return { outcome: 'paused', runId: run.id, modelId: null }
    return { outcome: 'finished', runId: run.id, modelId: register(input, result) }
  }
  return { outcome: 'finished', runId: run.id, modelId: register(input, await readResult(finished)) }
}

async function readResult(path: string): Promise<TrainResult> {
  const { readFile } = await import('node:fs/promises')
  return JSON.parse(await readFile(path, 'utf8')) as TrainResult
}

/** Frames of every sample, by video. */
export function wantedCrops(data: RunData): { videoId: string; track: number; frames: number[] }[] {
  const frames = data.videos.map((): number[] => [])
  data.samples.video.forEach((video, index) => frames[video]?.push(data.samples.frame[index] as number))
  return data.videos.map((video, index) => ({ videoId: video.id, track: video.track, frames: frames[index] ?? [] }))
}

/** A crop that could not be made though its face is stored means that the video and its analysis disagree. */
export function dropMissingCrops(store: ProjectStore, data: RunData): void {
  for (const { videoId, track, frames } of wantedCrops(data)) {
    const stored = new Set(store.crops.frames({ videoId, track, rule: data.crops.rule, size: data.crops.size }))
    const missing = frames.filter((frame) => !stored.has(frame))
    if (missing.length > 0)
      throw new AppError(
        'NOT_ANALYSED',
        `The faces of ${missing.length} labelled frames of ${store.videos.get(videoId).fileName} could not be cut out, first frame ${missing[0]}. Analyse the video again.`,
        { videoId },
      )
  }
}

/** The starter's probabilities of every tested sample, by predicting its videos as for coding; NaN for other samples. */
async function writeBefore(input: TrainInput, job: JobContext): Promise<void> {
  const { store, run, data, folder, before } = input
  if (!before || existsSync(join(folder, BEFORE_FILE))) return
  const tested = new Set(run.folds.flatMap(({ test }) => test))
  const values = new Float32Array(data.samples.frame.length * data.aus.length).fill(Number.NaN)
  for (const [place, { id, subject }] of data.videos.entries()) {
    if (!tested.has(data.subjects[subject] ?? '')) continue
    const video = store.videos.get(id)
    await predictVideo(
      {
        store,
        compute: input.compute,
        ffmpeg: input.ffmpeg,
        video,
        readable: input.readable(id),
        model: { ...before, device: 'cpu', precision: 'float32' },
      },
      job,
    )
    const prediction = store.predictions.find(id, before.card.id)
    if (!prediction) continue
    const { aus, probabilities } = store.predictions.readAll(prediction.id)
    const columns = data.aus.map((au) => aus.indexOf(au))
    data.samples.video.forEach((videoPlace, sample) => {
      if (videoPlace !== place) return
      columns.forEach((column, at) => {
        if (column >= 0)
          values[sample * data.aus.length + at] = probabilities[(data.samples.frame[sample] as number) * aus.length + column] as number
      })
    })
  }
  const facts = { aus: before.card.aus.map(({ au }) => au), thresholds: before.card.aus.map(({ threshold }) => threshold) }
  writeFileSync(join(folder, 'before.json'), JSON.stringify(facts))
  const partial = join(folder, `${BEFORE_FILE}.part`)
  writeFileSync(partial, new Uint8Array(values.buffer), { flush: true })
  renameSync(partial, join(folder, BEFORE_FILE))
}

/** Moves the model's files into the registry and writes its card; done before, it is only looked up. */
function register({ store, run, folder, licence }: TrainInput, { card }: TrainResult): string {
  const known = store.models.list().find((one) => one.training.runId === run.id)
  if (known) return known.id
  if (!card) throw new AppError('RUN_NOT_FOUND', 'The run has ended without a model. Start it anew.')
  const id = randomBytes(6).toString('hex')
  const target = store.models.folder(id)
  const moved = join(folder, MODEL_FOLDER)
  renameSync(moved, target)
  try {
    store.models.add({
      format: 'au-workbench-model/1',
      id,
      name: run.name,
      kind: 'vit',
      description: describe(run, card),
      architecture: card.architecture,
      aus: card.aus,
      areAusAssumed: false,
      cropRule: { name: 'fmae', size: run.architecture.imageSize },
      normalisation: run.normalisation,
      training: card.training,
      licence,
      files: card.files,
      createdAt: new Date().toISOString(),
      metrics: card.metrics,
    })
  } catch (error) {
    // the folder goes back, so that resuming finds it
    if (existsSync(moved)) rmSync(target, { recursive: true, force: true })
    else renameSync(target, moved)
    throw error
  }
  return id
}

function describe(run: RunConfig, card: NonNullable<TrainResult['card']>): string {
  const { width, depth, heads, patch, imageSize } = run.architecture
  return `AU model (ViT, width ${width}, depth ${depth}, ${heads} heads, patch ${patch}, ${imageSize} pixels) trained in this project by run ${run.id}. ${card.training.summary}`
}
