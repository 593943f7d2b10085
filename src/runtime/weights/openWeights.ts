// Opens a weights file of either format, told apart by content, not by name.
import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { openPytorch, type PytorchFile } from './pytorchZip'
import { openSafetensors, type SafetensorsFile } from './safetensors'

export type WeightsSource = { format: 'pytorch'; file: PytorchFile } | { format: 'safetensors'; file: SafetensorsFile }

/** @throws AppError as {@link openPytorch} and {@link openSafetensors} do */
export async function openWeights(path: string): Promise<WeightsSource> {
  const head = await readHead(path)
  const isZip = head.startsWith('PK')
  // what is neither goes where its name says, which then says what is wrong with it
  if (!isZip && (head[8] === '{' || extname(path).toLowerCase() === '.safetensors'))
    return { format: 'safetensors', file: await openSafetensors(path) }
  return { format: 'pytorch', file: await openPytorch(path) }
}

async function readHead(path: string): Promise<string> {
  try {
    const handle = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(9), 0, 9, 0)
      return buffer.toString('latin1', 0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch {
    // the reader that is tried next reports the cause in words
    return ''
  }
}
