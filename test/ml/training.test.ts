// The training step: PyTorch's gradients and AdamW steps, and the promises of identity adversarial training that a sign or a mask would break.
import { classifierProgram, CLASSIFIER_INPUTS, dropRate, type ClassifierTraining } from '@ml/training/classifierProgram'
import { vitConfig } from '@ml/model/config'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { updateScalars } from '@ml/optimizer/adamw'
import { Random } from '@ml/random'
import {
  computeGradients,
  openFrozenBlocks,
  openTrainer,
  type GradientReport,
  type StepInputs,
  type TrainingState,
} from '@runtime/training/index'
import { tensorError } from '@runtime/verify/reference'
import { verifyGradients, verifyGroups, verifySteps } from '@runtime/verify/training'
import { describe, expect, test } from 'vitest'

const REFERENCE = 'test/fixtures/reference'

describe('against PyTorch', () => {
  test.each(['cpu', 'wasm'] as const)('losses and every gradient on %s', async (device) => {
    expect((await verifyGradients(REFERENCE, device))?.error).toBeLessThan(1e-5)
  })

  test.each(['cpu', 'wasm'] as const)('the AdamW steps on %s', async (device) => {
    expect((await verifySteps(REFERENCE, device))?.error).toBeLessThan(1e-4)
  })

  test('parameter groups and rates', async () => {
    expect((await verifyGroups(REFERENCE))?.error).toBeLessThan(1e-6)
  })
})

