// Expression classes of faces (FER): labelled sets of single images, what a run on them is told and reports. Nothing here trains.
import type { ErrorBody } from './errors'
import type { JobRow } from './jobs'
import type { ModelCard, PixelNormalisation, VitArchitecture } from './model'
import type { TrainingConfig } from './training'
import type { ModelOnDisk } from './trainingCommands'
import type { Interval } from './figures'
import type { RunMetric } from './runMetrics'
import type { RunParent, RunState } from './trainingRun'

/** Layouts of folders that are understood. */
export const EXPRESSION_LAYOUTS = ['raf-db', 'affectnet', 'folders'] as const
export type ExpressionLayout = (typeof EXPRESSION_LAYOUTS)[number]

/** Classes of RAF-DB by its numbers 1 to 7. */
export const RAF_DB_CLASSES = ['Surprise', 'Fear', 'Disgust', 'Happiness', 'Sadness', 'Anger', 'Neutral'] as const
/** Classes of AffectNet-8 by its numbers 0 to 7. */
export const AFFECTNET_CLASSES = ['Neutral', 'Happiness', 'Sadness', 'Surprise', 'Fear', 'Disgust', 'Anger', 'Contempt'] as const

/** `train` and `test` as the set divides itself; `open` where it does not. */
export type ExpressionSplit = 'train' | 'test' | 'open'

/** `manifest.json` of an imported set, beside `frames.sqlite` in the project's `expressions/NAME/`. */
export interface ExpressionSet {
  format: 'au-workbench-expressions/1'
  name: string
  layout: ExpressionLayout
  classes: string[]
  /** Side of the stored square images. */
  pixels: number
  samples: { label: number[]; split: ExpressionSplit[]; subject: (string | null)[]; path: string[] }
  /** Files that could not be read. */
  unreadable: string[]
  /** SHA-256 over the stored images in their order. */
  contentHash: string
  createdAt: string
}
/** Key of the images in the layout of crops.sqlite. */
export const EXPRESSION_SERIES = { id: 'expressions', track: 0, rule: 'expression' } as const

/** `lookAtExpressions` -> {@link ExpressionLook}. */
export interface LookAtExpressionsSpec {
  source: string
  layout: ExpressionLayout
}

/** What a folder holds by its names, before anything is read or taken in. */
export interface ExpressionLook {
  /** Images by class and part; `open` where the folder does not divide itself. */
  classes: ({ name: string } & Record<ExpressionSplit, number>)[]
  images: number
  hasTestPart: boolean
  /** Null where not every image names its subject. */
  subjects: number | null
}

/** `importExpressions` -> {@link ExpressionSet}. */
export interface ImportExpressionsSpec {
  source: string
  targetDirectory: string
  name: string
  layout: ExpressionLayout
  pixels: number
}

/** `config.json` of a run on expressions. */
export interface ExpressionRunConfig {
  format: typeof EXPRESSION_RUN_FORMAT
  id: string
  name: string
  createdAt: string
  setName: string
  setHash: string
  config: TrainingConfig
  device: string
  threads: number
  architecture: VitArchitecture
  normalisation: PixelNormalisation
  parent: RunParent | null
  classes: string[]
}
export const EXPRESSION_RUN_FORMAT = 'au-workbench-expression-run/1'

/** `trainExpressions` -> {@link ExpressionResult}: runs or resumes a prepared run folder. */
export interface TrainExpressionsSpec {
  runDirectory: string
  /** Folder of the imported set. */
  setDirectory: string
  parent: ModelOnDisk | null
  product: string
}

export interface ExpressionResult {
  outcome: 'finished' | 'paused'
  card: Pick<ModelCard, 'architecture' | 'files' | 'metrics' | 'training' | 'expressions'> | null
}

export interface ExpressionFigures {
  images: number
  accuracy: number
  /** By bootstrap over subjects where all are known, else over images; null where one subject was tested. */
  accuracyInterval: Interval | null
  intervalOver: 'subjects' | 'images'
  /** Mean of the classes' recalls, classes without images left out. */
  meanClassAccuracy: number
  perClass: { name: string; images: number; recall: number | null; precision: number | null; f1: number | null }[]
  /** Rows are the true classes, columns the predicted ones. */
  confusion: number[][]
}

/** `report.json` of a run on expressions. */
export interface ExpressionReport {
  format: 'au-workbench-expression-report/1'
  runId: string
  name: string
  createdAt: string
  setName: string
  layout: ExpressionLayout
  config: TrainingConfig
  device: string
  seconds: number
  chosenEpoch: number
  counts: { train: number; validation: number; test: number }
  /** Whether no person is on two sides, as far as is known. */
  isSubjectExclusive: boolean
  validationAccuracy: number
  test: ExpressionFigures
  parentName: string | null
  warnings: string[]
  methods: string
}

export interface ExpressionRunSummary {
  id: string
  name: string
  createdAt: string
  setName: string
  parentName: string | null
  device: string
  state: RunState
  job: JobRow | null
  modelId: string | null
  accuracy: number | null
  error: ErrorBody | null
}

export interface ExpressionRunDetail {
  summary: ExpressionRunSummary
  /** At most 2,000 steps, evenly thinned, and every accuracy. */
  metrics: RunMetric[]
  report: ExpressionReport | null
}

/** Numbers under which predictions of expressions are stored beside those of AUs; AUs end at 99. */
const FIRST_EXPRESSION_COLUMN = 1000

/** Columns of a model's predictions: AUs, or expressions above them. */
export const predictionColumns = (card: Pick<ModelCard, 'aus' | 'expressions'>): number[] =>
  card.expressions ? card.expressions.map((_, place) => FIRST_EXPRESSION_COLUMN + place) : card.aus.map(({ au }) => au)
