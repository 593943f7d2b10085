// That training learns what it should, on small planted problems with fixed seeds: it fits a set, unlearns a subject's bias, and identity adversarial
// training takes identity out of the features.
import { confusionCounts, f1Score } from '@ml/evaluation/classification'
import { PROBE_FRAMES, probeFeatures } from '@ml/evaluation/identityProbe'
import { vitConfig } from '@ml/model/config'
import { baseRateBias, initialiseWeights, type NamedArray } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { FINE_TUNING_ADAMW, updateScalars } from '@ml/optimizer/adamw'
import { learningRate } from '@ml/optimizer/schedule'
import { Random } from '@ml/random'
import { classifierProgram, CLASSIFIER_INPUTS, type ClassifierTraining } from '@ml/training/classifierProgram'
import { runtimeFor, type Prediction } from '@runtime/index'
import { openTrainer } from '@runtime/training/index'
import type { ProbeFigures } from '@shared/figures'
import { describe, expect, test } from 'vitest'

const SIDE = 32
const PIXELS = 3 * SIDE * SIDE

/** Frames of some subjects. Labels are of one AU. */
interface Frames {
  images: Float32Array[]
  labels: number[]
  /** Place of the subject among those of the set. */
  subjects: number[]
  subjectCount: number
}

/** A coarse random pattern, the same for the same seed: what an AU, a person or a thing on a face looks like here. */
function pattern(seed: number): Float32Array {
  const random = Random.seeded(77, seed)
  const coarse = Float32Array.from({ length: 3 * 16 }, () => random.normal())
  return Float32Array.from({ length: PIXELS }, (_, i) => {
    const [channel, y, x] = [Math.floor(i / 1024), Math.floor((i % 1024) / 256), Math.floor((i % 32) / 8)]
    return coarse[channel * 16 + y * 4 + x] as number
  })
}

/** Noise plus the patterns, each by its amplitude. */
function frame(random: Random, parts: readonly (readonly [pattern: Float32Array, amplitude: number])[]): Float32Array {
  const pixels = new Float32Array(PIXELS)
  for (let i = 0; i < PIXELS; i++) pixels[i] = parts.reduce((sum, [values, by]) => sum + by * (values[i] as number), random.normal(0, 0.5))
  return pixels
}

const NETWORK = { ...vitConfig('tiny'), width: 32, depth: 2, heads: 2, patch: 8, imageSize: SIDE, aus: 1 }
const TRAINING: ClassifierTraining = {
  network: NETWORK,
  batch: 32,
  trained: { part: 'all' },
  lambda: 0,
  identityLoss: 'ce',
  positiveWeights: null,
  stochasticDepth: 0,
  weightDecay: 0.05,
  layerDecay: 1,
  clipNorm: null,
}

function freshWeights(training: ClassifierTraining, frames: Frames, seed = 1): Map<string, NamedArray> {
  const weights = initialiseWeights(classifierShapes(training.network), training.network, Random.seeded(seed))
  const rate = frames.labels.reduce((sum, label) => sum + label, 0) / frames.labels.length
  return weights.set('head.bias', { shape: [1], data: baseRateBias([rate]) })
}

/** Arrays of one length, one after the other. */
function joined(parts: readonly Float32Array[]): Float32Array {
  const length = parts[0]?.length ?? 0
  const all = new Float32Array(parts.length * length)
  parts.forEach((part, place) => all.set(part, place * length))
  return all
}

/** Trains for some epochs and returns the weights. `inputOf` gives what enters the network for a frame: its image, or its feature. */
async function train(
  training: ClassifierTraining,
  frames: Frames,
  epochs: number,
  rate: number,
  start = freshWeights(training, frames),
  inputOf: (index: number) => Float32Array = (index) => frames.images[index] as Float32Array,
): Promise<Map<string, NamedArray>> {
  const program = classifierProgram(training)
  const trainer = await openTrainer(program, { weights: start, first: new Map(), second: new Map() }, 'cpu', { threads: 1 })
  const { batch } = training
  const perEpoch = Math.floor(frames.labels.length / batch)
  const name = training.trained.part === 'heads' ? CLASSIFIER_INPUTS.features : CLASSIFIER_INPUTS.images
  for (let step = 0; step < epochs * perEpoch; step++) {
    const order = Random.seeded(5, Math.floor(step / perEpoch)).shuffle([...frames.labels.keys()])
    const chosen = order.slice((step % perEpoch) * batch, ((step % perEpoch) + 1) * batch)
    const inputs = {
      [name]: joined(chosen.map(inputOf)),
      [CLASSIFIER_INPUTS.labels]: Float32Array.from(chosen, (index) => frames.labels[index] as number),
      [CLASSIFIER_INPUTS.known]: new Float32Array(batch).fill(1),
      [CLASSIFIER_INPUTS.subjects]: Float32Array.from(
        chosen.flatMap((index) => Array.from({ length: frames.subjectCount }, (_, subject) => Number(subject === frames.subjects[index]))),
      ),
    }
    const schedule = { rate, minimumRate: 1e-6, warmupEpochs: epochs / 10, epochs }
    await trainer.step([inputs], updateScalars(step + 1, learningRate((step + 1) / perEpoch, schedule), FINE_TUNING_ADAMW))
  }
  const { weights } = await trainer.state()
  await trainer.dispose()
  return weights
}

