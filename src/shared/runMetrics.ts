// The lines of a run's `metrics.jsonl`, of every kind of run: what curves are drawn from and a reopened window shows again.

/** Where in a run a line was written. Folds count from 0; runs without folds have only that one. */
interface Place {
  fold: number
  /** Updates so far in this fold. */
  step: number
  /** Epochs so far, fractional. */
  epoch: number
  at: string
}

/** How some updates went, as means over them. */
interface Pace {
  /** Of the last of them. */
  rate: number
  gradientNorm: number
  samplesPerSecond: number
}

/** A line of `metrics.jsonl`. */
export type RunMetric =
  | (Place &
      Pace & {
        kind: 'step'
        auLoss: number
        /** Null without an identity head. */
        identityLoss: number | null
      })
  | (Place & {
      kind: 'evaluation'
      /** Mean F1 on the validation subjects, each AU at its best threshold there; the epoch with the highest is taken. */
      validationF1: number | null
      /** Mean F1 on the held-out subjects with those thresholds; null in the fit on all subjects, or where it was not computed. */
      testF1: number | null
      /** Accuracy of the identity probe at this epoch; absent unless it was asked for. */
      probeAccuracy?: number | null
    })
  /** Of masked pretraining. */
  | (Place & Pace & { kind: 'pretraining'; loss: number })
  /** Of expression classes: mean cross-entropy. */
  | (Place & Pace & { kind: 'expressions'; loss: number })
  /** A picture of originals, masked and reconstructed images was written for this step. */
  | (Place & { kind: 'reconstructions' })
  /** Of distillation. `featureLoss` is null where features are not learned from. */
  | (Place & Pace & { kind: 'distillation'; loss: number; auLoss: number; featureLoss: number | null })
  /** How alike student and teacher are on a few frames: of subjects left out where there are any, else of those learned from. */
  | (Place & { kind: 'agreement'; correlation: number | null; meanDifference: number; isLeftOut: boolean })
  /** Share of the validation images whose expression is named rightly. */
  | (Place & { kind: 'accuracy'; validation: number })
  | (Pick<Place, 'fold' | 'at'> & { kind: 'phase'; phase: string })
