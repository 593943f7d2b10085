// Writes a file whole or not at all: into a neighbour, synced, then renamed. A leftover neighbour of a killed process is overwritten next time.
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { AppError } from '@shared/errors'

/**
 * Runs `fill` with a write function and puts the result in place of `path`.
 * @throws AppError DISK_FULL, PROJECT_READ_ONLY, FILE_NOT_FOUND (no such folder); whatever `fill` throws. `path` is then as it was.
 */
export async function writeFileAtomically<T>(path: string, fill: (write: (bytes: Uint8Array) => Promise<void>) => Promise<T>): Promise<T> {
  const partial = `${path}.partial`
  let handle: FileHandle | null = null
  try {
    handle = await open(partial, 'w')
    const target = handle
    const result = await fill((bytes) => writeFully(target, bytes))
    await handle.sync()
    await handle.close()
    handle = null
    await rename(partial, path)
    await syncFolder(dirname(path))
    return result
  } catch (error) {
    await handle?.close().catch(() => undefined)
    await rm(partial, { force: true })
    throw describeWriteError(error, path)
  }
}

/** Turns the system's write errors into sentences; others pass as they are. */
export function describeWriteError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  const name = basename(path)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError(
      'DISK_FULL',
      `The disk is full, so "${name}" was not written. Free some space and try again.`,
      { file: name },
      { cause: error },
    )
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new AppError(
      'PROJECT_READ_ONLY',
      `"${name}" may not be written there. Check the permissions of its folder.`,
      { file: name },
      { cause: error },
    )
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new AppError('FILE_NOT_FOUND', `The folder for "${name}" does not exist. Create it first.`, { file: name }, { cause: error })
  return error
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) done += (await handle.write(bytes, done)).bytesWritten
}

/** Makes the rename itself durable. Windows cannot open folders and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
