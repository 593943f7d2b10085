// What the loader and its worker threads say to each other: batches of samples go there, places in shared memory come back.
import type { ErrorBody } from '@shared/errors'
import type { PixelNormalisation } from '@shared/model'
import type { TrainingConfig } from '@shared/training'

/** What a worker is started with. */
export interface BatchWorkerData {
  kind: 'batches'
  cropsFile: string
  rule: string
  /** Side of the stored crops, which is the image's side. */
  size: number
  videos: { id: string; track: number }[]
  /** Per sample. */
  video: Int32Array
  frame: Int32Array
  normalisation: PixelNormalisation
  augmentation: TrainingConfig['augmentation']
  /** (slots, batch, 3, size, size) float32. */
  images: SharedArrayBuffer
  /** Images a slot holds. */
  batch: number
}

/** A batch to fill a slot with. */
export interface BatchRequest {
  type: 'batch'
  id: number
  slot: number
  samples: number[]
  /** Per image, the numbers its random changes follow from; null for plain images. */
  seeds: number[][] | null
}
export type ToBatchWorker = BatchRequest | { type: 'end' }

export type FromBatchWorker = { type: 'done'; id: number } | { type: 'failed'; id: number; error: ErrorBody }
