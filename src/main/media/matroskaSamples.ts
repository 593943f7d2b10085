// The coded pictures of Matroska and WebM (RFC 9559): where each lies and when it is shown. Reads element heads and skips what they hold.
// Laced and compressed video tracks are left out: the answer is then null.
import type { FileHandle } from 'node:fs/promises'
import { readBytes, type ContainerSamples } from './containerSamples'

const ID = {
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  contentEncodings: 0x6d80,
  cluster: 0x1f43b675,
  clusterTimestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  referenceBlock: 0xfb,
} as const
/** Elements that are entered instead of skipped; being entered, their size does not matter, so live recordings of unknown size are read as well. */
const ENTERED = new Set<number>([ID.segment, ID.info, ID.tracks, ID.trackEntry, ID.cluster, ID.blockGroup])
const READ_AHEAD = 1 << 16
/** Track entries and the like; anything longer that is wanted whole is damage. */
const MAX_WHOLE_BYTES = 1 << 20
const LACING = 0x06

interface Track {
  number: number
  isVideo: boolean
  codecId: string
  description: Uint8Array | null
  isEncoded: boolean
}

/** A window over the file, so that heads a few bytes long do not cost a read each. */
class Window {
  private buffer: Buffer = Buffer.alloc(0)
  private start = 0

  constructor(private readonly file: FileHandle) {}

  /** Bytes from a position on; fewer than asked for at the end. */
  async at(position: number, length: number): Promise<Buffer> {
    if (position < this.start || position + length > this.start + this.buffer.length) {
      this.start = position
      this.buffer = await readBytes(this.file, position, Math.max(length, READ_AHEAD))
    }
    return this.buffer.subarray(position - this.start, position - this.start + length)
  }
}

/** A number of 1 to 8 bytes that says its own length (RFC 8794, 4); null for damage. `value` keeps the length's bit where `isId`. */
function variableInteger(bytes: Buffer, isId: boolean): { value: number; length: number } | null {
  const first = bytes[0] ?? 0
  const length = Math.clz32(first) - 23
  if (first === 0 || length > 8 || bytes.length < length) return null
  let value = isId ? first : first & ((1 << (8 - length)) - 1)
  for (let index = 1; index < length; index++) value = value * 256 + (bytes[index] ?? 0)
  return { value, length }
}

const unsigned = (bytes: Buffer): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0)

export async function readMatroskaSamples(file: FileHandle): Promise<ContainerSamples | null> {
  const window = new Window(file)
  const tracks: Track[] = []
  let video: Track | undefined
  let nanosecondsPerTick = 1e6
  let clusterTicks = 0
  const offsets: number[] = []
  const sizes: number[] = []
  const seconds: number[] = []
  const keys: number[] = []
  let position = 0
  /** Sample of the block group being read, which a reference makes dependent. */
  let groupSample = -1

  for (;;) {
    const head = await window.at(position, 12)
    const id = variableInteger(head, true)
    const size = id ? variableInteger(head.subarray(id.length), false) : null
    if (!id || !size) break
    position += id.length + size.length
    if (id.value === ID.trackEntry) tracks.push({ number: 0, isVideo: false, codecId: '', description: null, isEncoded: false })
    if (id.value === ID.blockGroup) groupSample = -1
    if (ENTERED.has(id.value)) continue
    const track = tracks.at(-1)
    const whole = async (): Promise<Buffer> => window.at(position, Math.min(size.value, MAX_WHOLE_BYTES))
    switch (id.value) {
      case ID.timestampScale:
        nanosecondsPerTick = unsigned(await whole())
        break
      case ID.trackNumber:
        if (track) track.number = unsigned(await whole())
        break
      case ID.trackType:
        if (track) track.isVideo = unsigned(await whole()) === 1
        break
      case ID.codecId:
        if (track) track.codecId = (await whole()).toString('latin1').replace(/\0+$/, '')
        break
      case ID.codecPrivate:
        if (track) track.description = new Uint8Array(await whole())
        break
      case ID.contentEncodings:
        if (track) track.isEncoded = true
        break
      case ID.clusterTimestamp:
        clusterTicks = unsigned(await whole())
        break
      case ID.referenceBlock:
        if (groupSample >= 0) keys[groupSample] = 0
        break
      case ID.simpleBlock:
      case ID.block: {
        video ??= tracks.find(({ isVideo }) => isVideo)
        const block = await window.at(position, 12)
        const number = variableInteger(block, false)
        if (!number || number.value !== video?.number) break
        const flags = block[number.length + 2] ?? 0
        if ((flags & LACING) !== 0) return null
        groupSample = id.value === ID.block ? offsets.length : -1
        offsets.push(position + number.length + 3)
        sizes.push(size.value - number.length - 3)
        seconds.push(((clusterTicks + block.readInt16BE(number.length)) * nanosecondsPerTick) / 1e9)
        keys.push(id.value === ID.block || (flags & 0x80) !== 0 ? 1 : 0)
        break
      }
    }
    position += size.value
  }
  if (!video || video.isEncoded || offsets.length === 0) return null
  return {
    codecId: video.codecId,
    // VP8 and VP9 describe themselves in the stream; what some writers put here is no description for WebCodecs.
    description: /^V_VP[89]$/.test(video.codecId) ? null : video.description,
    turn: 0,
    offsets: Float64Array.from(offsets),
    sizes: Uint32Array.from(sizes),
    seconds: Float64Array.from(seconds),
    keys: Uint8Array.from(keys),
  }
}
