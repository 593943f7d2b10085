// What distillation is told, and what its run folder holds: settings with defaults, config.json, results, report. Its data.json is that of training
// (RunData), whose samples here are all frames that the teacher looks at, labelled or not. Nothing here trains.
import { z } from 'zod'
import type { ErrorBody } from './errors'
import type { JobRow } from './jobs'
import { layeredSettings, settingRefused } from './layeredSettings'
import type { ModelCard, PixelNormalisation, VitArchitecture } from './model'
import type { ModelOnDisk } from './trainingCommands'
import type { FigureDifferences, ModelFigures } from './figures'
import type { RunMetric } from './runMetrics'
import type { RunState } from './trainingRun'

const count = (least: number, most: number) => z.number().int().min(least).max(most)

/** Sizes of a student that starts from nothing. */
export const STUDENT_SIZES = ['tiny', 'small', 'base'] as const
export type StudentSize = (typeof STUDENT_SIZES)[number]

export const distillationConfigSchema = z.strictObject({
  network: z.strictObject({ size: z.enum(STUDENT_SIZES), imageSize: count(16, 1024) }),
  temperature: z.number().min(0.25).max(20),
  features: z.strictObject({ weight: z.number().min(0).max(100), loss: z.enum(['smooth-l1', 'cosine']) }),
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
    layerDecay: z.number().gt(0).max(1),
    clipNorm: z.number().gt(0).nullable(),
  }),
  augmentation: z.strictObject({
    resizedCropScale: z.tuple([z.number().gt(0).max(1), z.number().gt(0).max(1)]).nullable(),
    flip: z.number().min(0).max(1),
  }),
  frames: z.strictObject({
    every: count(1, 10_000),
    leaveOut: z.array(z.string().trim().min(1).max(200)),
  }),
  thresholds: z.enum(['teacher', 'labels']),
  evaluation: z.strictObject({
    everyEpochs: count(1, 10_000),
    framesPerSubject: count(1, 1_000_000),
    resamples: count(100, 100_000),
  }),
  checkpointMinutes: z.number().gt(0).max(1440),
  seed: count(0, 2 ** 32 - 1),
})
export type DistillationConfig = z.infer<typeof distillationConfigSchema>

export const DEFAULT_DISTILLATION: DistillationConfig = {
  // Of a student that starts from nothing; one that starts from a model keeps that model's size, and its image side unless another is asked for.
  network: { size: 'tiny', imageSize: 112 },
  // Softens the teacher's values; 1 takes its probabilities as they are.
  temperature: 2,
  // Weight of learning the teacher's features beside its AU values, and how their distance is measured; 0 goes by AU values alone.
  features: { weight: 1, loss: 'smooth-l1' },
  optimisation: {
    epochs: 20,
    steps: null,
    warmupEpochs: 1,
    batch: 64,
    microBatches: 1,
    // Per 256 images.
    baseRate: 1e-3,
    minimumRate: 1e-6,
    weightDecay: 0.05,
    layerDecay: 1,
    clipNorm: 1,
  },
  augmentation: {
    // Mild, because the teacher's values are those of the whole crop.
    resizedCropScale: [0.8, 1],
    flip: 0.5,
  },
  frames: {
    // Of the analysed frames every n-th is used: neighbours hardly differ.
    every: 5,
    // Subjects whose frames the student does not see, so that it can be measured on them.
    leaveOut: [],
  },
  // 'labels' chooses the student's thresholds on the labelled frames of the subjects it saw; where an AU has none, the teacher's is kept.
  thresholds: 'teacher',
  // At most so many frames of a subject are looked at to compare student and teacher, spread evenly.
  evaluation: { everyEpochs: 1, framesPerSubject: 500, resamples: 1000 },
  checkpointMinutes: 10,
  seed: 0,
}

/**
 * Changes laid over each other from the defaults on, later ones winning, then checked.
 * @throws AppError CONFIG_INVALID, naming the setting
 */
export function distillationConfig(...changes: readonly unknown[]): DistillationConfig {
  const config = layeredSettings(distillationConfigSchema, DEFAULT_DISTILLATION, changes, 'distillation')
  const { epochs, steps, warmupEpochs, baseRate, minimumRate, batch, microBatches } = config.optimisation
  if (steps === null && warmupEpochs >= epochs) throw settingRefused('optimisation.warmupEpochs', `must be less than the ${epochs} epochs`)
  if (minimumRate > (baseRate * batch * microBatches) / 256)
    throw settingRefused('optimisation.minimumRate', 'must not be above the full rate')
  const crop = config.augmentation.resizedCropScale
  if (crop && crop[0] > crop[1]) throw settingRefused('augmentation.resizedCropScale', 'must go from the smaller to the larger share')
  return config
}

/** A model as a distillation run remembers it. */
export interface DistillationModel {
  id: string
  name: string
  /** Of the weights file. */
  sha256: string
}

