// Figures of a model over held-out frames: per AU, means, per subject, intervals. Thresholds were chosen elsewhere and only applied here.
import {
  baseRate,
  cohenKappa,
  confusionCounts,
  hasBothClasses,
  f1Score,
  matthewsCorrelation,
  skewNormalisedF1,
  type ConfusionCounts,
} from './classification'
import { averagePrecision, rocAuc } from './ranking'
import { meanDefined } from './thresholds'
import type { AuFigures, FigureDifferences, ModelFigures } from '@shared/figures'
import { bootstrapDifferences, bootstrapFigures, type Resampling } from './bootstrap'
import { NOT_KNOWN, pool, type LabelledFrames, type PooledAu, type ScoredFold } from './pooling'

export interface FigureOptions extends Resampling {
  modelId: string | null
  name: string
}

export function modelFigures(samples: LabelledFrames, folds: readonly ScoredFold[], options: FigureOptions): ModelFigures {
  const pooled = samples.aus.map((_, column) => pool(samples, folds, column))
  const intervals = bootstrapFigures(pooled, samples.subjects.length, options)
  const aus = samples.aus.map((au, column): AuFigures => {
    const own = pooled[column] as PooledAu
    const { labels, probabilities } = own
    const counts = countsOf(labels, own.isPredicted)
    const published =
      folds.every((fold) => fold.published) && folds.length > 0 ? folds.map((fold) => fold.published?.perAu[column] ?? 0) : null
    const isDefined = hasBothClasses(labels)
    return {
      au,
      known: labels.reduce((sum, label) => sum + Number(label !== NOT_KNOWN), 0),
      positives: labels.reduce((sum, label) => sum + Number(label === 1), 0),
      baseRate: baseRate(labels),
      f1: f1Score(counts),
      f1Interval: intervals.aus[column]?.f1 ?? null,
      f1AtHalf: f1Score(countsOf(labels, own.isAboveHalf)),
      f1AtHalfInterval: intervals.aus[column]?.f1AtHalf ?? null,
      f1Published: published && isDefined ? published.reduce((sum, one) => sum + one, 0) / published.length : null,
      auc: rocAuc(labels, probabilities),
      aucInterval: intervals.aus[column]?.auc ?? null,
      averagePrecision: isDefined ? averagePrecision(labels, probabilities) : null,
      matthews: matthewsCorrelation(counts),
      kappa: cohenKappa(counts),
      skewNormalisedF1: skewNormalisedF1(counts),
      counts,
      thresholds: folds.map((fold) => fold.thresholds[column] ?? 0.5),
    }
  })
  const measured = aus.filter((_, column) => hasBothClasses(pooled[column]?.labels ?? []))
  const mean = (of: (figures: AuFigures) => number | null): number | null => meanDefined(measured.map(of))
  return {
    modelId: options.modelId,
    name: options.name,
    aus,
    means: {
      f1: mean((one) => one.f1),
      f1AtHalf: mean((one) => one.f1AtHalf),
      f1Published: mean((one) => one.f1Published),
      auc: mean((one) => one.auc),
      averagePrecision: mean((one) => one.averagePrecision),
      matthews: mean((one) => one.matthews),
      skewNormalisedF1: mean((one) => one.skewNormalisedF1),
    },
    meanF1Interval: intervals.meanF1,
    meanAucInterval: intervals.meanAuc,
    leftOut: aus.filter((one) => !measured.includes(one)).map(({ au }) => au),
    perSubject: perSubject(samples, pooled),
  }
}

/** Of two models on the same held-out frames: what the second gains over the first. */
export function figureDifferences(
  samples: LabelledFrames,
  before: readonly ScoredFold[],
  after: readonly ScoredFold[],
  resampling: Resampling,
): FigureDifferences {
  const pooled = (folds: readonly ScoredFold[]): PooledAu[] => samples.aus.map((_, column) => pool(samples, folds, column))
  return bootstrapDifferences(samples.aus, pooled(before), pooled(after), samples.subjects.length, resampling)
}

const countsOf = (labels: Uint8Array, isPredicted: Uint8Array): ConfusionCounts => confusionCounts(labels, isPredicted, 1)

function perSubject(samples: LabelledFrames, pooled: readonly PooledAu[]): ModelFigures['perSubject'] {
  return samples.subjects.flatMap((subject, place) => {
    const rows = pooled.map((own) => {
      const at = [...own.subjects.keys()].filter((row) => own.subjects[row] === place)
      return {
        labels: at.map((row) => own.labels[row] as number),
        values: at.map((row) => own.probabilities[row] as number),
        isPredicted: at.map((row) => own.isPredicted[row] as number),
      }
    })
    const frames = rows[0]?.labels.length ?? 0
    if (frames === 0) return []
    const defined = rows.filter(({ labels }) => hasBothClasses(labels))
    return [
      {
        subject,
        frames,
        meanF1: meanDefined(defined.map(({ labels, isPredicted }) => f1Score(confusionCounts(labels, isPredicted, 1)))),
        meanAuc: meanDefined(defined.map(({ labels, values }) => rocAuc(labels, values))),
      },
    ]
  })
}
