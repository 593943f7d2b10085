// Studies: means over seeds, differences drawn together, and nothing claimed where everything is the same.
import { describe, expect, it } from 'vitest'
import { studyEstimates, type StudyRun } from '@ml/evaluation/studyFigures'
import { Random } from '@ml/random'

const SUBJECTS = 6
const FRAMES = 40

/** One AU whose predictions are right with a probability that may depend on the subject. */
function run(seed: number, skill: (subject: number) => number): StudyRun {
  const labels = new Uint8Array(SUBJECTS * FRAMES)
  const probabilities = new Float32Array(labels.length)
  const truth = Random.seeded(1)
  const random = Random.seeded(seed, 2)
  const subjects = Int32Array.from(labels, (_, row) => Math.floor(row / FRAMES))
  for (let row = 0; row < labels.length; row++) {
    labels[row] = Number(truth.uniform() < 0.3)
    const isRight = random.uniform() < skill(subjects[row]!)
    probabilities[row] = (isRight ? labels[row] === 1 : labels[row] !== 1) ? 0.7 + 0.2 * random.uniform() : 0.1 + 0.2 * random.uniform()
  }
  const isAbove = Uint8Array.from(probabilities, (value) => Number(value >= 0.5))
  return [{ labels, probabilities, subjects, isPredicted: isAbove, isAboveHalf: isAbove }]
}

const estimates = (arms: StudyRun[][]) => studyEstimates(arms, SUBJECTS, 300, Random.seeded(9))

describe('figures of a study', () => {
  it('are means over seeds, with an interval that holds them and one for the difference that holds the truth', () => {
    const arms = [0.7, 0.95].map((skill) => [1, 2, 3].map((seed) => run(seed, () => skill)))
    const [weak, strong] = estimates(arms)
    expect(weak!.difference).toBeNull()
    for (const arm of [weak!, strong!]) {
      expect(arm.meanF1.interval!.low).toBeLessThanOrEqual(arm.meanF1.value!)
      expect(arm.meanF1.interval!.high).toBeGreaterThanOrEqual(arm.meanF1.value!)
    }
    expect(strong!.difference!.meanF1.value).toBeCloseTo(strong!.meanF1.value! - weak!.meanF1.value!, 9)
    expect(strong!.difference!.meanF1.interval!.low).toBeGreaterThan(0)
    expect(strong!.difference!.meanAuc.interval!.low).toBeGreaterThan(0)
    const single = estimates([[arms[0]![1]!]])[0]!
    const others = [0, 2].map((seed) => estimates([[arms[0]![seed]!]])[0]!.meanF1.value!)
    expect(weak!.meanF1.value).toBeCloseTo((single.meanF1.value! + others[0]! + others[1]!) / 3, 9)
  })

  it('differ by exactly nothing where the arms are the same, however much subjects differ', () => {
    const same = [1, 2].map((seed) => run(seed, (subject) => 0.5 + 0.08 * subject))
    const [first, second] = estimates([same, same])
    expect(second!.difference!.meanF1).toEqual({ value: 0, interval: { low: 0, high: 0 } })
    // between subjects there is much to be unsure about
    expect(first!.meanF1.interval!.high - first!.meanF1.interval!.low).toBeGreaterThan(0.02)
  })

  it('can be had while a study goes on: an arm without runs has none', () => {
    const [done, waiting] = estimates([[run(1, () => 0.9)], []])
    expect(done!.meanF1.value).toBeGreaterThan(0.5)
    expect(waiting!.meanF1).toEqual({ value: null, interval: null })
  })

  it('gives no interval for a single held-out subject', () => {
    const all = run(1, () => 0.9)[0]!
    const one = { ...all, labels: all.labels.map((label, row) => (row < FRAMES ? label : 9)), subjects: new Int32Array(all.labels.length) }
    expect(studyEstimates([[[one]]], 1, 100, Random.seeded(1))[0]!.meanF1.interval).toBeNull()
  })
})
