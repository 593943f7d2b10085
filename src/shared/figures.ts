// What models are worth, as reports, cards and comparisons hold it: figures per AU with intervals, differences of two models, the identity probe, ablations.
// Types only; they are computed in src/ml/evaluation.

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
