// Confidence intervals by drawing subjects anew, with replacement: frames of one person are not independent, people are (percentile method, 95 %).
// Means are over the same AUs in every draw: where a draw holds nobody who shows an AU, its figure over everybody stands in. Without it such draws would
// be means over fewer AUs, mostly the frequent and well-found ones, and intervals would lie above the figure that they are of.
// Two models on the same frames are drawn together, so that what they share does not blur their difference.
import type { Difference, FigureDifferences, Interval } from '@shared/figures'
import { Random } from '../random'
import { f1Score, hasBothClasses, type ConfusionCounts } from './classification'
import { NOT_KNOWN, type PooledAu } from './pooling'
import { meanDefined } from './thresholds'

export interface BootstrapFigures {
  aus: { f1: Interval | null; f1AtHalf: Interval | null; auc: Interval | null }[]
  meanF1: Interval | null
  meanAuc: Interval | null
}

/** How often subjects are drawn anew, and from what seed. */
export interface Resampling {
  resamples: number
  seed: number
}

/** Figures of every draw, null where a draw leaves one undefined. */
interface Draws {
  aus: { f1: (number | null)[]; f1AtHalf: (number | null)[]; auc: (number | null)[] }[]
  meanF1: (number | null)[]
  meanAuc: (number | null)[]
}

const LOW = 0.025
const HIGH = 0.975

/** Intervals per AU and of the means; null with fewer than two subjects, or where most draws leave a figure undefined. */
export function bootstrapFigures(pooled: readonly PooledAu[], subjectCount: number, resampling: Resampling): BootstrapFigures {
  const draws = draw(pooled, subjectCount, resampling)
  return {
    aus: draws.aus.map(({ f1, f1AtHalf, auc }) => ({ f1: interval(f1), f1AtHalf: interval(f1AtHalf), auc: interval(auc) })),
    meanF1: interval(draws.meanF1),
    meanAuc: interval(draws.meanAuc),
  }
}

/**
 * After minus before on the same frames, with intervals over the same draws. Means are over the AUs that both were measured on.
 * @param aus names of the columns
 */
export function bootstrapDifferences(
  aus: readonly number[],
  before: readonly PooledAu[],
  after: readonly PooledAu[],
  subjectCount: number,
  resampling: Resampling,
): FigureDifferences {
  const shared = aus.flatMap((_, column) => (isShared(before[column], after[column]) ? [column] : []))
  const measured = (pooled: readonly PooledAu[]): Measured => {
    const chosen = shared.map((column) => pooled[column] as PooledAu)
    return { point: everybody(tablesOf(chosen, subjectCount), subjectCount), draws: draw(chosen, subjectCount, resampling) }
  }
  const [first, second] = [measured(before), measured(after)]
  const of = (place: number, figure: 'f1' | 'auc'): Difference | null => {
    const pointOf = ({ point }: Measured): number | null => point.aus[place]?.[figure] ?? null
    return difference(pointOf(first), pointOf(second), first.draws.aus[place]?.[figure] ?? [], second.draws.aus[place]?.[figure] ?? [])
  }
  return {
    aus: aus.map((au, column) => ({ au, f1: of(shared.indexOf(column), 'f1'), auc: of(shared.indexOf(column), 'auc') })),
    meanF1: difference(first.point.meanF1, second.point.meanF1, first.draws.meanF1, second.draws.meanF1),
    meanAuc: difference(first.point.meanAuc, second.point.meanAuc, first.draws.meanAuc, second.draws.meanAuc),
  }
}

interface Measured {
  point: Figures
  draws: Draws
}

/** Both were measured on the same frames, of both classes. */
function isShared(before: PooledAu | undefined, after: PooledAu | undefined): boolean {
  if (!before || !after || before.labels.length !== after.labels.length) return false
  return hasBothClasses(before.labels) && before.labels.every((label, row) => label === after.labels[row])
}

function difference(
  before: number | null,
  after: number | null,
  befores: readonly (number | null)[],
  afters: readonly (number | null)[],
): Difference | null {
  if (before === null || after === null) return null
  const drawn = befores.map((one, place) => {
    const other = afters[place] ?? null
    return one === null || other === null ? null : other - one
  })
  return { value: after - before, interval: interval(drawn) }
}

