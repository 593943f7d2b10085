// The identity of a video file: SHA-256 of its bytes, by which duplicates are recognised and moved files found again. Streams; memory stays bounded.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { AppError } from '@shared/errors'
import { fileError } from './mediaFile'

export interface ContentHash {
  /** 64 lower-case hexadecimal digits. */
  sha256: string
  sizeBytes: number
}

export interface ContentHashOptions {
  signal?: AbortSignal | undefined
  /** Bytes read so far, and the file's size when reading began. */
  onProgress?: ((progress: { readBytes: number; totalBytes: number }) => void) | undefined
}

const CHUNK_BYTES = 1 << 20

/** @throws AppError FILE_NOT_FOUND, FILE_UNREADABLE, CANCELLED */
export async function hashFile(path: string, { signal, onProgress }: ContentHashOptions = {}): Promise<ContentHash> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  let readBytes = 0
  try {
    await using file = await open(path, 'r')
    const totalBytes = (await file.stat()).size
    for (;;) {
      if (signal?.aborted) throw new AppError('CANCELLED', 'Cancelled.')
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES)
      if (bytesRead === 0) break
      hash.update(buffer.subarray(0, bytesRead))
      readBytes += bytesRead
      onProgress?.({ readBytes, totalBytes })
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : fileError(path, cause)
  }
  return { sha256: hash.digest('hex'), sizeBytes: readBytes }
}
