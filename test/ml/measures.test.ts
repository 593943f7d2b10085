// Position embeddings, metrics and schedules against the reference vectors, and what they do where the vectors say nothing.
import { baseRate, confusionCounts, f1Score, matthewsCorrelation, skewNormalisedF1 } from '@ml/evaluation/classification'
import { averagePrecision, rocAuc } from '@ml/evaluation/ranking'
import { bestThreshold, meanDefined, publishedF1 } from '@ml/evaluation/thresholds'
import { interpolatePositionEmbedding } from '@ml/model/positionEmbedding'
import { hasWeightDecay, parameterGroups } from '@ml/optimizer/parameterGroups'
import { absoluteRate, learningRate } from '@ml/optimizer/schedule'
import { Random } from '@ml/random'
import { verifyMetrics, verifyPositions, verifySchedule } from '@runtime/verify/measures'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const REFERENCE = 'test/fixtures/reference'

describe('against the reference vectors', () => {
  test.each([
    ['positions', verifyPositions],
    ['metrics', verifyMetrics],
    ['schedule', verifySchedule],
  ] as const)('%s', async (_, verify) => {
    expect((await verify(REFERENCE))?.error).toBeLessThan(1e-5)
  })
})

describe('metrics', () => {
  const labels = [1, 1, 0, 0, -1, -1]
  const probabilities = [0.9, 0.4, 0.6, 0.1, 0.99, 0.01]

  test('frames that are not known count nowhere', () => {
    expect(confusionCounts(labels, probabilities, 0.5)).toEqual({
      truePositives: 1,
      falsePositives: 1,
      falseNegatives: 1,
      trueNegatives: 1,
    })
    expect(baseRate(labels)).toBe(0.5)
    expect(rocAuc(labels, probabilities)).toBe(0.75)
    expect(averagePrecision(labels, probabilities)).toBeCloseTo((1 + 2 / 3) / 2)
  })

  test('figures that the data leave undefined are null', () => {
    expect(f1Score(confusionCounts([0, 0], [0.1, 0.2], 0.5))).toBeNull()
    expect(matthewsCorrelation(confusionCounts([1, 0], [0.9, 0.9], 0.5))).toBeNull()
    expect(rocAuc([1, 1], [0.1, 0.2])).toBeNull()
    expect(averagePrecision([0], [0.5])).toBeNull()
    expect(baseRate([-1])).toBeNull()
    expect(meanDefined([null, null])).toBeNull()
    expect(meanDefined([null, 1, 0])).toBe(0.5)
    expect(bestThreshold({ labels: [0, -1], probabilities: [0, 1] })).toBeNull()
  })

  test('skew normalisation leaves a balanced table and corrects a skewed one', () => {
    const balanced = { truePositives: 8, falseNegatives: 2, falsePositives: 3, trueNegatives: 7 }
    expect(skewNormalisedF1(balanced)).toBeCloseTo(f1Score(balanced) as number)
    const rare = { truePositives: 8, falseNegatives: 2, falsePositives: 300, trueNegatives: 700 }
    expect(skewNormalisedF1(rare)).toBeCloseTo(f1Score(balanced) as number)
  })

  test('ties count half in the ROC area', () => {
    expect(rocAuc([1, 0, 1, 0], [0.5, 0.5, 0.5, 0.5])).toBe(0.5)
  })

  test('the ROC area is the share of ordered pairs', () => {
    const frames = fc.array(fc.record({ label: fc.constantFrom(0, 1, -1), probability: fc.integer({ min: 0, max: 9 }) }), { maxLength: 40 })
    fc.assert(
      fc.property(frames, (frames) => {
        const of = (label: number): number[] => frames.filter((frame) => frame.label === label).map((frame) => frame.probability)
        const pairs = of(1).flatMap((a) => of(0).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)))
        const expected = pairs.length > 0 ? pairs.reduce((sum: number, pair) => sum + pair, 0) / pairs.length : null
        const found = rocAuc(
          frames.map((frame) => frame.label),
          frames.map((frame) => frame.probability),
        )
        if (expected === null) expect(found).toBeNull()
        else expect(found).toBeCloseTo(expected, 10)
      }),
    )
  })

  test('one published threshold serves all AUs', () => {
    const scores = [
      { labels: [1, 0], probabilities: [0.8, 0.3] },
      { labels: [1, 0], probabilities: [0.4, 0.2] },
    ]
    expect(publishedF1(scores)).toEqual({ threshold: 0.31, perAu: [1, 1], mean: 1 })
  })
})