/** The model that is learned from. */
export interface Teacher extends DistillationModel {
  architecture: VitArchitecture
  normalisation: PixelNormalisation
  aus: number[]
  /** Subjects of this project that it or a model it came from was trained on. */
  subjects: string[]
  /** The model among it and those it came from of which that is not known, as it was imported; null where all is known. */
  unknownOrigin: string | null
}

/** `config.json` of a distillation run; other runs have another `format` in the same folder of runs. */
export interface DistillationRunConfig {
  format: typeof DISTILLATION_FORMAT
  id: string
  name: string
  createdAt: string
  config: DistillationConfig
  device: string
  /** Threads of the processor; a resumed run uses as many, for the same sums. */
  threads: number
  teacher: Teacher
  /** Model that the student starts from; null from nothing. */
  parent: DistillationModel | null
  /** Of the student. */
  architecture: VitArchitecture
  normalisation: PixelNormalisation
  /** Whether all faces are synthetic, as far as is known. */
  isSynthetic: boolean
  /** Why labels that there are cannot be used for comparing; null where they are, or where there are none. */
  labelsUnused: string | null
  /** Set when a subject's rows were taken out after consent was withdrawn: such a run cannot go on. */
  hasWithdrawals?: true
  /** Updates an epoch and in all. */
  stepsPerEpoch: number
  steps: number
}
export const DISTILLATION_FORMAT = 'au-workbench-distillation/1'

/** `planDistillation` -> VitArchitecture of the student. Refuses networks that cannot be built (CONFIG_INVALID) and what does not fit (WILL_NOT_FIT). */
export interface PlanDistillationSpec {
  config: DistillationConfig
  teacher: VitArchitecture
  /** Outputs of the teacher. */
  aus: number
  /** Of the model that the student starts from; null from nothing. */
  architecture: VitArchitecture | null
  device: string
}

/** `distil`: runs or resumes a prepared run folder -> {@link DistillationResult}. */
export interface DistilSpec {
  runDirectory: string
  /** crops.sqlite of the project. */
  cropsFile: string
  teacher: ModelOnDisk
  parent: ModelOnDisk | null
  product: string
}

export interface DistillationResult {
  outcome: 'finished' | 'paused'
  /** Card of the student without id, name and creation time; its files are in the run's model folder. */
  card: Pick<ModelCard, 'architecture' | 'aus' | 'files' | 'metrics' | 'training'> | null
}

/** How alike two models' probabilities are on the same frames, with nobody's labels. */
export interface TeacherAgreement {
  subjects: string[]
  frames: number
  /** Mean over AUs of Pearson's correlation; null where a model says the same of every frame. */
  correlation: number | null
  /** Mean absolute difference of the probabilities. */
  meanDifference: number
  /** Share of decisions that differ, each model by its own thresholds. */
  changedShare: number
  aus: { au: number; correlation: number | null; meanDifference: number; changedShare: number }[]
}

/** Both models on the same labelled frames, each by its own thresholds. */
export interface LabelledComparison {
  /** Whether the student saw these subjects while it learned. */
  kind: 'left-out' | 'distilled'
  subjects: string[]
  frames: number
  /** Of these subjects, those whose labels the teacher learned from: there its figures say nothing about other people. */
  teacherTrainedOn: string[]
  teacher: ModelFigures
  student: ModelFigures
  /** Student minus teacher. */
  difference: FigureDifferences
}

/** Measured in turns on the same images; the networks alone, without decoding and finding faces. */
export interface DistillationSpeed {
  device: string
  processor: string
  threads: number
  batch: number
  images: number
  teacherPerSecond: number
  studentPerSecond: number
}

/** `report.json` of a distillation run. */
export interface DistillationReport {
  format: 'au-workbench-distillation-report/1'
  runId: string
  name: string
  createdAt: string
  config: DistillationConfig
  device: string
  teacher: Teacher & { bytes: number; parameters: number }
  student: { architecture: VitArchitecture; bytes: number; parameters: number; parentName: string | null }
  /** Frames learned from, and of whom. */
  frames: number
  subjects: string[]
  leftOut: string[]
  steps: number
  epochs: number
  seconds: number
  /** Means over the last twentieth of the updates. */
  loss: number
  /** On the frames that were learned from, and on those of the subjects left out; null without any. */
  agreement: { distilled: TeacherAgreement; leftOut: TeacherAgreement | null }
  labelled: LabelledComparison[]
  speed: DistillationSpeed
  /** F1 lost against speed gained. */
  sentence: string
  warnings: string[]
  /** One paragraph for the methods section of an article. */
  methods: string
}

/** A row of the list of distillation runs. */
export interface DistillationSummary {
  id: string
  name: string
  createdAt: string
  state: RunState
  job: JobRow | null
  teacherName: string
  parentName: string | null
  device: string
  steps: number
  modelId: string | null
  sentence: string | null
  error: ErrorBody | null
}

export interface DistillationDetail {
  summary: DistillationSummary
  run: DistillationRunConfig
  frames: number
  subjects: string[]
  leftOut: string[]
  /** At most 2,000 steps, evenly thinned, and every comparison with the teacher. */
  metrics: RunMetric[]
  report: DistillationReport | null
}
