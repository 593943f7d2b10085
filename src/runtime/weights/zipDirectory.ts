// Reads a zip file's central directory (zip64 included) and locates entry data, believing nothing before it is checked. No encryption, no split archives.
// Format: PKWARE APPNOTE 6.3.
import { createInflateRaw } from 'node:zlib'
import type { WeightsFile } from './weightsFile'

export interface ZipEntry {
  readonly name: string
  readonly isDeflated: boolean
  readonly compressedBytes: number
  readonly sizeBytes: number
  /** Position of the entry's local header. */
  readonly headerOffset: number
}

const END_BYTES = 22
const LOCAL_HEADER_BYTES = 30
const MAX_DIRECTORY_BYTES = 64 << 20
const NEEDS_ZIP64 = 0xffffffff

/** @throws AppError MODEL_FILE_TRUNCATED where no directory is found, MODEL_FILE_INVALID where it contradicts itself */
export async function readZipDirectory(file: WeightsFile): Promise<Map<string, ZipEntry>> {
  const { offset, length, count } = await findDirectory(file)
  if (length > MAX_DIRECTORY_BYTES) throw file.invalid('its list of contents is too large')
  if (offset + length > file.size) throw file.truncated()
  const bytes = await file.read(offset, length)
  const view = new DataView(bytes.buffer)
  const entries = new Map<string, ZipEntry>()
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > length || view.getUint32(at, true) !== 0x02014b50) throw file.invalid('its list of contents is damaged')
    const nameLength = view.getUint16(at + 28, true)
    const extraLength = view.getUint16(at + 30, true)
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true)
    if (next > length) throw file.invalid('its list of contents is damaged')
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    const entry = readEntry(file, name, view, at, bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength))
    if (entries.has(name)) throw file.invalid(`it lists "${name}" twice`)
    if (entry.headerOffset + LOCAL_HEADER_BYTES + entry.compressedBytes > offset) throw file.invalid(`"${name}" lies outside the archive`)
    entries.set(name, entry)
    at = next
  }
  checkOverlap(file, [...entries.values()])
  return entries
}

/** Position of a stored entry's first byte. */
export async function locateEntry(file: WeightsFile, entry: ZipEntry): Promise<number> {
  const header = await file.read(entry.headerOffset, LOCAL_HEADER_BYTES)
  const view = new DataView(header.buffer)
  if (view.getUint32(0, true) !== 0x04034b50) throw file.invalid(`the header of "${entry.name}" is damaged`)
  const start = entry.headerOffset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true)
  if (start + entry.compressedBytes > file.size) throw file.truncated()
  return start
}

/** The entry's contents in pieces; a deflated one must unfold to exactly its stated size. A piece is valid until the next is asked for. */
export async function* streamEntry(file: WeightsFile, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const start = await locateEntry(file, entry)
  if (!entry.isDeflated) {
    yield* file.stream(start, entry.sizeBytes)
    return
  }
  const inflater = createInflateRaw()
  const feeding = feed(file, start, entry.compressedBytes, inflater)
  // a failure to read reaches the consumer through the destroyed stream
  feeding.catch((error: unknown) => inflater.destroy(error as Error))
  let total = 0
  try {
    for await (const piece of inflater as AsyncIterable<Buffer>) {
      total += piece.byteLength
      if (total > entry.sizeBytes) break
      yield piece
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw file.invalid(`"${entry.name}" is compressed data gone bad`)
    throw error
  } finally {
    inflater.destroy()
  }
  if (total !== entry.sizeBytes) throw file.invalid(`"${entry.name}" does not unfold to its stated size`)
}

async function feed(file: WeightsFile, start: number, length: number, into: ReturnType<typeof createInflateRaw>): Promise<void> {
  for await (const piece of file.stream(start, length)) {
    if (into.destroyed) return
    // copied, because the stream reuses its buffer while zlib still holds the piece
    await new Promise<void>((resolve) => into.write(Buffer.from(piece), () => resolve()))
  }
  into.end()
}

async function findDirectory(file: WeightsFile): Promise<{ offset: number; length: number; count: number }> {
  // the end record may be followed by a comment of at most 65,535 bytes
  const tailLength = Math.min(file.size, END_BYTES + 0xffff)
  const tailStart = file.size - tailLength
  const tail = await file.read(tailStart, tailLength)
  const view = new DataView(tail.buffer)
  for (let at = tailLength - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50 || at + END_BYTES + view.getUint16(at + 20, true) !== tailLength) continue
    const count = view.getUint16(at + 10, true)
    const length = view.getUint32(at + 12, true)
    const offset = view.getUint32(at + 16, true)
    if (count !== view.getUint16(at + 8, true)) throw file.invalid('it is one part of a split archive')
    // torch.save always writes the zip64 records, so their presence says nothing about the size
    const locatorAt = tailStart + at - 20
    if (count === 0xffff || length === NEEDS_ZIP64 || offset === NEEDS_ZIP64) return findZip64Directory(file, locatorAt)
    return { offset, length, count }
  }
  throw file.truncated()
}

