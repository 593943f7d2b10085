// The path of a user's file on its way to ffmpeg: is it there, readable and a file at all, and how is it named safely.
// Knows nothing of what is inside it.
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { AppError } from '@shared/errors'

export interface MediaFileFacts {
  sizeBytes: number
  modifiedMilliseconds: number
}

/**
 * Names a local file so that ffmpeg reads nothing into it: not an option (leading dash), not a protocol (`concat:`, `http:`), not a pattern.
 * ffmpeg takes everything after `file:` literally (no percent decoding), so quotes, newlines, percent signs and any script are safe.
 */
export function fileUrl(path: string): string {
  return `file:${resolve(path)}`
}

/** The file's own name as it appears in sentences for people: line breaks would break a sentence, so they are shown as a space. */
export function displayName(path: string): string {
  return basename(path).replace(/[\r\n\t]+/g, ' ')
}

/**
 * Refuses what ffmpeg could only complain about obscurely.
 * @throws AppError FILE_NOT_FOUND, FILE_UNREADABLE, MEDIA_NOT_VIDEO (a folder, a device, or 0 bytes).
 */
export async function requireMediaFile(path: string): Promise<MediaFileFacts> {
  const name = displayName(path)
  const facts = await statOrThrow(path)
  if (facts.isDirectory())
    throw new AppError('MEDIA_NOT_VIDEO', `“${name}” is a folder, not a video; choose the video file inside it.`, { path })
  if (!facts.isFile()) throw new AppError('MEDIA_NOT_VIDEO', `“${name}” is not a regular file; choose a video file.`, { path })
  if (facts.size === 0) {
    throw new AppError('MEDIA_NOT_VIDEO', `“${name}” is empty (0 bytes), so it holds no video; copy the recording again from its source.`, {
      path,
    })
  }
  try {
    await access(path, constants.R_OK)
  } catch (cause) {
    throw unreadable(path, cause)
  }
  return { sizeBytes: facts.size, modifiedMilliseconds: facts.mtimeMs }
}

async function statOrThrow(path: string) {
  try {
    return await stat(path)
  } catch (cause) {
    throw fileError(path, cause)
  }
}

/** Turns what `fs` throws on reading a media file into a sentence. */
export function fileError(path: string, cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new AppError(
      'FILE_NOT_FOUND',
      `There is no file “${displayName(path)}” at ${path}; check the path, or whether its drive is connected.`,
      { path },
      { cause },
    )
  }
  return unreadable(path, cause)
}

function unreadable(path: string, cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? 'unknown reason'
  const message = `“${displayName(path)}” cannot be read (${code}); check its permissions and that its drive is connected.`
  return new AppError('FILE_UNREADABLE', message, { path, reason: code }, { cause })
}
