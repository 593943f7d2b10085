// Worker thread that keeps the training step fed: crops from crops.sqlite, decoded, changed at random, normalised. Reads the database only.
import { parentPort, workerData } from 'node:worker_threads'
import { Random } from '@ml/random'
import { toErrorBody } from '@shared/errors'
import { normalise } from '../predictors'
import { augmenter } from './augmenter'
import type { BatchRequest, BatchWorkerData, FromBatchWorker, ToBatchWorker } from './batchSlots'
import { CropReader } from './cropReader'

/** Runs until it is told to end. */
export function runBatchWorker(): void {
  const data = workerData as BatchWorkerData
  const port = parentPort!
  const { size, batch } = data
  const imageLength = 3 * size * size
  const images = new Float32Array(data.images)
  const crops = new CropReader()
  const augment = augmenter(data.augmentation, size, data.normalisation)
  let turn: Promise<void> = Promise.resolve()

  async function fill({ id, slot, samples, seeds }: BatchRequest): Promise<void> {
    let message: FromBatchWorker = { type: 'done', id }
    try {
      for (const [place, sample] of samples.entries()) {
        const { id, track } = data.videos[data.video[sample] as number] as { id: string; track: number }
        const series = { cropsFile: data.cropsFile, id, track, rule: data.rule, size }
        const pixels = await crops.read(series, data.frame[sample] as number)
        const at = (slot * batch + place) * imageLength
        const out = images.subarray(at, at + imageLength)
        const seed = seeds?.[place]
        if (seed) augment(pixels, Random.seeded(...seed), out)
        else normalise(pixels, data.normalisation, out)
      }
    } catch (error) {
      message = { type: 'failed', id, error: toErrorBody(error) }
    }
    port.postMessage(message)
  }

  port.on('message', (message: ToBatchWorker) => {
    if (message.type === 'end') {
      crops.close()
      port.close()
    } else turn = turn.then(() => fill(message))
  })
}
