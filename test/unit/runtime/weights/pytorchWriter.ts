// Writes PyTorch checkpoints as torch.save does (zip of a pickled index and raw storages, 64-byte aligned), for tests and trials of any size.
import { open, type FileHandle } from 'node:fs/promises'
import { crc32, deflateRawSync } from 'node:zlib'
import { DTYPE_BYTES, type Dtype } from '@runtime/weights'
import { pickle, type PyValue } from './pickleWriter'

export interface WrittenTensor {
  dtype: Dtype
  shape: number[]
  /** Storage bytes, or pieces made when written. */
  data: Uint8Array | (() => Iterable<Uint8Array>)
  /** Elements in the storage; default: as many as the shape has. */
  storageElements?: number
  storageOffset?: number
  strides?: number[]
}

export interface ZipOptions {
  protocol?: 2 | 4
  folder?: string
  isDeflated?: boolean
  isZip64?: boolean
  /** Written as the entry `byteorder`, as PyTorch 2 does. */
  byteOrder?: string
  /** Other entries, by path below the folder. */
  extraEntries?: Record<string, Uint8Array>
}

const STORAGE_NAMES: Record<Dtype, string> = {
  F64: 'DoubleStorage',
  F32: 'FloatStorage',
  F16: 'HalfStorage',
  BF16: 'BFloat16Storage',
  I64: 'LongStorage',
  I32: 'IntStorage',
  I16: 'ShortStorage',
  I8: 'CharStorage',
  U8: 'ByteStorage',
  BOOL: 'BoolStorage',
}

/** Collects storages while tensors are described, as the pickler of torch.save does. */
export class StorageBook {
  readonly storages: { bytes: number; data: WrittenTensor['data'] }[] = []

  /** A tensor with a storage of its own, or a view of `storageKey`. */
  tensor(tensor: WrittenTensor, storageKey?: number): PyValue {
    const storageElements = tensor.storageElements ?? tensor.shape.reduce((product, size) => product * size, 1)
    const key = storageKey ?? this.storages.push({ bytes: storageElements * DTYPE_BYTES[tensor.dtype], data: tensor.data }) - 1
    const id = { tuple: ['storage', { name: ['torch', STORAGE_NAMES[tensor.dtype]] }, String(key), 'cpu', storageElements] } as PyValue
    const strides = tensor.strides ?? denseStrides(tensor.shape)
    const hooks: PyValue = { reduce: { name: ['collections', 'OrderedDict'] }, args: [] }
    return {
      reduce: { name: ['torch._utils', '_rebuild_tensor_v2'] },
      args: [{ persistentId: id }, tensor.storageOffset ?? 0, { tuple: tensor.shape }, { tuple: strides }, false, hooks],
    }
  }

  stateDict(tensors: Record<string, WrittenTensor>): PyValue {
    return { dict: Object.entries(tensors).map(([name, tensor]): [PyValue, PyValue] => [name, this.tensor(tensor)]) }
  }
}

export function denseStrides(shape: number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
}

/** Writes `value` and the book's storages. `rawPickle` replaces the pickled index. */
export async function writePytorch(
  path: string,
  value: PyValue | { rawPickle: Uint8Array },
  book: StorageBook,
  options: ZipOptions = {},
): Promise<void> {
  const folder = options.folder ?? 'archive'
  const index = typeof value === 'object' && value !== null && 'rawPickle' in value ? value.rawPickle : pickle(value, options.protocol)
  const handle = await open(path, 'w')
  try {
    const zip = new ZipWriter(handle, options)
    await zip.add(`${folder}/data.pkl`, index.byteLength, index)
    if (options.byteOrder) await zip.add(`${folder}/byteorder`, options.byteOrder.length, Buffer.from(options.byteOrder))
    for (const [name, bytes] of Object.entries(options.extraEntries ?? {})) await zip.add(`${folder}/${name}`, bytes.byteLength, bytes)
    for (const [key, storage] of book.storages.entries()) await zip.add(`${folder}/data/${key}`, storage.bytes, storage.data)
    await zip.add(`${folder}/version`, 2, Buffer.from('3\n'))
    await zip.finish()
  } finally {
    await handle.close()
  }
}

class ZipWriter {
  private position = 0
  private readonly directory: Buffer[] = []

