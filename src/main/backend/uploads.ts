// Takes a file in over HTTP for windows that cannot name paths: it is written into the project's own videos folder, complete or not at all.
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '@shared/errors'
import type { BackendContext } from './context'

/** Keeps what a file name may hold everywhere; the rest becomes `_`. Never empty, never hidden, never a path. */
export function safeFileName(name: string): string {
  const last = name.split(/[\\/]/).pop() ?? ''
  // Control characters and what Windows refuses; leading dots hide files.
  const cleaned = last
    .replace(/[\p{Cc}<>:"|?*]/gu, '_')
    .replace(/^\.+/, '')
    .trim()
  return cleaned === '' ? 'video' : cleaned.slice(-180)
}

/** Streams the body to disk and returns a token for it. @throws AppError DISK_FULL, PROJECT_LOCKED, INPUT_INVALID */
export async function receiveUpload(context: BackendContext, projectId: string, name: string, body: IncomingMessage): Promise<string> {
  const project = context.projects.writable(projectId)
  const folder = join(project.store.root, 'videos')
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
  return context.grants.grant(final)
}
