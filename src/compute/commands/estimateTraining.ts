// `estimateTraining`: time and memory of a run, from one step on the device.
import type { EstimateResult, EstimateSpec } from '@shared/trainingCommands'

export async function estimateTraining(spec: EstimateSpec): Promise<EstimateResult> {
  const { estimateTraining: estimate } = await import('../training/estimate')
  return estimate(spec)
}
