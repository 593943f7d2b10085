// Reads checkpoints that torch.save wrote (PyTorch 1.6 and later: a zip archive with a pickled index), tensors only. Optimizer state and other
// extras are never read beyond their mention in the index. Legacy files are refused in pytorchLegacy.ts.
import { toPlain } from './pickleBuild'
import { unpickle } from './pickle'
import { DEFAULT_PICKLE_LIMITS } from './pickleMemory'
import { isKind, type PickledTensor, type PickleValue } from './pickleValues'
import { refuseNonZip } from './pytorchLegacy'
import { countElements, DTYPE_BYTES, requireTensor, toFloat32, type TensorEntry, type WeightsReader } from './tensorData'
import { CHUNK_BYTES, WeightsFile } from './weightsFile'
import { locateEntry, readZipDirectory, streamEntry, type ZipEntry } from './zipDirectory'

export interface PytorchFile extends WeightsReader {
  /** Keys of the saved dictionary, in its order; empty for a bare state dict. */
  readonly topLevelKeys: string[]
  /** Where the tensors were found: `model`, `state_dict`, ... or null for a bare state dict. */
  readonly stateDictKey: string | null
  /** Stripped from every tensor name, for example `module.`; empty where there was none. */
  readonly strippedPrefix: string
  readonly epoch?: number
  /** The training command's arguments, as plain JSON-able data. */
  readonly args?: Readonly<Record<string, unknown>>
}

/** Keys under which training scripts keep the weights, the first found wins. */
const STATE_DICT_KEYS = ['model', 'state_dict', 'model_state_dict', 'module', 'net', 'weights']
/** Prefixes that wrappers (DataParallel, torch.compile) put before every name. */
const WRAPPER_PREFIXES = ['module.', '_orig_mod.']
const MAX_TENSORS = 100_000
/** A strided tensor is copied into order in memory, so it and its storage's part are bounded. ViT-H's largest tensor has 26 MB. */
const MAX_STRIDED_BYTES = 512 << 20

interface StoredTensor extends TensorEntry {
  storage: ZipEntry
  /** First byte within the storage. */
  start: number
  /** Null where the tensor lies dense and in order; else strides in elements. */
  strides: readonly number[] | null
}

/**
 * Opens a PyTorch checkpoint: a dictionary with `model` (or `state_dict` and the like), or a bare state dict. Nothing of the file is executed.
 * @throws AppError FILE_NOT_FOUND, FILE_UNREADABLE, MODEL_FILE_TRUNCATED, MODEL_FILE_LEGACY, MODEL_FILE_UNSAFE, MODEL_FILE_INVALID
 */
export async function openPytorch(path: string): Promise<PytorchFile> {
  const file = await WeightsFile.open(path)
  try {
    return await open(file)
  } catch (error) {
    await file.close()
    throw error
  }
}

async function open(file: WeightsFile): Promise<PytorchFile> {
  await refuseNonZip(file)
  const archive = await readZipDirectory(file)
  const root = findRoot(file, archive)
  await refuseBigEndian(file, archive.get(`${root}byteorder`))
  const index = unpickle(await readWhole(file, archive.get(`${root}data.pkl`) as ZipEntry), file.name).value
  const found = findStateDict(file, index)

  const tensors = new Map<string, StoredTensor>()
  for (const [name, tensor] of found.tensors) {
    const storage = archive.get(`${root}data/${tensor.storage.key}`)
    if (!storage) throw file.invalid(`the data of tensor "${name}" are missing`, { tensor: name })
    tensors.set(name, await placeTensor(file, name, tensor, storage))
  }
  const reader = createReader(file, tensors)
  return {
    ...reader,
    topLevelKeys: found.topLevelKeys,
    stateDictKey: found.key,
    strippedPrefix: found.prefix,
    ...readExtras(index, found.key),
  }
}

/** The archive's folder, whatever its name; it is the one with `data.pkl`. */
function findRoot(file: WeightsFile, archive: Map<string, ZipEntry>): string {
  const roots = [...archive.keys()].filter((name) => /^[^/]*\/data\.pkl$/.test(name)).map((name) => name.slice(0, -'data.pkl'.length))
  const [root] = roots
  if (root === undefined || roots.length > 1) throw file.invalid('it is a zip archive, but not one of torch.save')
  if (archive.has(`${root}constants.pkl`)) throw file.invalid('it is a TorchScript program, not a checkpoint; save the state_dict instead')
  return root
}

