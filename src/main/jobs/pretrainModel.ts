// A prepared pretraining run from its folder to its end: the project's own face crops, pretraining in the compute process, the backbone into the registry.
// Every part can be repeated, so resuming is running it again.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DecodeSource, FfmpegBinary, FrameClock } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import type { ModelCard } from '@shared/model'
import type { PretrainingData, PretrainingResult, PretrainingRunConfig, PretrainSpec } from '@shared/pretraining'
import { MODEL_FOLDER, type ModelOnDisk, type TrainProgress } from '@shared/trainingCommands'
import { buildCrops, type WantedCrops } from './buildCrops'
import type { ComputeClient } from './computeClient'
import type { JobContext } from './runner'

export interface PretrainInput {
  store: ProjectStore
  compute: ComputeClient
  ffmpeg: FfmpegBinary
  folder: string
  run: PretrainingRunConfig
  data: PretrainingData
  parent: ModelOnDisk | null
  licence: ModelCard['licence']
  product: string
  readable(videoId: string): { source: DecodeSource; clock: FrameClock }
}

export interface PretrainOutcome {
  outcome: 'finished' | 'paused'
  runId: string
  modelId: string | null
}

/** @throws AppError of the media and compute rooms and of pretraining; the run folder then holds the last checkpoint */
export async function pretrainModel(input: PretrainInput, job: JobContext): Promise<PretrainOutcome> {
  const { store, compute, run, folder } = input
  const finished = join(folder, 'result.json')
  if (existsSync(finished)) {
    const result = JSON.parse(readFileSync(finished, 'utf8')) as PretrainingResult
    return { outcome: 'finished', runId: run.id, modelId: register(input, result) }
  }
  await ownCrops(input, job)
  const spec: PretrainSpec = { runDirectory: folder, cropsFile: store.paths.crops, parent: input.parent, product: input.product }
  const result = (await compute.run('pretrain', spec, {
    signal: job.signal,
    onProgress: ({ done, total, phase }: TrainProgress) => job.progress({ done, total, unit: 'steps', phase }),
  })) as PretrainingResult
  if (result.outcome === 'paused') return { outcome: 'paused', runId: run.id, modelId: null }
  return { outcome: 'finished', runId: run.id, modelId: register(input, result) }
}

/** Face crops of the project's own frames; a frame whose crop cannot be made means that the video and its analysis disagree. */
async function ownCrops(input: PretrainInput, job: JobContext): Promise<void> {
  const { store, run, data } = input
  const wanted = data.sources
    .filter(({ kind }) => kind === 'project')
    .flatMap(({ series }) => series.map(({ id, track, frames }): WantedCrops => ({ videoId: id, track, frames: frames ?? [] })))
  if (wanted.length === 0) return
  await buildCrops({ ...input, rule: { name: run.crops.rule, size: run.crops.size }, wanted }, job)
  for (const { videoId, track, frames } of wanted) {
    const stored = new Set(store.crops.frames({ videoId, track, rule: run.crops.rule, size: run.crops.size }))
    const missing = frames.filter((frame) => !stored.has(frame))
    if (missing.length > 0)
      throw new AppError(
        'NOT_ANALYSED',
        `The faces of ${missing.length} frames of ${store.videos.get(videoId).fileName} could not be cut out, first frame ${missing[0]}. Analyse the video again.`,
        { videoId },
      )
  }
}

/** Moves the backbone's files into the registry and writes its card; done before, it is only looked up. */
function register({ store, run, folder, licence }: PretrainInput, { card }: PretrainingResult): string {
  const known = store.models.list().find((one) => one.training.runId === run.id)
  if (known) return known.id
  if (!card) throw new AppError('RUN_NOT_FOUND', 'The run has ended without a model. Start it anew.')
  const id = randomBytes(6).toString('hex')
  const target = store.models.folder(id)
  const moved = join(folder, MODEL_FOLDER)
  const { width, depth, heads, patch, imageSize } = run.architecture
  renameSync(moved, target)
  try {
    store.models.add({
      format: 'au-workbench-model/1',
      id,
      name: run.name,
      kind: 'backbone',
      description: `Pretrained backbone (ViT, width ${width}, depth ${depth}, ${heads} heads, patch ${patch}, ${imageSize} pixels) from this project's run ${run.id}. ${card.training.summary}`,
      architecture: card.architecture,
      aus: [],
      areAusAssumed: false,
      cropRule: { name: 'fmae', size: imageSize },
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
