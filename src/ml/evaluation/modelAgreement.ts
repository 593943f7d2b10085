// How alike two models' probabilities are on the same frames, whatever the truth is. A AUs.
import { meanDefined } from './thresholds'

/** Probabilities (frames, A) and thresholds (A) of one model. */
export interface ModelValues {
  probabilities: Float32Array
  thresholds: readonly number[]
}

export interface AuAgreement {
  /** Pearson's correlation; null where either model says the same of every frame. */
  correlation: number | null
  /** Mean absolute difference. */
  meanDifference: number
  /** Share of frames on which the decisions differ. */
  changedShare: number
}

/** Means over AUs, and per AU in the order of the columns. */
export function modelAgreement(a: ModelValues, b: ModelValues): AuAgreement & { aus: AuAgreement[] } {
  const width = a.thresholds.length
  const aus = a.thresholds.map((_, column) => auAgreement(a, b, column))
  return {
    correlation: meanDefined(aus.map(({ correlation }) => correlation)),
    meanDifference: aus.reduce((sum, one) => sum + one.meanDifference, 0) / width,
    changedShare: aus.reduce((sum, one) => sum + one.changedShare, 0) / width,
    aus,
  }
}

function auAgreement(a: ModelValues, b: ModelValues, column: number): AuAgreement {
  const width = a.thresholds.length
  const frames = a.probabilities.length / width
  const [thresholdA, thresholdB] = [a.thresholds[column] as number, b.thresholds[column] as number]
  const value = ({ probabilities }: ModelValues, frame: number): number => probabilities[frame * width + column] as number
  let [sumA, sumB, difference, changed] = [0, 0, 0, 0]
  for (let frame = 0; frame < frames; frame++) {
    const [x, y] = [value(a, frame), value(b, frame)]
    sumA += x
    sumB += y
    difference += Math.abs(x - y)
    if (x >= thresholdA !== y >= thresholdB) changed++
  }
  const [meanA, meanB] = [sumA / frames, sumB / frames]
  let [ab, aa, bb] = [0, 0, 0]
  for (let frame = 0; frame < frames; frame++) {
    const [x, y] = [value(a, frame) - meanA, value(b, frame) - meanB]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return {
    correlation: aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : null,
    meanDifference: difference / frames,
    changedShare: changed / frames,
  }
}
