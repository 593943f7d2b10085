// Figures of one AU at one threshold. Labels are 1 present, 0 absent; anything else is not known and is left out everywhere.
// A figure that its data leave undefined (0 / 0) is null, never 0 and never NaN.

export interface ConfusionCounts {
  truePositives: number
  falsePositives: number
  falseNegatives: number
  trueNegatives: number
}

/** Counts over frames with a known label; predicted present where the probability reaches the threshold. */
export function confusionCounts(labels: ArrayLike<number>, probabilities: ArrayLike<number>, threshold: number): ConfusionCounts {
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 }
  for (let i = 0; i < labels.length; i++) {
    const isPredicted = (probabilities[i] as number) >= threshold
    if (labels[i] === 1) counts[isPredicted ? 'truePositives' : 'falseNegatives']++
    else if (labels[i] === 0) counts[isPredicted ? 'falsePositives' : 'trueNegatives']++
  }
  return counts
}

const ratio = (numerator: number, denominator: number): number | null => (denominator > 0 ? numerator / denominator : null)

/** `2 TP / (2 TP + FP + FN)`; null when the AU is neither present nor predicted anywhere. */
export function f1Score(counts: ConfusionCounts): number | null {
  const { truePositives, falsePositives, falseNegatives } = counts
  return ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives)
}

/** F1 as if present and absent were equally frequent: negatives weighed by P / N (Jeni, Cohn & De la Torre 2013). Null unless both occur. */
export function skewNormalisedF1(counts: ConfusionCounts): number | null {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts
  const positives = truePositives + falseNegatives
  const negatives = falsePositives + trueNegatives
  if (positives === 0 || negatives === 0) return null
  return ratio(2 * truePositives, 2 * truePositives + falseNegatives + (falsePositives * positives) / negatives)
}

/** Matthews' correlation coefficient; null when a row or column of the table is empty. */
export function matthewsCorrelation(counts: ConfusionCounts): number | null {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts
  return ratio(tp * tn - fp * fn, Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))
}

/** Cohen's kappa between labels and predictions; null when chance agreement is perfect. */
export function cohenKappa(counts: ConfusionCounts): number | null {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts
  const total = tp + fp + fn + tn
  if (total === 0) return null
  const observed = (tp + tn) / total
  const chance = ((tp + fp) * (tp + fn) + (fn + tn) * (fp + tn)) / total ** 2
  return ratio(observed - chance, 1 - chance)
}

/** Whether an AU is both present and absent somewhere; without, most of its figures mean nothing and means leave it out. */
export function hasBothClasses(labels: ArrayLike<number>): boolean {
  let isPresent = false
  let isAbsent = false
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 1) isPresent = true
    else if (labels[i] === 0) isAbsent = true
  }
  return isPresent && isAbsent
}

/** Share of known frames in which the AU is present; null without any. */
export function baseRate(labels: ArrayLike<number>): number | null {
  let known = 0
  let present = 0
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 1) present++
    if (labels[i] === 1 || labels[i] === 0) known++
  }
  return ratio(present, known)
}
