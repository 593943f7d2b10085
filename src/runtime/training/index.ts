// Choosing what runs a training program by device. Everything a caller outside this room needs for training steps.
import type { NamedArray } from '@ml/model/initialise'
import type { TrainingProgram } from '@ml/training/program'
import { loadEagerBackend } from '../byDevice'
import type { OnnxDevice } from '../onnx/session'
import type { DeviceId, RunOptions } from '../runtime'
import { eagerGradients, eagerTrainer } from './eagerTrainer'
import { tracedGradients, tracedTrainer } from './tracedTrainer'
import type { GradientReport, StepInputs, Trainer, TrainingState } from './trainer'

export { openFrozenBlocks, tokenLength, type FrozenBlocks } from './frozenBlocks'
export { openReconstructor, type Reconstructor } from './reconstruction'
export type { GradientReport, StepInputs, StepReport, Trainer, TrainingState } from './trainer'

/** A program on a device, from a state whose missing moments are 0. */
export async function openTrainer(
  program: TrainingProgram,
  start: TrainingState,
  device: DeviceId,
  options: RunOptions & { microBatches?: number } = {},
): Promise<Trainer> {
  const backendName = await loadEagerBackend(device)
  if (backendName !== null) return eagerTrainer(program, start, backendName)
  return tracedTrainer(program, start, { ...options, device: device as OnnxDevice })
}

/** Loss and gradients of one micro-batch on a device. */
export async function computeGradients(
  program: TrainingProgram,
  weights: ReadonlyMap<string, NamedArray>,
  inputs: StepInputs,
  device: DeviceId,
): Promise<GradientReport> {
  const backendName = await loadEagerBackend(device)
  if (backendName !== null) return eagerGradients(program, weights, inputs, backendName)
  return tracedGradients(program, weights, inputs, { device: device as OnnxDevice })
}
