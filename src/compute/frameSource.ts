// Frames, or face crops, of one video in order, read ahead by a worker thread. Memory is a fixed ring, whatever the video's length.
import { Worker } from 'node:worker_threads'
import type { DecodeSpec } from '@shared/compute'
import { AppError, fromErrorBody } from '@shared/errors'
import type { CropRule } from '@shared/model'
import { slotCountFor, type FrameWorkerData, type FromFrameWorker, type ToFrameWorker } from './frameSlots'

/** A frame's pixels, or its crop's; valid until the next call of `next`. */
export interface SourceFrame {
  frame: number
  /** (height, width, 3) bytes; null where there was nothing to crop. */
  pixels: Uint8Array | null
}

/** Always close it, also after errors: that ends ffmpeg. */
export class FrameSource {
  private readonly worker: Worker
  private readonly buffer: SharedArrayBuffer
  private readonly slotBytes: number
  private readonly queue: FromFrameWorker[] = []
  private readonly exited: Promise<void>
  private wake: (() => void) | null = null
  private heldSlot = -1

  /**
   * @param cropRule with it, boxes must be given by {@link giveBoxes} and the frames are crops
   * @param entry the compute process's own entry file, which runs the worker too
   */
  constructor(
    decode: DecodeSpec,
    private readonly signal: AbortSignal,
    cropRule: CropRule | null = null,
    entry: string = process.argv[1]!,
  ) {
    if (!(decode.width > 0 && decode.height > 0 && decode.totalFrames >= decode.startFrame)) {
      throw new AppError('INTERNAL', `The decoder of "${decode.name}" was described wrongly.`, { ...decode, args: decode.args.join(' ') })
    }
    this.slotBytes = 3 * (cropRule ? cropRule.size ** 2 : decode.width * decode.height)
    const slotCount = slotCountFor(this.slotBytes)
    this.buffer = new SharedArrayBuffer(this.slotBytes * slotCount)
    const workerData: FrameWorkerData = { kind: 'frames', decode, cropRule, buffer: this.buffer, slotBytes: this.slotBytes, slotCount }
    this.worker = new Worker(entry, { workerData })
    this.worker.on('message', (message: FromFrameWorker) => this.receive(message))
    this.worker.on('error', (error) => this.receive({ type: 'error', error: { code: 'INTERNAL', message: String(error), data: {} } }))
    this.exited = new Promise((resolve) => this.worker.once('exit', () => resolve()))
    signal.addEventListener('abort', this.stir, { once: true })
  }

  /** Landmark boxes (frames, 4) of the frames from startFrame on, NaN for none; in order and without gaps. */
  giveBoxes(startFrame: number, boxes: Float32Array): void {
    this.post({ type: 'boxes', startFrame, boxes })
  }

  /** The next frame, or null after the last. @throws the decoder's AppError, or the signal's reason */
  async next(): Promise<SourceFrame | null> {
    if (this.heldSlot >= 0) this.post({ type: 'release', slot: this.heldSlot })
    this.heldSlot = -1
    while (this.queue.length === 0) {
      this.signal.throwIfAborted()
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
    this.signal.throwIfAborted()
    const message = this.queue.shift()!
    if (message.type === 'error') throw fromErrorBody(message.error)
    if (message.type === 'end') return null
    this.heldSlot = message.slot
    const pixels = message.slot < 0 ? null : new Uint8Array(this.buffer, message.slot * this.slotBytes, this.slotBytes)
    return { frame: message.frame, pixels }
  }

  /** Ends ffmpeg and the worker, and waits until they have ended. */
  async close(): Promise<void> {
    this.signal.removeEventListener('abort', this.stir)
    this.post({ type: 'stop' })
    await this.exited
  }

  private readonly stir = (): void => this.wake?.()

  private receive(message: FromFrameWorker): void {
    this.queue.push(message)
    this.stir()
  }

  private post(message: ToFrameWorker): void {
    this.worker.postMessage(message)
  }
}
