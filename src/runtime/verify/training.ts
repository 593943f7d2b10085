// The training half of `vit_iat.json`: losses, every gradient, parameter groups, rates, and the weights after each AdamW step.
import { classifierProgram, CLASSIFIER_INPUTS, type ClassifierTraining } from '@ml/training/classifierProgram'
import { updateScalars } from '@ml/optimizer/adamw'
import { absoluteRate, learningRate } from '@ml/optimizer/schedule'
import type { NamedArray } from '@ml/model/initialise'
import { join } from 'node:path'
import type { DeviceId } from '../runtime'
import { computeGradients, openTrainer, type StepInputs, type TrainingState } from '../training/index'
import { referenceVit, type ReferenceConfig } from './forward'
import { Comparison, readCheckpoint, readReference, tensorError, type PartResult, type ReferenceTensor } from './reference'

interface StepReference {
  epoch_progress: number
  lr: number
  au_loss: number
  id_loss: number
  param_sums: Record<string, number>
  [weight: string]: unknown
}

interface TrainingReference {
  config: ReferenceConfig
  optimizer: {
    betas: [number, number]
    eps: number
    weight_decay: number
    layer_decay: number
    base_lr: number
    absolute_lr: number
    min_lr: number
    warmup_epochs: number
    epochs: number
  }
  input: ReferenceTensor
  au_labels: ReferenceTensor
  subject_ids: number[]
  forward: { au_loss: number; id_loss: number; id_loss_cross_entropy: number }
  grads_step0: Record<string, ReferenceTensor>
  param_groups: { lr_scale: number; weight_decay: number; params: string[] }[]
  steps: StepReference[]
}

/** The four parts; null where the folder has no `vit_iat.json`. */
const read = (folder: string): Promise<TrainingReference | null> => readReference<TrainingReference>(folder, 'vit_iat.json')

function trainingOf(reference: TrainingReference): ClassifierTraining {
  const { optimizer, config } = reference
  return {
    network: referenceVit(config),
    batch: config.batch,
    trained: { part: 'all' },
    lambda: config.lambda,
    identityLoss: 'bce',
    positiveWeights: null,
    stochasticDepth: 0,
    weightDecay: optimizer.weight_decay,
    layerDecay: optimizer.layer_decay,
    optimizer: { beta1: optimizer.betas[0], beta2: optimizer.betas[1], epsilon: optimizer.eps },
    clipNorm: null,
  }
}

function inputsOf(reference: TrainingReference): StepInputs {
  const { batch, subjects } = reference.config
  const oneHot = new Float32Array(batch * subjects)
  reference.subject_ids.forEach((subject, sample) => (oneHot[sample * subjects + subject] = 1))
  return {
    [CLASSIFIER_INPUTS.images]: Float32Array.from(reference.input.data),
    [CLASSIFIER_INPUTS.labels]: Float32Array.from(reference.au_labels.data),
    [CLASSIFIER_INPUTS.known]: new Float32Array(reference.au_labels.data.length).fill(1),
    [CLASSIFIER_INPUTS.subjects]: oneHot,
  }
}

/** Both losses, the cross-entropy variant of the identity loss, and every gradient. */
export async function verifyGradients(folder: string, device: DeviceId): Promise<PartResult | null> {
  const reference = await read(folder)
  if (!reference) return null
  const weights = await readCheckpoint(join(folder, 'vit_iat.pth'))
  const training = trainingOf(reference)
  const found = await computeGradients(classifierProgram(training), weights, inputsOf(reference), device)
  const crossEntropy = await computeGradients(classifierProgram({ ...training, identityLoss: 'ce' }), weights, inputsOf(reference), device)
  const comparison = new Comparison('gradients')
  comparison.compareNumber('au_loss', found.reports['au_loss'], reference.forward.au_loss)
  comparison.compareNumber('id_loss', found.reports['id_loss'], reference.forward.id_loss)
  comparison.compareNumber('id_loss_cross_entropy', crossEntropy.reports['id_loss'], reference.forward.id_loss_cross_entropy)
  for (const [key, gradient] of Object.entries(reference.grads_step0))
    comparison.compare(key, found.gradients.get(key)?.data ?? [], gradient.data)
  return comparison.result()
}

