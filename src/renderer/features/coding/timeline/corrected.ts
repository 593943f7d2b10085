// Baseline correction: a probability seen from the subject's own neutral face. Pure. It is drawn beside the model's value and never replaces it.
import type { FrameSpan } from '../codingStore'

/** Values of one AU over the neutral span, as one number: their mean; null where no frame of the span has a value. */
export function baselineOf(values: Float32Array, columnCount: number, column: number, span: FrameSpan): number | null {
  let sum = 0
  let count = 0
  for (let frame = span.startFrame; frame <= span.endFrame; frame++) {
    const value = values[frame * columnCount + column] ?? Number.NaN
    if (Number.isNaN(value)) continue
    sum += value
    count++
  }
  return count === 0 ? null : sum / count
}

/** Share of the way from the neutral face's value to 1: 0 at or below the baseline, 1 at probability 1. NaN stays NaN. */
export const correct = (value: number, baseline: number): number =>
  Number.isNaN(value) ? value : Math.max(0, (value - baseline) / Math.max(1e-6, 1 - baseline))

/** One column of a (frames, columns) array, corrected. */
export function correctedColumn(values: Float32Array, columnCount: number, column: number, baseline: number): Float32Array {
  const frames = Math.floor(values.length / columnCount)
  return Float32Array.from({ length: frames }, (_, frame) => correct(values[frame * columnCount + column] ?? Number.NaN, baseline))
}
