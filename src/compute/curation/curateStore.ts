// `curate`: every picture of every source is looked at once, in a fixed order, and kept or left out for a named reason. One picture is in memory at a
// time (a few files are read ahead), so memory does not grow; killed at any point, the same command goes on.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { writeFileAtomically } from '@runtime/weights/atomicFile'
import type { DecodeSpec } from '@shared/compute'
import {
  FRAMES_FILE,
  FRAMES_MANIFEST,
  type CurateSpec,
  type CurationProgress,
  type CurationResult,
  type CurationSourceReport,
  type FrameStoreManifest,
  type Rejection,
} from '@shared/curation'
import { AppError, toErrorBody } from '@shared/errors'
import { SYNTH_MANIFEST } from '@shared/synth'
import { cropBox } from '@vision/crop'
import { openFaceNetworks } from '@vision/faceNetworks'
import type { FaceNetworks } from '@vision/faceTracker'
import { resampleBox, type RgbImage } from '@vision/image'
import type { CommandContext } from '../command'
import { jpegEncoder } from '../commands/crops'
import { FrameSource } from '../frameSource'
import { curationReportHtml } from './curationReport'
import { findFace } from './faceFinder'
import { FrameStore, type KeptPicture, type LookedAt } from './frameStore'
import { pictureFiles, readPicture, type PictureFile } from './pictureFiles'
import { greyThumbnail, isNearDuplicate, similarityBands } from './similarity'

/** Image files read and decoded ahead of the one that is looked at. */
const READ_AHEAD = 4
/** A face lower than this share of the picture's height has the picture cut to it. */
const FILLING_SHARE = 0.5
const SAMPLE_PICTURES = 24

/** @throws AppError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_EXISTS, DISK_FULL, CANCELLED */
export async function curateStore(spec: CurateSpec, context: CommandContext): Promise<CurationResult> {
  const began = performance.now()
  const { settings, outDirectory } = spec
  await mkdir(outDirectory, { recursive: true })
  const request = { settings, sources: spec.sources.map(({ path }) => resolve(path)) }
  const store = new FrameStore(join(outDirectory, FRAMES_FILE), settings.pixels, request)
  const needsFaces = settings.hasFaceCheck || settings.faces === 'cut'
  const networks = needsFaces ? await openFaceNetworks(join(context.resourcesDirectory, 'models', 'faces')) : null
  const curator = new Curator(spec, store, networks, context)
  try {
    const resumedAt = store.counts().looked
    for (const [index] of spec.sources.entries()) await curator.source(index)
    store.commit()
    const manifest = manifestOf(spec, store)
    await writeText(join(outDirectory, FRAMES_MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
    await writeText(join(outDirectory, 'report.html'), curationReportHtml(manifest, store.samples(SAMPLE_PICTURES)))
    store.close()
    return { directory: outDirectory, manifest, resumedAt, seconds: (performance.now() - began) / 1000 }
  } catch (error) {
    store.abandon()
    throw error
  } finally {
    await networks?.detector.close()
    await networks?.mesh.close()
  }
}

const writeText = (path: string, text: string): Promise<void> => writeFileAtomically(path, (write) => write(Buffer.from(text, 'utf8')))

function manifestOf({ sources, settings, licence }: CurateSpec, store: FrameStore): FrameStoreManifest {
  const reports = sources.map(({ path, weight }, index): CurationSourceReport => ({
    ...store.sourceReport(index),
    name: basename(resolve(path)),
    weight,
    isSynthetic: isSynthetic(path),
  }))
  return {
    format: 'au-workbench-frames/1',
    createdAt: new Date().toISOString(),
    settings,
    licence,
    sources: reports,
    frames: reports.reduce((sum, { kept }) => sum + kept, 0),
    contentHash: store.contentHash(),
  }
}

/** Folders of rendered subjects say so themselves. */
function isSynthetic(path: string): boolean {
  const file = join(path, SYNTH_MANIFEST)
  if (!existsSync(file)) return false
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { kind?: string }).kind === 'synthetic-subjects'
  } catch {
    return false
  }
}

class Curator {
  private readonly encode: (pixels: Uint8Array) => Promise<Uint8Array>
  private looked: number
  private kept: number

  constructor(
    private readonly spec: CurateSpec,
    private readonly store: FrameStore,
    private readonly networks: FaceNetworks | null,
    private readonly context: CommandContext,
  ) {
    this.encode = jpegEncoder(spec.settings.pixels)
    const counts = store.counts()
    this.looked = counts.looked
    this.kept = counts.kept
  }

