// `probeModel`: how well a linear classifier tells the people apart from a model's features.
import { availableParallelism } from 'node:os'
import { Random } from '@ml/random'
import type { ProbeSpec } from '@shared/trainingCommands'
import type { ProbeFigures } from '@shared/figures'
import type { CommandContext } from '../command'

/** @throws AppError TOO_FEW_SUBJECTS, MODEL_CANNOT_PREDICT */
export async function probeModel(spec: ProbeSpec, _payload: Uint8Array, context: CommandContext): Promise<ProbeFigures> {
  const { modelOutputs } = await import('../training/modelOutputs')
  const { probeFeatures, PROBE_FRAMES } = await import('@ml/evaluation/identityProbe')
  const onProgress = (done: number): void => context.progress({ done, total: spec.data.samples.frame.length })
  const { samples, features } = await modelOutputs(spec, spec.model, { device: spec.device, threads: availableParallelism(), onProgress })
  return probeFeatures(features, samples, PROBE_FRAMES, Random.seeded(spec.seed, 11))
}
