// Worker thread that keeps masked pretraining fed: pictures from their stores, cut and mirrored at random, masked and put in order. Reads only.
import { parentPort, workerData } from 'node:worker_threads'
import { patchCount } from '@ml/model/config'
import { PRETRAINING_CROP } from '@ml/augment/randomRegion'
import { writeTrainingSample, type AugmentationConfig } from '@ml/augment/samplePipeline'
import { fixedPositions, maskedBatch } from '@ml/pretraining/maskedBatch'
import { Random } from '@ml/random'
import { toErrorBody } from '@shared/errors'
import type { PretrainingConfig } from '@shared/pretraining'
import type { BatchRequest, FromBatchWorker, ToBatchWorker } from '../training/batchSlots'
import { CropReader, type CropSeries } from '../training/cropReader'
import { maskedLayout, maskedParts, type MaskedWorkerData } from './maskedSlots'

/** Runs until it is told to end. */
export function runMaskedWorker(): void {
  const data = workerData as MaskedWorkerData
  const port = parentPort!
  const { network, batch } = data
  const crops = new CropReader()
  const augmentation = pretrainingAugmentation(data.augmentation)
  const positions = { ...fixedPositions(network), encoder: data.encoderPositions }
  const layout = maskedLayout(network, batch)
  const slots = new Float32Array(data.images)
  const images = new Float32Array(batch * 3 * network.imageSize ** 2)
  const noise = new Float32Array(batch * patchCount(network))
  let turn: Promise<void> = Promise.resolve()

  async function fill({ id, slot, samples, seeds }: BatchRequest): Promise<void> {
    let message: FromBatchWorker = { type: 'done', id }
    try {
      for (const [place, sample] of samples.entries()) {
        const series = data.series[data.frameSeries[sample] as number] as CropSeries
        const pixels = await crops.read(series, data.frame[sample] as number)
        const random = Random.seeded(...(seeds?.[place] ?? [sample]))
        const picture = { width: series.size, height: series.size, data: pixels }
        const at = place * 3 * network.imageSize ** 2
        writeTrainingSample(picture, network.imageSize, augmentation, random, images, at, data.normalisation)
        const count = patchCount(network)
        for (let patch = 0; patch < count; patch++) noise[place * count + patch] = random.uniform()
      }
      const masked = maskedBatch(images, noise, network, data.target, positions)
      const parts = maskedParts(slots.subarray(slot * layout.total, (slot + 1) * layout.total), layout)
      parts.visiblePatches.set(masked.visiblePatches)
      parts.visiblePositions.set(masked.visiblePositions)
      parts.decoderPositions.set(masked.decoderPositions)
      parts.targets.set(masked.targets)
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

export function pretrainingAugmentation({ resizedCropScale, flip }: PretrainingConfig['augmentation']): AugmentationConfig {
  return {
    crop: resizedCropScale && { ...PRETRAINING_CROP, area: resizedCropScale },
    flipProbability: flip,
    randAugment: null,
    erasingProbability: 0,
  }
}
