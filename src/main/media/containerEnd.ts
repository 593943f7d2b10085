// Does a file hold all that its own container announces? Walks the outermost boxes of MP4/MOV, AVI and Matroska/WebM by hand, because ffmpeg
// only notices missing bytes when it reaches them, and calls a text file named .mp4 a movie without an index. Other containers count as whole.
import { open, type FileHandle } from 'node:fs/promises'
import { fileError } from './mediaFile'

export interface MissingPart {
  /** The box, chunk or element that is cut or absent. */
  part: string
  /** What the container announces beyond the file's end; null where a whole part is absent. */
  missingBytes: number | null
}

export interface ContainerFindings {
  /** Null when nothing is known to be missing. */
  missing: MissingPart | null
  /** A photograph in a movie's container (HEIC, AVIF). */
  isStillPicture: boolean
}

/** Some writers count a few bytes too many; a cut this small loses no frame that ffmpeg would not complain about. */
const TOLERATED_BYTES = 1024

/** @throws AppError FILE_NOT_FOUND, FILE_UNREADABLE */
export async function inspectContainer(path: string): Promise<ContainerFindings> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const { size } = await file.stat()
    const head = await bytesAt(file, 0, 64)
    const isStillPicture = head.toString('latin1', 4, 8) === 'ftyp' && STILL_PICTURE_BRANDS.has(head.toString('latin1', 8, 12))
    const found = isStillPicture ? null : await missingIn(file, head, size)
    const isTolerable = found?.missingBytes !== null && (found?.missingBytes ?? 0) <= TOLERATED_BYTES
    return { missing: isTolerable ? null : found, isStillPicture }
  } catch (cause) {
    throw fileError(path, cause)
  } finally {
    await file?.close()
  }
}

/** ISO/IEC 23008-12, annex B, and the AV1 image format. */
const STILL_PICTURE_BRANDS: ReadonlySet<string> = new Set(['heic', 'heix', 'heim', 'heis', 'mif1', 'avif'])

async function missingIn(file: FileHandle, head: Buffer, size: number): Promise<MissingPart | null> {
  if (head.length < 12) return null
  const fourAtFour = head.toString('latin1', 4, 8)
  if (FIRST_BOXES.has(fourAtFour)) return await missingInBoxes(file, size)
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'AVI ') {
    const announced = head.readUInt32LE(4)
    return announced === 0 ? null : { missingBytes: announced + 8 - size, part: 'RIFF' }
  }
  if (head.readUInt32BE(0) === EBML_HEADER) return missingInMatroska(head, size)
  return null
}

/** The box types an MP4 or QuickTime file begins with. */
const FIRST_BOXES: ReadonlySet<string> = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp'])
/** Boxes without which pictures are missing; anything else that overshoots is junk after the end. */
const CARRYING_BOXES: ReadonlySet<string> = new Set(['moov', 'mdat', 'moof'])

/**
 * ISO/IEC 14496-12, 4.2: 32-bit size and type; size 1 means a 64-bit size follows, 0 "to the end of the file". A recorder writes pictures first and
 * the index (`moov`) when it stops, so a file of movie boxes without one was never finished.
 */
async function missingInBoxes(file: FileHandle, fileSize: number): Promise<MissingPart | null> {
  let offset = 0
  let hasIndex = false
  while (offset + 8 <= fileSize) {
    const header = await bytesAt(file, offset, 16)
    if (header.length < 8) break
    const type = header.toString('latin1', 4, 8)
    hasIndex ||= type === 'moov'
    const shortSize = header.readUInt32BE(0)
    const boxSize = shortSize === 1 && header.length === 16 ? Number(header.readBigUInt64BE(8)) : shortSize
    if (boxSize < 8) break
    const end = offset + boxSize
    if (end > fileSize) {
      if (CARRYING_BOXES.has(type)) return { missingBytes: end - fileSize, part: type }
      break
    }
    offset = end
  }
  return hasIndex ? null : { missingBytes: null, part: 'moov' }
}

const EBML_HEADER = 0x1a45dfa3
const SEGMENT = 0x18538067

/** RFC 8794: an EBML header, then the Segment; a size of all ones means "not known", as live recorders write it. */
function missingInMatroska(head: Buffer, fileSize: number): MissingPart | null {
  const headerSize = readElementSize(head, 4)
  if (headerSize?.value === undefined) return null
  const segmentAt = 4 + headerSize.length + headerSize.value
  if (segmentAt + 12 > head.length || head.readUInt32BE(segmentAt) !== SEGMENT) return null
  const segment = readElementSize(head, segmentAt + 4)
  if (segment?.value === undefined) return null
  return { missingBytes: segmentAt + 4 + segment.length + segment.value - fileSize, part: 'Segment' }
}

function readElementSize(bytes: Buffer, at: number): { length: number; value: number | undefined } | null {
  const first = bytes[at]
  if (first === undefined || first === 0) return null
  const length = Math.clz32(first) - 23
  if (at + length > bytes.length) return null
  let value = BigInt(first & ((1 << (8 - length)) - 1))
  let isUnknown = value === BigInt((1 << (8 - length)) - 1)
  for (const byte of bytes.subarray(at + 1, at + length)) {
    value = (value << 8n) | BigInt(byte)
    isUnknown &&= byte === 0xff
  }
  return { length, value: isUnknown ? undefined : Number(value) }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}
