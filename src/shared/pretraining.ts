// What masked pretraining is told, and what its run folder holds: settings with defaults, config.json, data.json, results. Nothing here trains.
import { z } from 'zod'
import { AppError } from './errors'
import type { ErrorBody } from './errors'
import type { JobRow } from './jobs'
import { layeredSettings, settingRefused } from './layeredSettings'
import type { CropRule, ModelCard, PixelNormalisation, VitArchitecture } from './model'
import type { ModelOnDisk } from './trainingCommands'
import type { RunMetric } from './runMetrics'
import type { RunParent, RunState } from './trainingRun'

const count = (least: number, most: number) => z.number().int().min(least).max(most)
const share = z.number().min(0).max(1)

/** Sizes that can be pretrained; the largest published one takes a patch of 14 and weeks. */
export const PRETRAINING_SIZES = ['tiny', 'small', 'base', 'large'] as const
export type PretrainingSize = (typeof PRETRAINING_SIZES)[number]

const decoderSchema = z.strictObject({ width: count(8, 2048), depth: count(1, 32), heads: count(1, 64) })
/** Width, depth and heads of the decoder, which is thrown away after pretraining. */
export type DecoderSize = z.infer<typeof decoderSchema>

export const pretrainingConfigSchema = z.strictObject({
  network: z.strictObject({ size: z.enum(PRETRAINING_SIZES), imageSize: count(16, 1024) }),
  /** Null takes the decoder that suits the size. */
  decoder: decoderSchema.nullable(),
  maskRatio: z.number().min(0.1).max(0.95),
  target: z.enum(['normalised', 'raw']),
  optimisation: z.strictObject({
    epochs: count(1, 10_000),
    /** Updates of the whole run; null goes by epochs. */
    steps: count(1, 100_000_000).nullable(),
    warmupEpochs: z.number().min(0).max(10_000),
    batch: count(1, 4096),
    microBatches: count(1, 256),
    baseRate: z.number().gt(0).max(10),
    minimumRate: z.number().min(0).max(10),
    weightDecay: z.number().min(0).max(1),
    clipNorm: z.number().gt(0).nullable(),
  }),
  augmentation: z.strictObject({
    resizedCropScale: z.tuple([z.number().gt(0).max(1), z.number().gt(0).max(1)]).nullable(),
    flip: share,
  }),
  own: z.strictObject({
    every: count(1, 10_000),
    leaveOut: z.array(z.string().trim().min(1).max(200)),
  }),
  pictures: z.strictObject({ count: count(1, 32), everySteps: count(1, 1_000_000).nullable() }),
  checkpointMinutes: z.number().gt(0).max(1440),
  seed: count(0, 2 ** 32 - 1),
})
export type PretrainingConfig = z.infer<typeof pretrainingConfigSchema>

/** The published pretraining of FMAE (arXiv 2407.11243) but for size, image side and batch, which are what a processor can do. */
export const DEFAULT_PRETRAINING: PretrainingConfig = {
  network: { size: 'tiny', imageSize: 112 },
  decoder: null,
  // Share of the patches that are hidden.
  maskRatio: 0.75,
  // Hidden patches are predicted after each is brought to mean 0 and deviation 1.
  target: 'normalised',
  optimisation: {
    epochs: 50,
    steps: null,
    warmupEpochs: 2,
    batch: 128,
    // Published: 512 images an update; a processor gets further with more and smaller updates.
    microBatches: 1,
    // Per 256 images.
    baseRate: 1.5e-4,
    minimumRate: 0,
    weightDecay: 0.05,
    clipNorm: null,
  },
  augmentation: { resizedCropScale: [0.2, 1], flip: 0.5 },
  own: {
    // Of the project's own frames every n-th is used: neighbours hardly differ.
    every: 5,
    // Subjects whose frames are not looked at, so that they can be tested on later.
    leaveOut: [],
  },
  // Null: about forty times a run.
  pictures: { count: 6, everySteps: null },
  checkpointMinutes: 10,
  seed: 0,
}

/** Decoders by size: the published one for the published sizes, smaller ones where it would take most of the time. */
const DECODERS: Readonly<Record<PretrainingSize, DecoderSize>> = {
  tiny: { width: 96, depth: 2, heads: 3 },
  small: { width: 192, depth: 4, heads: 6 },
  base: { width: 512, depth: 8, heads: 16 },
  large: { width: 512, depth: 8, heads: 16 },
}

export const decoderOf = (config: PretrainingConfig): DecoderSize => config.decoder ?? DECODERS[config.network.size]

/**
 * Changes laid over each other from the defaults on, later ones winning, then checked.
 * @throws AppError CONFIG_INVALID, naming the setting
 */
export function pretrainingConfig(...changes: readonly unknown[]): PretrainingConfig {
  const config = layeredSettings(pretrainingConfigSchema, DEFAULT_PRETRAINING, changes, 'pretraining')
  const { epochs, steps, warmupEpochs } = config.optimisation
  if (steps === null && warmupEpochs >= epochs) throw settingRefused('optimisation.warmupEpochs', `must be less than the ${epochs} epochs`)
  const crop = config.augmentation.resizedCropScale
  if (crop && crop[0] > crop[1]) throw settingRefused('augmentation.resizedCropScale', 'must go from the smaller to the larger share')
  const decoder = decoderOf(config)
  if (decoder.width % decoder.heads !== 0 || decoder.width % 4 !== 0)
    throw settingRefused(
      'decoder',
      `needs a width that is a multiple of 4 and of its heads; ${decoder.width} is not for ${decoder.heads} heads`,
    )
  return config
}

