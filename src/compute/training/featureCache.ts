// Features of every sample by a frozen backbone, computed once per run and kept beside its checkpoints until the run ends.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { NamedArray } from '@ml/model/initialise'
import type { ImageSource } from './inputSource'
import type { RunFolder } from './runFolder'

/** (samples, D) */
export async function cachedFeatures(
  folder: RunFolder,
  images: ImageSource,
  weights: ReadonlyMap<string, NamedArray>,
  training: Parameters<ImageSource['outputs']>[1],
  count: number,
  onProgress: (done: number) => void,
): Promise<Float32Array> {
  const path = folder.checkpoint('features.f32')
  const stamp = folder.checkpoint('features.json')
  const key = backboneStamp(weights, count, training.network.width)
  if (existsSync(stamp) && existsSync(path) && readFileSync(stamp, 'utf8').trim() === JSON.stringify(key)) return folder.readFloats(path)
  const all = Int32Array.from({ length: count }, (_, sample) => sample)
  const { features } = await images.outputs(weights, training, all, onProgress)
  await folder.writeFloats(path, features)
  await folder.writeJson(stamp, key)
  return features
}

/** Names what the features were computed with; the heads do not matter. */
export function backboneStamp(
  weights: ReadonlyMap<string, NamedArray>,
  count: number,
  width: number,
): { hash: string; count: number; width: number } {
  const hash = createHash('sha256')
  for (const [key, { data }] of weights) {
    if (/^(head|ID_head)\b/.test(key)) continue
    hash.update(key)
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return { hash: hash.digest('hex'), count, width }
}
