// Says what a file that is not a zip archive is: PyTorch's old format, a bare pickle (perhaps a malicious one), or something else. Reads no weights.
import { AppError } from '@shared/errors'
import { unpickle } from './pickle'
import { DEFAULT_PICKLE_LIMITS } from './pickleMemory'
import type { WeightsFile } from './weightsFile'

/** The pickled integer 0x1950a86a20f9469cfc6c that opens every legacy torch.save file, after its PROTO opcode. */
const LEGACY_MAGIC = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]
const LOCAL_HEADER = [0x50, 0x4b, 0x03, 0x04]
/** Enough for the index of any legacy file: magic, protocol, system facts, the object. */
const LEGACY_PICKLES = 4

/** Returns for a zip archive. @throws AppError MODEL_FILE_LEGACY, MODEL_FILE_UNSAFE, MODEL_FILE_TRUNCATED, MODEL_FILE_INVALID otherwise */
export async function refuseNonZip(file: WeightsFile): Promise<void> {
  const head = await file.read(0, Math.min(file.size, 512))
  if (startsWith(head, LOCAL_HEADER)) return
  if (head.byteLength < 4 && startsWith(LOCAL_HEADER, [...head])) throw file.truncated()
  const isLegacy = startsWith(head.subarray(2), LEGACY_MAGIC) || new TextDecoder('latin1').decode(head.subarray(257, 262)) === 'ustar'
  const isPickle = head[0] === 0x80 || /^[c(]/.test(String.fromCharCode(head[0] as number))
  if (isLegacy || isPickle) await refuseUnsafePickles(file)
  if (isLegacy) {
    throw new AppError(
      'MODEL_FILE_LEGACY',
      `"${file.name}" is in PyTorch's old file format. Load it in PyTorch 1.6 or newer and write it again with torch.save, then import the new file.`,
      { file: file.name },
    )
  }
  if (isPickle) throw file.invalid('it is a bare pickle, not a file of torch.save')
  if (new TextDecoder('latin1').decode(head.subarray(8, 10)) === '{"')
    throw file.invalid('it looks like a safetensors file; give it the ending .safetensors')
  throw file.invalid('it is neither a PyTorch checkpoint nor a safetensors file')
}

/** A file that asks for code to be run is called unsafe first, whatever else is wrong with it. */
async function refuseUnsafePickles(file: WeightsFile): Promise<void> {
  const bytes = await file.read(0, Math.min(file.size, DEFAULT_PICKLE_LIMITS.maxBytes))
  let offset = 0
  for (let i = 0; i < LEGACY_PICKLES && offset < bytes.byteLength; i++) {
    try {
      offset += unpickle(bytes.subarray(offset), file.name).endOffset
    } catch (error) {
      if (error instanceof AppError && error.code === 'MODEL_FILE_UNSAFE') throw error
      return
    }
  }
}

function startsWith(bytes: Uint8Array | number[], start: number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte)
}
