// Labels and values of chosen frames as a column an AU; of one side of a fold, or of all folds' held-out frames at once.
// What is not known, to the coders or to the model, stays not known.
import type { AuScores } from './thresholds'

/** Labelled frames as figures need them. */
export interface LabelledFrames {
  aus: readonly number[]
  subjects: readonly string[]
  /** Place of the subject, per sample. */
  subject: Int32Array
  /** (samples, AUs): 1 present, 0 absent, anything else not known. */
  labels: Uint8Array
}

/** Held-out samples of one fold with what the model says of them. */
export interface ScoredFold {
  samples: Int32Array
  /** (samples, AUs); NaN where the model says nothing. */
  probabilities: Float32Array
  /** Per AU. */
  thresholds: readonly number[]
  published: { perAu: number[]; mean: number } | null
}

/** All folds' held-out frames as one column of labels and values per AU. */
export interface PooledAu {
  /** 1, 0, or {@link NOT_KNOWN} where the label or the model's value is not known. */
  labels: Uint8Array
  probabilities: Float32Array
  /** Whether the value reaches the fold's threshold, and whether it reaches 0.5. */
  isPredicted: Uint8Array
  isAboveHalf: Uint8Array
  /** Place of the subject. */
  subjects: Int32Array
}

/** Labels and probabilities (samples, AUs) of chosen samples, an AU at a time. */
export function auScores(frames: LabelledFrames, chosen: Int32Array, probabilities: Float32Array): AuScores[] {
  const width = frames.aus.length
  return frames.aus.map((_, column) => {
    const values = Float32Array.from(chosen, (_sample, row) => probabilities[row * width + column] as number)
    return {
      labels: Uint8Array.from(chosen, (sample, row) =>
        Number.isNaN(values[row]) ? NOT_KNOWN : (frames.labels[sample * width + column] as number),
      ),
      probabilities: values,
    }
  })
}

/** Label of a pooled frame that counts nowhere. */
export const NOT_KNOWN = 9

/** One AU of every fold, in the order of the folds; each frame against the threshold of its own fold. */
export function pool(frames: LabelledFrames, folds: readonly ScoredFold[], column: number): PooledAu {
  const width = frames.aus.length
  const count = folds.reduce((sum, fold) => sum + fold.samples.length, 0)
  const pooled: PooledAu = {
    labels: new Uint8Array(count).fill(NOT_KNOWN),
    probabilities: new Float32Array(count),
    isPredicted: new Uint8Array(count),
    isAboveHalf: new Uint8Array(count),
    subjects: new Int32Array(count),
  }
  let row = 0
  for (const fold of folds) {
    fold.samples.forEach((sample, index) => {
      const value = fold.probabilities[index * width + column] as number
      pooled.subjects[row] = frames.subject[sample] as number
      if (!Number.isNaN(value)) {
        const label = frames.labels[sample * width + column] as number
        pooled.labels[row] = label === 0 || label === 1 ? label : NOT_KNOWN
        pooled.probabilities[row] = value
        pooled.isPredicted[row] = Number(value >= (fold.thresholds[column] ?? 0.5))
        pooled.isAboveHalf[row] = Number(value >= 0.5)
      }
      row++
    })
  }
  return pooled
}
