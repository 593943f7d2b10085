// `evaluateModel`: figures of a model on labelled frames, by the thresholds of its card.
import { availableParallelism } from 'node:os'
import type { EvaluateSpec } from '@shared/trainingCommands'
import type { ModelFigures } from '@shared/figures'
import type { CommandContext } from '../command'

/** @param payload for a model that is no ViT: float32 (samples, AUs of the data), NaN where unknown */
export async function evaluateModel(spec: EvaluateSpec, payload: Uint8Array, context: CommandContext): Promise<ModelFigures> {
  const { data, model } = spec
  const { modelFigures } = await import('@ml/evaluation/figures')
  const { readSamples } = await import('../training/samples')
  const samples = readSamples(data)
  let probabilities: Float32Array
  if (model.card.kind === 'vit') {
    const { modelOutputs } = await import('../training/modelOutputs')
    const { columns } = await import('../training/measureRun')
    const onProgress = (done: number): void => context.progress({ done, total: samples.count })
    const outputs = await modelOutputs(spec, model, { device: spec.device, threads: availableParallelism(), onProgress })
    const aus = model.card.aus.map(({ au }) => au)
    probabilities = columns(outputs.probabilities, samples.count, aus, samples.aus)
  } else probabilities = new Float32Array(payload.buffer, payload.byteOffset, payload.byteLength / 4)
  const fold = {
    samples: Int32Array.from({ length: samples.count }, (_, sample) => sample),
    probabilities,
    thresholds: samples.aus.map((au) => model.card.aus.find((one) => one.au === au)?.threshold ?? 0.5),
    published: null,
  }
  return modelFigures(samples, [fold], { modelId: model.card.id, name: model.card.name, resamples: spec.resamples, seed: spec.seed })
}
