// Distillation: both losses against values worked out by hand, what gradients reach, and a tiny student that comes to say what its teacher says.
import * as tf from '@tensorflow/tfjs-core'
import { featureLoss, softTargetLoss } from '@ml/distillation/distillationLoss'
import {
  DISTILLATION_INPUTS,
  distillationProgram,
  studentShapes,
  studentWeights,
  type Distillation,
} from '@ml/distillation/distillationProgram'
import { vitConfig } from '@ml/model/config'
import { initialiseWeights, type NamedArray } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { FINE_TUNING_ADAMW, updateScalars } from '@ml/optimizer/adamw'
import { Random } from '@ml/random'
import { runtimeFor } from '@runtime/index'
import { loadEagerBackend } from '@runtime/byDevice'
import { computeGradients, openTrainer } from '@runtime/training/index'
import { beforeAll, describe, expect, test } from 'vitest'

beforeAll(async () => {
  await loadEagerBackend('wasm')
})

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

describe('losses', () => {
  test('soft targets: cross-entropy at a temperature, times its square', () => {
    const student = [
      [0.5, -1],
      [2, 0],
    ]
    const teacher = [
      [1, -3],
      [0, 4],
    ]
    const expected = (temperature: number): number => {
      const losses = student.flatMap((row, i) =>
        row.map((z, j) => {
          const p = sigmoid(z / temperature)
          const q = sigmoid((teacher[i]?.[j] as number) / temperature)
          return -q * Math.log(p) - (1 - q) * Math.log(1 - p)
        }),
      )
      return (temperature ** 2 * losses.reduce((sum, one) => sum + one, 0)) / losses.length
    }
    for (const temperature of [1, 2, 4])
      expect(softTargetLoss(tf.tensor2d(student), tf.tensor2d(teacher), temperature).dataSync()[0]).toBeCloseTo(expected(temperature), 5)
  })

  test('features: teacher normalised to mean 0 and variance 1, then Girshick’s smooth L1', () => {
    // mean 2, variance 1: normalised to -1, 1, 1, -1; the second row to sqrt(3), then -1 / sqrt(3) three times
    const teacher = tf.tensor2d([
      [1, 3, 3, 1],
      [4, 0, 0, 0],
    ])
    const third = 1 / Math.sqrt(3)
    const projected = tf.tensor2d([
      [-1, 1.5, 4, 1],
      [Math.sqrt(3), -third, -third, -third],
    ])
    // differences 0, 0.5, 3, 2 and four zeros
    expect(featureLoss('smooth-l1', projected, teacher).dataSync()[0]).toBeCloseTo((0.125 + 2.5 + 1.5) / 8, 4)
  })

  test('features: one minus the cosine', () => {
    const teacher = tf.tensor2d([
      [1, 3, 3, 1],
      [1, 3, 3, 1],
    ])
    const projected = tf.tensor2d([
      [-2, 2, 2, -2],
      [2, 2, 0, 0],
    ])
    expect(featureLoss('cosine', projected, teacher).dataSync()[0]).toBeCloseTo((0 + 1) / 2, 5)
  })
})

const TEACHER = { ...vitConfig('tiny'), width: 24, depth: 2, heads: 2, patch: 8, imageSize: 16, aus: 3 }
const DISTILLATION: Distillation = {
  network: { ...TEACHER, width: 16, depth: 1 },
  teacherWidth: TEACHER.width,
  batch: 8,
  temperature: 2,
  featureWeight: 1,
  featureLoss: 'smooth-l1',
  weightDecay: 0.05,
  layerDecay: 1,
  clipNorm: null,
}

/** A head that says something. */
function withLoudHead(weights: Map<string, NamedArray>, seed: number): Map<string, NamedArray> {
  const random = Random.seeded(seed)
  weights.get('head.weight')?.data.forEach((_, index, data) => (data[index] = random.normal(0, 1)))
  return weights
}

const start = (of: Distillation, seed = 1): Map<string, NamedArray> =>
  withLoudHead(initialiseWeights(studentShapes(of), of.network, Random.seeded(seed)), 2)

function batchOf(of: Distillation, seed: number): Record<string, Float32Array> {
  const random = Random.seeded(seed)
  const values = (length: number, size: number): Float32Array => Float32Array.from({ length }, () => random.normal(0, size))
  return {
    [DISTILLATION_INPUTS.images]: values(of.batch * 3 * of.network.imageSize ** 2, 1),
    [DISTILLATION_INPUTS.logits]: values(of.batch * of.network.aus, 2),
    ...(of.featureWeight > 0 ? { [DISTILLATION_INPUTS.features]: values(of.batch * of.teacherWidth, 1) } : {}),
  }
}

