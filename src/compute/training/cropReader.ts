// Pixels of stored crops, from the project's crops.sqlite or from a store of curated frames, which has the same table. Reads only.
import Database from 'better-sqlite3'
import { createCanvas, loadImage, type SKRSContext2D } from '@napi-rs/canvas'
import { AppError } from '@shared/errors'

/** All crops of one track under one rule. */
export interface CropSeries {
  cropsFile: string
  id: string
  track: number
  rule: string
  /** Side in pixels. */
  size: number
}

/** Opens each file once. Always close it. */
export class CropReader {
  private readonly files = new Map<string, { database: Database.Database; select: Database.Statement }>()
  private readonly drawings = new Map<number, SKRSContext2D>()

  /** (size, size, 3) bytes. @throws AppError FILE_UNREADABLE where the crop is gone or damaged */
  async read(series: CropSeries, frame: number): Promise<Uint8Array> {
    const { size } = series
    const row = this.file(series.cropsFile).select.get(series.id, series.track, series.rule, size, frame) as { jpeg: Buffer } | undefined
    if (!row)
      throw new AppError(
        'FILE_UNREADABLE',
        `The face crop of frame ${frame} is not stored any more. Resume the run: it makes the crops again.`,
      )
    const image = await loadImage(row.jpeg)
    const drawing = this.drawing(size)
    drawing.drawImage(image, 0, 0)
    const { data: rgba } = drawing.getImageData(0, 0, size, size)
    const pixels = new Uint8Array(3 * size * size)
    for (let from = 0, to = 0; to < pixels.length; from += 4, to += 3) {
      pixels[to] = rgba[from] as number
      pixels[to + 1] = rgba[from + 1] as number
      pixels[to + 2] = rgba[from + 2] as number
    }
    return pixels
  }

  close(): void {
    for (const { database } of this.files.values()) database.close()
  }

  private file(path: string): { database: Database.Database; select: Database.Statement } {
    const known = this.files.get(path)
    if (known) return known
    const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 30_000 })
    const select = database.prepare('SELECT jpeg FROM crop WHERE video_id = ? AND track = ? AND rule = ? AND size = ? AND frame = ?')
    const opened = { database, select }
    this.files.set(path, opened)
    return opened
  }

  private drawing(size: number): SKRSContext2D {
    let drawing = this.drawings.get(size)
    if (!drawing) this.drawings.set(size, (drawing = createCanvas(size, size).getContext('2d')))
    return drawing
  }
}
