// Reads safetensors files, believing nothing their header says before it is checked. Writing is in safetensorsWrite.ts.
// Format: https://github.com/huggingface/safetensors (8-byte header length, JSON header, one gapless data section).
import { countElements, DTYPE_BYTES, requireTensor, toFloat32, type Dtype, type TensorEntry, type WeightsReader } from './tensorData'
import { findDuplicateKey } from './duplicateKey'
import { WeightsFile } from './weightsFile'

/** The format's own limit on the header. */
const MAX_HEADER_BYTES = 100_000_000

export interface SafetensorsFile extends WeightsReader {
  /** The header's free `__metadata__` strings. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Opens and checks a safetensors file; tensors are read when asked for.
 * @throws AppError FILE_NOT_FOUND, FILE_UNREADABLE, MODEL_FILE_INVALID, MODEL_FILE_TRUNCATED
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await WeightsFile.open(path)
  try {
    const { metadata, tensors } = await readHeader(file)
    const readBytes = (name: string): Promise<Uint8Array> => {
      const entry = requireTensor(tensors, name)
      return file.read(entry.byteOffset, entry.byteLength)
    }
    return {
      metadata,
      tensors,
      readBytes,
      readFloat32: async (name) => toFloat32(await readBytes(name), requireTensor(tensors, name).dtype),
      streamBytes: (name) => {
        const entry = requireTensor(tensors, name)
        return file.stream(entry.byteOffset, entry.byteLength)
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function readHeader(file: WeightsFile): Promise<{ metadata: Record<string, string>; tensors: Map<string, TensorEntry> }> {
  if (file.size < 8) throw file.truncated()
  const lengthBytes = await file.read(0, 8)
  const declared = new DataView(lengthBytes.buffer).getBigUint64(0, true)
  if (declared > BigInt(MAX_HEADER_BYTES)) throw file.invalid('its header claims to be larger than any header may be')
  const headerLength = Number(declared)
  if (headerLength < 2) throw file.invalid('its header is empty')
  const dataStart = 8 + headerLength
  const isHeaderWhole = dataStart <= file.size
  // a foreign file usually claims a nonsense header length, so look at the first character before calling the file short
  if (file.size > 8 && (await file.read(8, 1))[0] !== 0x7b) throw file.invalid('its header does not start with "{"')
  if (!isHeaderWhole) throw file.truncated()

  const header = parseHeader(file, await file.read(8, headerLength))
  const metadata: Record<string, string> = {}
  const tensors = new Map<string, TensorEntry>()
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') readMetadata(file, value, metadata)
    else tensors.set(name, readEntry(file, name, value, dataStart))
  }
  checkLayout(file, [...tensors.values()], dataStart)
  return { metadata, tensors }
}

function parseHeader(file: WeightsFile, bytes: Uint8Array): Record<string, unknown> {
  let text: string
  let parsed: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    parsed = JSON.parse(text)
  } catch {
    throw file.invalid('its header is not valid JSON')
  }
  if (!isObject(parsed)) throw file.invalid('its header is not a JSON object')
  const duplicate = findDuplicateKey(text)
  if (duplicate !== null) throw file.invalid(`its header names "${duplicate}" twice`, { tensor: duplicate })
  return parsed
}

function readMetadata(file: WeightsFile, value: unknown, into: Record<string, string>): void {
  if (!isObject(value)) throw file.invalid('its metadata are not an object')
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw file.invalid(`its metadata entry "${key}" is not text`)
    Object.defineProperty(into, key, { value: text, enumerable: true, configurable: true, writable: true })
  }
}

function readEntry(file: WeightsFile, name: string, value: unknown, dataStart: number): TensorEntry {
  const bad = (problem: string) => file.invalid(`tensor "${name}" ${problem}`, { tensor: name })
  if (!isObject(value)) throw bad('is not described by an object')
  const { dtype, shape, data_offsets: offsets } = value
  if (typeof dtype !== 'string' || !Object.hasOwn(DTYPE_BYTES, dtype)) throw bad(`has the unknown number type ${JSON.stringify(dtype)}`)
  const count = Array.isArray(shape) ? countElements(shape) : null
  if (count === null) throw bad('has an impossible shape')
  if (!Array.isArray(offsets) || offsets.length !== 2) throw bad('has no start and end')
  const [start, end] = offsets as unknown[]
  if (!isOffset(start) || !isOffset(end) || end < start) throw bad('has impossible offsets')
  const byteLength = count * DTYPE_BYTES[dtype as Dtype]
  if (end - start !== byteLength) throw bad(`takes ${end - start} bytes where its shape and type need ${byteLength}`)
  return { name, dtype: dtype as Dtype, shape: shape as number[], byteOffset: dataStart + start, byteLength }
}

/** The format demands that tensors tile the data section exactly: no overlap, no hole, nothing after the last. */
function checkLayout(file: WeightsFile, entries: TensorEntry[], dataStart: number): void {
  entries.sort((a, b) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength)
  let position = dataStart
  for (const entry of entries) {
    if (entry.byteOffset < position) throw file.invalid(`tensor "${entry.name}" overlaps another`, { tensor: entry.name })
    if (entry.byteOffset > position) throw file.invalid(`there is a hole before tensor "${entry.name}"`, { tensor: entry.name })
    position += entry.byteLength
  }
  if (position > file.size) throw file.truncated()
  if (position < file.size) throw file.invalid('it holds data that no tensor describes')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isOffset(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
