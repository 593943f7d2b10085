// What a training run reads and writes in its folder `runs/ID/`: data, metrics, figures, report. Types only; files are the compute process's, except
// `config.json`, `data.json` and `status.json`, which main writes.
import type { ErrorBody } from './errors'
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

/** A line of `metrics.jsonl`. Folds count from 0. */
export type RunMetric =
  | {
      kind: 'step'
      fold: number
      /** Updates so far in this fold. */
      step: number
      /** Epochs so far, fractional. */
      epoch: number
      auLoss: number
      /** Null without an identity head. */
      identityLoss: number | null
      rate: number
      gradientNorm: number
      samplesPerSecond: number
      at: string
    }
  | {
      kind: 'evaluation'
      fold: number
      step: number
      epoch: number
      /** Mean F1 on the validation subjects, each AU at its best threshold there; the epoch with the highest is taken. */
      validationF1: number | null
      /** Mean F1 on the held-out subjects with those thresholds; null in the fit on all subjects, or where it was not computed. */
      testF1: number | null
      /** Accuracy of the identity probe at this epoch; absent unless it was asked for. */
      probeAccuracy?: number | null
      at: string
    }
  /** Of masked pretraining, whose only fold is 0. */
  | {
      kind: 'pretraining'
      fold: number
      step: number
      epoch: number
      loss: number
      rate: number
      gradientNorm: number
      samplesPerSecond: number
      at: string
    }
  /** A picture of originals, masked and reconstructed images was written for this step. */
  | { kind: 'reconstructions'; fold: number; step: number; epoch: number; at: string }
  /** Of distillation, whose only fold is 0. `featureLoss` is null where features are not learned from. */
  | {
      kind: 'distillation'
      fold: number
      step: number
      epoch: number
      loss: number
      auLoss: number
      featureLoss: number | null
      rate: number
      gradientNorm: number
      samplesPerSecond: number
      at: string
    }
  /** How alike student and teacher are on a few frames: of subjects left out where there are any, else of those learned from. */
  | {
      kind: 'agreement'
      fold: number
      step: number
      epoch: number
      correlation: number | null
      meanDifference: number
      isLeftOut: boolean
      at: string
    }
  /** Of expression classes: mean cross-entropy of some steps. */
  | {
      kind: 'expressions'
      fold: number
      step: number
      epoch: number
      loss: number
      rate: number
      gradientNorm: number
      samplesPerSecond: number
      at: string
    }
  /** Share of the validation images whose expression is named rightly. */
  | { kind: 'accuracy'; fold: number; step: number; epoch: number; validation: number; at: string }
  | { kind: 'phase'; fold: number; phase: string; at: string }

export interface Interval {
  low: number
  high: number
}

/** Figures of one AU over the held-out frames. Null is undefined (0 / 0), never 0. */
export interface AuFigures {
  au: number
  /** Frames with a known label. */
  known: number
  positives: number
  baseRate: number | null
  /** The headline: threshold and epoch chosen on validation subjects. */
  f1: number | null
  f1Interval: Interval | null
  f1AtHalf: number | null
  f1AtHalfInterval: Interval | null
  /** Threshold and epoch chosen on the test frames themselves, as the published code does. */
  f1Published: number | null
  auc: number | null
  aucInterval: Interval | null
  averagePrecision: number | null
  matthews: number | null
  /** Cohen's kappa with the labels, at the headline's threshold; to be held against that of two coders. */
  kappa: number | null
  skewNormalisedF1: number | null
  /** At the headline's threshold. */
  counts: { truePositives: number; falsePositives: number; falseNegatives: number; trueNegatives: number }
  /** Headline threshold of each fold, in the order of the folds. */
  thresholds: number[]
}

export interface ModelFigures {
  modelId: string | null
  name: string
  aus: AuFigures[]
  /** Means over AUs with both classes. */
  means: {
    f1: number | null
    f1AtHalf: number | null
    f1Published: number | null
    auc: number | null
    averagePrecision: number | null
    matthews: number | null
    skewNormalisedF1: number | null
  }
  meanF1Interval: Interval | null
  meanAucInterval: Interval | null
  /** AUs without both classes among the held-out frames. */
  leftOut: number[]
  perSubject: { subject: string; frames: number; meanF1: number | null; meanAuc: number | null }[]
}

/** One model in two precisions on the same frames and the same processor, at the thresholds of its card. */
export interface PrecisionFigures {
  frames: number
  float32: ModelFigures
  int8: ModelFigures
  /** Of all probabilities: mean and largest absolute difference, and the share that falls on the other side of its threshold. */
  meanDifference: number
  largestDifference: number
  changedShare: number
  /** Per AU. */
  differences: { au: number; mean: number; largest: number; changedShare: number }[]
  /** Of the files that each is computed from; null where the int8 one could not be kept beside the weights. */
  bytes: { float32: number; int8: number | null }
  /** Measured in turns while comparing; null where there were too few frames for it. */
  framesPerSecond: { float32: number; int8: number } | null
  processor: string
}

/** A model's figure minus another's on the same frames; the interval is over the same draws of subjects for both. */
export interface Difference {
  value: number
  interval: Interval | null
}

/** Differences of two models. AUs that either was not measured on are null and left out of the means. */
export interface FigureDifferences {
  aus: { au: number; f1: Difference | null; auc: Difference | null }[]
  meanF1: Difference | null
  meanAuc: Difference | null
}

/** One run of an ablation: the same data, folds and seed, another identity adversary. */
export interface AblationRow {
  runId: string
  lambda: number
  layers: number
  loss: 'bce' | 'ce'
  meanF1: number | null
  meanF1Interval: Interval | null
  meanAuc: number | null
  meanAucInterval: Interval | null
  /** Headline F1 in the order of the report's AUs. */
  f1: (number | null)[]
  /** Mean F1 minus that of the reference; null for the reference itself. */
  difference: Difference | null
  probe: ProbeFigures | null
}

export interface Ablation {
  rows: AblationRow[]
  /** Run that differences are to: lambda 0 where there is one, else the lowest. */
  referenceId: string
  /** Runs of the ablation that cannot be compared, and why. */
  leftOut: string[]
}

export interface ProbeFigures {
  /** Share of held-out frames whose person a linear classifier on the frozen features, as they are, names. */
  accuracy: number
  /** The same with every feature brought to deviation 1 first, which also finds what was only made small. Absent in reports of earlier versions. */
  standardisedAccuracy?: number
  chance: number
  subjects: number
  trainPerSubject: number
  testPerSubject: number
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
