// How alike two models are on the same frames, worked out by hand.
import { expect, it } from 'vitest'
import { modelAgreement } from '@ml/evaluation/modelAgreement'

/** Frames by AUs, one after the other. */
const values = (thresholds: number[], ...frames: number[][]) => ({ probabilities: Float32Array.from(frames.flat()), thresholds })

it('gives correlation, mean difference and changed decisions per AU, each model by its own thresholds', () => {
  const a = values([0.5, 0.5], [0.1, 0.9], [0.4, 0.7], [0.7, 0.1], [1, 0.3])
  // the first AU is half of a's, with half the threshold; the second is turned round
  const b = values([0.25, 0.5], [0.05, 0.1], [0.2, 0.3], [0.35, 0.9], [0.5, 0.7])
  const found = modelAgreement(a, b)
  const [same, opposite] = found.aus
  expect(same?.correlation).toBeCloseTo(1, 6)
  expect(same?.meanDifference).toBeCloseTo((0.05 + 0.2 + 0.35 + 0.5) / 4, 6)
  expect(same?.changedShare).toBe(0)
  expect(opposite?.correlation).toBeCloseTo(-1, 6)
  expect(opposite?.meanDifference).toBeCloseTo((0.8 + 0.4 + 0.8 + 0.4) / 4, 6)
  expect(opposite?.changedShare).toBe(1)
  expect(found.correlation).toBeCloseTo(0, 6)
  expect(found.meanDifference).toBeCloseTo((0.275 + 0.6) / 2, 6)
  expect(found.changedShare).toBe(0.5)
})

it('counts a value at the threshold as present', () => {
  expect(modelAgreement(values([0.5], [0.5], [0.25]), values([0.5], [0.75], [0.5]))).toMatchObject({ changedShare: 0.5 })
})

it('has no correlation where a model says the same of every frame, and leaves that AU out of the mean', () => {
  const a = values([0.5, 0.5], [0.25, 0.1], [0.25, 0.9])
  const b = values([0.5, 0.5], [0.2, 0.3], [0.4, 0.6])
  const found = modelAgreement(a, b)
  expect(found.aus.map(({ correlation }) => correlation)).toEqual([null, 1])
  expect(found.correlation).toBe(1)
  expect(modelAgreement(values([0.5], [0.25], [0.25]), values([0.5], [0.1], [0.9])).correlation).toBeNull()
})
