// Messages as bytes on a pipe: two lengths, a JSON header, a binary payload. Knows nothing of what the messages mean.
import { AppError } from './errors'

const LENGTHS_BYTES = 8
/** Above these a length is taken for a stream that has lost its place. */
const MAX_HEADER_BYTES = 64 * 1024 * 1024
const MAX_PAYLOAD_BYTES = 1024 * 1024 * 1024

/** One message. */
export interface ComputeFrame<Header> {
  header: Header
  /** Empty when the message has none. */
  payload: Uint8Array
}

const EMPTY = new Uint8Array(0)

/** Length prefixes and header; the payload is to be written right after it. Kept apart so that large payloads are not copied. */
export function encodeFrameHead(header: unknown, payload: Uint8Array = EMPTY): Uint8Array {
  // escaped to ASCII: this room has no text encoder, and one byte a character needs none
  const json = JSON.stringify(header).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const head = new Uint8Array(LENGTHS_BYTES + json.length)
  const view = new DataView(head.buffer)
  view.setUint32(0, json.length, true)
  view.setUint32(4, payload.length, true)
  for (let i = 0; i < json.length; i++) head[LENGTHS_BYTES + i] = json.charCodeAt(i)
  return head
}

/** Cuts a byte stream, in whatever pieces it comes, into messages. */
export class FrameParser<Header> {
  private pieces: Uint8Array[] = []
  private available = 0
  private lengths: { header: number; payload: number } | null = null

  /** Messages completed by this piece. @throws AppError COMPUTE_PROTOCOL when the bytes are no messages */
  push(piece: Uint8Array): ComputeFrame<Header>[] {
    this.pieces.push(piece)
    this.available += piece.length
    const frames: ComputeFrame<Header>[] = []
    for (;;) {
      if (!this.lengths) {
        if (this.available < LENGTHS_BYTES) return frames
        const head = this.take(LENGTHS_BYTES)
        const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
        this.lengths = { header: view.getUint32(0, true), payload: view.getUint32(4, true) }
        if (this.lengths.header > MAX_HEADER_BYTES || this.lengths.payload > MAX_PAYLOAD_BYTES) throw garbled()
      }
      const { header, payload } = this.lengths
      if (this.available < header + payload) return frames
      this.lengths = null
      const json = this.take(header)
      const bytes = this.take(payload)
      frames.push({ header: parseAscii(json) as Header, payload: bytes })
    }
  }

  /** Removes exactly `count` bytes; a copy, so that a payload does not keep its neighbours' memory or alignment. */
  private take(count: number): Uint8Array {
    const out = new Uint8Array(count)
    let at = 0
    while (at < count) {
      const piece = this.pieces[0]!
      const used = Math.min(piece.length, count - at)
      out.set(piece.subarray(0, used), at)
      at += used
      if (used === piece.length) this.pieces.shift()
      else this.pieces[0] = piece.subarray(used)
    }
    this.available -= count
    return out
  }
}

function parseAscii(bytes: Uint8Array): unknown {
  let json = ''
  // in pieces, because a call takes a limited number of arguments
  for (let i = 0; i < bytes.length; i += 8192) json += String.fromCharCode(...bytes.subarray(i, i + 8192))
  try {
    return JSON.parse(json) as unknown
  } catch {
    throw garbled()
  }
}

const garbled = (): AppError =>
  new AppError('COMPUTE_PROTOCOL', 'The compute process sent something that is not a message. Run the job again.')
