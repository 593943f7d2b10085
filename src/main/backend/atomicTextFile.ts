// Writes text that comes in pieces to a file that is there whole or not at all.
import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '@shared/errors'

/** Returns the bytes written. @throws AppError DISK_FULL, FILE_UNREADABLE where the folder cannot be written; the former file then stands. */
export async function writeTextAtomically(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<number> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`
  let bytes = 0
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(temporary, 'wx')
    try {
      for await (const piece of pieces) {
        const data = Buffer.from(piece, 'utf8')
        await file.writeFile(data)
        bytes += data.length
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    return bytes
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOSPC')
      throw new AppError(
        'DISK_FULL',
        `There is no room left to write ${path}; free some space and export again.`,
        { path },
        { cause: error },
      )
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR')
      throw new AppError('FILE_UNREADABLE', `${dirname(path)} cannot be written; choose another folder.`, { path }, { cause: error })
    throw error
  }
}
