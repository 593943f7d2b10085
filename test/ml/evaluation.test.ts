// Figures over held-out frames: what is not known counts nowhere, means leave out AUs without both classes, intervals are over subjects, and the identity
// probe is at chance where there is nothing to find.
import { bootstrapFigures } from '@ml/evaluation/bootstrap'
import { figureDifferences, modelFigures } from '@ml/evaluation/figures'
import { probeFeatures, PROBE_FRAMES } from '@ml/evaluation/identityProbe'
import { pool, type LabelledFrames, type ScoredFold } from '@ml/evaluation/pooling'
import { Random } from '@ml/random'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const RESAMPLING = { resamples: 400, seed: 3 }

interface Frame {
  subject: number
  /** Per AU. */
  labels: number[]
  probabilities: number[]
}

function framesOf(frames: readonly Frame[], aus: readonly number[] = [1]): { frames: LabelledFrames; fold: ScoredFold } {
  const subjects = Math.max(...frames.map(({ subject }) => subject)) + 1
  return {
    frames: {
      aus,
      subjects: Array.from({ length: subjects }, (_, place) => `S${place}`),
      subject: Int32Array.from(frames, ({ subject }) => subject),
      labels: Uint8Array.from(frames.flatMap(({ labels }) => labels)),
    },
    fold: {
      samples: Int32Array.from(frames.keys()),
      probabilities: Float32Array.from(frames.flatMap(({ probabilities }) => probabilities)),
      thresholds: aus.map(() => 0.5),
      published: null,
    },
  }
}

const figures = (all: readonly Frame[], aus: readonly number[] = [1]) => {
  const { frames, fold } = framesOf(all, aus)
  return modelFigures(frames, [fold], { modelId: null, name: 'model', ...RESAMPLING })
}

const frame = (subject: number, label: number, probability: number): Frame => ({ subject, labels: [label], probabilities: [probability] })
const someFrames = fc.array(fc.record({ subject: fc.nat(4), label: fc.constantFrom(0, 1, 9), value: fc.integer({ min: 0, max: 20 }) }), { minLength: 6, maxLength: 60 }).map((list) => list.map(({ subject, label, value }) => frame(subject, label, value / 20))) // prettier-ignore

describe('figures', () => {
  test('are the same with and without frames that are not known', () => {
    fc.assert(
      fc.property(someFrames, fc.integer({ min: 0, max: 20 }), (list, value) => {
        fc.pre(list.some(({ labels }) => labels[0] !== 9))
        const without = list.filter(({ labels }) => labels[0] !== 9)
        const strangers = list.map((one) => (one.labels[0] === 9 ? { ...one, probabilities: [value / 20] } : one))
        const [a, b] = [figures(without), figures(strangers)]
        expect({ ...b.aus[0], f1Interval: null, f1AtHalfInterval: null, aucInterval: null }).toEqual({ ...a.aus[0], f1Interval: null, f1AtHalfInterval: null, aucInterval: null }) // prettier-ignore
        expect(b.means).toEqual(a.means)
      }),
      { numRuns: 60 },
    )
  })

  test('count an AU that the model does not output as not known', () => {
    const one = figures([frame(0, 1, Number.NaN), frame(0, 0, Number.NaN), frame(1, 1, Number.NaN)])
    expect(one.aus[0]).toMatchObject({ known: 0, positives: 0, f1: null, auc: null, kappa: null, counts: { trueNegatives: 0 } })
    expect(one.leftOut).toEqual([1])
  })

  test('leave AUs without both classes out of the means, and say which', () => {
    const two = [0, 1].flatMap((subject): Frame[] => [
      { subject, labels: [1, 0, 1], probabilities: [0.9, 0.9, 0.9] },
      { subject, labels: [0, 0, 1], probabilities: [0.1, 0.9, 0.1] },
    ])
    const { means, leftOut, aus, perSubject } = figures(two, [1, 2, 4])
    expect(leftOut).toEqual([2, 4])
    expect(means.f1).toBe(1)
    expect(means.auc).toBe(1)
    // their own rows stand all the same
    expect(aus[1]).toMatchObject({ f1: 0, auc: null, baseRate: 0 })
    expect(aus[2]?.f1).toBeCloseTo(2 / 3)
    expect(perSubject.map(({ meanF1 }) => meanF1)).toEqual([1, 1])
  })

  test('hold each frame against the threshold of its own fold', () => {
    const { frames } = framesOf([frame(0, 1, 0), frame(0, 0, 0), frame(1, 1, 0), frame(1, 0, 0)])
    const side = (samples: number[], probabilities: number[], threshold: number): ScoredFold => ({ samples: Int32Array.from(samples), probabilities: Float32Array.from(probabilities), thresholds: [threshold], published: null }) // prettier-ignore
    const folds = [side([0, 1], [0.3, 0.1], 0.2), side([2, 3], [0.9, 0.7], 0.8)]
    expect(modelFigures(frames, folds, { modelId: null, name: '', ...RESAMPLING }).aus[0]).toMatchObject({ f1: 1, thresholds: [0.2, 0.8] })
    expect(pool(frames, folds, 0).isAboveHalf).toEqual(Uint8Array.of(0, 0, 1, 1))
  })
})