async function refuseBigEndian(file: WeightsFile, entry: ZipEntry | undefined): Promise<void> {
  if (!entry || entry.sizeBytes > 16) return
  const order = new TextDecoder().decode(await readWhole(file, entry))
  if (order !== 'little') throw file.invalid('it was saved on a big-endian machine; save it on an ordinary one')
}

async function readWhole(file: WeightsFile, entry: ZipEntry): Promise<Uint8Array> {
  if (entry.sizeBytes > DEFAULT_PICKLE_LIMITS.maxBytes) throw file.invalid('its index is too large')
  const bytes = new Uint8Array(entry.sizeBytes)
  let done = 0
  for await (const piece of streamEntry(file, entry)) {
    bytes.set(piece, done)
    done += piece.byteLength
  }
  return bytes
}

interface FoundStateDict {
  tensors: Map<string, PickledTensor>
  key: string | null
  topLevelKeys: string[]
  prefix: string
}

function findStateDict(file: WeightsFile, index: PickleValue): FoundStateDict {
  if (!(index instanceof Map)) throw file.invalid('it holds no dictionary of tensors')
  const topLevelKeys = [...index.keys()].filter((key) => typeof key === 'string')
  for (const key of STATE_DICT_KEYS) {
    const value = index.get(key)
    if (!(value instanceof Map)) continue
    const tensors = collectTensors(file, value)
    if (tensors.size > 0) return { key, topLevelKeys, ...stripPrefix(tensors) }
  }
  const tensors = collectTensors(file, index)
  if (tensors.size === 0) throw file.invalid(`it holds no tensors (its parts: ${topLevelKeys.slice(0, 12).join(', ') || 'none'})`)
  return { key: null, topLevelKeys: [], ...stripPrefix(tensors) }
}

function collectTensors(file: WeightsFile, dict: Map<PickleValue, PickleValue>): Map<string, PickledTensor> {
  const tensors = new Map<string, PickledTensor>()
  for (const [name, value] of dict) if (typeof name === 'string' && isKind(value, 'tensor')) tensors.set(name, value)
  if (tensors.size > MAX_TENSORS) throw file.invalid('it holds too many tensors')
  return tensors
}

function stripPrefix(tensors: Map<string, PickledTensor>): { tensors: Map<string, PickledTensor>; prefix: string } {
  let prefix = ''
  let names = [...tensors.keys()]
  for (;;) {
    const wrapper = WRAPPER_PREFIXES.find((candidate) =>
      names.every((name) => name.startsWith(candidate) && name.length > candidate.length),
    )
    if (wrapper === undefined) break
    prefix += wrapper
    names = names.map((name) => name.slice(wrapper.length))
  }
  if (prefix === '') return { tensors, prefix }
  return { tensors: new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor])), prefix }
}

function readExtras(index: PickleValue, stateDictKey: string | null): { epoch?: number; args?: Record<string, unknown> } {
  const extras: { epoch?: number; args?: Record<string, unknown> } = {}
  if (stateDictKey === null || !(index instanceof Map)) return extras
  const epoch = index.get('epoch')
  if (typeof epoch === 'number' && Number.isFinite(epoch)) extras.epoch = epoch
  const args = index.get('args')
  if (args instanceof Map || isKind(args, 'record')) extras.args = toPlain(args) as Record<string, unknown>
  return extras
}

async function placeTensor(file: WeightsFile, name: string, tensor: PickledTensor, storage: ZipEntry): Promise<StoredTensor> {
  const bad = (problem: string) => file.invalid(`tensor "${name}" ${problem}`, { tensor: name })
  const elementBytes = DTYPE_BYTES[tensor.dtype]
  if (tensor.storage.elementCount * DTYPE_BYTES[tensor.storage.dtype] > storage.sizeBytes)
    throw bad('is larger than the data stored for it')
  const count = countElements(tensor.shape)
  if (count === null) throw bad('has an impossible shape')
  // one past the last element that the view touches
  const reach = count === 0 ? 0 : tensor.shape.reduce((sum, size, axis) => sum + (size - 1) * (tensor.strides[axis] ?? 0), 1)
  const end = (tensor.storageOffset + reach) * elementBytes
  if (!Number.isSafeInteger(end) || end > storage.sizeBytes) throw bad('reaches beyond the data stored for it')
  const strides = isDense(tensor) ? null : tensor.strides
  if (strides && Math.max(count, reach) * elementBytes > MAX_STRIDED_BYTES) throw bad('is a view too large to copy; save it contiguous')
  const start = tensor.storageOffset * elementBytes
  const isInPlace = strides === null && !storage.isDeflated
  return {
    name,
    dtype: tensor.dtype,
    shape: [...tensor.shape],
    byteOffset: isInPlace ? (await locateEntry(file, storage)) + start : -1,
    byteLength: count * elementBytes,
    storage,
    start,
    strides,
  }
}