async function predict(weights: ReadonlyMap<string, NamedArray>, frames: Frames): Promise<Prediction> {
  const model = await runtimeFor('cpu').load({ config: NETWORK, weights: { kind: 'memory', tensors: weights } }, { threads: 1 })
  const prediction = await model.predict(joined(frames.images), frames.images.length)
  await model.dispose()
  return prediction
}

async function f1(weights: ReadonlyMap<string, NamedArray>, frames: Frames): Promise<number> {
  const { auLogits } = await predict(weights, frames)
  return f1Score(confusionCounts(frames.labels, auLogits, 0)) ?? 0
}

test('a set of 128 crops with labels at random is fitted', async () => {
  const random = Random.seeded(11)
  const images = Array.from({ length: 128 }, () => frame(random, []))
  const frames: Frames = { images, labels: images.map(() => random.integer(2)), subjects: images.map(() => 0), subjectCount: 1 }
  const weights = await train({ ...TRAINING, weightDecay: 0 }, frames, 60, 2e-3)
  expect(await f1(weights, frames)).toBeGreaterThan(0.98)
})

describe('a bias of some subjects', () => {
  const [au, glasses] = [pattern(1), pattern(2)]
  /** Frames in which the thing on the face goes with the AU as often as told; 0.5 is not at all. */
  function framesOf(subjects: readonly number[], together: number): Frames {
    const random = Random.seeded(21, ...subjects)
    const frames: Frames = { images: [], labels: [], subjects: [], subjectCount: subjects.length }
    subjects.forEach((subject, place) => {
      for (let i = 0; i < 64; i++) {
        const label = random.integer(2)
        const hasGlasses = random.uniform() < together ? label : 1 - label
        frames.images.push(frame(random, [[au, 0.15 * label], [glasses, 0.6 * hasGlasses], [pattern(100 + subject), 0.3]])) // prettier-ignore
        frames.labels.push(label)
        frames.subjects.push(place)
      }
    })
    return frames
  }

  test('is unlearned on held-out subjects by retraining on corrected labels of others', async () => {
    const biased = await train(TRAINING, framesOf([1, 2, 3, 4], 0.97), 12, 1e-3)
    const heldOut = framesOf([9, 10, 11, 12], 0.5)
    const before = await f1(biased, heldOut)
    const after = await f1(await train(TRAINING, framesOf([5, 6, 7, 8], 0.5), 12, 1e-3, biased), heldOut)
    expect(before).toBeLessThan(0.75)
    expect(after).toBeGreaterThan(before + 0.1)
  })
})

describe('an identity shortcut', () => {
  const SUBJECTS = 6
  const au = pattern(1)
  /** People look a little different, every other one shows the AU nearly always or hardly ever, and the AU itself is faint: the person is the easier answer. */
  function framesOf(each: number, ...seeds: number[]): Frames {
    const random = Random.seeded(31, ...seeds)
    const frames: Frames = { images: [], labels: [], subjects: [], subjectCount: SUBJECTS }
    for (let subject = 0; subject < SUBJECTS; subject++) {
      for (let i = 0; i < each; i++) {
        const label = Number(random.uniform() < (subject % 2 === 0 ? 0.95 : 0.05))
        frames.images.push(frame(random, [[au, 0.1 * label], [pattern(200 + subject), 0.2]])) // prettier-ignore
        frames.labels.push(label)
        frames.subjects.push(subject)
      }
    }
    return frames
  }

  /** The product's identity probe on other frames of the same people. */
  async function probe(weights: ReadonlyMap<string, NamedArray>, seed: number): Promise<ProbeFigures> {
    const frames = framesOf(PROBE_FRAMES.train + PROBE_FRAMES.test, 2, seed)
    const { features } = await predict(weights, frames)
    const people = { subjects: Array.from({ length: SUBJECTS }, (_, subject) => `S${subject}`), subject: Int32Array.from(frames.subjects) }
    return probeFeatures(features, people, PROBE_FRAMES, Random.seeded(seed, 7))
  }

  test('is read less readily with lambda 1 than with lambda 0, for every seed', async () => {
    // The identity head must keep up with features that hide from it, so the blocks learn much more slowly than the heads.
    const training: ClassifierTraining = { ...TRAINING, network: { ...NETWORK, subjects: SUBJECTS }, layerDecay: 0.1 }
    const drops: number[] = []
    for (const seed of [1, 2, 3]) {
      const frames = framesOf(64, 1, seed)
      const probed = async (lambda: number): Promise<number> =>
        (await probe(await train({ ...training, lambda }, frames, 30, 2e-3, freshWeights(training, frames, seed)), seed)).accuracy
      const [plain, purged] = [await probed(0), await probed(1)]
      // the shortcut was taken, so there is something to remove
      expect(plain).toBeGreaterThan(0.5)
      drops.push(plain - purged)
    }
    expect(Math.min(...drops)).toBeGreaterThan(0.1)
    expect(drops.reduce((sum, drop) => sum + drop, 0) / drops.length).toBeGreaterThan(0.18)
  })
})
