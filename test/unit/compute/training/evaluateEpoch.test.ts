// Thresholds and the epoch are chosen on validation subjects alone: what the test subjects' labels say changes nothing but the test figures.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bestEpoch, chooseThresholds, evaluateEpoch } from '@compute/training/evaluateEpoch'
import type { EpochResult } from '@compute/training/checkpoint'
import { readSamples, samplesOf } from '@compute/training/samples'
import { runData } from './runParts'

const AUS = [1, 12]
const FRAMES = 8
const rows = fc.array(fc.stringMatching(/^[019]{2}$/), { minLength: FRAMES, maxLength: FRAMES })
const values = fc.array(fc.integer({ min: 0, max: 100 }).map((value) => value / 100), { minLength: 2 * FRAMES * 2, maxLength: 2 * FRAMES * 2 }) // prettier-ignore

function evaluate(
  validation: readonly string[],
  test: readonly string[],
  probabilities: readonly number[],
  earlier: EpochResult[] = [],
  hasPublished = false,
) {
  const samples = readSamples(runData(['V', 'T'], AUS, [validation, test]))
  const asked: number[][] = []
  const predict = (chosen: Int32Array): Promise<Float32Array> => {
    asked.push([...chosen])
    return Promise.resolve(
      Float32Array.from([...chosen].flatMap((sample) => [probabilities[2 * sample] ?? 0, probabilities[2 * sample + 1] ?? 0])),
    )
  }
  const sides = { validation: samplesOf(samples, ['V'], false), test: samplesOf(samples, ['T'], false) }
  return evaluateEpoch({ epoch: 1, step: 1 }, predict, samples, sides, earlier, hasPublished).then((evaluation) => ({
    ...evaluation,
    asked,
  }))
}

const epochResult = (epoch: number, validationF1: number | null): EpochResult => ({
  epoch,
  step: epoch,
  validationF1,
  testF1: null,
  thresholds: [],
  published: null,
})

describe('an epoch', () => {
  it('chooses the same whatever the test labels are', async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, rows, values, async (validation, test, otherTest, probabilities) => {
        const [one, other] = await Promise.all([evaluate(validation, test, probabilities), evaluate(validation, otherTest, probabilities)])
        expect(one.result.thresholds).toEqual(other.result.thresholds)
        expect(one.result.validationF1).toBe(other.result.validationF1)
        expect(one.isBest).toBe(other.isBest)
        expect(one.testProbabilities).toEqual(other.testProbabilities)
      }),
      { numRuns: 50 },
    )
  })

  it('takes the thresholds that are best for the validation labels and applies them to the test frames', async () => {
    // Validation separates at 0.35, the test frames would at 0.75.
    const probabilities = [0.3, 0.3, 0.4, 0.4, 0.3, 0.3, 0.4, 0.4, 0.7, 0.7, 0.8, 0.8, 0.7, 0.7, 0.8, 0.8]
    const { result } = await evaluate(['00', '11', '00', '11'], ['00', '11', '00', '11'], probabilities)
    expect(result.thresholds).toEqual([0.31, 0.31])
    expect(result.validationF1).toBe(1)
    expect(result.testF1).toBeCloseTo(2 / 3)
  })

  it('does not choose for an AU without both classes, and leaves it out of the mean', () => {
    const chosen = chooseThresholds([
      { labels: [1, 1, 9, 9], probabilities: [0.9, 0.8, 0.1, 0.2] },
      { labels: [1, 0, 9, 9], probabilities: [0.9, 0.8, 0.1, 0.2] },
    ])
    expect(chosen.thresholds[0]).toBeNull()
    expect(chosen.thresholds[1]).toBeGreaterThan(0.8)
    expect(chosen.f1).toBe(1)
  })

  it('looks at test frames only where it is the best so far, or the published protocol asks', async () => {
    const probabilities = Array.from({ length: 32 }, (_, index) => (index % 7) / 10)
    const labels = ['00', '11', '00', '11', '00', '11', '00', '11']
    expect((await evaluate(labels, labels, probabilities)).asked).toHaveLength(2)
    const earlier = [epochResult(0, 1)]
    const later = await evaluate(labels, labels, probabilities, earlier)
    expect(later).toMatchObject({ isBest: false, testProbabilities: null, result: { testF1: null, published: null } })
    expect(later.asked).toHaveLength(1)
    const published = await evaluate(labels, labels, probabilities, earlier, true)
    expect(published.result.published?.mean).toBeGreaterThan(0)
  })
})

describe('the best epoch', () => {
  it('is the earliest of the best by validation; without any figure the latest', () => {
    expect(bestEpoch([epochResult(1, 0.4), epochResult(2, 0.6), epochResult(3, 0.6), epochResult(4, 0.5)])?.epoch).toBe(2)
    expect(bestEpoch([epochResult(1, null), epochResult(2, null)])?.epoch).toBe(2)
    expect(bestEpoch([epochResult(1, null), epochResult(2, 0.1), epochResult(3, null)])?.epoch).toBe(2)
    expect(bestEpoch([])).toBeNull()
  })
})
