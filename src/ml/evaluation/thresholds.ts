// Choosing thresholds from labelled frames, and the published code's figure, which chooses them on the test frames themselves.
import { confusionCounts, f1Score } from './classification'

/** The candidates of the published code: 0.01 to 0.99 in steps of 0.01. */
export const THRESHOLD_CANDIDATES: readonly number[] = Array.from({ length: 99 }, (_, index) => (index + 1) / 100)

/** Labels and probabilities of one AU over the same frames. */
export interface AuScores {
  labels: ArrayLike<number>
  probabilities: ArrayLike<number>
}

/** Mean of the defined values; null when none is. */
export function meanDefined(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null)
  return defined.length > 0 ? defined.reduce((sum, value) => sum + value, 0) / defined.length : null
}

/** The lowest candidate with the highest F1 of one AU; null when F1 is defined at none. */
export function bestThreshold(scores: AuScores): { threshold: number; f1: number } | null {
  let best: { threshold: number; f1: number } | null = null
  for (const threshold of THRESHOLD_CANDIDATES) {
    const f1 = f1Score(confusionCounts(scores.labels, scores.probabilities, threshold))
    if (f1 !== null && (best === null || f1 > best.f1)) best = { threshold, f1 }
  }
  return best
}

/**
 * `f1 (published protocol)`: one threshold for all AUs, the lowest candidate with the highest mean F1 **on these very frames**. It is
 * optimistic by construction and exists only to stand beside the published tables. An AU neither present nor predicted counts as 0, as there.
 */
export function publishedF1(aus: readonly AuScores[]): { threshold: number; perAu: number[]; mean: number } {
  let best = { threshold: 0.5, perAu: aus.map(() => 0), mean: -1 }
  for (const threshold of THRESHOLD_CANDIDATES) {
    const perAu = aus.map(({ labels, probabilities }) => f1Score(confusionCounts(labels, probabilities, threshold)) ?? 0)
    const mean = perAu.reduce((sum, value) => sum + value, 0) / Math.max(1, perAu.length)
    if (mean > best.mean) best = { threshold, perAu, mean }
  }
  return best
}
