// Worker thread that keeps the training step fed: crops from crops.sqlite, decoded, changed at random, normalised. Reads the database only.
import Database from 'better-sqlite3'
import { loadImage, createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import { parentPort, workerData } from 'node:worker_threads'
import { Random } from '@ml/random'
import { AppError, toErrorBody } from '@shared/errors'
import { normalise } from '../predictors'
import { augmenter } from './augmenter'
import type { BatchRequest, BatchWorkerData, FromBatchWorker, ToBatchWorker } from './batchSlots'

/** Runs until it is told to end. */
export function runBatchWorker(): void {
  const data = workerData as BatchWorkerData
  const port = parentPort!
  const { size, batch } = data
  const imageLength = 3 * size * size
  const images = new Float32Array(data.images)
  const crops = new CropReader(data)
  const augment = augmenter(data.augmentation, size, data.normalisation)
  let turn: Promise<void> = Promise.resolve()

  async function fill({ id, slot, samples, seeds }: BatchRequest): Promise<void> {
    let message: FromBatchWorker = { type: 'done', id }
    try {
      for (const [place, sample] of samples.entries()) {
        const pixels = await crops.read(sample)
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

/** Pixels of stored crops. */
class CropReader {
  private readonly database: Database.Database
  private readonly select: Database.Statement
  private readonly drawing: SKRSContext2D

  constructor(private readonly data: BatchWorkerData) {
    this.database = new Database(data.cropsFile, { readonly: true, fileMustExist: true, timeout: 30_000 })
    this.select = this.database.prepare('SELECT jpeg FROM crop WHERE video_id = ? AND track = ? AND rule = ? AND size = ? AND frame = ?')
    this.drawing = createCanvas(data.size, data.size).getContext('2d')
  }

  /** (size, size, 3) bytes. @throws AppError FILE_UNREADABLE where the crop is gone or damaged */
  async read(sample: number): Promise<Uint8Array> {
    const { size, rule } = this.data
    const { id, track } = this.data.videos[this.data.video[sample] as number] as { id: string; track: number }
    const frame = this.data.frame[sample] as number
    const row = this.select.get(id, track, rule, size, frame) as { jpeg: Buffer } | undefined
    if (!row)
      throw new AppError(
        'FILE_UNREADABLE',
        `The face crop of frame ${frame} is not stored any more. Resume the run: it makes the crops again.`,
      )
    const image = await loadImage(row.jpeg)
    this.drawing.drawImage(image, 0, 0)
    const { data: rgba } = this.drawing.getImageData(0, 0, size, size)
    const pixels = new Uint8Array(3 * size * size)
    for (let from = 0, to = 0; to < pixels.length; from += 4, to += 3) {
      pixels[to] = rgba[from] as number
      pixels[to + 1] = rgba[from + 1] as number
      pixels[to + 2] = rgba[from + 2] as number
    }
    return pixels
  }

  close(): void {
    this.database.close()
  }
}
