// Fine-tuning with identity adversarial training as a training program: whole network, last blocks, or heads only.
import * as tf from '@tensorflow/tfjs-core'
import type { BranchScales } from '../model/block'
import { assertVitConfig, patchCount, type VitConfig } from '../model/config'
import { classify, classifyFeature, classifyTokens, type NetworkOutput } from '../model/network'
import { classifierShapes, type Parameters, type ParameterShapes } from '../model/parameters'
import { FINE_TUNING_ADAMW, type AdamWConfig } from '../optimizer/adamw'
import { parameterGroups } from '../optimizer/parameterGroups'
import { layerId } from '../optimizer/schedule'
import { classCrossEntropy, identityLoss, maskedBinaryCrossEntropy, type IdentityLoss } from './loss'
import type { ProgramLoss, TrainingProgram } from './program'

/** What is trained: everything, the last blocks with pooling norm and heads, or the heads alone. */
export type Trained = { part: 'all' } | { part: 'blocks'; count: number } | { part: 'heads' }

export interface ClassifierTraining {
  network: VitConfig
  /** What the first head says: independent AUs (default), or one class of several, by softmax. */
  outputs?: 'aus' | 'classes'
  batch: number
  trained: Trained
  /** Weight of the reversed identity gradient; 0 trains the identity head without telling the backbone. */
  lambda: number
  identityLoss: IdentityLoss
  /** Factor on present labels' loss per AU; null for none. */
  positiveWeights: readonly number[] | null
  /** Rate of dropped branches at the last block, rising linearly from 0 at the first. */
  stochasticDepth: number
  weightDecay: number
  layerDecay: number
  /** Factor on the identity head's rate, so that it keeps up with the backbone that hides from it; 1 as published. */
  identityRate?: number
  optimizer?: AdamWConfig
  clipNorm: number | null
}

/** Names of the program's inputs. */
export const CLASSIFIER_INPUTS = {
  /** One of these three: (B, 3, S, S) images; (B (N + 1), D) tokens entering the first trained block; (B, D) features. */
  images: 'images',
  tokens: 'tokens',
  features: 'features',
  /** (B, A) 1 present, 0 absent. */
  labels: 'labels',
  /** (B, A) 1 known, 0 not known. */
  known: 'known',
  /** (B, I) one-hot. Absent without an identity head. */
  subjects: 'subjects',
  /** (2 per trained block, B), attention then MLP: 0 dropped, 1 / keep rate kept. Absent without stochastic depth. */
  branchScales: 'branch_scales',
} as const

/** First block that is trained: 0 when the embedding is trained too, depth when only heads are. */
export function firstTrainedBlock(training: Pick<ClassifierTraining, 'network' | 'trained'>): number {
  const { network, trained } = training
  if (trained.part === 'all') return 0
  return trained.part === 'heads' ? network.depth : Math.max(0, network.depth - trained.count)
}

/** What enters the trained part: images when anything from the embedding on is trained, tokens after frozen blocks, features for heads only. */
export function trainingInput(training: Pick<ClassifierTraining, 'network' | 'trained'>): 'images' | 'tokens' | 'features' {
  if (training.trained.part === 'all') return 'images'
  return training.trained.part === 'heads' ? 'features' : 'tokens'
}

/** Drop rate of a block's branches. */
export function dropRate(stochasticDepth: number, block: number, depth: number): number {
  return depth > 1 ? (stochasticDepth * block) / (depth - 1) : 0
}

/** The program. Throws CONFIG_INVALID for dimensions that fit no network. */
export function classifierProgram(training: ClassifierTraining): TrainingProgram {
  const { network } = training
  assertVitConfig(network)
  const trainable = trainedShapes(training)
  const decay = {
    depth: network.depth,
    layerDecay: training.layerDecay,
    weightDecay: training.weightDecay,
    identityRate: training.identityRate,
  }
  return {
    trainable,
    frozen: {},
    inputs: inputShapes(training),
    loss: (parameters, inputs) => classifierLoss(training, parameters, inputs),
    reports: network.subjects > 0 ? ['au_loss', 'id_loss'] : ['au_loss'],
    groups: parameterGroups(trainable, decay),
    optimizer: training.optimizer ?? FINE_TUNING_ADAMW,
    clipNorm: training.clipNorm,
  }
}

