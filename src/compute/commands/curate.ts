// `curate`: pictures of folders and videos into a store of frames for pretraining.
import type { CurateSpec, CurationResult } from '@shared/curation'
import type { CommandContext } from '../command'

export async function curate(spec: CurateSpec, _payload: Uint8Array, context: CommandContext): Promise<CurationResult> {
  const { curateStore } = await import('../curation/curateStore')
  return curateStore(spec, context)
}
