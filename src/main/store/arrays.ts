// Arrays to blobs and back. Blobs are little-endian, as is every processor that the product runs on.

/** The bytes of an array, without copying. */
export function toBlob(array: Float32Array | Float64Array | BigInt64Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength)
}

// Blobs come at any offset of a larger buffer; typed arrays need theirs aligned, hence the copies.
const aligned = (blob: Buffer): ArrayBuffer => new Uint8Array(blob).buffer

export const toFloat32 = (blob: Buffer): Float32Array<ArrayBuffer> => new Float32Array(aligned(blob))
export const toFloat64 = (blob: Buffer): Float64Array<ArrayBuffer> => new Float64Array(aligned(blob))
export const toBigInt64 = (blob: Buffer): BigInt64Array<ArrayBuffer> => new BigInt64Array(aligned(blob))
