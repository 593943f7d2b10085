// The training half of the device check: loss, gradients and updated weights of a small step against the WebAssembly reference, and a timed step.
import { vitConfig } from '@ml/model/config'
import { initialiseWeights, type NamedArray } from '@ml/model/initialise'
import { classifierShapes, elementCount } from '@ml/model/parameters'
import { FINE_TUNING_ADAMW, updateScalars } from '@ml/optimizer/adamw'
import { Random } from '@ml/random'
import { classifierProgram, CLASSIFIER_INPUTS, type ClassifierTraining } from '@ml/training/classifierProgram'
import type { DeviceId, RunOptions } from '../runtime'
import { computeGradients, openTrainer, type StepInputs } from '../training/index'
import { relativeError } from './relativeError'

const RATE = 1e-3
/** Timed steps after one that warms up; fewer where the time is spent. */
const TIMED_STEPS = 3
const TIMED_MILLISECONDS = 1500

const COMPARED: ClassifierTraining = {
  network: { ...vitConfig('tiny'), width: 32, depth: 2, heads: 2, patch: 8, imageSize: 16, aus: 4, subjects: 3 },
  batch: 4,
  trained: { part: 'all' },
  lambda: 1,
  identityLoss: 'bce',
  positiveWeights: null,
  stochasticDepth: 0,
  weightDecay: 0.05,
  layerDecay: 0.65,
  clipNorm: null,
}
const TIMED: ClassifierTraining = { ...COMPARED, network: vitConfig('tiny', { imageSize: 112, depth: 4, subjects: 8 }), batch: 8 }

/** The worst relative error of loss, gradients and weights after one step. */
export async function trainingError(device: DeviceId, options: RunOptions): Promise<number> {
  const expected = await trainOnce('wasm', options)
  const found = await trainOnce(device, options)
  const errors = [Math.abs(found.loss / expected.loss - 1)]
  for (const [key, gradient] of expected.gradients) {
    // The key third of a qkv bias has no gradient but rounding, which AdamW turns into full steps; its gradient counts, its update does not.
    errors.push(relativeError(found.gradients.get(key)?.data, gradient.data))
    if (!key.endsWith('attn.qkv.bias'))
      errors.push(relativeError(found.weights.get(key)?.data, expected.weights.get(key)?.data as Float32Array))
  }
  return Math.max(...errors)
}

/** Training images per second of a ViT-tiny cut to four blocks, 112 pixels, batch 8. */
export async function timeTraining(device: DeviceId, options: RunOptions): Promise<number> {
  const program = classifierProgram(TIMED)
  const trainer = await openTrainer(program, startOf(TIMED), device, options)
  try {
    const inputs = batchOf(TIMED)
    await trainer.step([inputs], updateScalars(1, RATE, FINE_TUNING_ADAMW))
    const start = performance.now()
    let steps = 0
    while (steps < TIMED_STEPS && performance.now() - start < TIMED_MILLISECONDS) {
      steps++
      await trainer.step([inputs], updateScalars(1 + steps, RATE, FINE_TUNING_ADAMW))
    }
    return (steps * TIMED.batch * 1000) / (performance.now() - start)
  } finally {
    await trainer.dispose()
  }
}

async function trainOnce(
  device: DeviceId,
  options: RunOptions,
): Promise<{ loss: number; gradients: Map<string, NamedArray>; weights: Map<string, NamedArray> }> {
  const program = classifierProgram(COMPARED)
  const start = startOf(COMPARED)
  const inputs = batchOf(COMPARED)
  const { loss, gradients } = await computeGradients(program, start.weights, inputs, device)
  const trainer = await openTrainer(program, start, device, options)
  try {
    await trainer.step([inputs], updateScalars(1, RATE, FINE_TUNING_ADAMW))
    return { loss, gradients, weights: (await trainer.state()).weights }
  } finally {
    await trainer.dispose()
  }
}

/** Ordinary heads instead of fresh, nearly silent ones, so that every gradient is of some size. */
function startOf({ network }: ClassifierTraining): {
  weights: Map<string, NamedArray>
  first: Map<string, NamedArray>
  second: Map<string, NamedArray>
} {
  const weights = initialiseWeights(classifierShapes(network), network, Random.seeded(1))
  const random = Random.seeded(2)
  for (const key of ['head.weight', 'ID_head.weight'])
    weights.get(key)?.data.forEach((_, index, data) => (data[index] = random.normal(0, 0.1)))
  return { weights, first: new Map(), second: new Map() }
}

function batchOf(training: ClassifierTraining): StepInputs {
  const random = Random.seeded(3)
  const { subjects } = training.network
  const value: Record<string, (index: number) => number> = {
    [CLASSIFIER_INPUTS.labels]: () => random.integer(2),
    [CLASSIFIER_INPUTS.known]: () => 1,
    [CLASSIFIER_INPUTS.subjects]: (index) => Number(index % subjects === Math.floor(index / subjects) % subjects),
  }
  return Object.fromEntries(
    Object.entries(classifierProgram(training).inputs).map(([name, shape]) => {
      const make = value[name] ?? (() => random.normal())
      return [name, Float32Array.from({ length: elementCount(shape) }, (_, index) => make(index))]
    }),
  )
}