/** Which weights share a rate factor and a decay, and the rate of each step. */
export async function verifyGroups(folder: string): Promise<PartResult | null> {
  const reference = await read(folder)
  if (!reference) return null
  const comparison = new Comparison('groups and rates')
  const groups = classifierProgram(trainingOf(reference)).groups
  const found = new Map(groups.flatMap((group) => group.keys.map((key) => [key, group])))
  comparison.compareNumber('number of groups', groups.length, reference.param_groups.length)
  for (const group of reference.param_groups) {
    for (const key of group.params) {
      comparison.compareNumber(`rate factor of ${key}`, found.get(key)?.rateScale, group.lr_scale)
      comparison.compareNumber(`weight decay of ${key}`, found.get(key)?.weightDecay, group.weight_decay, 1)
    }
  }
  const { optimizer } = reference
  comparison.compareNumber('absolute_lr', absoluteRate(optimizer.base_lr, reference.config.batch), optimizer.absolute_lr)
  for (const step of reference.steps) comparison.compareNumber(`rate at ${step.epoch_progress}`, rateAt(reference, step), step.lr)
  return comparison.result()
}

/** Losses, named weights and parameter sums after each update. */
export async function verifySteps(folder: string, device: DeviceId): Promise<PartResult | null> {
  const reference = await read(folder)
  if (!reference) return null
  const program = classifierProgram(trainingOf(reference))
  const start: TrainingState = { weights: await readCheckpoint(join(folder, 'vit_iat.pth')), first: new Map(), second: new Map() }
  const trainer = await openTrainer(program, start, device)
  const comparison = new Comparison('optimizer steps')
  const scales = new Map(program.groups.flatMap((group) => group.keys.map((key) => [key, group.rateScale])))
  let summedRate = 0
  for (const [index, step] of reference.steps.entries()) {
    const report = await trainer.step([inputsOf(reference)], updateScalars(index + 1, rateAt(reference, step), program.optimizer))
    comparison.compareNumber(`au_loss of step ${index + 1}`, report.reports['au_loss'], step.au_loss)
    comparison.compareNumber(`id_loss of step ${index + 1}`, report.reports['id_loss'], step.id_loss)
    const { weights } = await trainer.state()
    summedRate += rateAt(reference, step)
    for (const [key, sum] of Object.entries(step.param_sums)) {
      const { total, size } = sums(weights.get(key)?.data ?? new Float32Array(0))
      // The key third of a qkv bias moves by up to the rate at each step in directions that rounding decides; a sum cannot leave it out.
      const noise = key.endsWith('attn.qkv.bias') ? reference.config.dim * summedRate * (scales.get(key) ?? 0) : 0
      const difference = Math.max(0, Math.abs(total - sum) - noise)
      comparison.compareNumber(`sum of ${key} after step ${index + 1}`, sum + difference, sum, size)
    }
    for (const [key, value] of Object.entries(step)) {
      if (isTensor(value)) comparison.add(`${key} after step ${index + 1}`, weightError(key, weights.get(key), value))
    }
  }
  await trainer.dispose()
  return comparison.result()
}

function rateAt(reference: TrainingReference, step: StepReference): number {
  const { absolute_lr: rate, min_lr: minimumRate, warmup_epochs: warmupEpochs, epochs } = reference.optimizer
  return learningRate(step.epoch_progress, { rate, minimumRate, warmupEpochs, epochs })
}

const isTensor = (value: unknown): value is ReferenceTensor =>
  typeof value === 'object' && value !== null && 'data' in value && 'shape' in value

/** The key third of `qkv.bias` is left out: softmax does not see it, so its gradient is rounding noise that AdamW turns into full steps. */
function weightError(key: string, found: NamedArray | undefined, expected: ReferenceTensor): number {
  const values = found?.data ?? new Float32Array(0)
  if (!key.endsWith('attn.qkv.bias')) return tensorError(values, expected.data)
  const third = expected.data.length / 3
  const withoutKey = (data: ArrayLike<number>): number[] => Array.from(data).filter((_, index) => index < third || index >= 2 * third)
  return tensorError(withoutKey(values), withoutKey(expected.data))
}

function sums(values: Float32Array): { total: number; size: number } {
  return values.reduce((sum, value) => ({ total: sum.total + value, size: sum.size + Math.abs(value) }), { total: 0, size: 0 })
}