/** 95 % interval of draws; null where most of them are undefined. */
export function interval(values: readonly (number | null)[]): Interval | null {
  const defined = values.filter((value) => value !== null).sort((a, b) => a - b)
  if (defined.length < values.length / 2 || defined.length === 0) return null
  const at = (share: number): number =>
    defined[Math.min(defined.length - 1, Math.max(0, Math.round(share * (defined.length - 1))))] as number
  return { low: at(LOW), high: at(HIGH) }
}

/** Every draw's figures; none with fewer than two subjects. */
function draw(pooled: readonly PooledAu[], subjectCount: number, { resamples, seed }: Resampling): Draws {
  const draws: Draws = { aus: pooled.map(() => ({ f1: [], f1AtHalf: [], auc: [] })), meanF1: [], meanAuc: [] }
  const present = [...new Set(pooled.flatMap((own) => [...new Set(own.subjects)]))].sort((a, b) => a - b)
  if (present.length < 2) return draws
  const random = Random.seeded(seed, 77)
  const tables = tablesOf(pooled, subjectCount)
  const whole = everybody(tables, subjectCount)
  const times = new Uint16Array(subjectCount)
  for (let one = 0; one < resamples; one++) {
    times.fill(0)
    for (let each = 0; each < present.length; each++) {
      const subject = present[random.integer(present.length)] as number
      times[subject] = (times[subject] as number) + 1
    }
    const figures = figuresOf(tables, times, whole.aus)
    figures.aus.forEach(({ f1, f1AtHalf, auc }, column) => {
      draws.aus[column]?.f1.push(f1)
      draws.aus[column]?.f1AtHalf.push(f1AtHalf)
      draws.aus[column]?.auc.push(auc)
    })
    draws.meanF1.push(figures.meanF1)
    draws.meanAuc.push(figures.meanAuc)
  }
  return draws
}

/** What is counted once and weighed in every draw. */
export interface AuTable {
  /** (subjects, 4) at the headline's threshold, and at 0.5. */
  counts: Float64Array
  countsAtHalf: Float64Array
  ranked: Ranked
}

export function tablesOf(pooled: readonly PooledAu[], subjectCount: number): AuTable[] {
  return pooled.map((own) => ({
    counts: subjectCounts(own.labels, own.isPredicted, own.subjects, subjectCount),
    countsAtHalf: subjectCounts(own.labels, own.isAboveHalf, own.subjects, subjectCount),
    ranked: ranked(own),
  }))
}

export interface AuFigure {
  f1: number | null
  f1AtHalf: number | null
  auc: number | null
}

export interface Figures {
  aus: AuFigure[]
  meanF1: number | null
  meanF1AtHalf: number | null
  meanAuc: number | null
}

/** Figures with every subject counted once. */
export const everybody = (tables: readonly AuTable[], subjectCount: number): Figures =>
  figuresOf(tables, new Uint16Array(subjectCount).fill(1), [])

/**
 * Figures with every subject counted as often as `times` says; null for an AU without both classes then.
 * @param whole each AU's figures over everybody, which stand in the means for those that are null; an AU that has none there either is left out
 */
export function figuresOf(tables: readonly AuTable[], times: Uint16Array, whole: readonly AuFigure[]): Figures {
  const aus = tables.map((table): AuFigure => {
    const counts = summed(table.counts, times)
    const isDefined = counts.truePositives + counts.falseNegatives > 0 && counts.falsePositives + counts.trueNegatives > 0
    if (!isDefined) return { f1: null, f1AtHalf: null, auc: null }
    return { f1: f1Score(counts), f1AtHalf: f1Score(summed(table.countsAtHalf, times)), auc: weightedAuc(table.ranked, times) }
  })
  const mean = (key: keyof AuFigure): number | null => meanDefined(aus.map((own, column) => own[key] ?? whole[column]?.[key] ?? null))
  return { aus, meanF1: mean('f1'), meanF1AtHalf: mean('f1AtHalf'), meanAuc: mean('auc') }
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
