// The sample table of MP4 and MOV (ISO/IEC 14496-12): where each coded picture lies and when it is shown. Reads the movie box alone.
// Fragmented files, several edits in a row and mirrored pictures are left out: the answer is then null.
import type { FileHandle } from 'node:fs/promises'
import { readBytes, type ContainerSamples } from './containerSamples'

/** A movie box larger than this is not read: hours of video take a few megabytes. */
const MAX_MOVIE_BYTES = 256 << 20
/** Bytes of a visual sample entry before its boxes (14496-12, 12.1.3). */
const VISUAL_ENTRY_BYTES = 78
const CONFIGURATIONS = ['avcC', 'hvcC', 'av1C']

interface Box {
  type: string
  /** Contents, after the header. */
  body: Buffer
}

export async function readMp4Samples(file: FileHandle): Promise<ContainerSamples | null> {
  const movie = await findMovie(file)
  if (!movie) return null
  const boxes = childBoxes(movie)
  if (boxes.some(({ type }) => type === 'mvex')) return null
  const header = boxes.find(({ type }) => type === 'mvhd')
  const track = boxes.find(({ type, body }) => type === 'trak' && isVideo(body))
  if (!header || !track) return null
  const movieScale = header.body.readUInt32BE(header.body[0] === 1 ? 20 : 12)
  return readTrack(track.body, movieScale)
}

async function findMovie(file: FileHandle): Promise<Buffer | null> {
  let position = 0
  for (;;) {
    const head = await readBytes(file, position, 16)
    if (head.length < 8) return null
    const type = head.toString('latin1', 4, 8)
    const short = head.readUInt32BE(0)
    const isLong = short === 1
    if (isLong && head.length < 16) return null
    const size = isLong ? Number(head.readBigUInt64BE(8)) : short
    const headerBytes = isLong ? 16 : 8
    if (type === 'moov') {
      if (size < headerBytes || size > MAX_MOVIE_BYTES) return null
      const body = await readBytes(file, position + headerBytes, size - headerBytes)
      return body.length === size - headerBytes ? body : null
    }
    // A box of size 0 reaches to the end of the file.
    if (size < headerBytes) return null
    position += size
  }
}

function childBoxes(body: Buffer, from = 0): Box[] {
  const boxes: Box[] = []
  let position = from
  while (position + 8 <= body.length) {
    const short = body.readUInt32BE(position)
    const size = short === 0 ? body.length - position : short
    if (size < 8 || position + size > body.length) break
    boxes.push({ type: body.toString('latin1', position + 4, position + 8), body: body.subarray(position + 8, position + size) })
    position += size
  }
  return boxes
}

/** Follows a path of box types, the first of each. */
function find(body: Buffer, ...path: string[]): Buffer | null {
  let found: Buffer | null = body
  for (const type of path) {
    found = found === null ? null : (childBoxes(found).find((box) => box.type === type)?.body ?? null)
  }
  return found
}

const isVideo = (track: Buffer): boolean => find(track, 'mdia', 'hdlr')?.toString('latin1', 8, 12) === 'vide'

function readTrack(track: Buffer, movieScale: number): ContainerSamples | null {
  const mediaHeader = find(track, 'mdia', 'mdhd')
  const table = find(track, 'mdia', 'minf', 'stbl')
  if (!mediaHeader || !table) return null
  const scale = mediaHeader.readUInt32BE(mediaHeader[0] === 1 ? 20 : 12)
  const box = (type: string): Buffer | null => find(table, type)
  const entry = readEntry(box('stsd'))
  const turn = readTurn(find(track, 'tkhd'))
  const edit = readEdit(find(track, 'edts', 'elst'), movieScale)
  const sizes = readSizes(box('stsz'))
  if (!entry || turn === null || edit === null || !sizes || scale === 0) return null
  const count = sizes.length
  const offsets = readOffsets(box('stsc'), box('stco'), box('co64'), sizes)
  const decoding = expandRuns(box('stts'), count, true)
  if (!offsets || !decoding) return null
  const composition = box('ctts') ? expandRuns(box('ctts'), count, false) : new Float64Array(count)
  if (!composition) return null
  // From the edit's beginning, in ticks.
  const ticks = decoding.map((time, index) => time + (composition[index] ?? 0) - edit.mediaTicks)
  // Where the edit begins between two pictures, players (Chromium and ffmpeg) show the first picture at the edit's beginning and move the others with it.
  const first = edit.isCut ? ticks.reduce((least, time) => (time >= 0 && time < least ? time : least), Number.POSITIVE_INFINITY) : 0
  const seconds = ticks.map((time) => edit.emptySeconds + (time - first) / scale)
  return { ...entry, turn, offsets, sizes, seconds, keys: readKeys(box('stss'), count) }
}

