// `importExpressions`: the images of an expression set, resized, into one file in the layout of crops.sqlite, with their classes beside it.
import { createHash } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { writeFileAtomically } from '@runtime/weights/atomicFile'
import { FRAMES_FILE, FRAMES_MANIFEST } from '@shared/curation'
import { AppError } from '@shared/errors'
import { EXPRESSION_SERIES, type ExpressionSet, type ImportExpressionsSpec } from '@shared/expressions'
import { resampleBox } from '@vision/image'
import type { CommandContext } from '../command'
import { jpegEncoder } from '../commands/crops'
import { readPicture } from '../curation/pictureFiles'
import { listExpressions, type ExpressionImage } from './expressionFolders'

const IMAGES_PER_COMMIT = 256
const LAYOUT = `CREATE TABLE crop (
  video_id TEXT NOT NULL, track INTEGER NOT NULL, rule TEXT NOT NULL, size INTEGER NOT NULL, frame INTEGER NOT NULL, jpeg BLOB NOT NULL,
  PRIMARY KEY (video_id, track, rule, size, frame)) STRICT`

/** Whole or not at all. @throws AppError DATASET_INVALID, FILE_NOT_FOUND, FILE_EXISTS, CANCELLED */
export async function importSet(spec: ImportExpressionsSpec, context: CommandContext): Promise<ExpressionSet> {
  const { classes, images } = listExpressions(spec.source, spec.layout)
  const partial = `${spec.targetDirectory}.part-${process.pid}`
  await mkdir(partial, { recursive: true })
  try {
    const stored = await store(spec, images, join(partial, FRAMES_FILE), context)
    const set: ExpressionSet = {
      format: 'au-workbench-expressions/1',
      name: spec.name,
      layout: spec.layout,
      classes,
      pixels: spec.pixels,
      ...stored,
      createdAt: new Date().toISOString(),
    }
    if (new Set(set.samples.label).size < 2)
      throw new AppError('DATASET_INVALID', `Of ${images.length} images in ${spec.source} fewer than two classes can be read.`)
    await writeFileAtomically(join(partial, FRAMES_MANIFEST), (write) => write(Buffer.from(`${JSON.stringify(set)}\n`, 'utf8')))
    await rename(partial, spec.targetDirectory)
    return set
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

async function store(
  { source, pixels }: ImportExpressionsSpec,
  images: readonly ExpressionImage[],
  file: string,
  context: CommandContext,
): Promise<Pick<ExpressionSet, 'samples' | 'unreadable' | 'contentHash'>> {
  const { id, track, rule } = EXPRESSION_SERIES
  const samples: ExpressionSet['samples'] = { label: [], split: [], subject: [], path: [] }
  const unreadable: string[] = []
  const hash = createHash('sha256')
  const encode = jpegEncoder(pixels)
  const database = new Database(file)
  try {
    database.exec(LAYOUT)
    const insert = database.prepare('INSERT INTO crop VALUES (?, ?, ?, ?, ?, ?)')
    database.exec('BEGIN')
    for (const [index, image] of images.entries()) {
      context.signal.throwIfAborted()
      const picture = await readPicture(join(source, image.path))
      if (picture) {
        const { width, height } = picture.image
        const jpeg = await encode(resampleBox(picture.image, { x: 0, y: 0, width, height }, pixels, pixels))
        insert.run(id, track, rule, pixels, samples.label.length, jpeg)
        hash.update(jpeg)
        samples.label.push(image.label)
        samples.split.push(image.split)
        samples.subject.push(image.subject)
        samples.path.push(image.path)
      } else unreadable.push(image.path)
      if ((index + 1) % IMAGES_PER_COMMIT === 0) database.exec('COMMIT; BEGIN')
      context.progress({ done: index + 1, total: images.length })
    }
    database.exec('COMMIT')
    return { samples, unreadable, contentHash: hash.digest('hex') }
  } finally {
    database.close()
  }
}
