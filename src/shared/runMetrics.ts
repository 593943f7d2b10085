// The lines of a run's `metrics.jsonl`, of every kind of run: what curves are drawn from and a reopened window shows again.

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
