// Takes a file in over HTTP for windows that cannot name paths: it is written into the project's own videos folder, complete or not at all.
import { randomBytes } from 'node:crypto'
import { createWriteStream, readdirSync, rmSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '@shared/errors'
import type { ProjectStore } from '@main/store/index'

/** File systems take 255 bytes of UTF-8; tables that are named after a video add its id and another ending. */
const MOST_NAME_BYTES = 200

/** Keeps what a file name may hold everywhere; the rest becomes `_`. Never empty, never hidden, never a path; of long names the end stays, with what kind of file it is. */
export function safeFileName(name: string): string {
  const last = name.split(/[\\/]/).pop() ?? ''
  // Control characters and what Windows refuses; leading dots hide files.
  const cleaned = last
    .replace(/[\p{Cc}<>:"|?*]/gu, '_')
    .replace(/^\.+/, '')
    .trim()
  const shortened = lastBytes(cleaned, MOST_NAME_BYTES)
  return shortened === '' ? 'video' : shortened
}

/** The end of a text in at most so many bytes of UTF-8: whole characters, none that belong to one before, and no dot that would hide the file. */
function lastBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text
  const characters = [...text]
  let bytes = 0
  let first = characters.length
  while (first > 0 && bytes + Buffer.byteLength(characters[first - 1] as string) <= most)
    bytes += Buffer.byteLength(characters[--first] as string)
  return characters
    .slice(first)
    .join('')
    .replace(/^[\p{M}\u200d.\s]+/u, '')
}

/** Streams the body into the project folder `root` and returns the file's path. @throws AppError DISK_FULL */
export async function receiveUpload(root: string, name: string, body: IncomingMessage): Promise<string> {
  const folder = uploadsFolder(root)
  await mkdir(folder, { recursive: true })
  // Two files of one name from different folders are both wanted, so each upload gets a folder of its own.
  const target = join(folder, randomBytes(6).toString('hex'))
  await mkdir(target)
  const partial = join(target, 'upload.part')
  const final = join(target, safeFileName(name))
  try {
    await pipeline(body, createWriteStream(partial, { flush: true }))
    await rename(partial, final)
  } catch (error) {
    await rm(target, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new AppError('DISK_FULL', `There is not enough room on the project's disk for ${name}; free some and drop it again.`)
    throw error
  }
  return final
}

const uploadsFolder = (root: string): string => join(root, 'videos')
const UPLOAD_NAME = /^[0-9a-f]{12}$/

/** Whether a file is a copy that the project made for itself, and not a recording of the user's own. */
export function isUpload(root: string, path: string): boolean {
  const folder = dirname(path)
  return dirname(folder) === uploadsFolder(root) && UPLOAD_NAME.test(basename(folder))
}

/** Files of these videos that are uploaded copies. */
export function uploadsOf(store: ProjectStore, videoIds: readonly string[]): string[] {
  return videoIds.flatMap((id) => store.videos.source(id).path ?? []).filter((path) => isUpload(store.root, path))
}

/** Deletes uploaded copies with the folders they came into; anything else is left alone. */
export function deleteUploads(root: string, paths: readonly string[]): void {
  for (const path of paths) if (isUpload(root, path)) rmSync(dirname(path), { recursive: true, force: true })
}

/** Deletes uploads that no video of the project came of, as when the program ended between upload and import. Only while none is under way. */
export function sweepUploads(store: ProjectStore): void {
  const folder = uploadsFolder(store.root)
  let names: string[]
  try {
    names = readdirSync(folder).filter((name) => UPLOAD_NAME.test(name))
  } catch {
    return
  }
  if (names.length === 0) return
  const used = new Set(
    uploadsOf(
      store,
      store.videos.list().map(({ id }) => id),
    ).map((path) => basename(dirname(path))),
  )
  for (const name of names) if (!used.has(name)) rmSync(join(folder, name), { recursive: true, force: true })
}
