// Writes safetensors files piece by piece, laid out so that ONNX graphs can map the same file as external data. Reading is in safetensors.ts.
import { createHash } from 'node:crypto'
import { AppError } from '@shared/errors'
import { writeFileAtomically } from './atomicFile'
import { countElements, DTYPE_BYTES, type Dtype } from './tensorData'

export interface TensorToWrite {
  name: string
  dtype: Dtype
  shape: readonly number[]
  /** Little-endian, row-major; in pieces of any length. Iterated once, when the tensor's turn comes. */
  chunks: AsyncIterable<Uint8Array> | Uint8Array
}

/** Start of the data section, and of every tensor whose size allows it. */
const ALIGNMENT = 64

/**
 * Writes tensors to `path`, atomically. The data section starts at a multiple of 64 bytes. The format forbids gaps, so tensors whose size is a
 * multiple of 64 come first and are all aligned, the others follow from the most to the least even size, each aligned to its element at least.
 * @throws AppError DISK_FULL, PROJECT_READ_ONLY, FILE_NOT_FOUND, INTERNAL (a description that contradicts its data), and whatever the pieces throw
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<TensorToWrite>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<{ sizeBytes: number; sha256: string }> {
  const ordered = [...tensors].map((tensor) => ({ tensor, byteLength: sizeOf(tensor) }))
  ordered.sort((a, b) => evenness(b.byteLength) - evenness(a.byteLength))
  const header = buildHeader(ordered, metadata)
  return writeFileAtomically(path, async (write) => {
    const hash = createHash('sha256')
    let sizeBytes = 0
    const put = async (bytes: Uint8Array): Promise<void> => {
      hash.update(bytes)
      sizeBytes += bytes.byteLength
      await write(bytes)
    }
    await put(header)
    for (const { tensor, byteLength } of ordered) {
      const start = sizeBytes
      if (tensor.chunks instanceof Uint8Array) await put(tensor.chunks)
      else for await (const piece of tensor.chunks) await put(piece)
      if (sizeBytes - start !== byteLength) throw contradiction(tensor.name, `gave ${sizeBytes - start} bytes instead of ${byteLength}`)
    }
    return { sizeBytes, sha256: hash.digest('hex') }
  })
}

function buildHeader(ordered: { tensor: TensorToWrite; byteLength: number }[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : []
  const names = new Set(['__metadata__'])
  let position = 0
  for (const { tensor, byteLength } of ordered) {
    if (names.has(tensor.name)) throw contradiction(tensor.name, 'is named twice')
    names.add(tensor.name)
    entries.push([tensor.name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [position, position + byteLength] }])
    position += byteLength
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)), 'utf8')
  // trailing spaces are the format's own padding
  const padded = Math.ceil((8 + json.byteLength) / ALIGNMENT) * ALIGNMENT
  const header = Buffer.alloc(padded, ' ')
  header.writeBigUInt64LE(BigInt(padded - 8), 0)
  json.copy(header, 8)
  return header
}

function sizeOf(tensor: TensorToWrite): number {
  const count = countElements(tensor.shape)
  if (count === null) throw contradiction(tensor.name, 'has an impossible shape')
  return count * DTYPE_BYTES[tensor.dtype]
}

/** Largest power of two up to the alignment that divides the size. */
function evenness(byteLength: number): number {
  let power = ALIGNMENT
  while (byteLength % power !== 0) power /= 2
  return power
}

function contradiction(name: string, problem: string): AppError {
  return new AppError('INTERNAL', `Tensor "${name}" ${problem}, so the weights were not written.`, { tensor: name })
}
