// What the frame worker and its owner share: the messages between them and how many frames may wait.
import type { DecodeSpec } from '@shared/compute'
import type { ErrorBody } from '@shared/errors'
import type { CropRule } from '@shared/model'

/** Told to the worker at its start. */
export interface FrameWorkerData {
  kind: 'frames'
  decode: DecodeSpec
  /** Crops instead of whole frames. */
  cropRule: CropRule | null
  /** Ring of pictures: `slotCount` of `slotBytes` each. */
  buffer: SharedArrayBuffer
  slotBytes: number
  slotCount: number
}

export type ToFrameWorker =
  /** The slot may be written again. */
  | { type: 'release'; slot: number }
  /** Landmark boxes (frames, 4) x, y, width, height from startFrame on; NaN where nothing is to be cropped. */
  | { type: 'boxes'; startFrame: number; boxes: Float32Array }
  | { type: 'stop' }

export type FromFrameWorker =
  /** Slot -1: the frame has nothing to crop. */
  { type: 'frame'; frame: number; slot: number } | { type: 'end' } | { type: 'error'; error: ErrorBody }

const MAX_BYTES = 64 * 1024 * 1024
const MAX_SLOTS = 16
const MIN_SLOTS = 3

/** As many pictures as fit in 64 MB, at least 3 so that decoding and computing overlap, at most 16. */
export function slotCountFor(slotBytes: number): number {
  return Math.max(MIN_SLOTS, Math.min(MAX_SLOTS, Math.floor(MAX_BYTES / slotBytes)))
}