function trainedShapes(training: ClassifierTraining): ParameterShapes {
  const { network } = training
  const first = firstTrainedBlock(training)
  const isTrained = (key: string): boolean => {
    if (training.trained.part === 'all') return true
    if (training.trained.part === 'heads') return /^(head|ID_head)\b/.test(key)
    return layerId(key, network.depth) >= first + 1
  }
  return Object.fromEntries(Object.entries(classifierShapes(network)).filter(([key]) => isTrained(key)))
}

function inputShapes(training: ClassifierTraining): ParameterShapes {
  const { network, batch } = training
  const source = {
    images: [batch, 3, network.imageSize, network.imageSize],
    tokens: [batch * (patchCount(network) + 1), network.width],
    features: [batch, network.width],
  }
  const input = trainingInput(training)
  const branches = 2 * (network.depth - firstTrainedBlock(training))
  return {
    [input]: source[input],
    [CLASSIFIER_INPUTS.labels]: [batch, network.aus],
    ...(training.outputs === 'classes' ? {} : { [CLASSIFIER_INPUTS.known]: [batch, network.aus] }),
    ...(network.subjects > 0 ? { [CLASSIFIER_INPUTS.subjects]: [batch, network.subjects] } : {}),
    ...(training.stochasticDepth > 0 && branches > 0 ? { [CLASSIFIER_INPUTS.branchScales]: [branches, batch] } : {}),
  }
}

function classifierLoss(training: ClassifierTraining, parameters: Parameters, inputs: Readonly<Record<string, tf.Tensor>>): ProgramLoss {
  const { network } = training
  const input = (name: string): tf.Tensor => inputs[name] as tf.Tensor
  const output = runNetwork(training, parameters, inputs)
  const labels = input(CLASSIFIER_INPUTS.labels)
  const logits = output.auLogits as tf.Tensor
  const auLoss =
    training.outputs === 'classes'
      ? classCrossEntropy(logits, labels)
      : maskedBinaryCrossEntropy(logits, labels, input(CLASSIFIER_INPUTS.known), training.positiveWeights ?? undefined)
  if (network.subjects === 0) return { loss: auLoss, reports: { au_loss: auLoss } }
  const idLoss = identityLoss(training.identityLoss, output.identityLogits as tf.Tensor, input(CLASSIFIER_INPUTS.subjects))
  return { loss: tf.add(auLoss, idLoss), reports: { au_loss: auLoss, id_loss: idLoss } }
}

function runNetwork(training: ClassifierTraining, parameters: Parameters, inputs: Readonly<Record<string, tf.Tensor>>): NetworkOutput {
  const { network, lambda } = training
  const firstBlock = firstTrainedBlock(training)
  const run = { firstBlock, scales: branchScales(inputs[CLASSIFIER_INPUTS.branchScales], firstBlock, network.depth) }
  const source = trainingInput(training)
  const value = inputs[source] as tf.Tensor
  if (source === 'images') return classify(value as tf.Tensor4D, parameters, network, lambda, run)
  if (source === 'tokens') return classifyTokens(value as tf.Tensor2D, parameters, network, lambda, run)
  return classifyFeature(value as tf.Tensor2D, parameters, network, lambda)
}

/** Rows of the input per block of the network; blocks before the first trained one have none. */
function branchScales(scales: tf.Tensor | undefined, firstBlock: number, depth: number): BranchScales[] | undefined {
  if (!scales) return undefined
  const row = (index: number): tf.Tensor1D => tf.reshape(tf.slice(scales, [Math.max(0, index), 0], [1, -1]), [-1])
  return Array.from({ length: depth }, (_, block) => ({ attention: row(2 * (block - firstBlock)), mlp: row(2 * (block - firstBlock) + 1) }))
}
