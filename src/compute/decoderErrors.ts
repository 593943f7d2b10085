// What went wrong with ffmpeg, in sentences for people.
import type { DecodeSpec } from '@shared/compute'
import { AppError } from '@shared/errors'

const KEPT_LINES = 12
const KEPT_BYTES = 8192

/** The last lines of ffmpeg's messages; the rest is forgotten, because a damaged video can produce them without end. */
export class DecoderLog {
  private text = ''

  add(piece: Buffer): void {
    this.text = (this.text + piece.toString('utf8')).slice(-KEPT_BYTES)
  }

  get lines(): string[] {
    return this.text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .slice(-KEPT_LINES)
  }
}

/** ffmpeg could not be started at all. */
export function spawnError({ ffmpegPath }: DecodeSpec, error: NodeJS.ErrnoException): AppError {
  return error.code === 'ENOENT'
    ? new AppError('FFMPEG_NOT_FOUND', `ffmpeg is not at ${ffmpegPath}. Choose it in the settings, or run the set-up again.`, {
        ffmpegPath,
      })
    : new AppError('FFMPEG_FAILED', `ffmpeg could not be started (${error.message}). Choose another one in the settings.`, { ffmpegPath })
}

/** The error of a decoder that has ended, or null when it delivered exactly what was asked; its exit code alone does not matter then. */
export function countError(
  { name, startFrame, totalFrames }: DecodeSpec,
  frame: number,
  extraBytes: number,
  exit: { code: number | null; signal: string | null },
  lines: readonly string[],
): AppError | null {
  const data = { frame, startFrame, totalFrames, exitCode: exit.code, exitSignal: exit.signal, lines: [...lines] }
  const complaint = lines.findLast((line) => !/\[(?:info|verbose|debug)\]/.test(line))
  const said = complaint === undefined ? '' : ` ffmpeg says: ${complaint}`
  if (frame < totalFrames) {
    const message =
      exit.code === 0
        ? `"${name}" ended at frame ${frame} of ${totalFrames}. Was the file changed or cut since it was imported? Relocate or import it again.${said}`
        : `"${name}" could not be decoded from frame ${frame} on. Check that the file still plays, or import it again.${said}`
    return new AppError(exit.code === 0 ? 'MEDIA_TRUNCATED' : 'MEDIA_DECODE_FAILED', message, data)
  }
  if (extraBytes > 0) {
    return new AppError('MEDIA_DECODE_FAILED', `"${name}" has more frames than when it was imported. Import it again.${said}`, data)
  }
  return null
}