const TRAINING: ClassifierTraining = {
  network: { ...vitConfig('tiny'), width: 16, depth: 2, heads: 2, patch: 8, imageSize: 16, aus: 3, subjects: 4 },
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

/** Weights whose heads are not silent, so that every gradient is there. */
function startOf(training: ClassifierTraining): TrainingState {
  const weights = initialiseWeights(classifierShapes(training.network), training.network, Random.seeded(1))
  const random = Random.seeded(2)
  for (const key of ['head.weight', 'ID_head.weight'])
    weights.get(key)?.data.forEach((_, index, data) => (data[index] = random.normal(0, 0.3)))
  return { weights, first: new Map(), second: new Map() }
}

function batchOf(training: ClassifierTraining, seed = 3): StepInputs {
  const { network, batch } = training
  const random = Random.seeded(seed)
  const fill = (length: number, value: (index: number) => number): Float32Array => Float32Array.from({ length }, (_, index) => value(index))
  return {
    [CLASSIFIER_INPUTS.images]: fill(batch * 3 * network.imageSize ** 2, () => random.normal()),
    [CLASSIFIER_INPUTS.labels]: fill(batch * network.aus, () => random.integer(2)),
    [CLASSIFIER_INPUTS.known]: fill(batch * network.aus, () => 1),
    [CLASSIFIER_INPUTS.subjects]: fill(batch * network.subjects, (index) =>
      Number(index % network.subjects === Math.floor(index / network.subjects)),
    ),
    [CLASSIFIER_INPUTS.branchScales]: fill(2 * network.depth * batch, () => 1),
  }
}

const gradients = (training: ClassifierTraining, inputs = batchOf(training)): Promise<GradientReport> =>
  computeGradients(classifierProgram(training), startOf(training).weights, inputs, 'cpu')

const BACKBONE = 'blocks.1.mlp.fc1.weight'
const of = (report: GradientReport, key: string): Float32Array => report.gradients.get(key)?.data as Float32Array

describe('gradient reversal', () => {
  test('the backbone gets the AU gradient minus lambda times the identity gradient; the identity head learns as ever', async () => {
    const [none, half, two] = (await Promise.all([0, 0.5, 2].map((lambda) => gradients({ ...TRAINING, lambda })))) as [
      GradientReport,
      GradientReport,
      GradientReport,
    ]
    // Without identity subjects only the AU loss is left, which is what lambda 0 must give the backbone.
    const identity = of(none, BACKBONE)
      .map((value, index) => value - (of(half, BACKBONE)[index] as number))
      .map((value) => value / 0.5)
    const expected = of(none, BACKBONE).map((value, index) => value - 2 * (identity[index] as number))
    expect(tensorError(of(two, BACKBONE), expected)).toBeLessThan(1e-4)
    expect(Math.hypot(...identity)).toBeGreaterThan(1e-4)
    expect(tensorError(of(two, 'ID_head.weight'), of(none, 'ID_head.weight'))).toBeLessThan(1e-6)
  })

  test('a step along the reversed gradient raises the identity loss', async () => {
    const training = { ...TRAINING, lambda: 1 }
    const silent = { ...batchOf(training), [CLASSIFIER_INPUTS.known]: new Float32Array(12) }
    const { weights } = startOf(training)
    const before = await computeGradients(classifierProgram(training), weights, silent, 'cpu')
    expect(before.reports['au_loss']).toBe(0)
    weights.get(BACKBONE)?.data.forEach((value, index, data) => (data[index] = value - 0.1 * (of(before, BACKBONE)[index] as number)))
    const after = await computeGradients(classifierProgram(training), weights, silent, 'cpu')
    expect(after.reports['id_loss']).toBeGreaterThan(before.reports['id_loss'] as number)
  })
})

describe('unknown labels', () => {
  test('do not matter, whatever they say', async () => {
    const known = Float32Array.from({ length: 12 }, (_, index) => Number(index % 3 !== 1))
    const labels = batchOf(TRAINING)[CLASSIFIER_INPUTS.labels] as Float32Array
    const withLabels = (unknown: number): StepInputs => ({
      ...batchOf(TRAINING),
      [CLASSIFIER_INPUTS.known]: known,
      [CLASSIFIER_INPUTS.labels]: labels.map((label, index) => (known[index] === 1 ? label : unknown)),
    })
    const [absent, present] = await Promise.all([gradients(TRAINING, withLabels(0)), gradients(TRAINING, withLabels(1))])
    expect(absent?.reports['au_loss']).toBe(present?.reports['au_loss'])
    expect(of(absent as GradientReport, 'head.bias')).toEqual(of(present as GradientReport, 'head.bias'))
    // The AU that is known nowhere teaches its outputs nothing.
    expect(of(absent as GradientReport, 'head.bias')[1]).toBe(0)
  })

  test('the loss is the mean over known labels, not over all', async () => {
    const network = { ...TRAINING.network, subjects: 0 }
    const one = new Float32Array(12)
    one[0] = 1
    const single = await gradients({ ...TRAINING, network }, { ...batchOf(TRAINING), [CLASSIFIER_INPUTS.known]: one })
    const all = await gradients({ ...TRAINING, network })
    expect(Math.abs(of(single, 'head.bias')[0] as number)).toBeGreaterThan(Math.abs(of(all, 'head.bias')[0] as number))
  })
})

test('a positive weight multiplies the loss of present labels alone', async () => {
  const network = { ...TRAINING.network, subjects: 0 }
  const present = { ...batchOf(TRAINING), [CLASSIFIER_INPUTS.labels]: new Float32Array(12).fill(1) }
  const absent = { ...batchOf(TRAINING), [CLASSIFIER_INPUTS.labels]: new Float32Array(12) }
  const weighted = { ...TRAINING, network, positiveWeights: [3, 3, 3] }
  const loss = async (training: ClassifierTraining, inputs: StepInputs): Promise<number> => (await gradients(training, inputs)).loss
  expect(await loss(weighted, present)).toBeCloseTo(3 * (await loss({ ...TRAINING, network }, present)), 5)
  expect(await loss(weighted, absent)).toBeCloseTo(await loss({ ...TRAINING, network }, absent), 5)
})

describe('steps', () => {
  const scalars = (step: number): ReturnType<typeof updateScalars> => updateScalars(step, 1e-3, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })
  const run = async (training: ClassifierTraining, batches: StepInputs[][], device: 'cpu' | 'wasm' = 'cpu'): Promise<TrainingState> => {
    const trainer = await openTrainer(classifierProgram(training), startOf(training), device, { microBatches: batches[0]?.length })
    for (const [index, batch] of batches.entries()) await trainer.step(batch, scalars(index + 1))
    const state = await trainer.state()
    await trainer.dispose()
    return state
  }
  const worst = (a: TrainingState, b: TrainingState): number =>
    Math.max(
      ...[...a.weights]
        .filter(([key]) => !key.endsWith('qkv.bias'))
        .map(([key, { data }]) => tensorError(data, b.weights.get(key)?.data ?? [])),
    )

  test('three micro-batches are one update with their mean gradient, on both runtimes', async () => {
    const micro = [3, 4, 5].map((seed) => batchOf(TRAINING, seed))
    const traced = await run(TRAINING, [micro, micro])
    expect(worst(traced, await run(TRAINING, [micro, micro], 'wasm'))).toBeLessThan(1e-4)
    const same = batchOf(TRAINING, 3)
    expect(worst(await run(TRAINING, [[same, same]]), await run(TRAINING, [[same]]))).toBeLessThan(1e-4)
  })

  test('clipping scales all gradients to the given norm', async () => {
    const clipped = { ...TRAINING, clipNorm: 1e-3 }
    const trainer = await openTrainer(classifierProgram(clipped), startOf(clipped), 'cpu')
    const report = await trainer.step([batchOf(clipped)], scalars(1))
    expect(report.gradientNorm).toBeGreaterThan(1e-2)
    // After one step the first moment is a tenth of the gradient that was used.
    const squares = [...(await trainer.state()).first.values()].flatMap(({ data }) => [...data]).map((value) => (10 * value) ** 2)
    expect(Math.sqrt(squares.reduce((sum, value) => sum + value, 0))).toBeCloseTo(1e-3, 5)
    await trainer.dispose()
  })

  test('a dropped branch learns nothing from its sample, a kept one is divided by its keep rate', async () => {
    const training = { ...TRAINING, stochasticDepth: 0.1 }
    const scales = new Float32Array(2 * 2 * 4).fill(1)
    scales.fill(0, 3 * 4)
    const dropped = await gradients(training, { ...batchOf(training), [CLASSIFIER_INPUTS.branchScales]: scales })
    expect(of(dropped, BACKBONE).every((value) => value === 0)).toBe(true)
    expect(of(dropped, 'blocks.0.mlp.fc1.weight').some((value) => value !== 0)).toBe(true)
    const kept = await gradients(training)
    expect(tensorError(of(kept, BACKBONE), of(await gradients(TRAINING), BACKBONE))).toBeLessThan(1e-6)
    expect([0, 6, 11].map((block) => dropRate(0.1, block, 12))).toEqual([0, (0.1 * 6) / 11, 0.1])
  })

  test('a loss that is not finite is reported and leaves the weights as they were', async () => {
    const trainer = await openTrainer(classifierProgram(TRAINING), startOf(TRAINING), 'cpu')
    const poisoned = { ...batchOf(TRAINING), [CLASSIFIER_INPUTS.images]: new Float32Array(4 * 3 * 16 * 16).fill(Number.NaN) }
    await expect(trainer.step([poisoned], scalars(1))).rejects.toMatchObject({ code: 'LOSS_NOT_FINITE', data: { rate: 1e-3 } })
    const { weights } = await trainer.state()
    expect(weights.get(BACKBONE)?.data).toEqual(startOf(TRAINING).weights.get(BACKBONE)?.data)
    await trainer.dispose()
  })

  test('a restored state continues bit for bit', async () => {
    const batches = [3, 4, 5, 6].map((seed) => [batchOf(TRAINING, seed)])
    const whole = await run(TRAINING, batches)
    const half = await run(TRAINING, batches.slice(0, 2))
    const trainer = await openTrainer(classifierProgram(TRAINING), half, 'cpu')
    for (const [index, batch] of batches.slice(2).entries()) await trainer.step(batch, scalars(index + 3))
    for (const [key, { data }] of (await trainer.state()).weights) expect(data).toEqual(whole.weights.get(key)?.data)
    await trainer.dispose()
  })

  test.each([{ part: 'heads' }, { part: 'blocks', count: 1 }] as const)('frozen weights are not part of the program: %o', (trained) => {
    const { trainable, inputs } = classifierProgram({ ...TRAINING, trained })
    expect('blocks.0.mlp.fc1.weight' in trainable).toBe(false)
    expect(BACKBONE in trainable).toBe(trained.part === 'blocks')
    expect('head.weight' in trainable && 'ID_head.bias' in trainable).toBe(true)
    expect('images' in inputs).toBe(false)
  })

  test.each(['cpu', 'wasm'] as const)('tokens of frozen blocks give the gradients that images would, on %s', async (device) => {
    const training: ClassifierTraining = { ...TRAINING, trained: { part: 'blocks', count: 1 } }
    const { weights } = startOf(training)
    const inputs = batchOf(training)
    const frozen = await openFrozenBlocks(training, weights, device)
    const tokens = await frozen.tokens(inputs[CLASSIFIER_INPUTS.images] as Float32Array, training.batch)
    expect(tokens.length).toBe(training.batch * frozen.tokenLength)
    await frozen.dispose()
    const part = await computeGradients(classifierProgram(training), weights, { ...inputs, [CLASSIFIER_INPUTS.tokens]: tokens }, device)
    const whole = await gradients(TRAINING)
    expect(tensorError(of(part, BACKBONE), of(whole, BACKBONE))).toBeLessThan(1e-4)
    expect(part.loss).toBeCloseTo(whole.loss, 5)
  })
})