function readEntry(stsd: Buffer | null): Pick<ContainerSamples, 'codecId' | 'description'> | null {
  // A track whose pictures change their configuration midway has several entries.
  if (stsd?.readUInt32BE(4) !== 1) return null
  const entry = childBoxes(stsd, 8)[0]
  if (!entry) return null
  const configuration = childBoxes(entry.body, VISUAL_ENTRY_BYTES).find(({ type }) => CONFIGURATIONS.includes(type))
  return { codecId: entry.type, description: configuration ? new Uint8Array(configuration.body) : null }
}

/** Turn from the matrix of the track header (8.3.2); null for anything but a quarter turn. */
function readTurn(header: Buffer | null): ContainerSamples['turn'] | null {
  if (!header) return null
  const at = header[0] === 1 ? 52 : 40
  const unit = (index: number): number => Math.sign(header.readInt32BE(at + 4 * index))
  const matrix = [unit(0), unit(1), unit(3), unit(4)].join(',')
  const turns: Record<string, ContainerSamples['turn']> = { '1,0,0,1': 0, '0,1,-1,0': 90, '-1,0,0,-1': 180, '0,-1,1,0': 270 }
  return turns[matrix] ?? null
}

interface Edit {
  isCut: boolean
  /** Ticks of the media that the edit leaves out at the beginning. */
  mediaTicks: number
  /** Seconds before the first picture. */
  emptySeconds: number
}

/** The edit list (8.6.6), where it is one piece of the media after some emptiness; else null. */
function readEdit(list: Buffer | null, movieScale: number): Edit | null {
  let emptySeconds = 0
  let mediaTicks: number | null = null
  const isLong = list?.[0] === 1
  const width = isLong ? 20 : 12
  const count = list?.readUInt32BE(4) ?? 0
  for (let index = 0; list && index < count; index++) {
    const at = 8 + index * width
    const duration = isLong ? Number(list.readBigUInt64BE(at)) : list.readUInt32BE(at)
    const mediaTime = isLong ? Number(list.readBigInt64BE(at + 8)) : list.readInt32BE(at + 4)
    if (mediaTime < 0) emptySeconds += duration / movieScale
    else if (mediaTicks === null) mediaTicks = mediaTime
    else return null
  }
  return { isCut: mediaTicks !== null, mediaTicks: mediaTicks ?? 0, emptySeconds }
}

function readSizes(stsz: Buffer | null): Uint32Array | null {
  if (!stsz) return null
  const same = stsz.readUInt32BE(4)
  const count = stsz.readUInt32BE(8)
  if (same !== 0) return new Uint32Array(count).fill(same)
  if (stsz.length < 12 + 4 * count) return null
  return Uint32Array.from({ length: count }, (_, index) => stsz.readUInt32BE(12 + 4 * index))
}

/** Offsets of samples from runs of chunks (8.7.4) and the chunks' offsets (8.7.5). */
function readOffsets(stsc: Buffer | null, stco: Buffer | null, co64: Buffer | null, sizes: Uint32Array): Float64Array | null {
  const chunks = co64 ?? stco
  if (!stsc || !chunks) return null
  const chunkCount = chunks.readUInt32BE(4)
  const chunkAt = (index: number): number => (co64 ? Number(co64.readBigUInt64BE(8 + 8 * index)) : chunks.readUInt32BE(8 + 4 * index))
  const runCount = stsc.readUInt32BE(4)
  const offsets = new Float64Array(sizes.length)
  let sample = 0
  for (let run = 0; run < runCount; run++) {
    const first = stsc.readUInt32BE(8 + 12 * run) - 1
    const perChunk = stsc.readUInt32BE(12 + 12 * run)
    const end = run + 1 < runCount ? stsc.readUInt32BE(20 + 12 * run) - 1 : chunkCount
    for (let chunk = first; chunk < end; chunk++) {
      let position = chunkAt(chunk)
      for (let index = 0; index < perChunk && sample < sizes.length; index++) {
        offsets[sample] = position
        position += sizes[sample] ?? 0
        sample++
      }
    }
  }
  return sample === sizes.length ? offsets : null
}

/** Expands (count, value) runs to one value a sample; summed up before each sample where `isSum`. Composition offsets are read as signed in both versions. */
function expandRuns(runs: Buffer | null, count: number, isSum: boolean): Float64Array | null {
  if (!runs) return null
  const values = new Float64Array(count)
  const runCount = runs.readUInt32BE(4)
  let sample = 0
  let sum = 0
  for (let run = 0; run < runCount; run++) {
    const length = runs.readUInt32BE(8 + 8 * run)
    const value = isSum ? runs.readUInt32BE(12 + 8 * run) : runs.readInt32BE(12 + 8 * run)
    for (let index = 0; index < length && sample < count; index++) {
      values[sample++] = isSum ? sum : value
      sum += value
    }
  }
  return sample === count ? values : null
}

/** Without a table of sync samples every sample is one (8.6.2). */
function readKeys(stss: Buffer | null, count: number): Uint8Array {
  if (!stss) return new Uint8Array(count).fill(1)
  const keys = new Uint8Array(count)
  for (let index = 0; index < stss.readUInt32BE(4); index++) keys[stss.readUInt32BE(8 + 4 * index) - 1] = 1
  return keys
}
