// Confidence intervals by drawing subjects anew, with replacement: frames of one person are not independent, people are (percentile method, 95 %).
import { f1Score, type ConfusionCounts } from './classification'
import { meanDefined } from './thresholds'
import { Random } from '../random'
import type { Interval } from '@shared/trainingRun'
import { NOT_KNOWN, type PooledAu } from './pooling'

export interface BootstrapFigures {
  aus: { f1: Interval | null; f1AtHalf: Interval | null; auc: Interval | null }[]
  meanF1: Interval | null
  meanAuc: Interval | null
}

const LOW = 0.025
const HIGH = 0.975

/** Intervals per AU and of the means; null with fewer than two subjects, or where most draws leave a figure undefined. */
export function bootstrapFigures(pooled: readonly PooledAu[], subjectCount: number, resamples: number, seed: number): BootstrapFigures {
  const present = [...new Set(pooled.flatMap((own) => [...own.subjects]))].sort((a, b) => a - b)
  if (present.length < 2) return { aus: pooled.map(() => ({ f1: null, f1AtHalf: null, auc: null })), meanF1: null, meanAuc: null }
  const random = Random.seeded(seed, 77)
  const tables = pooled.map((own) => ({
    f1: subjectCounts(own.labels, own.isPredicted, own.subjects, subjectCount),
    f1AtHalf: subjectCounts(own.labels, own.isAboveHalf, own.subjects, subjectCount),
    ranked: ranked(own),
  }))
  const draws = pooled.map(() => ({ f1: [] as (number | null)[], f1AtHalf: [] as (number | null)[], auc: [] as (number | null)[] }))
  const meanF1: (number | null)[] = []
  const meanAuc: (number | null)[] = []
  const times = new Uint16Array(subjectCount)
  for (let draw = 0; draw < resamples; draw++) {
    times.fill(0)
    for (let each = 0; each < present.length; each++) {
      const subject = present[random.integer(present.length)] as number
      times[subject] = (times[subject] as number) + 1
    }
    const f1s: (number | null)[] = []
    const aucs: (number | null)[] = []
    tables.forEach((table, column) => {
      const counts = summed(table.f1, times)
      const isDefined = counts.truePositives + counts.falseNegatives > 0 && counts.falsePositives + counts.trueNegatives > 0
      const f1 = isDefined ? f1Score(counts) : null
      const auc = isDefined ? weightedAuc(table.ranked, times) : null
      draws[column]?.f1.push(f1)
      draws[column]?.f1AtHalf.push(isDefined ? f1Score(summed(table.f1AtHalf, times)) : null)
      draws[column]?.auc.push(auc)
      f1s.push(f1)
      aucs.push(auc)
    })
    meanF1.push(meanDefined(f1s))
    meanAuc.push(meanDefined(aucs))
  }
  return {
    aus: draws.map(({ f1, f1AtHalf, auc }) => ({ f1: interval(f1), f1AtHalf: interval(f1AtHalf), auc: interval(auc) })),
    meanF1: interval(meanF1),
    meanAuc: interval(meanAuc),
  }
}

function interval(values: readonly (number | null)[]): Interval | null {
  const defined = values.filter((value) => value !== null).sort((a, b) => a - b)
  if (defined.length < values.length / 2 || defined.length === 0) return null
  const at = (share: number): number =>
    defined[Math.min(defined.length - 1, Math.max(0, Math.round(share * (defined.length - 1))))] as number
  return { low: at(LOW), high: at(HIGH) }
}

/** True and false positives and negatives per subject: (subjects, 4). */
function subjectCounts(labels: Uint8Array, isPredicted: Uint8Array, subjects: Int32Array, subjectCount: number): Float64Array {
  const counts = new Float64Array(4 * subjectCount)
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] === NOT_KNOWN) continue
    const at = 4 * (subjects[row] as number) + (labels[row] === 1 ? 0 : 2) + (isPredicted[row] === 1 ? 0 : 1)
    counts[at] = (counts[at] as number) + 1
  }
  return counts
}

function summed(counts: Float64Array, times: Uint16Array): ConfusionCounts {
  let tp = 0
  let fn = 0
  let fp = 0
  let tn = 0
  for (let subject = 0; subject < times.length; subject++) {
    const weight = times[subject] as number
    if (weight === 0) continue
    tp += weight * (counts[4 * subject] as number)
    fn += weight * (counts[4 * subject + 1] as number)
    fp += weight * (counts[4 * subject + 2] as number)
    tn += weight * (counts[4 * subject + 3] as number)
  }
  return { truePositives: tp, falseNegatives: fn, falsePositives: fp, trueNegatives: tn }
}

interface Ranked {
  probabilities: Float32Array
  isPresent: Uint8Array
  subjects: Int32Array
}

/** Known frames from the most to the least probable. */
function ranked(own: PooledAu): Ranked {
  const known = [...own.labels.keys()].filter((row) => own.labels[row] !== NOT_KNOWN)
  known.sort((a, b) => (own.probabilities[b] as number) - (own.probabilities[a] as number))
  return {
    probabilities: Float32Array.from(known, (row) => own.probabilities[row] as number),
    isPresent: Uint8Array.from(known, (row) => own.labels[row] as number),
    subjects: Int32Array.from(known, (row) => own.subjects[row] as number),
  }
}

/** Area under the ROC curve with every frame counted as often as its subject was drawn; ties count half. */
function weightedAuc({ probabilities, isPresent, subjects }: Ranked, times: Uint16Array): number | null {
  let above = 0
  let presentTotal = 0
  let wrong = 0
  for (let start = 0; start < probabilities.length;) {
    let end = start
    let present = 0
    let absent = 0
    for (; end < probabilities.length && probabilities[end] === probabilities[start]; end++) {
      const weight = times[subjects[end] as number] as number
      if (isPresent[end] === 1) present += weight
      else absent += weight
    }
    wrong += present * (above + absent / 2)
    above += absent
    presentTotal += present
    start = end
  }
  return presentTotal > 0 && above > 0 ? 1 - wrong / (presentTotal * above) : null
}
