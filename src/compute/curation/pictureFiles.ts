// Image and video files of a folder in a fixed order, one folder's names in memory at a time, and the pixels of an image file.
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { AppError } from '@shared/errors'
import type { RgbImage } from '@vision/image'

const IMAGES = new Set(['.jpg', '.jpeg', '.png', '.webp', '.bmp'])
const VIDEOS = new Set(['.mp4', '.mov', '.m4v', '.avi', '.mkv', '.webm', '.mpg', '.mpeg', '.wmv', '.mts', '.m2ts', '.3gp', '.ogv'])
/** More pixels than any camera gives are a mistake or an attack on memory. */
const MOST_PIXELS = 120e6

export interface PictureFile {
  kind: 'image' | 'video'
  /** Relative to the source, with `/`; the file's own name where the source is a file. */
  path: string
  absolute: string
}

/** @throws AppError FILE_NOT_FOUND, FILE_UNREADABLE for the source itself */
export async function* pictureFiles(source: string): AsyncGenerator<PictureFile> {
  const facts = await stat(source).catch((cause: unknown) => {
    throw new AppError('FILE_NOT_FOUND', `There is nothing at ${source}. Check the path.`, { source }, { cause })
  })
  if (facts.isDirectory()) yield* inFolder(source, '')
  else {
    const name = source.split(/[\\/]/).at(-1) ?? source
    yield { kind: kindOf(name) ?? 'video', path: name, absolute: source }
  }
}

async function* inFolder(root: string, relative: string): AsyncGenerator<PictureFile> {
  const entries = await readdir(join(root, relative), { withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError('FILE_UNREADABLE', `The folder ${join(root, relative)} cannot be read. Check its permissions.`, {}, { cause })
  })
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    const path = relative === '' ? entry.name : `${relative}/${entry.name}`
    // links to folders could lead round in circles
    if (entry.isDirectory()) yield* inFolder(root, path)
    else {
      const kind = kindOf(entry.name)
      if (kind && (entry.isFile() || entry.isSymbolicLink())) yield { kind, path, absolute: join(root, path) }
    }
  }
}

function kindOf(name: string): PictureFile['kind'] | null {
  const extension = extname(name).toLowerCase()
  return IMAGES.has(extension) ? 'image' : VIDEOS.has(extension) ? 'video' : null
}

/** Pixels of an image file and its SHA-256; null where it is no picture that can be read. */
export async function readPicture(path: string): Promise<{ image: RgbImage; content: Uint8Array } | null> {
  try {
    const bytes = await readFile(path)
    const picture = await loadImage(bytes)
    const { width, height } = picture
    if (!(width >= 1 && height >= 1 && width * height <= MOST_PIXELS)) return null
    const drawing = createCanvas(width, height).getContext('2d')
    // what is transparent becomes white, as most viewers show it
    drawing.fillStyle = 'white'
    drawing.fillRect(0, 0, width, height)
    drawing.drawImage(picture, 0, 0)
    const rgba = drawing.getImageData(0, 0, width, height).data
    const data = new Uint8Array(3 * width * height)
    for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
      data[to] = rgba[from] as number
      data[to + 1] = rgba[from + 1] as number
      data[to + 2] = rgba[from + 2] as number
    }
    return { image: { width, height, data }, content: createHash('sha256').update(bytes).digest() }
  } catch {
    return null
  }
}
