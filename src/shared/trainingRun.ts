// What a training run reads and writes in its folder `runs/ID/`: data, settings, report. Types only; files are the compute process's, except `config.json`,
// `data.json` and `status.json`, which main writes. Lines of metrics are in runMetrics.ts, what figures are in figures.ts.
import type { ErrorBody } from './errors'
import type { Ablation, FigureDifferences, Interval, ModelFigures, ProbeFigures } from './figures'
import type { JobRow } from './jobs'
import type { CropRule, PixelNormalisation, VitArchitecture } from './model'
import type { CoderPolicy, TrainingConfig } from './training'

/** A label of a sample: `1` present, `0` absent, `9` not known. */
export type SampleLabel = '0' | '1' | '9'

/** `data.json`: every labelled frame with a face, of which subjects and videos, and what was left out. */
export interface RunData {
  format: 'au-workbench-run-data/1'
  /** Ascending. */
  aus: number[]
  /** Codes, ascending; videos refer to them by place. */
  subjects: string[]
  videos: { id: string; subject: number; fileName: string; contentHash: string; frameCount: number; track: number }[]
  samples: {
    /** Place in `videos`, per sample; samples are sorted by video and frame. */
    video: number[]
    frame: number[]
    /** One character per AU, see {@link SampleLabel}. */
    labels: string[]
    /** `1` where the sample is trained on when its subject is; `0` where thinning left it to testing alone. */
    isTrained: string
  }
  crops: { rule: CropRule['name']; size: number }
  coders: { policy: CoderPolicy; names: string[]; contradictions: number; agreement: CoderAgreement[] }
  /** Labelled frames that cannot be used because the subject's face was not found there. */
  framesWithoutFace: number
  leftOutAus: LeftOutAu[]
}

/** An AU that cannot be learned: nobody coded it, or it is present in every labelled frame, or in none. */
export interface LeftOutAu {
  au: number
  kind: 'unlabelled' | 'always' | 'never'
}

/** How two coders saw the frames that both coded, over all pairs of coders in the order of their names; whatever the policy. */
export interface CoderAgreement {
  au: number
  bothPresent: number
  onlyFirst: number
  onlySecond: number
  bothAbsent: number
}

/** Held-out subjects of one fold, and who of the others chooses thresholds and epoch. Codes. */
export interface Fold {
  /** Empty in the fit on all subjects that follows cross-validation. */
  test: string[]
  train: string[]
  validation: string[]
}

/** Model that training starts from, as the run remembers it. */
export interface RunParent {
  id: string
  name: string
  kind: 'vit' | 'backbone'
  architecture: VitArchitecture
  aus: number[]
  sha256: string
  /** Subjects of this project whose faces it, or a model it came from, was pretrained on without labels. */
  seenUnlabelled?: string[]
}

/** `config.json` */
export interface RunConfig {
  format: 'au-workbench-run/1'
  id: string
  name: string
  createdAt: string
  config: TrainingConfig
  presetId: string | null
  device: string
  /** Threads of the processor; a resumed run uses as many, for the same sums. */
  threads: number
  parent: RunParent | null
  architecture: VitArchitecture
  normalisation: PixelNormalisation
  folds: Fold[]
  /** Model whose figures stand beside the new one's, null for none. */
  before: { id: string; name: string; kind: 'starter' | 'vit' } | null
  /** Whether the training faces are all synthetic, as far as is known. */
  isSynthetic: boolean
  /** Name shared by the runs of an ablation, whose reports show each other; absent for a run on its own. */
  ablation?: string
  /** Set when a subject's rows were taken out after consent was withdrawn: such a run cannot go on. */
  hasWithdrawals?: true
}

export type RunState = 'running' | 'paused' | 'finished' | 'stopped' | 'failed' | 'interrupted'

/** `status.json` */
export interface RunStatus {
  state: RunState
  jobId: string | null
  modelId: string | null
  error: ErrorBody | null
  updatedAt: string
}

/** `report.json` */
export interface RunReport {
  format: 'au-workbench-report/1'
  runId: string
  name: string
  createdAt: string
  config: TrainingConfig
  device: string
  environment: RunEnvironment
  data: TrainingDataSummary
  folds: (Fold & { chosenEpoch: number | null; epochs: number; seconds: number })[]
  parentName: string | null
  before: ModelFigures | null
  after: ModelFigures
  /** After minus before. */
  difference: FigureDifferences | null
  /** The runs of the same ablation that have finished, this one among them; null for a run on its own. */
  ablation: Ablation | null
  /** Epoch by epoch, for the curves. */
  curves: {
    fold: number
    epoch: number
    auLoss: number | null
    identityLoss: number | null
    validationF1: number | null
    testF1: number | null
    /** Accuracy of the identity probe; absent in reports of runs without it. */
    probeAccuracy?: number | null
  }[]
  probe: { before: ProbeFigures | null; after: ProbeFigures | null; reason: string | null } | null
  /** Rows of the paper's table where the data set is one of its. */
  published: { source: string; rows: { method: string; venue: string; f1: Record<string, number>; meanF1: number }[] } | null
  warnings: string[]
  /** One paragraph for the methods section of an article. */
  methods: string
}

export interface RunEnvironment {
  product: string
  node: string
  platform: string
  processor: string
  cores: number
  memoryBytes: number
  onnxruntime: string
  tensorflowJs: string
  device: string
  threads: number
  seed: number
}

/** Subjects by AUs: what there is to learn from. */
export interface TrainingDataSummary {
  aus: number[]
  subjects: {
    code: string
    videos: number
    /** Labelled frames with a face. */
    frames: number
    /** Of these, after thinning. */
    trainedFrames: number
    /** Per AU in the order of `aus`. */
    present: number[]
    absent: number[]
  }[]
  totals: { frames: number; trainedFrames: number; present: number[]; absent: number[] }
  coders: RunData['coders']
  framesWithoutFace: number
  leftOutAus: LeftOutAu[]
  /** Gaps with what to do about them, one sentence each. */
  warnings: string[]
}

/** What training will take, measured by one step on the device. */
export interface TrainingEstimate {
  device: string
  folds: number
  trainedFrames: number
  updates: number
  secondsPerUpdate: number
  /** The whole run with its evaluations, roughly. */
  seconds: number
  memoryBytes: number
  availableBytes: number
  /** Null where it fits, else what to do. */
  advice: string | null
}

/** A row of the list of runs. */
export interface RunSummary {
  id: string
  name: string
  createdAt: string
  state: RunState
  job: JobRow | null
  presetId: string | null
  parentName: string | null
  lambda: number
  device: string
  aus: number[]
  foldCount: number
  modelId: string | null
  meanF1: number | null
  meanF1Interval: Interval | null
  beforeMeanF1: number | null
  error: ErrorBody | null
}