/** `512x8x16`: width, depth, heads. @throws AppError CONFIG_INVALID */
export function parseDecoder(text: string): DecoderSize {
  const [, width, depth, heads] = /^(\d+)x(\d+)x(\d+)$/i.exec(text.trim()) ?? []
  const parsed = decoderSchema.safeParse({ width: Number(width), depth: Number(depth), heads: Number(heads) })
  if (parsed.success) return parsed.data
  throw new AppError('CONFIG_INVALID', `A decoder is width x depth x heads, such as 96x2x3 or 512x8x16, not "${text}".`)
}

/** One series of stored pictures: a source of a curated store, or the faces of one video of the project. */
export interface PretrainingSeries {
  /** Key in the file of crops. */
  id: string
  track: number
  rule: string
  size: number
  /** Null: frames 0 to `count - 1`, as curated stores number theirs. */
  frames: number[] | null
  count: number
  /** For people. */
  name: string
  contentHash: string
}

/** Where pictures come from, and how often they are drawn. */
export interface PretrainingSource {
  kind: 'store' | 'project'
  name: string
  /** The store's folder; null for the project's own crops. */
  directory: string | null
  /** Hash of the store's content, so that a resumed run that would see other pictures is refused. */
  contentHash: string | null
  isSynthetic: boolean
  /** Terms of the pictures as the store's maker noted them. */
  licence: string | null
  /** Share of the draws of an epoch, 0-1; all sources' add up to 1. */
  share: number
  series: PretrainingSeries[]
}

/** `data.json` of a pretraining run. */
export interface PretrainingData {
  format: 'au-workbench-pretraining-data/1'
  sources: PretrainingSource[]
  frames: number
  /** Subjects of this project whose faces are among them. */
  subjects: string[]
  /** Analysed frames without the subject's face. */
  framesWithoutFace: number
}

/** `config.json` of a pretraining run; training runs have another `format` in the same folder of runs. */
export interface PretrainingRunConfig {
  format: typeof PRETRAINING_FORMAT
  id: string
  name: string
  createdAt: string
  config: PretrainingConfig
  device: string
  /** Threads of the processor; a resumed run uses as many, for the same sums. */
  threads: number
  architecture: VitArchitecture
  decoder: DecoderSize
  normalisation: PixelNormalisation
  parent: RunParent | null
  crops: { rule: CropRule['name']; size: number }
  /** Updates an epoch and in all. */
  stepsPerEpoch: number
  steps: number
  /** Set when a subject whose face was looked at has withdrawn: such a run cannot go on. */
  hasWithdrawals?: true
}
export const PRETRAINING_FORMAT = 'au-workbench-pretraining/1'

/** Folder of the reconstructions in a run, and a file's name there. */
export const PICTURES_FOLDER = 'pictures'
export const pictureName = (step: number): string => `step-${String(step).padStart(8, '0')}.jpg`

/** `planPretraining` -> VitArchitecture. Refuses networks that cannot be built. */
export interface PlanPretrainingSpec {
  config: PretrainingConfig
  /** Of the model to start from; null from nothing. */
  architecture: VitArchitecture | null
}

/** `pretrain`: runs or resumes a prepared run folder -> {@link PretrainingResult}. */
export interface PretrainSpec {
  runDirectory: string
  /** crops.sqlite of the project. */
  cropsFile: string
  parent: ModelOnDisk | null
  product: string
}

export interface PretrainingFigures {
  /** Mean loss of the last twentieth of the updates. */
  loss: number
  steps: number
  epochs: number
  seconds: number
  imagesSeen: number
}

export interface PretrainingResult {
  outcome: 'finished' | 'paused'
  /** Card of the new backbone without id, name and creation time; its files are in the run's model folder. */
  card: Pick<ModelCard, 'architecture' | 'files' | 'metrics' | 'training'> | null
}

/** `report.json` of a pretraining run. */
export interface PretrainingReport {
  format: 'au-workbench-pretraining-report/1'
  runId: string
  name: string
  createdAt: string
  config: PretrainingConfig
  figures: PretrainingFigures
  sources: { kind: PretrainingSource['kind']; name: string; frames: number; share: number; isSynthetic: boolean; licence: string | null }[]
  subjects: string[]
  parentName: string | null
  device: string
  warnings: string[]
  /** One paragraph for the methods section of an article. */
  methods: string
}

/** A row of the list of pretraining runs. */
export interface PretrainingSummary {
  id: string
  name: string
  createdAt: string
  state: RunState
  job: JobRow | null
  parentName: string | null
  device: string
  steps: number
  modelId: string | null
  loss: number | null
  error: ErrorBody | null
}

export interface PretrainingDetail {
  summary: PretrainingSummary
  run: PretrainingRunConfig
  sources: PretrainingReport['sources']
  /** At most 2,000 steps, evenly thinned, and every set of reconstructions. */
  metrics: RunMetric[]
  report: PretrainingReport | null
}