describe('program', () => {
  test.each(['smooth-l1', 'cosine'] as const)('traced and eager agree in loss and every gradient, %s', async (kind) => {
    const one = { ...DISTILLATION, featureLoss: kind }
    const [program, weights, inputs] = [distillationProgram(one), start(one), batchOf(one, 5)]
    const traced = await computeGradients(program, weights, inputs, 'cpu')
    const eager = await computeGradients(program, weights, inputs, 'wasm')
    expect(traced.loss).toBeCloseTo(eager.loss, 5)
    // every weight of the student and its projector learns, and nothing else is there: the teacher is an input
    expect([...traced.gradients.keys()].sort()).toEqual(Object.keys(studentShapes(one)).sort())
    for (const [key, { data }] of traced.gradients) {
      const other = eager.gradients.get(key)?.data as Float32Array
      expect(Math.max(...data.map((value, index) => Math.abs(value - (other[index] as number)))), key).toBeLessThan(1e-5)
      expect(
        data.some((value) => value !== 0),
        key,
      ).toBe(true)
    }
  })

  test('a weight of 0 leaves features and projector out, and the model never holds the projector', () => {
    const plain = distillationProgram({ ...DISTILLATION, featureWeight: 0 })
    expect(Object.keys(plain.inputs)).toEqual(['images', 'teacher_logits'])
    expect(plain.trainable).toEqual(classifierShapes(DISTILLATION.network))
    expect([...studentWeights(start(DISTILLATION)).keys()]).toEqual(Object.keys(classifierShapes(DISTILLATION.network)))
  })
})

test('a tiny student learns what a tiny teacher says of images it never saw', async () => {
  const { network, batch } = DISTILLATION
  const teacher = withLoudHead(initialiseWeights(classifierShapes(TEACHER), TEACHER, Random.seeded(11)), 12)
  // smooth pictures of four numbers, so that there is something to see
  const imageOf = (seed: number): Float32Array => {
    const random = Random.seeded(77, seed)
    const [a, b, c, d] = [random.normal(), random.normal(), random.normal(), random.normal()]
    return Float32Array.from({ length: 3 * 256 }, (_, i) => {
      const [x, y, channel] = [(i % 16) / 8 - 1, (Math.floor(i / 16) % 16) / 8 - 1, Math.floor(i / 256)]
      return 2 * (a * x + b * y + c * x * y + d * (channel - 1))
    })
  }
  const images = (from: number, count: number): Float32Array => {
    const all = new Float32Array(count * 3 * 256)
    for (let i = 0; i < count; i++) all.set(imageOf(from + i), i * 3 * 256)
    return all
  }
  const predict = async (config: typeof TEACHER, weights: ReadonlyMap<string, NamedArray>, from: number, count: number) => {
    const model = await runtimeFor('cpu').load({ config, weights: { kind: 'memory', tensors: weights } })
    try {
      return await model.predict(images(from, count), count)
    } finally {
      await model.dispose()
    }
  }
  const correlation = (a: Float32Array, b: Float32Array): number => {
    const mean = (x: Float32Array): number => x.reduce((sum, one) => sum + one, 0) / x.length
    const [ma, mb] = [mean(a), mean(b)]
    let [ab, aa, bb] = [0, 0, 0]
    a.forEach((x, i) => {
      const [da, db] = [x - ma, (b[i] as number) - mb]
      ab += da * db
      aa += da * da
      bb += db * db
    })
    return ab / Math.sqrt(aa * bb)
  }
  const HELD_OUT = { from: 10_000, count: 96 }
  const truth = (await predict(TEACHER, teacher, HELD_OUT.from, HELD_OUT.count)).auLogits
  const agreement = async (weights: ReadonlyMap<string, NamedArray>): Promise<number> =>
    correlation(truth, (await predict(network, studentWeights(weights), HELD_OUT.from, HELD_OUT.count)).auLogits)

  const weights = initialiseWeights(studentShapes(DISTILLATION), network, Random.seeded(1))
  const trainer = await openTrainer(distillationProgram(DISTILLATION), { weights, first: new Map(), second: new Map() }, 'cpu')
  const before = await agreement((await trainer.state()).weights)
  const said = await predict(TEACHER, teacher, 0, 32 * batch)
  for (let step = 1; step <= 240; step++) {
    const at = (step % 32) * batch
    const inputs = {
      [DISTILLATION_INPUTS.images]: images(at, batch),
      [DISTILLATION_INPUTS.logits]: said.auLogits.slice(at * TEACHER.aus, (at + batch) * TEACHER.aus),
      [DISTILLATION_INPUTS.features]: said.features.slice(at * TEACHER.width, (at + batch) * TEACHER.width),
    }
    await trainer.step([inputs], updateScalars(step, 3e-3, FINE_TUNING_ADAMW))
  }
  const after = await agreement((await trainer.state()).weights)
  await trainer.dispose()
  expect(after).toBeGreaterThan(0.8)
  expect(after).toBeGreaterThan(before + 0.3)
})
