// Lines of a run's metrics as series to draw: one a fold, thinned to what a chart can show. Pure.
import type { RunMetric } from '@shared/runMetrics'

export interface SeriesPoint {
  /** Epochs, fractional. */
  x: number
  y: number
}

export interface Series {
  fold: number
  points: SeriesPoint[]
}

export interface RunSeries {
  auLoss: Series[]
  identityLoss: Series[]
  rate: Series[]
  testF1: Series[]
  validationF1: Series[]
  /** The newest step, for the line of facts. */
  last: Extract<RunMetric, { kind: 'step' }> | null
  phase: string | null
}

/** Points beyond this are averaged together, so that a long run stays quick to draw. */
const MOST_POINTS = 240

/** A step that a resumed run computed again replaces the earlier one. */
export const metricKey = (metric: RunMetric): string =>
  metric.kind === 'phase' ? `p${metric.fold}:${metric.phase}:${metric.at}` : `${metric.kind}${metric.fold}:${metric.step}`

/** Neighbouring points averaged so that at most `most` are left; the last point stays exact. */
export function thinned(points: readonly SeriesPoint[], most = MOST_POINTS): SeriesPoint[] {
  if (points.length <= most) return [...points]
  const size = Math.ceil(points.length / most)
  const result: SeriesPoint[] = []
  for (let start = 0; start < points.length; start += size) {
    const part = points.slice(start, start + size)
    const mean = (of: (point: SeriesPoint) => number): number => part.reduce((sum, point) => sum + of(point), 0) / part.length
    result.push({ x: mean(({ x }) => x), y: mean(({ y }) => y) })
  }
  const last = points.at(-1)
  if (last) result[result.length - 1] = last
  return result
}

export function seriesOf(metrics: Iterable<RunMetric>): RunSeries {
  const steps = new Map<number, Extract<RunMetric, { kind: 'step' }>[]>()
  const evaluations = new Map<number, Extract<RunMetric, { kind: 'evaluation' }>[]>()
  let last: RunSeries['last'] = null
  let phase: string | null = null
  for (const metric of metrics) {
    if (metric.kind === 'phase') phase = metric.phase
    else if (metric.kind === 'step') {
      const list = steps.get(metric.fold) ?? []
      list.push(metric)
      steps.set(metric.fold, list)
      last = metric
    } else if (metric.kind === 'evaluation') {
      const list = evaluations.get(metric.fold) ?? []
      list.push(metric)
      evaluations.set(metric.fold, list)
    }
  }
  const series = <T extends { epoch: number; fold: number }>(from: ReadonlyMap<number, T[]>, of: (metric: T) => number | null): Series[] =>
    [...from]
      .sort(([a], [b]) => a - b)
      .map(([fold, list]) => ({
        fold,
        points: thinned(
          list.flatMap((metric) => {
            const y = of(metric)
            return y === null ? [] : [{ x: metric.epoch, y }]
          }),
        ),
      }))
      .filter(({ points }) => points.length > 0)
  return {
    auLoss: series(steps, ({ auLoss }) => auLoss),
    identityLoss: series(steps, ({ identityLoss }) => identityLoss),
    rate: series(steps, ({ rate }) => rate),
    testF1: series(evaluations, ({ testF1 }) => testF1),
    validationF1: series(evaluations, ({ validationF1 }) => validationF1),
    last,
    phase,
  }
}

/** The one line of a run that has no folds; points without a value are left out. */
export function oneSeries(line: readonly { epoch: number; value: number | null }[]): Series[] {
  const points = line.flatMap(({ epoch, value }) => (value === null ? [] : [{ x: epoch, y: value }]))
  return points.length === 0 ? [] : [{ fold: 0, points: thinned(points) }]
}