async function findZip64Directory(file: WeightsFile, locatorAt: number): Promise<{ offset: number; length: number; count: number }> {
  if (locatorAt < 0) throw file.invalid('its list of contents is damaged')
  const locator = new DataView((await file.read(locatorAt, 20)).buffer)
  if (locator.getUint32(0, true) !== 0x07064b50) throw file.invalid('its list of contents is damaged')
  const recordAt = wholeNumber(file, locator, 8)
  if (recordAt + 56 > file.size) throw file.truncated()
  const record = new DataView((await file.read(recordAt, 56)).buffer)
  if (record.getUint32(0, true) !== 0x06064b50) throw file.invalid('its list of contents is damaged')
  return { offset: wholeNumber(file, record, 48), length: wholeNumber(file, record, 40), count: wholeNumber(file, record, 32) }
}

function readEntry(file: WeightsFile, name: string, view: DataView, at: number, extra: Uint8Array): ZipEntry {
  const method = view.getUint16(at + 10, true)
  if (view.getUint16(at + 8, true) & 1) throw file.invalid(`"${name}" in it is encrypted`)
  if (method !== 0 && method !== 8) throw file.invalid(`"${name}" in it is compressed in an unknown way`)
  let compressedBytes = view.getUint32(at + 20, true)
  let sizeBytes = view.getUint32(at + 24, true)
  let headerOffset = view.getUint32(at + 42, true)
  if (compressedBytes === NEEDS_ZIP64 || sizeBytes === NEEDS_ZIP64 || headerOffset === NEEDS_ZIP64) {
    // the zip64 extra field holds, in this order, only the values that did not fit
    const wide = findExtra(extra, 1)
    let used = 0
    const next = (): number => {
      if (!wide || used + 8 > wide.byteLength) throw file.invalid(`the sizes of "${name}" are damaged`)
      used += 8
      return wholeNumber(file, wide, used - 8)
    }
    if (sizeBytes === NEEDS_ZIP64) sizeBytes = next()
    if (compressedBytes === NEEDS_ZIP64) compressedBytes = next()
    if (headerOffset === NEEDS_ZIP64) headerOffset = next()
  }
  if (method === 0 && compressedBytes !== sizeBytes) throw file.invalid(`the sizes of "${name}" contradict each other`)
  return { name, isDeflated: method === 8, compressedBytes, sizeBytes, headerOffset }
}

function findExtra(extra: Uint8Array, id: number): DataView | null {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength)
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const length = view.getUint16(at + 2, true)
    if (at + 4 + length > extra.byteLength) return null
    if (view.getUint16(at, true) === id) return new DataView(extra.buffer, extra.byteOffset + at + 4, length)
    at += 4 + length
  }
  return null
}

/** Overlapping entries are how small archives unfold to huge ones. */
function checkOverlap(file: WeightsFile, entries: ZipEntry[]): void {
  entries.sort((a, b) => a.headerOffset - b.headerOffset)
  let end = 0
  for (const entry of entries) {
    if (entry.headerOffset < end) throw file.invalid(`"${entry.name}" overlaps another of its parts`)
    end = entry.headerOffset + LOCAL_HEADER_BYTES + entry.compressedBytes
  }
}

function wholeNumber(file: WeightsFile, view: DataView, at: number): number {
  const value = view.getBigUint64(at, true)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw file.invalid('its list of contents is damaged')
  return Number(value)
}
