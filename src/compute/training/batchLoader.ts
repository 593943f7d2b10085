// Batches of images in the order they were asked for, read ahead by worker threads while a step blocks this one.
import { Worker } from 'node:worker_threads'
import { AppError, fromErrorBody } from '@shared/errors'
import type { BatchRequest, BatchWorkerData, FromBatchWorker } from './batchSlots'

/** What one batch is made of: sample numbers and, for training, the seeds of their random changes. */
export interface BatchPlan {
  samples: number[]
  seeds: number[][] | null
}

/** Batches read ahead per worker: one being used, one ready, one in the making. */
const SLOTS_PER_WORKER = 3

export type LoaderData = Omit<BatchWorkerData, 'kind' | 'images' | 'batch'>

/** Another worker that answers {@link BatchRequest}s with so many numbers a batch. */
export interface OtherBatches {
  slotLength: number
  /** What the worker is started with, besides `batch` and `images`, which holds its slots. */
  workerData: { kind: string }
}

/** Always close it. */
export class BatchLoader {
  private readonly workers: Worker[]
  private readonly images: Float32Array
  private readonly free: number[]
  private readonly waiting = new Map<number, { resolve: () => void; reject: (error: unknown) => void }>()
  private readonly slotLength: number
  private nextId = 0
  private isClosed = false

  constructor(data: LoaderData | OtherBatches, batch: number, workerCount: number, entry: string = process.argv[1]!) {
    this.slotLength = 'slotLength' in data ? data.slotLength : batch * 3 * data.size * data.size
    const slots = workerCount * SLOTS_PER_WORKER
    const buffer = new SharedArrayBuffer(4 * slots * this.slotLength)
    this.images = new Float32Array(buffer)
    this.free = Array.from({ length: slots }, (_, slot) => slot)
    const started =
      'slotLength' in data ? { ...data.workerData, images: buffer, batch } : { ...data, kind: 'batches', images: buffer, batch }
    this.workers = Array.from({ length: workerCount }, () => {
      const worker = new Worker(entry, { workerData: started })
      worker.on('message', (message: FromBatchWorker) => {
        const waiting = this.waiting.get(message.id)
        this.waiting.delete(message.id)
        if (message.type === 'done') waiting?.resolve()
        else waiting?.reject(fromErrorBody(message.error))
      })
      worker.on('error', (error) => this.fail(error))
      worker.on('exit', () => this.fail(new AppError('INTERNAL', 'A worker that prepares images has ended by itself. Resume the run.')))
      return worker
    })
  }

  /** Images (samples, 3, S, S), or what another worker makes, of each plan, in order. The array is the caller's and is overwritten by the next batch; rows after the plan's samples are old. */
  async *batches(plans: Iterable<BatchPlan>): AsyncGenerator<{ plan: BatchPlan; images: Float32Array<ArrayBuffer> }> {
    const pending: { plan: BatchPlan; slot: number; done: Promise<void> }[] = []
    const source = plans[Symbol.iterator]()
    const out = new Float32Array(this.slotLength)
    let isExhausted = false
    const ask = (): void => {
      while (!isExhausted && this.free.length > 0) {
        const next = source.next()
        if (next.done) {
          isExhausted = true
          return
        }
        const slot = this.free.pop() as number
        const done = this.request({ slot, ...next.value })
        // awaited in its turn; until then a failure is not unhandled
        done.catch(() => undefined)
        pending.push({ plan: next.value, slot, done })
      }
    }
    try {
      ask()
      for (let first = pending.shift(); first; first = pending.shift()) {
        await first.done
        out.set(this.images.subarray(first.slot * this.slotLength, (first.slot + 1) * this.slotLength))
        this.free.push(first.slot)
        ask()
        yield { plan: first.plan, images: out }
      }
    } finally {
      // left early: what is under way must end before its places are used again
      await Promise.allSettled(pending.map(({ done }) => done))
      this.free.push(...pending.map(({ slot }) => slot))
    }
  }

  async close(): Promise<void> {
    this.isClosed = true
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }

  private request(batch: Omit<BatchRequest, 'type' | 'id'>): Promise<void> {
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.workers[id % this.workers.length]?.postMessage({ type: 'batch', id, ...batch } satisfies BatchRequest)
    })
  }

  private fail(error: unknown): void {
    if (this.isClosed) return
    for (const { reject } of this.waiting.values()) reject(error)
    this.waiting.clear()
  }
}