  constructor(
    private readonly handle: FileHandle,
    private readonly options: ZipOptions,
  ) {}

  async add(name: string, sizeBytes: number, data: WrittenTensor['data']): Promise<void> {
    const pieces = (): Iterable<Uint8Array> => (typeof data === 'function' ? data() : [data])
    const deflated = this.options.isDeflated ? deflateRawSync(Buffer.concat([...pieces()])) : null
    const stored = deflated?.byteLength ?? sizeBytes
    const nameBytes = Buffer.from(name)
    const { isZip64 = false } = this.options
    // torch pads the extra field so that every storage starts at a multiple of 64
    const unpadded = this.position + 30 + nameBytes.byteLength + 4
    const extra = Buffer.alloc(4 + ((64 - (unpadded % 64)) % 64), 'Z')
    extra.write('FB', 0, 'latin1')
    extra.writeUInt16LE(extra.byteLength - 4, 2)
    const headerAt = this.position
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(deflated ? 8 : 0, 8)
    local.writeUInt32LE(isZip64 ? 0xffffffff : stored, 18)
    local.writeUInt32LE(isZip64 ? 0xffffffff : sizeBytes, 22)
    local.writeUInt16LE(nameBytes.byteLength, 26)
    local.writeUInt16LE(extra.byteLength, 28)
    await this.write(Buffer.concat([local, nameBytes, extra]))
    let checksum = 0
    let written = 0
    for (const piece of pieces()) {
      checksum = crc32(piece, checksum)
      written += piece.byteLength
      if (!deflated) await this.write(piece)
    }
    if (written !== sizeBytes) throw new Error(`${name}: ${written} bytes given, ${sizeBytes} announced`)
    if (deflated) await this.write(deflated)
    const wide = Buffer.alloc(isZip64 ? 28 : 0)
    if (isZip64) {
      wide.writeUInt16LE(1, 0)
      wide.writeUInt16LE(24, 2)
      wide.writeBigUInt64LE(BigInt(sizeBytes), 4)
      wide.writeBigUInt64LE(BigInt(stored), 12)
      wide.writeBigUInt64LE(BigInt(headerAt), 20)
    }
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(deflated ? 8 : 0, 10)
    central.writeUInt32LE(checksum, 16)
    central.writeUInt32LE(isZip64 ? 0xffffffff : stored, 20)
    central.writeUInt32LE(isZip64 ? 0xffffffff : sizeBytes, 24)
    central.writeUInt16LE(nameBytes.byteLength, 28)
    central.writeUInt16LE(wide.byteLength, 30)
    central.writeUInt32LE(isZip64 ? 0xffffffff : headerAt, 42)
    this.directory.push(Buffer.concat([central, nameBytes, wide]))
  }

  async finish(): Promise<void> {
    const directoryAt = this.position
    const directory = Buffer.concat(this.directory)
    await this.write(directory)
    const count = this.directory.length
    const { isZip64 = false } = this.options
    if (isZip64) {
      const record = Buffer.alloc(56)
      record.writeUInt32LE(0x06064b50, 0)
      record.writeBigUInt64LE(44n, 4)
      record.writeBigUInt64LE(BigInt(count), 24)
      record.writeBigUInt64LE(BigInt(count), 32)
      record.writeBigUInt64LE(BigInt(directory.byteLength), 40)
      record.writeBigUInt64LE(BigInt(directoryAt), 48)
      const locator = Buffer.alloc(20)
      locator.writeUInt32LE(0x07064b50, 0)
      locator.writeBigUInt64LE(BigInt(this.position), 8)
      locator.writeUInt32LE(1, 16)
      await this.write(Buffer.concat([record, locator]))
    }
    const end = Buffer.alloc(22)
    end.writeUInt32LE(0x06054b50, 0)
    end.writeUInt16LE(isZip64 ? 0xffff : count, 8)
    end.writeUInt16LE(isZip64 ? 0xffff : count, 10)
    end.writeUInt32LE(isZip64 ? 0xffffffff : directory.byteLength, 12)
    end.writeUInt32LE(isZip64 ? 0xffffffff : directoryAt, 16)
    await this.write(end)
  }

  private async write(bytes: Uint8Array): Promise<void> {
    await this.handle.writeFile(bytes)
    this.position += bytes.byteLength
  }
}
