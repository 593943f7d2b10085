// What the container readers give: where each coded picture lies in the file and when it is shown; and the reading of byte ranges they share.
import type { FileHandle } from 'node:fs/promises'

/** The coded pictures of a file's first video stream, in decoding order; n of them. */
export interface ContainerSamples {
  /** Sample entry (`avc1`) of MP4, codec ID (`V_VP9`) of Matroska. */
  codecId: string
  /** The decoder's configuration record (avcC, hvcC, av1C), which WebCodecs calls the description; null where the codec has none. */
  description: Uint8Array | null
  /** Clockwise turn that makes the picture upright, degrees. */
  turn: 0 | 90 | 180 | 270
  /** Byte positions in the file. (n) */
  offsets: Float64Array
  /** Bytes. (n) */
  sizes: Uint32Array
  /** Presentation times on the container's clock after its edit list, seconds. (n) */
  seconds: Float64Array
  /** 1 where decoding can begin. (n) */
  keys: Uint8Array
}

/** Reads exactly `length` bytes, or fewer at the end of the file. */
export async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
