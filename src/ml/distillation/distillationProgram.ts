// Distillation as a training program: a student learns what a teacher said of the same images. The teacher is not in it: its logits and features are
// inputs, computed once before, so no gradient can reach it.
import * as tf from '@tensorflow/tfjs-core'
import { assertVitConfig, type VitConfig } from '../model/config'
import type { NamedArray } from '../model/initialise'
import { classify } from '../model/network'
import { classifierShapes, type ParameterShapes } from '../model/parameters'
import { FINE_TUNING_ADAMW, type AdamWConfig } from '../optimizer/adamw'
import { parameterGroups } from '../optimizer/parameterGroups'
import type { ProgramLoss, TrainingProgram } from '../training/program'
import { featureLoss, projectFeatures, PROJECTOR, softTargetLoss, type FeatureLoss } from './distillationLoss'

export interface Distillation {
  /** The student: as many AUs as the teacher, no identity head. */
  network: VitConfig
  /** Width of the teacher's features. */
  teacherWidth: number
  batch: number
  temperature: number
  /** Weight of the loss on features beside that on AUs, which has weight 1; 0 leaves features and projector out. */
  featureWeight: number
  featureLoss: FeatureLoss
  weightDecay: number
  layerDecay: number
  optimizer?: AdamWConfig
  clipNorm: number | null
}

/** Names of the program's inputs. */
export const DISTILLATION_INPUTS = {
  /** (B, 3, S, S), as the student sees them. */
  images: 'images',
  /** (B, A) */
  logits: 'teacher_logits',
  /** (B, E); absent without a loss on features. */
  features: 'teacher_features',
} as const

/** The program. @throws AppError CONFIG_INVALID for dimensions that fit no network */
export function distillationProgram(distillation: Distillation): TrainingProgram {
  const { network, batch, teacherWidth, temperature, featureWeight } = distillation
  assertVitConfig(network)
  const hasFeatures = featureWeight > 0
  const trainable = studentShapes(distillation)
  return {
    trainable,
    frozen: {},
    inputs: {
      [DISTILLATION_INPUTS.images]: [batch, 3, network.imageSize, network.imageSize],
      [DISTILLATION_INPUTS.logits]: [batch, network.aus],
      ...(hasFeatures ? { [DISTILLATION_INPUTS.features]: [batch, teacherWidth] } : {}),
    },
    loss: (parameters, inputs): ProgramLoss => {
      const { auLogits, feature } = classify(inputs[DISTILLATION_INPUTS.images] as tf.Tensor4D, parameters, network)
      const auLoss = softTargetLoss(auLogits as tf.Tensor, inputs[DISTILLATION_INPUTS.logits] as tf.Tensor, temperature)
      if (!hasFeatures) return { loss: auLoss, reports: { au_loss: auLoss } }
      const hints = inputs[DISTILLATION_INPUTS.features] as tf.Tensor2D
      const ofFeatures = featureLoss(distillation.featureLoss, projectFeatures(feature, parameters), hints)
      return { loss: tf.add(auLoss, tf.mul(ofFeatures, featureWeight)), reports: { au_loss: auLoss, feature_loss: ofFeatures } }
    },
    reports: hasFeatures ? ['au_loss', 'feature_loss'] : ['au_loss'],
    groups: parameterGroups(trainable, {
      depth: network.depth,
      layerDecay: distillation.layerDecay,
      weightDecay: distillation.weightDecay,
    }),
    optimizer: distillation.optimizer ?? FINE_TUNING_ADAMW,
    clipNorm: distillation.clipNorm,
  }
}

/** Weights of the student and, where features are learned from, of the projector. */
export function studentShapes({
  network,
  teacherWidth,
  featureWeight,
}: Pick<Distillation, 'network' | 'teacherWidth' | 'featureWeight'>): ParameterShapes {
  return {
    ...classifierShapes(network),
    ...(featureWeight > 0 ? { [PROJECTOR.weight]: [teacherWidth, network.width], [PROJECTOR.bias]: [teacherWidth] } : {}),
  }
}

/** The student without its projector, which only learning needs. */
export function studentWeights(weights: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  const projector = new Set<string>(Object.values(PROJECTOR))
  return new Map([...weights].filter(([key]) => !projector.has(key)))
}