test('weight decay spares biases, norms, tokens and positions', () => {
  expect(hasWeightDecay('blocks.0.attn.qkv.weight', [48, 16])).toBe(true)
  expect(hasWeightDecay('patch_embed.proj.weight', [16, 3, 8, 8])).toBe(true)
  for (const [key, shape] of [
    ['cls_token', [1, 1, 16]],
    ['pos_embed', [1, 17, 16]],
    ['fc_norm.weight', [16]],
    ['head.bias', [5]],
  ] as const) {
    expect(hasWeightDecay(key, shape)).toBe(false)
  }
})

test('only the identity head learns faster when it is told to', () => {
  const shapes = { 'blocks.0.attn.qkv.weight': [48, 16], 'head.weight': [2, 16], 'ID_head.weight': [3, 16], 'ID_head.bias': [3] }
  const scaleOf = (identityRate?: number): Record<string, number> =>
    Object.fromEntries(
      parameterGroups(shapes, { depth: 1, layerDecay: 0.5, weightDecay: 0.1, identityRate }).flatMap(({ keys, rateScale }) =>
        keys.map((key) => [key, rateScale]),
      ),
    )
  const plain = scaleOf()
  expect(scaleOf(20)).toEqual({ ...plain, 'ID_head.weight': 20, 'ID_head.bias': 20 })
  expect(plain['head.weight']).toBe(1)
})

test('the rate rises to its peak and ends at its minimum', () => {
  const schedule = { rate: absoluteRate(5e-4, 64), minimumRate: 1e-6, warmupEpochs: 2, epochs: 10 }
  expect(learningRate(0, schedule)).toBe(0)
  expect(learningRate(2, schedule)).toBeCloseTo(1.25e-4)
  expect(learningRate(10, schedule)).toBeCloseTo(1e-6)
})

test('a constant position embedding stays constant at any grid', () => {
  const flat = new Float32Array((16 + 1) * 3).fill(0.5)
  expect(interpolatePositionEmbedding(flat, 3, 4, 7).every((value) => Math.abs(value - 0.5) < 1e-6)).toBe(true)
})

describe('random numbers', () => {
  test('the same seeds give the same stream, others another, and a state resumes it', () => {
    const draw = (random: Random): number[] => Array.from({ length: 5 }, () => random.uniform())
    const random = Random.seeded(3, 1)
    expect(draw(Random.seeded(3, 1))).toEqual(draw(random))
    expect(draw(Random.seeded(3, 2))).not.toEqual(draw(Random.seeded(3, 1)))
    expect(draw(Random.restored(random.state))).toEqual(draw(random))
  })

  test('uniform and normal have their means and deviations', () => {
    const random = Random.seeded(1)
    const moments = (values: number[]): [number, number] => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)]
    }
    const [uniformMean, uniformDeviation] = moments(Array.from({ length: 50_000 }, () => random.uniform()))
    expect(uniformMean).toBeCloseTo(0.5, 1.7)
    expect(uniformDeviation).toBeCloseTo(Math.sqrt(1 / 12), 2)
    const [normalMean, normalDeviation] = moments(Array.from({ length: 50_000 }, () => random.normal(2, 3)))
    expect(normalMean).toBeCloseTo(2, 1)
    expect(normalDeviation).toBeCloseTo(3, 1)
  })

  test('a shuffle keeps every item', () => {
    const items = Array.from({ length: 100 }, (_, index) => index)
    const shuffled = Random.seeded(5).shuffle(items.slice())
    expect(shuffled).not.toEqual(items)
    expect(shuffled.sort((a, b) => a - b)).toEqual(items)
  })
})