  async source(index: number): Promise<void> {
    const { path } = this.spec.sources[index] as { path: string }
    const files = ahead(pictureFiles(path), (file) => this.load(file, index))
    for await (const { file, loaded } of files) {
      this.context.signal.throwIfAborted()
      if (file.kind === 'video') await this.video(index, file)
      else if (loaded !== 'known') {
        const at = { source: index, path: file.path, frame: 0 }
        if (loaded === null) this.reject(at, 'unreadable')
        else await this.look(at, loaded.image, loaded.content)
      }
    }
  }

  /** An image's pixels; `known` for videos and for images that an earlier attempt dealt with. */
  private async load(file: PictureFile, source: number): Promise<Awaited<ReturnType<typeof readPicture>> | 'known'> {
    if (file.kind === 'video' || this.store.isLookedAt({ source, path: file.path, frame: 0 })) return 'known'
    return readPicture(file.absolute)
  }

  private async video(source: number, file: PictureFile): Promise<void> {
    const { signal } = this.context
    if (this.store.isFinished(source, file.path)) return
    let note: string | null = null
    let frames: FrameSource | null = null
    try {
      const decode = JSON.parse(Buffer.from(await this.context.want('decode', file.absolute)).toString('utf8')) as DecodeSpec
      frames = new FrameSource(decode, signal)
      for (let next = await frames.next(); next; next = await frames.next()) {
        const at = { source, path: file.path, frame: next.frame }
        if (next.frame % this.spec.settings.every !== 0 || !next.pixels || this.store.isLookedAt(at)) continue
        const image = { width: decode.width, height: decode.height, data: next.pixels }
        await this.look(at, image, createHash('sha256').update(next.pixels).digest())
      }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof AppError && error.code === 'DISK_FULL') throw error
      // one damaged video does not keep the others from being used
      note = `${file.path}: ${toErrorBody(error).message}`
    } finally {
      await frames?.close()
    }
    this.store.finish(source, file.path, note)
  }

  private async look(at: LookedAt, image: RgbImage, content: Uint8Array): Promise<void> {
    const picture = await this.judge(image, content)
    if (typeof picture === 'string') return this.reject(at, picture)
    this.store.keep(at, picture)
    this.kept++
    this.count(at.source)
  }

  /** The picture as it is stored, or why it is not; the cheapest tests come first. */
  private async judge(image: RgbImage, content: Uint8Array): Promise<KeptPicture | Rejection> {
    const { settings } = this.spec
    const { pixels, maxAspect } = settings
    const minSide = settings.minSide ?? pixels
    if (Math.min(image.width, image.height) < minSide) return 'too-small'
    const aspect = Math.max(image.width / image.height, image.height / image.width)
    if (settings.faces === 'whole' && aspect > maxAspect) return 'aspect'
    if (this.store.hasContent(content)) return 'duplicate'
    const face = this.networks ? await findFace(this.networks, image) : null
    if (this.networks && !face) return 'no-face'
    const isCut = face !== null && (settings.faces === 'cut' || (settings.faces === 'auto' && face.height < FILLING_SHARE * image.height))
    const part = isCut ? cropBox('fmae', face) : { x: 0, y: 0, width: image.width, height: image.height }
    if (isCut && Math.min(part.width, part.height) < minSide) return 'too-small'
    if (!isCut && aspect > maxAspect) return 'aspect'
    const square = resampleBox(image, part, pixels, pixels)
    const thumbnail = greyThumbnail({ width: pixels, height: pixels, data: square })
    const bands = similarityBands(thumbnail)
    const { similarity } = settings
    if (similarity > 0 && this.store.hasSimilar(bands, (other) => isNearDuplicate(thumbnail, other, similarity))) return 'near-duplicate'
    return { jpeg: await this.encode(square), content, thumbnail, bands }
  }

  private reject(at: LookedAt, reason: Rejection): void {
    this.store.reject(at, reason)
    this.count(at.source)
  }

  private count(source: number): void {
    this.looked++
    const { sources } = this.spec
    // how many there are is not known beforehand
    const progress: CurationProgress = { done: this.looked, total: Infinity, kept: this.kept, source: source + 1, sources: sources.length }
    this.context.progress(progress)
  }
}

/** Items with what `load` makes of them, begun a few items ahead; in order. */
async function* ahead<Item, Loaded>(
  items: AsyncIterable<Item>,
  load: (item: Item) => Promise<Loaded>,
): AsyncGenerator<{ file: Item; loaded: Loaded }> {
  const pending: { file: Item; loaded: Promise<Loaded> }[] = []
  for await (const file of items) {
    const loaded = load(file)
    // awaited in its turn; until then a failure is not unhandled
    loaded.catch(() => undefined)
    pending.push({ file, loaded })
    const first = pending.length > READ_AHEAD ? pending.shift() : undefined
    if (first) yield { file: first.file, loaded: await first.loaded }
  }
  for (const { file, loaded } of pending) yield { file, loaded: await loaded }
}