describe('intervals', () => {
  const pooledOf = (list: readonly Frame[]) => {
    const { frames, fold } = framesOf(list)
    return { pooled: [pool(frames, [fold], 0)], subjects: frames.subjects.length }
  }
  const intervals = (list: readonly Frame[]) => {
    const { pooled, subjects } = pooledOf(list)
    return bootstrapFigures(pooled, subjects, RESAMPLING)
  }

  test('do not narrow when every frame is seen twice, as people are drawn and not frames', () => {
    fc.assert(
      fc.property(someFrames, (list) => {
        expect(intervals([...list, ...list])).toEqual(intervals(list))
      }),
      { numRuns: 40 },
    )
  })

  test('are within the range of a figure and in order', () => {
    fc.assert(
      fc.property(someFrames, (list) => {
        for (const interval of [intervals(list).aus[0]?.f1, intervals(list).aus[0]?.auc]) {
          if (!interval) continue
          expect(interval.low).toBeLessThanOrEqual(interval.high)
          expect(interval.low).toBeGreaterThanOrEqual(0)
          expect(interval.high).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('of two people reach from the one alone to the other alone', () => {
    const good = [frame(0, 1, 0.9), frame(0, 1, 0.8), frame(0, 0, 0.1)]
    const poor = [frame(1, 1, 0.9), frame(1, 1, 0.2), frame(1, 0, 0.7)]
    const { f1, auc } = intervals([...good, ...poor]).aus[0] ?? {}
    expect(f1).toEqual({ low: 0.5, high: 1 })
    expect(auc).toEqual({ low: 0.5, high: 1 })
  })

  test('of people who are all alike are a point', () => {
    const alike = [0, 1, 2, 3].flatMap((subject) => [frame(subject, 1, 0.9), frame(subject, 1, 0.3), frame(subject, 0, 0.6), frame(subject, 0, 0.1)]) // prettier-ignore
    const { f1 } = intervals(alike).aus[0] ?? {}
    expect(f1?.low).toBeCloseTo(0.5)
    expect(f1?.high).toBeCloseTo(0.5)
  })

  test('of means are over the same AUs in every draw, also where one is shown by a single person', () => {
    // The first AU is found in two of three frames of everybody; the second, which only subject 2 shows, never.
    const list = [0, 1, 2].flatMap((subject): Frame[] => [
      { subject, labels: [1, subject === 2 ? 1 : 0], probabilities: [0.9, 0.1] },
      { subject, labels: [1, 0], probabilities: [0.1, 0.1] },
      { subject, labels: [0, 0], probabilities: [0.1, 0.1] },
    ])
    const { frames, fold } = framesOf(list, [1, 2])
    const { means, meanF1Interval, aus } = modelFigures(frames, [fold], { modelId: null, name: '', ...RESAMPLING })
    expect(aus.map(({ f1 }) => f1)).toEqual([2 / 3, 0])
    expect(means.f1).toBeCloseTo(1 / 3)
    expect(meanF1Interval?.low).toBeCloseTo(1 / 3)
    expect(meanF1Interval?.high).toBeCloseTo(1 / 3)
  })

  test('are not given for one person', () => {
    expect(intervals([frame(0, 1, 0.9), frame(0, 0, 0.1)])).toEqual({
      aus: [{ f1: null, f1AtHalf: null, auc: null }],
      meanF1: null,
      meanAuc: null,
    })
  })
})

describe('the difference of two models', () => {
  test('of a model from itself is nothing, whoever is drawn', () => {
    fc.assert(
      fc.property(someFrames, (list) => {
        const { frames, fold } = framesOf(list)
        const { meanF1, meanAuc } = figureDifferences(frames, [fold], [fold], RESAMPLING)
        for (const one of [meanF1, meanAuc]) if (one) expect(one).toMatchObject({ value: 0 })
        for (const one of [meanF1, meanAuc]) if (one?.interval) expect(one.interval).toEqual({ low: 0, high: 0 })
      }),
      { numRuns: 30 },
    )
  })

  test('is clear where each person gains, however unlike the people are', () => {
    // Subject s is hard: a share of its present frames is missed; the second model finds one more of ten everywhere.
    const people = [1, 3, 5, 7, 9].map((missed, subject) => ({ missed, subject }))
    const framesWith = (found: number) => people.flatMap(({ missed, subject }) => [...Array(10).keys()].flatMap((i) => [frame(subject, 1, i < missed - found ? 0.1 : 0.9), frame(subject, 0, 0.2)])) // prettier-ignore
    const before = framesOf(framesWith(0))
    const after = framesOf(framesWith(1))
    const { meanF1 } = figureDifferences(before.frames, [before.fold], [after.fold], RESAMPLING)
    const alone = [before, after].map(
      ({ frames, fold }) => modelFigures(frames, [fold], { modelId: null, name: '', ...RESAMPLING }).meanF1Interval,
    )
    expect(alone[0]?.high).toBeGreaterThan(alone[1]?.low ?? 1)
    expect(meanF1?.value).toBeGreaterThan(0)
    expect(meanF1?.interval?.low).toBeGreaterThan(0)
  })

  test('is over the same AUs in every draw', () => {
    // Of the second AU, which one person in three shows, the second model finds everything and the first nothing; of the first both find the same.
    const list = (second: number) => [0, 1, 2].flatMap((subject): Frame[] => [
      { subject, labels: [1, subject === 2 ? 1 : 0], probabilities: [0.9, subject === 2 ? second : 0.1] },
      { subject, labels: [0, 0], probabilities: [0.1, 0.1] },
    ]) // prettier-ignore
    const [poor, good] = [framesOf(list(0.1), [1, 2]), framesOf(list(0.9), [1, 2])]
    const { meanF1 } = figureDifferences(poor.frames, [poor.fold], [good.fold], RESAMPLING)
    expect(meanF1).toEqual({ value: 0.5, interval: { low: 0.5, high: 0.5 } })
  })

  test('leaves out what one of them does not output', () => {
    const list = [0, 1].flatMap((subject): Frame[] => [
      { subject, labels: [1, 1], probabilities: [0.9, 0.9] },
      { subject, labels: [0, 0], probabilities: [0.8, 0.1] },
    ])
    const { frames, fold } = framesOf(list, [1, 2])
    const blind: ScoredFold = { ...fold, probabilities: fold.probabilities.map((value, at) => (at % 2 === 1 ? Number.NaN : value)) }
    const { aus, meanF1 } = figureDifferences(frames, [blind], [fold], RESAMPLING)
    expect(aus[1]).toEqual({ au: 2, f1: null, auc: null })
    expect(meanF1?.value).toBe(0)
  })
})

describe('the identity probe', () => {
  const WIDTH = 12
  /** As many frames of each subject as told. */
  const people = (counts: readonly number[]) => ({
    subjects: counts.map((_, place) => `S${place}`),
    subject: Int32Array.from(counts.flatMap((count, place) => Array.from({ length: count }, () => place))),
  })
  const noise = (count: number, seed: number): Float32Array => {
    const random = Random.seeded(seed)
    return Float32Array.from({ length: count * WIDTH }, () => random.normal())
  }

  test('is at chance on features that say nothing of the person', () => {
    const frames = people(Array.from({ length: 10 }, () => 100))
    const results = [1, 2, 3].map((seed) => probeFeatures(noise(1000, seed), frames, PROBE_FRAMES, Random.seeded(seed, 1)))
    expect(results[0]).toMatchObject({ chance: 0.1, subjects: 10, trainPerSubject: 70, testPerSubject: 30 })
    const mean = results.reduce((sum, { accuracy }) => sum + accuracy, 0) / results.length
    // 900 guesses at 0.1 have a standard error of 0.01
    expect(Math.abs(mean - 0.1)).toBeLessThan(0.04)
  })

  test('names everybody where the features do', () => {
    const frames = people([100, 100, 100])
    const features = noise(300, 4).map((value, at) => 0.1 * value + (at % WIDTH === frames.subject[Math.floor(at / WIDTH)] ? 1 : 0))
    expect(probeFeatures(features, frames, PROBE_FRAMES, Random.seeded(1)).accuracy).toBe(1)
  })

  test('reads features at their sizes: what a network made small is found when standardised; the scale of all of them does not matter', () => {
    const frames = people([100, 100, 100])
    const features = noise(300, 6).map((value, at) => {
      const column = at % WIDTH
      return column < 3 ? 0.01 * value + (column === frames.subject[Math.floor(at / WIDTH)] ? 0.05 : 0) : value
    })
    const figures = probeFeatures(features, frames, PROBE_FRAMES, Random.seeded(1))
    expect(figures.standardisedAccuracy).toBeGreaterThan(0.95)
    expect(figures.accuracy).toBeLessThan(0.8)
    const larger = features.map((value) => 1024 * value)
    expect(probeFeatures(larger, frames, PROBE_FRAMES, Random.seeded(1)).accuracy).toBe(figures.accuracy)
  })

  test('takes equally many frames of everybody, so that chance is one in so many people', () => {
    const one = probeFeatures(noise(240, 5), people([200, 20, 20]), PROBE_FRAMES, Random.seeded(1))
    expect(one).toMatchObject({ chance: 1 / 3, trainPerSubject: 14, testPerSubject: 6 })
    expect(() => probeFeatures(noise(103, 5), people([100, 3]), PROBE_FRAMES, Random.seeded(1))).toThrow(/at least two subjects/)
  })
})
