// What a stored tensor is (type, shape, place) and how its bytes become Float32 numbers. Knows no file format.
import { AppError } from '@shared/errors'

/** Element types a weights file may hold here. Complex, quantised and 8-bit float types are refused by the readers. */
export type Dtype = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'I16' | 'I8' | 'U8' | 'BOOL'

/** Bytes per element. */
export const DTYPE_BYTES: Readonly<Record<Dtype, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
}

export interface TensorEntry {
  name: string
  dtype: Dtype
  /** Row-major (C order); `[]` is one number. */
  shape: number[]
  /** Absolute position of the first byte in the file; -1 where the file holds the tensor compressed or strided, so that only the reader's own methods reach it. */
  byteOffset: number
  /** Bytes of the dense tensor: elements times bytes per element. */
  byteLength: number
}

/** What every weights reader offers, whatever the format. All methods throw `AppError` MODEL_FILE_INVALID or MODEL_FILE_TRUNCATED. */
export interface WeightsReader {
  readonly tensors: ReadonlyMap<string, TensorEntry>
  /** The tensor as float32, in row-major order. Integers and booleans are converted; float64 is rounded. */
  readFloat32(name: string): Promise<Float32Array>
  /** The tensor's own little-endian bytes, dense and in row-major order. */
  readBytes(name: string): Promise<Uint8Array>
  /** The same bytes in pieces of at most about a megabyte, each cut at whole elements. A piece is valid until the next is asked for. */
  streamBytes(name: string): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** Number of elements of a shape, or null where a dimension is not a whole number from 0 or the product is beyond exact integers. */
export function countElements(shape: readonly unknown[]): number | null {
  let count = 1
  for (const size of shape) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return null
    count *= size
    if (!Number.isSafeInteger(count)) return null
  }
  return count
}

/** Looks a tensor up or says which one the file lacks. */
export function requireTensor<T extends TensorEntry>(tensors: ReadonlyMap<string, T>, name: string): T {
  const entry = tensors.get(name)
  if (!entry) {
    throw new AppError('MODEL_FILE_INVALID', `The weights file has no tensor named "${name}". Check that it is the right checkpoint.`, {
      tensor: name,
    })
  }
  return entry
}

/**
 * Converts little-endian tensor bytes to float32. `bytes` must hold whole elements.
 * @returns a view of `bytes` for aligned F32 (no copy), else a new array
 */
export function toFloat32(bytes: Uint8Array, dtype: Dtype): Float32Array {
  const count = bytes.byteLength / DTYPE_BYTES[dtype]
  if (dtype === 'F32' && bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, count)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const out = new Float32Array(count)
  switch (dtype) {
    case 'F32':
      new Uint8Array(out.buffer).set(bytes)
      break
    case 'F64':
      for (let i = 0; i < count; i++) out[i] = view.getFloat64(i * 8, true)
      break
    case 'F16':
      for (let i = 0; i < count; i++) out[i] = halfToFloat(view.getUint16(i * 2, true))
      break
    case 'BF16': {
      // bfloat16 is the upper half of a float32
      const words = new Uint32Array(out.buffer)
      for (let i = 0; i < count; i++) words[i] = view.getUint16(i * 2, true) << 16
      break
    }
    case 'I64':
      for (let i = 0; i < count; i++) out[i] = Number(view.getBigInt64(i * 8, true))
      break
    case 'I32':
      for (let i = 0; i < count; i++) out[i] = view.getInt32(i * 4, true)
      break
    case 'I16':
      for (let i = 0; i < count; i++) out[i] = view.getInt16(i * 2, true)
      break
    case 'I8':
      for (let i = 0; i < count; i++) out[i] = view.getInt8(i)
      break
    case 'U8':
      out.set(bytes)
      break
    case 'BOOL':
      for (let i = 0; i < count; i++) out[i] = bytes[i] === 0 ? 0 : 1
      break
  }
  return out
}

/** IEEE 754 binary16 bits to a number: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const ALL_BITS = new Uint32Array(1)
const AS_FLOAT = new Float32Array(ALL_BITS.buffer)

/** The IEEE 754 binary16 bits nearest to a number, ties to even; beyond 65,504 infinite. Reverse of {@link halfToFloat}. */
export function floatToHalf(value: number): number {
  AS_FLOAT[0] = value
  const bits = ALL_BITS[0] as number
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  // 65,520 and above round up past the largest finite half
  if (magnitude >= 0x477ff000) return sign | 0x7c00
  // below 2^-14 halves are multiples of 2^-24: the sum with 0.5 has exactly that spacing, so the processor rounds
  if (magnitude < 0x38800000) {
    AS_FLOAT[0] = Math.abs(AS_FLOAT[0]) + 0.5
    return sign | ((ALL_BITS[0] as number) - 0x3f000000)
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1)
  return sign | ((rounded - 0x38000000) >>> 13)
}

/** Float32 values as little-endian half-precision bytes. */
export function toHalfBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 2)
  const view = new DataView(bytes.buffer)
  values.forEach((value, index) => view.setUint16(index * 2, floatToHalf(value), true))
  return bytes
}
