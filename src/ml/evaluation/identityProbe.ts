// Identity probe: a linear classifier without bias on frozen features, 70 frames of a subject to learn from and 30 to test on where there are as many.
// Trained here in plain arithmetic: it is one small matrix.
import type { Random } from '../random'
import { AppError } from '@shared/errors'
import type { ProbeFigures } from '@shared/trainingRun'
import type { LabelledFrames } from './pooling'

/** As published. */
export const PROBE_FRAMES = { train: 70, test: 30 } as const

const EPOCHS = 60
const BATCH = 64
const RATE = 0.5

/**
 * @param features (samples, D)
 * @throws AppError TOO_FEW_SUBJECTS with fewer than two subjects that have frames for both parts
 */
export function probeFeatures(
  features: Float32Array,
  samples: Pick<LabelledFrames, 'subjects' | 'subject'>,
  frames: { train: number; test: number },
  random: Random,
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
  const scaled = standardised(
    features,
    width,
    train.map(({ sample }) => sample),
  )
  const weights = fit(scaled, width, usable.length, train, random)
  const right = test.filter(({ sample, subject }) => predict(scaled, width, weights, usable.length, sample) === subject).length
  return {
    accuracy: right / test.length,
    chance: 1 / usable.length,
    subjects: usable.length,
    trainPerSubject: trainEach,
    testPerSubject: testEach,
  }
}

/** Centred and scaled by the training frames, so that one rate suits every feature. */
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

/** Softmax regression by stochastic gradient descent with a falling rate. (classes, D) */
function fit(
  features: Float32Array,
  width: number,
  classes: number,
  train: { sample: number; subject: number }[],
  random: Random,
): Float32Array {
  const weights = new Float32Array(classes * width)
  const scores = new Float64Array(classes)
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const order = random.shuffle([...train])
    const rate = (RATE * (1 - epoch / EPOCHS)) / width
    for (let start = 0; start < order.length; start += BATCH) {
      const batch = order.slice(start, start + BATCH)
      const gradient = new Float32Array(weights.length)
      for (const { sample, subject } of batch) {
        softmax(features, width, weights, classes, sample, scores)
        for (let one = 0; one < classes; one++) {
          const error = (scores[one] as number) - Number(one === subject)
          for (let i = 0; i < width; i++)
            gradient[one * width + i] = (gradient[one * width + i] as number) + error * (features[sample * width + i] as number)
        }
      }
      for (let at = 0; at < weights.length; at++)
        weights[at] = (weights[at] as number) - (rate * BATCH * (gradient[at] as number)) / batch.length
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
