// What main asks of the compute process for training and evaluation. Paths are this computer's; nothing of this reaches a window.
import type { ModelCard, VitArchitecture } from './model'
import type { FoldPlan, TrainingConfig } from './training'
import type { Fold, RunConfig, RunData, TrainingEstimate } from './trainingRun'

/** `planRun` -> {@link RunPlan}. Refuses leaks, too few subjects and networks that cannot be built. */
export interface PlanRunSpec extends PlanFoldsSpec {
  config: TrainingConfig
  /** Of the model to start from; null from nothing. */
  architecture: VitArchitecture | null
}

export interface RunPlan {
  folds: Fold[]
  architecture: VitArchitecture
}

export interface PlanFoldsSpec {
  plan: FoldPlan
  subjects: string[]
  /** For the check by content: the same video must not be on both sides under two subjects' names. */
  videos: { subject: string; contentHash: string }[]
  validationShare: number
  seed: number
  /** Subjects that the model to start from has learned from. */
  parentSubjects: string[]
  parentName: string | null
}

/** Weights and card of a model on disk. */
export interface ModelOnDisk {
  directory: string
  card: ModelCard
}

/** Where the crops are, and for what frames. */
export interface CroppedData {
  data: RunData
  /** crops.sqlite, which is only read. */
  cropsFile: string
}

/** `train`: runs or resumes a prepared run folder. Chunks: {@link TrainChunk}. Result: {@link TrainResult}. */
export interface TrainSpec {
  runDirectory: string
  cropsFile: string
  /** Model to start from. */
  parent: ModelOnDisk | null
  /** The model to stand beside: a ViT's folder; or, for the starter, `before.f32` in the run folder, (samples, AUs of the run), NaN where unknown. */
  before: ModelOnDisk | null
  /** Version of the product, for the environment. */
  product: string
}

/** A file in the run folder whose making asks main to stop: pausing. */
export const PAUSE_FILE = 'pause'
/** Folder with the new model's files, in the run folder, until main moves it. */
export const MODEL_FOLDER = 'model'
/** Probabilities of the starter model per sample. */
export const BEFORE_FILE = 'before.f32'

/** Where training stands, for progress. */
export interface TrainProgress {
  done: number
  total: number
  phase: string
}

export interface TrainResult {
  outcome: 'finished' | 'paused'
  /** Card of the new model without id, name and creation time; its files are in {@link MODEL_FOLDER}. */
  card: Pick<ModelCard, 'architecture' | 'aus' | 'files' | 'metrics' | 'training'> | null
}

/** `estimateTraining` -> {@link TrainingEstimate} without data counts. */
export interface EstimateSpec {
  config: TrainingConfig
  parent: ModelOnDisk | null
  aus: number
  subjects: number
  device: string
  threads: number
  /** Training frames of the largest fold, and of all folds together. */
  trainedFrames: number
  totalTrainedFrames: number
  evaluatedFrames: number
  folds: number
  /** False reckons memory only, without a step on the device. */
  isMeasured: boolean
}
export type EstimateResult = TrainingEstimate

/** `evaluateModel` -> ModelFigures, by the thresholds of its card. */
export interface EvaluateSpec extends CroppedData {
  model: ModelOnDisk
  /** For the starter: (samples, AUs of `data`) in the payload. */
  device: string
  resamples: number
  seed: number
}

/** `comparePrecisions` -> PrecisionFigures: the model in float32 and in int8 on the processor. */
export interface ComparePrecisionsSpec extends CroppedData {
  model: ModelOnDisk
  resamples: number
  seed: number
}

/** `probeModel` -> ProbeFigures. */
export interface ProbeSpec extends CroppedData {
  model: ModelOnDisk
  device: string
  seed: number
}

/** `embedModel` -> Embedding of src/shared/studies.ts. */
export interface EmbedSpec extends CroppedData {
  model: ModelOnDisk
  /** The run that made the model, and what it began from, for the picture before; null where there was none. */
  run: { config: RunConfig; data: RunData } | null
  parent: ModelOnDisk | null
  /** Subjects of the data that the model learned from; null where it may have learned from any. */
  learned: string[] | null
  framesPerSubject: number
  perplexity: number
  device: string
  seed: number
}

/** `exportModel` -> ModelExport. */
export interface ExportSpec {
  model: ModelOnDisk
  format: 'safetensors' | 'onnx'
  file: string
  /** Safetensors in half precision: half the size. */
  isHalf?: boolean
}

export type { Fold }
