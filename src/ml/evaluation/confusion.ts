// Figures of a classifier of several classes from its confusion matrix, and an interval of its accuracy by resampling whole groups.
import type { Random } from '../random'

export interface ClassFigures {
  /** Images of the class. */
  images: number
  /** Null where there are none (0 / 0). */
  recall: number | null
  precision: number | null
  f1: number | null
}

/** (classes, classes): rows are the true classes, columns the predicted ones. */
export function confusionMatrix(truth: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let i = 0; i < truth.length; i++) {
    const row = matrix[truth[i] as number] as number[]
    row[predicted[i] as number] = (row[predicted[i] as number] as number) + 1
  }
  return matrix
}

export function classFigures(matrix: readonly (readonly number[])[]): ClassFigures[] {
  return matrix.map((row, own) => {
    const images = row.reduce((sum, count) => sum + count, 0)
    const named = matrix.reduce((sum, other) => sum + (other[own] as number), 0)
    const right = row[own] as number
    return {
      images,
      recall: images === 0 ? null : right / images,
      precision: named === 0 ? null : right / named,
      f1: images + named === 0 ? null : (2 * right) / (images + named),
    }
  })
}

/** Share of the diagonal; 0 without images. */
export function accuracyOf(matrix: readonly (readonly number[])[]): number {
  const all = matrix.flat().reduce((sum, count) => sum + count, 0)
  const right = matrix.reduce((sum, row, own) => sum + (row[own] as number), 0)
  return all === 0 ? 0 : right / all
}

/** 95 % interval of the accuracy by bootstrap over groups (subjects, or every image its own); null with fewer than two, which draws cannot tell apart. */
export function accuracyInterval(
  isRight: ArrayLike<number>,
  groups: readonly (string | number)[],
  resamples: number,
  random: Random,
): { low: number; high: number } | null {
  const places = new Map<string | number, { right: number; all: number }>()
  groups.forEach((group, i) => {
    const own = places.get(group) ?? { right: 0, all: 0 }
    own.right += isRight[i] as number
    own.all++
    places.set(group, own)
  })
  const counts = [...places.values()]
  if (counts.length < 2) return null
  const values = Float64Array.from({ length: resamples }, () => {
    let right = 0
    let all = 0
    for (let draw = 0; draw < counts.length; draw++) {
      const own = counts[random.integer(counts.length)] as { right: number; all: number }
      right += own.right
      all += own.all
    }
    return right / all
  }).sort()
  const at = (share: number): number => values[Math.min(resamples - 1, Math.floor(share * resamples))] as number
  return { low: at(0.025), high: at(0.975) }
}

/** Place of the largest of each row of (rows, classes). */
export function largestOf(values: Float32Array, classes: number): Int32Array {
  return Int32Array.from({ length: values.length / classes }, (_, row) => {
    let best = 0
    for (let k = 1; k < classes; k++) if ((values[row * classes + k] as number) > (values[row * classes + best] as number)) best = k
    return best
  })
}
