// Masked pretraining as a training program; what is fed comes from maskedBatch.ts.
import type * as tf from '@tensorflow/tfjs-core'
import { patchCount } from '../model/config'
import type { ParameterShapes } from '../model/parameters'
import type { AdamWConfig } from '../optimizer/adamw'
import type { ParameterGroup } from '../optimizer/parameterGroups'
import type { TrainingProgram } from '../training/program'
import {
  autoencoderShapes,
  reconstruct,
  reconstructionLoss,
  visibleCount,
  type AutoencoderConfig,
  type AutoencoderInputs,
} from './maskedAutoencoder'
import type { MaskedBatch } from './maskedBatch'

/** Pretraining's betas. */
export const PRETRAINING_ADAMW: AdamWConfig = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8 }

export interface Pretraining {
  network: AutoencoderConfig
  batch: number
  weightDecay: number
  optimizer?: AdamWConfig
  clipNorm: number | null
}

const INPUTS = { visiblePatches: 'visible_patches', visiblePositions: 'visible_positions', decoderPositions: 'decoder_positions' } as const
const TARGETS = 'targets'

export function pretrainingProgram(pretraining: Pretraining): TrainingProgram {
  const { network } = pretraining
  const trainable = autoencoderShapes(network)
  return {
    trainable,
    frozen: {},
    inputs: { ...autoencoderInputShapes(network, pretraining.batch), [TARGETS]: targetShape(pretraining) },
    loss: (parameters, inputs) => {
      const loss = reconstructionLoss(reconstruct(autoencoderInputs(inputs), parameters, network), inputs[TARGETS] as tf.Tensor3D)
      return { loss, reports: {} }
    },
    reports: [],
    groups: decayGroups(trainable, pretraining.weightDecay),
    optimizer: pretraining.optimizer ?? PRETRAINING_ADAMW,
    clipNorm: pretraining.clipNorm,
  }
}

/** A masked batch by the program's input names. */
export function pretrainingInputs(batch: MaskedBatch): Record<string, Float32Array> {
  return {
    [INPUTS.visiblePatches]: batch.visiblePatches,
    [INPUTS.visiblePositions]: batch.visiblePositions,
    [INPUTS.decoderPositions]: batch.decoderPositions,
    [TARGETS]: batch.targets,
  }
}

/** Shapes of what the autoencoder is fed, by input name. */
export function autoencoderInputShapes(network: AutoencoderConfig, batch: number): ParameterShapes {
  const visible = visibleCount(network)
  return {
    [INPUTS.visiblePatches]: [batch * visible, 3 * network.patch ** 2],
    [INPUTS.visiblePositions]: [batch, visible, network.width],
    [INPUTS.decoderPositions]: [batch, patchCount(network) + 1, network.decoderWidth],
  }
}

/** Fed tensors as the autoencoder takes them. */
export function autoencoderInputs(inputs: Readonly<Record<string, tf.Tensor>>): AutoencoderInputs {
  return {
    visiblePatches: inputs[INPUTS.visiblePatches] as tf.Tensor2D,
    visiblePositions: inputs[INPUTS.visiblePositions] as tf.Tensor3D,
    decoderPositions: inputs[INPUTS.decoderPositions] as tf.Tensor3D,
  }
}

function targetShape({ network, batch }: Pretraining): readonly number[] {
  return [batch, patchCount(network) - visibleCount(network), 3 * network.patch ** 2]
}

/** As the published code pretrains: one rate, and decay on everything with more than one axis, tokens included. */
function decayGroups(shapes: ParameterShapes, weightDecay: number): ParameterGroup[] {
  const keys = Object.keys(shapes)
  const decays = (key: string): boolean => (shapes[key]?.length ?? 0) > 1
  return [
    { rateScale: 1, weightDecay, keys: keys.filter(decays) },
    { rateScale: 1, weightDecay: 0, keys: keys.filter((key) => !decays(key)) },
  ]
}
