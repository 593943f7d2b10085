// `planPretraining` and `pretrain`: what network a run is of, and masked pretraining of a prepared run folder.
import { assertVitConfig, vitConfig, VIT_SIZES } from '@ml/model/config'
import { AppError } from '@shared/errors'
import type { VitArchitecture } from '@shared/model'
import type { PlanPretrainingSpec, PretrainingResult, PretrainSpec } from '@shared/pretraining'
import type { CommandContext } from '../command'

/** Positions are made of sines and cosines of two axes. */
const POSITION_PARTS = 4

/** @throws AppError CONFIG_INVALID */
export function planPretraining({ config, architecture }: PlanPretrainingSpec): Promise<VitArchitecture> {
  return Promise.resolve().then(() => {
    const { size, imageSize } = config.network
    const planned = { ...(architecture ?? VIT_SIZES[size]), imageSize, subjects: 0 }
    assertVitConfig(vitConfig('tiny', planned))
    if (planned.width % POSITION_PARTS !== 0)
      throw new AppError('CONFIG_INVALID', `A width of ${planned.width} is no multiple of ${POSITION_PARTS}, as position embeddings need.`)
    const patches = (imageSize / planned.patch) ** 2
    if (Math.trunc(patches * (1 - config.maskRatio)) < 1)
      throw new AppError(
        'CONFIG_INVALID',
        `Hiding ${config.maskRatio} of ${patches} patches leaves none to be seen. Hide fewer, or use larger images.`,
      )
    return planned
  })
}

/** The trainer is loaded when it is first needed: it brings TensorFlow.js and onnxruntime with it. */
export async function pretrain(spec: PretrainSpec, _payload: Uint8Array, context: CommandContext): Promise<PretrainingResult> {
  const { pretrainRun } = await import('../pretraining/pretrainRun')
  return pretrainRun(spec, context)
}
