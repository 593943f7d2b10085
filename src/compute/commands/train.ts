// `planRun` and `train`: who is tested on whom and by what network, and a run from its folder.
import { assertVitConfig, vitConfig, VIT_SIZES } from '@ml/model/config'
import type { PlanRunSpec, RunPlan, TrainResult, TrainSpec } from '@shared/trainingCommands'
import type { CommandContext } from '../command'
import { planFolds } from '../training/folds'

/** @throws AppError TOO_FEW_SUBJECTS, SUBJECT_NOT_FOUND, SUBJECT_LEAK, CONFIG_INVALID */
export function planRun(spec: PlanRunSpec, _payload: Uint8Array, context: CommandContext): Promise<RunPlan> {
  return Promise.resolve().then(() => {
    const { size, imageSize } = spec.config.network
    const architecture = { ...(spec.architecture ?? VIT_SIZES[size]), imageSize, subjects: 0 }
    assertVitConfig(vitConfig('tiny', architecture))
    return { folds: planFolds(spec, context.resourcesDirectory), architecture }
  })
}

/** The trainer is loaded when it is first needed: it brings TensorFlow.js and onnxruntime with it. */
export async function train(spec: TrainSpec, _payload: Uint8Array, context: CommandContext): Promise<TrainResult> {
  const { trainRun } = await import('../training/trainRun')
  return trainRun(spec, context)
}
