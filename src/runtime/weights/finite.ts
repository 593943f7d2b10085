// Checks floating-point bytes for NaN and infinity by their exponent bits, without converting them.
import type { Dtype } from './tensorData'

/** @param bytes whole little-endian elements; integers are always finite */
export function hasOnlyFinite(bytes: Uint8Array, dtype: Dtype): boolean {
  switch (dtype) {
    case 'F32':
      return noWord(new Uint32Array(...aligned(bytes, 4)), 0x7f800000)
    case 'F16':
      return noWord(new Uint16Array(...aligned(bytes, 2)), 0x7c00)
    case 'BF16':
      return noWord(new Uint16Array(...aligned(bytes, 2)), 0x7f80)
    case 'F64':
      return new Float64Array(...aligned(bytes, 8)).every(Number.isFinite)
    default:
      return true
  }
}

/** float64 bytes as float32 bytes; what is beyond float32's range becomes infinite. */
export function roundToFloat32(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Float32Array.from(new Float64Array(...aligned(bytes, 8))).buffer)
}

/** All exponent bits set means NaN or infinity. */
function noWord(words: Uint32Array | Uint16Array, exponentBits: number): boolean {
  for (let i = 0; i < words.length; i++) if (((words[i] as number) & exponentBits) === exponentBits) return false
  return true
}

/** Arguments for a typed array over the bytes, copied first where they do not start at a whole element. */
function aligned(bytes: Uint8Array, elementBytes: number): [buffer: ArrayBufferLike, byteOffset: number, length: number] {
  const source = bytes.byteOffset % elementBytes === 0 ? bytes : new Uint8Array(bytes)
  return [source.buffer, source.byteOffset, source.byteLength / elementBytes]
}
