// Identity probe: a linear classifier without bias on frozen features, 70 frames of a subject to learn from and 30 to test on where there are as many.
// Trained here in plain arithmetic: it is one small matrix.
//
// As published it reads the features as they are: directions in which the network says little stay small. So it measures how readily a person can be read
// from what the outputs read too, and identity adversarial training, which shrinks those directions, lowers it. The second figure first brings every feature
// to mean 0 and deviation 1: it also finds what was only made small, and says how much of identity is left at all.
import type { Random } from '../random'
import { AppError } from '@shared/errors'
import type { ProbeFigures } from '@shared/figures'
import type { LabelledFrames } from './pooling'

/** As published. */
export const PROBE_FRAMES = { train: 70, test: 30 } as const

/** Softmax regression from zero by Adam (0.9, 0.999), the rate falling linearly to nothing. */
const EPOCHS = 60
const BATCH = 64
const RATE = 0.01

/**
 * @param features (samples, D)
 * @param isStandardisedToo whether to train the second classifier as well, which takes as long again
 * @throws AppError TOO_FEW_SUBJECTS with fewer than two subjects that have frames for both parts
 */
export function probeFeatures(
  features: Float32Array,
  samples: Pick<LabelledFrames, 'subjects' | 'subject'>,
  frames: { train: number; test: number },
  random: Random,
  isStandardisedToo = true,
): ProbeFigures {
  const width = features.length / samples.subject.length
  const share = frames.train / (frames.train + frames.test)
  const bySubject = samples.subjects.map((_, place) => [...samples.subject.keys()].filter((sample) => samples.subject[sample] === place))
  const usable = bySubject.filter((own) => own.length >= 4)
  if (usable.length < 2)
    throw new AppError('TOO_FEW_SUBJECTS', 'The identity probe needs at least two subjects with four labelled frames each.')
  // as many of every subject, so that chance is 1 / subjects
  const each = Math.min(frames.train + frames.test, ...usable.map((own) => own.length))
  const trainEach = Math.min(frames.train, Math.max(1, Math.round(each * share)))
  const testEach = Math.min(frames.test, each - trainEach)
  const train: { sample: number; subject: number }[] = []
  const test: { sample: number; subject: number }[] = []
  usable.forEach((own, subject) => {
    const chosen = random.shuffle([...own]).slice(0, trainEach + testEach)
    chosen.forEach((sample, index) => (index < trainEach ? train : test).push({ sample, subject }))
  })
  const rows = train.map(({ sample }) => sample)
  const accuracyOn = (values: Float32Array): number => {
    const weights = fit(values, width, usable.length, train, random)
    return test.filter(({ sample, subject }) => predict(values, width, weights, usable.length, sample) === subject).length / test.length
  }
  return {
    accuracy: accuracyOn(atUnitScale(features, width, rows)),
    ...(isStandardisedToo ? { standardisedAccuracy: accuracyOn(standardised(features, width, rows)) } : {}),
    chance: 1 / usable.length,
    subjects: usable.length,
    trainPerSubject: trainEach,
    testPerSubject: testEach,
  }
}

/** All divided by one number, the root mean square of the training frames, so that one rate suits every network; features keep their sizes beside each other. */
function atUnitScale(features: Float32Array, width: number, rows: readonly number[]): Float32Array {
  let squares = 0
  for (const row of rows) for (let at = row * width; at < (row + 1) * width; at++) squares += (features[at] as number) ** 2
  const scale = 1 / Math.sqrt(Math.max(1e-12, squares / (rows.length * width)))
  return features.map((value) => value * scale)
}

/** Every feature centred and scaled by the training frames. */
function standardised(features: Float32Array, width: number, rows: readonly number[]): Float32Array {
  const result = Float32Array.from(features)
  for (let column = 0; column < width; column++) {
    let sum = 0
    let squares = 0
    for (const row of rows) {
      const value = features[row * width + column] as number
      sum += value
      squares += value * value
    }
    const mean = sum / rows.length
    const deviation = Math.sqrt(Math.max(1e-12, squares / rows.length - mean * mean))
    for (let at = column; at < result.length; at += width) result[at] = ((features[at] as number) - mean) / deviation
  }
  return result
}

/** (classes, D) */
function fit(
  features: Float32Array,
  width: number,
  classes: number,
  train: { sample: number; subject: number }[],
  random: Random,
): Float32Array {
  const weights = new Float32Array(classes * width)
  const first = new Float32Array(weights.length)
  const second = new Float32Array(weights.length)
  const gradient = new Float32Array(weights.length)
  const scores = new Float64Array(classes)
  const steps = EPOCHS * Math.ceil(train.length / BATCH)
  let step = 0
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const order = random.shuffle([...train])
    for (let start = 0; start < order.length; start += BATCH) {
      const batch = order.slice(start, start + BATCH)
      gradient.fill(0)
      for (const { sample, subject } of batch) {
        softmax(features, width, weights, classes, sample, scores)
        for (let one = 0; one < classes; one++) {
          const error = ((scores[one] as number) - Number(one === subject)) / batch.length
          for (let i = 0; i < width; i++)
            gradient[one * width + i] = (gradient[one * width + i] as number) + error * (features[sample * width + i] as number)
        }
      }
      const rate = RATE * (1 - step++ / steps)
      const unbias = Math.sqrt(1 - 0.999 ** step) / (1 - 0.9 ** step)
      for (let at = 0; at < weights.length; at++) {
        const slope = gradient[at] as number
        const mean = (first[at] = 0.9 * (first[at] as number) + 0.1 * slope)
        const square = (second[at] = 0.999 * (second[at] as number) + 0.001 * slope * slope)
        weights[at] = (weights[at] as number) - (rate * unbias * mean) / (Math.sqrt(square) + 1e-8)
      }
    }
  }
  return weights
}

function softmax(features: Float32Array, width: number, weights: Float32Array, classes: number, sample: number, out: Float64Array): void {
  let top = -Infinity
  for (let one = 0; one < classes; one++) {
    let sum = 0
    for (let i = 0; i < width; i++) sum += (weights[one * width + i] as number) * (features[sample * width + i] as number)
    out[one] = sum
    top = Math.max(top, sum)
  }
  let total = 0
  for (let one = 0; one < classes; one++) total += out[one] = Math.exp((out[one] as number) - top)
  for (let one = 0; one < classes; one++) out[one] = (out[one] as number) / total
}

function predict(features: Float32Array, width: number, weights: Float32Array, classes: number, sample: number): number {
  const scores = new Float64Array(classes)
  softmax(features, width, weights, classes, sample, scores)
  return scores.indexOf(Math.max(...scores))
}
