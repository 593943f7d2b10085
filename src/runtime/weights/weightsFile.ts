// Random access to a weights file through one handle: exact reads, bounded pieces, plain sentences for what can go wrong.
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '@shared/errors'

/** Size of one streamed piece; a multiple of every element size. */
export const CHUNK_BYTES = 1 << 20

export class WeightsFile {
  private constructor(
    readonly name: string,
    readonly size: number,
    private readonly handle: FileHandle,
  ) {}

  /** @throws AppError FILE_NOT_FOUND, FILE_UNREADABLE, MODEL_FILE_INVALID (not a regular file), MODEL_FILE_TRUNCATED (zero bytes) */
  static async open(path: string): Promise<WeightsFile> {
    const name = basename(path)
    let handle: FileHandle
    try {
      handle = await open(path, 'r')
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code
      if (code === 'ENOENT' || code === 'ENOTDIR')
        throw new AppError('FILE_NOT_FOUND', `There is no file "${name}" there. Check the path.`, { file: name }, { cause })
      throw new AppError('FILE_UNREADABLE', `"${name}" cannot be read (${code}). Check its permissions.`, { file: name }, { cause })
    }
    try {
      const stat = await handle.stat()
      if (!stat.isFile())
        throw new AppError('MODEL_FILE_INVALID', `"${name}" is not a file. Choose a .pth or .safetensors file.`, { file: name })
      if (stat.size === 0)
        throw new AppError('MODEL_FILE_TRUNCATED', `"${name}" is empty (zero bytes). Download or copy the checkpoint again.`, {
          file: name,
        })
      return new WeightsFile(name, stat.size, handle)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Fills `target` from `position`. @throws AppError MODEL_FILE_TRUNCATED, FILE_UNREADABLE */
  async readInto(target: Uint8Array, position: number): Promise<void> {
    let done = 0
    while (done < target.byteLength) {
      let bytesRead: number
      try {
        ;({ bytesRead } = await this.handle.read(target, done, target.byteLength - done, position + done))
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code
        throw new AppError(
          'FILE_UNREADABLE',
          `"${this.name}" could not be read to its end (${code}). Check the disk it is on.`,
          { file: this.name },
          { cause },
        )
      }
      if (bytesRead === 0) throw this.truncated()
      done += bytesRead
    }
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    await this.readInto(bytes, position)
    return bytes
  }

  /** Yields the range in pieces of {@link CHUNK_BYTES}; the buffer is reused, so a piece is valid until the next is asked for. */
  async *stream(position: number, length: number): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(Math.min(CHUNK_BYTES, length))
    for (let done = 0; done < length; done += buffer.byteLength) {
      const piece = buffer.subarray(0, Math.min(buffer.byteLength, length - done))
      await this.readInto(piece, position + done)
      yield piece
    }
  }

  close(): Promise<void> {
    return this.handle.close()
  }

  invalid(problem: string, data: Record<string, unknown> = {}): AppError {
    return new AppError(
      'MODEL_FILE_INVALID',
      `"${this.name}" is not a usable weights file: ${problem}. Obtain or save the checkpoint again.`,
      {
        file: this.name,
        ...data,
      },
    )
  }

  truncated(): AppError {
    return new AppError('MODEL_FILE_TRUNCATED', `"${this.name}" is cut short: it ends before its own data do. Download or copy it again.`, {
      file: this.name,
      sizeBytes: this.size,
    })
  }
}
