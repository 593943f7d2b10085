// `comparePrecisions`: what int8 does to a model on labelled frames, before anybody predicts with it.
import { availableParallelism } from 'node:os'
import type { ComparePrecisionsSpec } from '@shared/trainingCommands'
import type { PrecisionFigures } from '@shared/figures'
import type { CommandContext } from '../command'

export async function comparePrecisions(
  spec: ComparePrecisionsSpec,
  _payload: Uint8Array,
  context: CommandContext,
): Promise<PrecisionFigures> {
  const { precisionFigures } = await import('../training/precisionFigures')
  return precisionFigures(spec, {
    threads: availableParallelism(),
    signal: context.signal,
    onProgress: (done, total) => context.progress({ done, total }),
  })
}