/** Row-major and without gaps. The stride of an axis of one element means nothing. */
function isDense(tensor: PickledTensor): boolean {
  let expected = 1
  for (let axis = tensor.shape.length - 1; axis >= 0; axis--) {
    const size = tensor.shape[axis] as number
    if (size === 0) return true
    if (size > 1 && tensor.strides[axis] !== expected) return false
    expected *= size
  }
  return true
}

function createReader(file: WeightsFile, tensors: Map<string, StoredTensor>): WeightsReader {
  async function* streamBytes(name: string): AsyncGenerator<Uint8Array> {
    const tensor = requireTensor(tensors, name)
    if (tensor.byteOffset >= 0) yield* file.stream(tensor.byteOffset, tensor.byteLength)
    else if (tensor.strides === null) yield* wholeElements(streamRange(file, tensor.storage, tensor.start, tensor.byteLength))
    else yield* cut(await readStrided(file, tensor, tensor.strides))
  }
  const readBytes = async (name: string): Promise<Uint8Array> => {
    const tensor = requireTensor(tensors, name)
    if (tensor.strides) return readStrided(file, tensor, tensor.strides)
    if (tensor.byteOffset >= 0) return file.read(tensor.byteOffset, tensor.byteLength)
    return readRange(file, tensor.storage, tensor.start, tensor.byteLength)
  }
  return {
    tensors,
    readBytes,
    readFloat32: async (name) => toFloat32(await readBytes(name), requireTensor(tensors, name).dtype),
    streamBytes,
    close: () => file.close(),
  }
}

/** Copies a strided view (a transposed or sliced tensor) into row-major order. */
async function readStrided(file: WeightsFile, tensor: StoredTensor, strides: readonly number[]): Promise<Uint8Array> {
  const elementBytes = DTYPE_BYTES[tensor.dtype]
  const { shape } = tensor
  const reach = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 1)
  const source = await readRange(file, tensor.storage, tensor.start, reach * elementBytes)
  const out = new Uint8Array(tensor.byteLength)
  const index = new Array<number>(shape.length).fill(0)
  let from = 0
  for (let to = 0; to < out.byteLength; to += elementBytes) {
    for (let byte = 0; byte < elementBytes; byte++) out[to + byte] = source[from * elementBytes + byte] as number
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] as number) + 1
      from += strides[axis] as number
      if (next < (shape[axis] as number)) {
        index[axis] = next
        break
      }
      from -= next * (strides[axis] as number)
      index[axis] = 0
    }
  }
  return out
}

async function readRange(file: WeightsFile, storage: ZipEntry, start: number, length: number): Promise<Uint8Array> {
  const out = new Uint8Array(length)
  let done = 0
  for await (const piece of streamRange(file, storage, start, length)) {
    out.set(piece, done)
    done += piece.byteLength
  }
  return out
}

async function* streamRange(file: WeightsFile, storage: ZipEntry, start: number, length: number): AsyncGenerator<Uint8Array> {
  if (!storage.isDeflated) {
    yield* file.stream((await locateEntry(file, storage)) + start, length)
    return
  }
  let position = 0
  for await (const piece of streamEntry(file, storage)) {
    const from = Math.max(0, start - position)
    const to = Math.min(piece.byteLength, start + length - position)
    if (to > from) yield piece.subarray(from, to)
    position += piece.byteLength
    if (position >= start + length) return
  }
}

/** Regroups pieces of any length so that each ends at a whole element. */
async function* wholeElements(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array(0)
  for await (const piece of pieces) {
    const joined = new Uint8Array(rest.byteLength + piece.byteLength)
    joined.set(rest)
    joined.set(piece, rest.byteLength)
    const whole = joined.byteLength - (joined.byteLength % 8)
    rest = joined.subarray(whole)
    if (whole > 0) yield joined.subarray(0, whole)
  }
  if (rest.byteLength > 0) yield rest
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES)
}
