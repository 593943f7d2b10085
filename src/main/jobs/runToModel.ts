// What every kind of run does that makes a model: crops, work in the compute process, the new model into the registry.
// Every part can be repeated, so resuming is running it again. What is computed, and what is said of the model, is the kind's own.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { DecodeSource, FfmpegBinary, FrameClock } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import type { CropRule, ModelCard, VitArchitecture } from '@shared/model'
import { MODEL_FOLDER, type ModelOnDisk, type TrainProgress } from '@shared/trainingCommands'
import { buildCrops, type WantedCrops } from './buildCrops'
import type { ComputeClient } from './computeClient'
import type { JobContext } from './runner'

/** What a run's files say of it, whatever its kind. */
interface PreparedRun {
  id: string
  name: string
  architecture: VitArchitecture
  normalisation: ModelCard['normalisation']
}

export interface RunInput<Run extends PreparedRun, Data> {
  store: ProjectStore
  compute: ComputeClient
  ffmpeg: FfmpegBinary
  /** The run's folder: configuration, data and checkpoints, later the model. */
  folder: string
  run: Run
  data: Data
  parent: ModelOnDisk | null
  licence: ModelCard['licence']
  product: string
  readable(videoId: string): { source: DecodeSource; clock: FrameClock }
}

export interface RunOutcome {
  outcome: 'finished' | 'paused'
  runId: string
  modelId: string | null
}

/** What the compute process leaves in `result.json`; its card has neither id nor name, and its files are in {@link MODEL_FOLDER}. */
interface RunResult {
  outcome: 'finished' | 'paused'
  card: (Pick<ModelCard, 'architecture' | 'files' | 'metrics' | 'training'> & Partial<Pick<ModelCard, 'aus'>>) | null
}

/** What the kinds differ in. */
export interface RunKind<Spec> {
  command: string
  modelKind: ModelCard['kind']
  /** Classes in the order of the outputs, of a model that names expressions. */
  expressions?: string[]
  /** First words of the model's description, and what follows its dimensions. */
  named: string
  from: string
  /** Everything the compute process is to find on disk, and what it is told. */
  prepare(): Promise<Spec>
}

/** What is needed beside crops, which not every kind has. */
type ModelInput = Omit<RunInput<PreparedRun, unknown>, 'ffmpeg' | 'readable'>

/** @throws AppError of the media and compute rooms and of the kind's command; the run folder then holds the last checkpoint */
export async function runToModel<Spec>(input: ModelInput, kind: RunKind<Spec>, job: JobContext): Promise<RunOutcome> {
  const { run } = input
  const result = stored(input.folder) ?? (await compute(input, kind, job))
  if (result.outcome === 'paused') return { outcome: 'paused', runId: run.id, modelId: null }
  return { outcome: 'finished', runId: run.id, modelId: register(input, kind, result) }
}

function stored(folder: string): RunResult | null {
  const path = join(folder, 'result.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RunResult) : null
}

async function compute<Spec>(input: ModelInput, kind: RunKind<Spec>, job: JobContext): Promise<RunResult> {
  const spec = await kind.prepare()
  return (await input.compute.run(kind.command, spec, {
    signal: job.signal,
    onProgress: ({ done, total, phase }: TrainProgress) => job.progress({ done, total, unit: 'steps', phase }),
  })) as RunResult
}

/** Face crops of a run's frames, made where they are missing. @throws AppError as {@link buildCrops} and {@link assertCrops} */
export async function cropsOfRun(
  input: Omit<Parameters<typeof buildCrops>[0], 'wanted' | 'rule'>,
  rule: CropRule,
  wanted: readonly WantedCrops[],
  job: JobContext,
): Promise<void> {
  if (wanted.length === 0) return
  await buildCrops({ ...input, rule, wanted }, job)
  assertCrops(input.store, rule, wanted)
}

/** A crop that could not be made though its face is stored means that the video and its analysis disagree. @throws AppError NOT_ANALYSED */
function assertCrops(store: ProjectStore, rule: CropRule, wanted: readonly WantedCrops[]): void {
  for (const { videoId, track, frames } of wanted) {
    const stored = new Set(store.crops.frames({ videoId, track, rule: rule.name, size: rule.size }))
    const missing = frames.filter((frame) => !stored.has(frame))
    if (missing.length > 0)
      throw new AppError(
        'NOT_ANALYSED',
        `The faces of ${missing.length} frames of ${store.videos.get(videoId).fileName} could not be cut out, first frame ${missing[0]}. Analyse the video again.`,
        { videoId },
      )
  }
}

/** Moves the model's files into the registry and writes its card; done before, it is only looked up. */
function register(
  { store, run, folder, licence }: ModelInput,
  { modelKind, expressions, named, from }: RunKind<unknown>,
  { card }: RunResult,
): string {
  const known = store.models.list().find((one) => one.training.runId === run.id)
  if (known) return known.id
  if (!card) throw new AppError('RUN_NOT_FOUND', 'The run has ended without a model. Start it anew.')
  // follows from the run, so that one that was killed before its card was written finds the files where they went
  const id = createHash('sha256').update(run.id).digest('hex').slice(0, 12)
  const target = store.models.folder(id)
  const moved = join(folder, MODEL_FOLDER)
  const { width, depth, heads, patch, imageSize } = run.architecture
  if (!existsSync(target)) renameSync(moved, target)
  try {
    store.models.add({
      format: 'au-workbench-model/1',
      id,
      name: run.name,
      kind: modelKind,
      description: `${named} (ViT, width ${width}, depth ${depth}, ${heads} heads, patch ${patch}, ${imageSize} pixels) ${from} ${run.id}. ${card.training.summary}`,
      architecture: card.architecture,
      aus: card.aus ?? [],
      ...(expressions ? { expressions } : {}),
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
    renameSync(target, moved)
    throw error
  }
  return id
}
