// `importWeights`: a checkpoint file into a model's folder, here and not in main because every number is looked at.
import { basename } from 'node:path'
import { importCheckpoint } from '@runtime/weights/index'
import type { ImportedWeights, ImportWeightsSpec } from '@shared/compute'
import type { CommandContext } from '../command'

export async function importWeights(spec: ImportWeightsSpec, _payload: Uint8Array, context: CommandContext): Promise<ImportedWeights> {
  const { kind, architecture, aus, areAusAssumed, card, droppedKeys, source, result } = await importCheckpoint({
    ...spec,
    signal: context.signal,
    onProgress: ({ doneBytes, totalBytes }) => context.progress({ done: doneBytes, total: totalBytes }),
  })
  const { path, ...written } = result
  return { kind, architecture, aus, areAusAssumed, card, droppedKeys, source, result: { fileName: basename(path), ...written } }
}
