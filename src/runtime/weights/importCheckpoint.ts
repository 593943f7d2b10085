// Imports a checkpoint: recognises it, then copies its model tensors into a safetensors file piece by piece, checking every number on the way.
// Memory does not grow with the file. Knows nothing of projects or model cards.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rmdir, stat, statfs } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '@shared/errors'
import { describeWriteError } from './atomicFile'
import { recogniseCheckpoint, type CheckpointFacts, type CheckpointHints } from './checkpoint'
import { hasOnlyFinite, roundToFloat32 } from './finite'
import { openWeights, type WeightsSource } from './openWeights'
import { writeSafetensors, type TensorToWrite } from './safetensorsWrite'
import type { TensorEntry } from './tensorData'

export interface ImportRequest extends CheckpointHints {
  /** A `.pth` (PyTorch zip) or `.safetensors` file. */
  source: string
  /** Gets `weights.safetensors`; created if absent, removed again if created and the import fails. */
  targetDir: string
  signal?: AbortSignal
  onProgress?: (progress: { doneBytes: number; totalBytes: number }) => void
}

export interface ImportedCheckpoint extends CheckpointFacts {
  format: WeightsSource['format']
  source: { sha256: string; sizeBytes: number }
  result: { path: string; sha256: string; sizeBytes: number }
  /** Other parts of the file that were left out, such as `optimizer`, and tensors the model does not use. */
  droppedKeys: string[]
  epoch: number | null
  /** The training command's arguments as stored in the file. */
  args: Readonly<Record<string, unknown>> | null
  /** The card that this product wrote into a file it exported, as JSON text. */
  card: string | null
}

export const WEIGHTS_FILE_NAME = 'weights.safetensors'

/** Written into the metadata of files of this product, so that they name their own heads and AUs when they are imported elsewhere. */
const METADATA_HEADS = 'au_workbench.heads'
const METADATA_AUS = 'au_workbench.aus'
const METADATA_ASSUMED = 'au_workbench.aus_assumed'
/** The model card of an exported model, as JSON. */
const METADATA_CARD = 'card'

/** float16, bfloat16 and float32 are kept as they are; float64 becomes float32. */
const WEIGHT_TYPES = new Set(['F64', 'F32', 'F16', 'BF16'])

/**
 * Nothing is written unless all of the checkpoint is good.
 * @throws AppError as {@link openWeights} and {@link recogniseCheckpoint}; MODEL_NOT_FINITE, DISK_FULL, PROJECT_READ_ONLY, CANCELLED
 */
export async function importCheckpoint(request: ImportRequest): Promise<ImportedCheckpoint> {
  const { source, targetDir } = request
  const opened = await openWeights(source)
  try {
    const { facts, tensors } = recognise(opened, request)
    const { size } = await stat(source)
    const weightsBytes = tensors.reduce((sum, { byteLength, dtype }) => sum + (dtype === 'F64' ? byteLength / 2 : byteLength), 0)
    const progress = trackProgress(request, size + weightsBytes)
    // before writing, so that nothing can fail once the weights stand in their place
    const sha256 = await hashFile(source, progress)
    const isNewDir = await makeDir(targetDir)
    const path = join(targetDir, WEIGHTS_FILE_NAME)
    try {
      await refuseFullDisk(targetDir, weightsBytes)
      const written = await writeSafetensors(
        path,
        tensors.map((entry) => toWrite(opened, entry, progress)),
        ownMetadata({ ...facts, heads: facts.architecture.heads }),
      )
      const { file } = opened
      return {
        ...facts,
        format: opened.format,
        source: { sha256, sizeBytes: size },
        result: { path, ...written },
        droppedKeys: [...otherKeys(opened), ...facts.droppedTensors],
        epoch: ('epoch' in file ? file.epoch : undefined) ?? null,
        args: ('args' in file ? file.args : undefined) ?? null,
        card: (opened.format === 'safetensors' ? opened.file.metadata[METADATA_CARD] : undefined) ?? null,
      }
    } catch (error) {
      if (isNewDir) await rmdir(targetDir).catch(() => undefined)
      throw error
    }
  } finally {
    await opened.file.close()
  }
}

