// `planDistillation` and `distil`: what student a run is of and whether it fits, and distillation of a prepared run folder.
import { assertVitConfig, vitConfig, VIT_SIZES } from '@ml/model/config'
import type { DistillationResult, DistilSpec, PlanDistillationSpec } from '@shared/distillation'
import { AppError } from '@shared/errors'
import type { VitArchitecture } from '@shared/model'
import type { CommandContext } from '../command'
import { TEACHER_BATCH } from '../distillation/teacherBatch'

/** @throws AppError CONFIG_INVALID, WILL_NOT_FIT with what would fit instead */
export async function planDistillation(spec: PlanDistillationSpec): Promise<VitArchitecture> {
  const { config, architecture, teacher, aus } = spec
  const { size, imageSize } = config.network
  const planned = { ...(architecture ?? VIT_SIZES[size]), imageSize, subjects: 0 }
  const network = vitConfig('tiny', { ...planned, aus, subjects: 0 })
  assertVitConfig(network)
  const { availableBytes, gigabytes, isOnProcessor, memoryAdvice, predictionBytes, trainingBytes } = await import('../training/memory')
  if (!isOnProcessor(spec.device)) return planned
  const { optimisation: o } = config
  const training = {
    network,
    batch: o.batch,
    trained: { part: 'all' as const },
    lambda: 0,
    identityLoss: 'bce' as const,
    positiveWeights: null,
    stochasticDepth: 0,
    weightDecay: o.weightDecay,
    layerDecay: o.layerDecay,
    clipNorm: o.clipNorm,
  }
  const learning = { training, microBatches: o.microBatches }
  const available = availableBytes()
  const memoryBytes = trainingBytes(learning)
  if (memoryBytes > available)
    throw new AppError('WILL_NOT_FIT', memoryAdvice(learning, available, false), { memoryBytes, availableBytes: available })
  const teacherBytes = predictionBytes(vitConfig('tiny', { ...teacher, aus, subjects: 0 }), TEACHER_BATCH)
  if (teacherBytes > available)
    throw new AppError(
      'WILL_NOT_FIT',
      `The teacher needs about ${gigabytes(teacherBytes)} of memory and ${gigabytes(available)} can be had: take a smaller teacher, or a computer with more memory.`,
      { memoryBytes: teacherBytes, availableBytes: available },
    )
  return planned
}

/** The trainer is loaded when it is first needed: it brings TensorFlow.js and onnxruntime with it. */
export async function distil(spec: DistilSpec, _payload: Uint8Array, context: CommandContext): Promise<DistillationResult> {
  const { distilRun } = await import('../distillation/distilRun')
  return distilRun(spec, context)
}
