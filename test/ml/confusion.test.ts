// The interval of a classifier's accuracy is over people where people are known.
import { expect, it } from 'vitest'
import { accuracyInterval } from '@ml/evaluation/confusion'
import { Random } from '@ml/random'

const right = Array.from({ length: 100 }, (_, i) => Number(i % 10 !== 0))

it('gives none for a single group, whose draws are all the same', () => {
  expect(accuracyInterval(right, right.map(() => 'S01'), 500, Random.seeded(1))).toBeNull() // prettier-ignore
})

it('is as wide as people differ, however many images each has', () => {
  const people = right.map((_, i) => (i < 50 ? 'S01' : 'S02'))
  const ofTwo = right.map((_, i) => Number(i < 50))
  expect(accuracyInterval(ofTwo, people, 2000, Random.seeded(1))).toEqual({ low: 0, high: 1 })
  const byImage = accuracyInterval(ofTwo, ofTwo.map((_, i) => i), 2000, Random.seeded(1)) // prettier-ignore
  expect(byImage?.low).toBeGreaterThan(0.35)
  expect(byImage?.high).toBeLessThan(0.65)
})
