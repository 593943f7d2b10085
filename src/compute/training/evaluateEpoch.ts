// An epoch's worth: validation subjects choose thresholds and say how good the epoch is; test subjects are predicted but choose nothing, except for the
// published protocol's figure, which is named so.
import { confusionCounts, f1Score, hasBothClasses } from '@ml/evaluation/classification'
import { auScores } from '@ml/evaluation/pooling'
import { bestThreshold, meanDefined, publishedF1, type AuScores } from '@ml/evaluation/thresholds'
import type { EpochResult } from './checkpoint'
import type { Samples } from './samples'

/** Probabilities (samples, AUs) of samples by the weights of the epoch. */
export type Predict = (samples: Int32Array) => Promise<Float32Array>

export interface EpochSides {
  /** Validation and test samples. */
  validation: Int32Array
  test: Int32Array
}

export interface EpochEvaluation {
  result: EpochResult
  /** Whether the epoch is the best so far by its validation subjects. */
  isBest: boolean
  /** Of the test samples where they were predicted: at the best epochs, and at every one for the published protocol. */
  testProbabilities: Float32Array | null
}

/** @param evaluated earlier epochs of the fold */
export async function evaluateEpoch(
  at: { epoch: number; step: number },
  predict: Predict,
  samples: Samples,
  { validation, test }: EpochSides,
  evaluated: readonly EpochResult[],
  hasPublishedProtocol: boolean,
): Promise<EpochEvaluation> {
  const chosen = chooseThresholds(auScores(samples, validation, await predict(validation)))
  const isBest = isBetter(chosen.f1, bestEpoch(evaluated))
  const result: EpochResult = { ...at, validationF1: chosen.f1, testF1: null, thresholds: chosen.thresholds, published: null }
  if (test.length === 0 || !(isBest || hasPublishedProtocol)) return { result, isBest, testProbabilities: null }
  const testProbabilities = await predict(test)
  const scores = auScores(samples, test, testProbabilities)
  result.testF1 = meanDefined(
    scores.map(({ labels, probabilities }, au) =>
      hasBothClasses(labels) ? f1Score(confusionCounts(labels, probabilities, chosen.thresholds[au] ?? 0.5)) : null,
    ),
  )
  if (hasPublishedProtocol) result.published = publishedF1(scores)
  return { result, isBest, testProbabilities }
}

/** Per AU the threshold with the best F1, null where not both classes occur; and the mean of those F1, null without any. */
export function chooseThresholds(scores: readonly AuScores[]): { thresholds: (number | null)[]; f1: number | null } {
  const best = scores.map((one) => (hasBothClasses(one.labels) ? bestThreshold(one) : null))
  return { thresholds: best.map((one) => one?.threshold ?? null), f1: meanDefined(best.map((one) => one?.f1 ?? null)) }
}

/** The earliest of the best by validation subjects; where they tell nothing, the latest. */
export function bestEpoch(evaluated: readonly EpochResult[]): EpochResult | null {
  return evaluated.reduce<EpochResult | null>((best, one) => (isBetter(one.validationF1, best) ? one : best), null)
}

function isBetter(validationF1: number | null, best: EpochResult | null): boolean {
  if (best === null || best.validationF1 === null) return true
  return validationF1 !== null && validationF1 > best.validationF1
}