function recognise(
  opened: WeightsSource,
  request: CheckpointHints & { source: string },
): { facts: CheckpointFacts; tensors: TensorEntry[] } {
  const fileName = basename(request.source)
  const own = opened.format === 'safetensors' ? opened.file.metadata : {}
  const ownAus = own[METADATA_AUS]?.split(',').map(Number)
  const hints = { heads: request.heads ?? (METADATA_HEADS in own ? Number(own[METADATA_HEADS]) : undefined), aus: request.aus ?? ownAus }
  const facts = recogniseCheckpoint(opened.file.tensors, hints, fileName)
  if (!request.aus && own[METADATA_ASSUMED] === 'true') facts.areAusAssumed = true
  const tensors = facts.keptTensors.map((name) => opened.file.tensors.get(name) as TensorEntry)
  const odd = tensors.find(({ dtype }) => !WEIGHT_TYPES.has(dtype))
  if (odd) {
    throw new AppError(
      'MODEL_FILE_INVALID',
      `"${fileName}" stores "${odd.name}" as ${odd.dtype}, which is no type for weights. Save it as float32.`,
      {
        file: fileName,
        tensor: odd.name,
      },
    )
  }
  return { facts, tensors }
}

/** Metadata by which an import knows what the shapes do not tell. */
export function ownMetadata(facts: Pick<CheckpointFacts, 'kind' | 'aus' | 'areAusAssumed'> & { heads: number }): Record<string, string> {
  // other tools of the format look for `format`
  const metadata: Record<string, string> = { format: 'pt', [METADATA_HEADS]: String(facts.heads) }
  if (facts.kind === 'vit') {
    metadata[METADATA_AUS] = facts.aus.join(',')
    metadata[METADATA_ASSUMED] = String(facts.areAusAssumed)
  }
  return metadata
}

function toWrite(opened: WeightsSource, entry: TensorEntry, progress: (bytes: number) => void): TensorToWrite {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const piece of opened.file.streamBytes(entry.name)) {
      const kept = entry.dtype === 'F64' ? roundToFloat32(piece) : piece
      if (!hasOnlyFinite(kept, entry.dtype === 'F64' ? 'F32' : entry.dtype)) {
        throw new AppError(
          'MODEL_NOT_FINITE',
          `The weights are damaged: "${entry.name}" holds values that are not finite numbers (NaN or infinite). Use another checkpoint.`,
          { tensor: entry.name },
        )
      }
      progress(kept.byteLength)
      yield kept
    }
  }
  return { name: entry.name, dtype: entry.dtype === 'F64' ? 'F32' : entry.dtype, shape: entry.shape, chunks: chunks() }
}

function trackProgress({ signal, onProgress }: ImportRequest, totalBytes: number): (bytes: number) => void {
  let doneBytes = 0
  const check = (): void => {
    if (signal?.aborted) throw new AppError('CANCELLED', 'The import was cancelled; nothing was changed.')
  }
  check()
  return (bytes) => {
    check()
    doneBytes += bytes
    onProgress?.({ doneBytes, totalBytes })
  }
}

async function hashFile(path: string, progress: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(piece)
    progress(piece.byteLength)
  }
  return hash.digest('hex')
}

function otherKeys(opened: WeightsSource): string[] {
  if (opened.format === 'safetensors') return []
  return opened.file.topLevelKeys.filter((key) => key !== opened.file.stateDictKey)
}

/** @returns whether the folder is new */
async function makeDir(path: string): Promise<boolean> {
  try {
    return (await mkdir(path, { recursive: true })) !== undefined
  } catch (error) {
    throw describeWriteError(error, path)
  }
}

/** Says so before copying a gigabyte; running full meanwhile is caught by the writer. */
async function refuseFullDisk(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < neededBytes) {
    const megabytes = Math.ceil(neededBytes / 1e6)
    throw new AppError('DISK_FULL', `The disk has no room for the model's ${megabytes} MB. Free some space and try again.`, { neededBytes })
  }
}
