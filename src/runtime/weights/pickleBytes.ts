// The byte cursor of the unpickler: lengths, numbers and text as pickle writes them, each read only if it is really there.
import { AppError } from '@shared/errors'

/** Python integers longer than this are no checkpoint's business. */
const MAX_LONG_BYTES = 512

/** Reads forward through one pickle. @throws AppError MODEL_FILE_TRUNCATED at the end, MODEL_FILE_INVALID for what cannot be */
export class PickleBytes {
  /** Bytes read so far. */
  position = 0
  private readonly view: DataView
  private readonly text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

  constructor(
    private readonly bytes: Uint8Array,
    private readonly fileName: string,
    private readonly maxBytes: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Moves on by `length` bytes and returns where they start. */
  private take(length: number): number {
    const start = this.position
    if (length > this.bytes.byteLength - start) {
      throw new AppError('MODEL_FILE_TRUNCATED', `"${this.fileName}" is cut short: its index ends too early. Download or copy it again.`, {
        file: this.fileName,
      })
    }
    this.position += length
    return start
  }

  /** One unsigned byte. */
  u8(): number {
    return this.view.getUint8(this.take(1))
  }

  length4(): number {
    return this.view.getUint32(this.take(4), true)
  }

  /** A length that could be anything is bounded before it is believed. */
  length8(): number {
    const length = this.view.getBigUint64(this.take(8), true)
    if (length > BigInt(this.maxBytes)) throw malformedPickle(this.fileName, 'it is too large')
    return Number(length)
  }

  slice(length: number): Uint8Array {
    const start = this.take(length)
    return this.bytes.subarray(start, start + length)
  }

  /** UTF-8 text of `length` bytes. */
  string(length: number): string {
    try {
      return this.text.decode(this.slice(length))
    } catch (error) {
      if (error instanceof AppError) throw error
      throw malformedPickle(this.fileName, 'it holds text that is not UTF-8')
    }
  }

  /** A little-endian two's complement integer of `length` bytes. */
  long(length: number): number | bigint {
    if (length > MAX_LONG_BYTES) throw malformedPickle(this.fileName, 'it holds an immense number')
    const bytes = this.slice(length)
    let value = 0n
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number)
    if (length > 0 && (bytes[length - 1] as number) & 0x80) value -= 1n << BigInt(8 * length)
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }

  /** Text up to the next line feed, which is passed over. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.position)
    const length = end < 0 ? this.bytes.byteLength - this.position + 1 : end - this.position
    const text = this.string(length)
    this.take(1)
    return text
  }

  int32(): number {
    return this.view.getInt32(this.take(4), true)
  }

  uint16(): number {
    return this.view.getUint16(this.take(2), true)
  }

  /** Big-endian, alone among the pickle's numbers. */
  float64(): number {
    return this.view.getFloat64(this.take(8), false)
  }
}

/** @param problem completes "the file is not usable: it ..." */
export function malformedPickle(fileName: string, problem: string): AppError {
  return new AppError(
    'MODEL_FILE_INVALID',
    `"${fileName}" is not a usable PyTorch file: ${problem}. Obtain or save the checkpoint again.`,
    {
      file: fileName,
    },
  )
}
