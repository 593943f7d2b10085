// Several runs of several arms on the same held-out frames, summarised: means over seeds, and intervals by drawing subjects and seeds anew. All arms get the
// same draw, so that differences between them are paired. Which files the runs are in is not known here.
import type { Interval } from '@shared/figures'
import type { Estimate } from '@shared/studies'
import type { Random } from '../random'
import { everybody, figuresOf, interval, tablesOf, type AuFigure, type AuTable } from './bootstrap'
import type { PooledAu } from './pooling'
import { meanDefined } from './thresholds'

/** One run's held-out frames, an entry per AU. */
export type StudyRun = readonly PooledAu[]

/** Figures of one draw. */
interface Means {
  f1: number | null
  f1AtHalf: number | null
  auc: number | null
}

/** What is counted once for a run, and its AUs' figures over everybody. */
interface RunTables {
  aus: AuTable[]
  whole: AuFigure[]
}

export interface ArmEstimates {
  meanF1: Estimate
  meanF1AtHalf: Estimate
  meanAuc: Estimate
  difference: { meanF1: Estimate; meanF1AtHalf: Estimate; meanAuc: Estimate } | null
  aus: { f1: Estimate; auc: Estimate }[]
}

/**
 * @param arms runs of every arm, the same seeds in the same order; arms may have fewer runs while a study goes on
 * @param subjectCount places of subjects in the pooled frames
 */
export function studyEstimates(
  arms: readonly (readonly StudyRun[])[],
  subjectCount: number,
  resamples: number,
  random: Random,
): ArmEstimates[] {
  const tables = arms.map((runs) =>
    runs.map((run): RunTables => {
      const aus = tablesOf(run, subjectCount)
      return { aus, whole: everybody(aus, subjectCount).aus }
    }),
  )
  const present = [...new Set(arms.flat(2).flatMap((own) => [...own.subjects]))].sort((a, b) => a - b)
  const once = new Uint16Array(subjectCount)
  for (const subject of present) once[subject] = 1
  const values = tables.map((runs) =>
    armMeans(
      runs,
      runs.map((_, run) => run),
      once,
    ),
  )
  const draws: { means: Means[]; aus: { f1: number | null; auc: number | null }[][] }[] = []
  const seeds = Math.max(0, ...arms.map((runs) => runs.length))
  const times = new Uint16Array(subjectCount)
  for (let draw = 0; draw < (present.length < 2 ? 0 : resamples); draw++) {
    times.fill(0)
    for (let each = 0; each < present.length; each++) times[present[random.integer(present.length)]!]! += 1
    const drawnSeeds = Array.from({ length: seeds }, () => random.integer(seeds))
    const of = tables.map((runs) =>
      armMeans(
        runs,
        drawnSeeds.filter((seed) => seed < runs.length),
        times,
      ),
    )
    draws.push({ means: of.map(({ means }) => means), aus: of.map(({ aus }) => aus) })
  }
  const estimate = (value: number | null, all: (number | null)[]): Estimate => ({ value, interval: intervalOf(all) })
  return values.map(({ means, aus }, arm): ArmEstimates => {
    const column = (key: keyof Means): Estimate =>
      estimate(
        means[key],
        draws.map((draw) => draw.means[arm]?.[key] ?? null),
      )
    const less = (key: keyof Means): Estimate =>
      estimate(
        minus(means[key], values[0]?.means[key] ?? null),
        draws.map((draw) => minus(draw.means[arm]?.[key] ?? null, draw.means[0]?.[key] ?? null)),
      )
    return {
      meanF1: column('f1'),
      meanF1AtHalf: column('f1AtHalf'),
      meanAuc: column('auc'),
      difference: arm === 0 ? null : { meanF1: less('f1'), meanF1AtHalf: less('f1AtHalf'), meanAuc: less('auc') },
      aus: aus.map((own, au) => ({
        f1: estimate(
          own.f1,
          draws.map((draw) => draw.aus[arm]?.[au]?.f1 ?? null),
        ),
        auc: estimate(
          own.auc,
          draws.map((draw) => draw.aus[arm]?.[au]?.auc ?? null),
        ),
      })),
    }
  })
}

const intervalOf = (values: readonly (number | null)[]): Interval | null => (values.length === 0 ? null : interval(values))

const minus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b)

/** Means over the named runs (one may be named twice), each subject counted as often as `times` says. */
function armMeans(
  runs: readonly RunTables[],
  chosen: readonly number[],
  times: Uint16Array,
): { means: Means; aus: { f1: number | null; auc: number | null }[] } {
  const perRun = runs.map((run, place) => (chosen.includes(place) ? figuresOf(run.aus, times, run.whole) : null))
  const of = chosen.flatMap((run) => perRun[run] ?? [])
  const width = of[0]?.aus.length ?? 0
  return {
    means: {
      f1: meanDefined(of.map(({ meanF1 }) => meanF1)),
      f1AtHalf: meanDefined(of.map(({ meanF1AtHalf }) => meanF1AtHalf)),
      auc: meanDefined(of.map(({ meanAuc }) => meanAuc)),
    },
    aus: Array.from({ length: width }, (_, au) => ({
      f1: meanDefined(of.map(({ aus }) => aus[au]?.f1 ?? null)),
      auc: meanDefined(of.map(({ aus }) => aus[au]?.auc ?? null)),
    })),
  }
}
