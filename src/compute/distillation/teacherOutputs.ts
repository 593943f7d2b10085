// What the teacher says of every frame: its logits and pooled features, computed once and kept beside the run's checkpoints. The file grows by whole chunks,
// so that whatever ends the process costs one chunk at most; it belongs to one teacher and one list of frames and is begun anew for any other.
import { createHash } from 'node:crypto'
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import type { VitConfig } from '@ml/model/config'
import { runtimeFor, type DeviceId, type LoadedModel } from '@runtime/index'
import { describeWriteError } from '@runtime/weights/atomicFile'
import { AppError } from '@shared/errors'
import type { Teacher } from '@shared/distillation'
import type { ModelOnDisk } from '@shared/trainingCommands'
import type { RunData } from '@shared/trainingRun'
import { weightsPath } from '../modelFiles'
import { BatchLoader } from '../training/batchLoader'
import { cropsOf } from '../training/cropsOf'
import { plainPlans } from '../training/inputSource'
import type { RunFolder } from '../training/runFolder'
import type { Samples } from '../training/samples'
import { TEACHER_BATCH } from './teacherBatch'

/** Batches between two places from which an interrupted run goes on. */
const CHUNK_BATCHES = 16
const FLOAT_BYTES = 4

interface Stamp {
  /** Names teacher and frames. */
  key: string
  /** Whole rows in the file. */
  rows: number
}

export interface TeacherInput {
  folder: RunFolder
  model: ModelOnDisk
  teacher: Teacher
  data: RunData
  samples: Samples
  cropsFile: string
  device: string
  threads: number
  signal: AbortSignal
  onProgress(done: number): void
}

/** Rows of logits (A) and features (E) by sample, read from the file when they are needed. Always close it. */
export class TeacherOutputs {
  readonly rowLength: number

  constructor(
    private readonly file: number,
    readonly aus: number,
    readonly width: number,
  ) {
    this.rowLength = aus + width
  }

  /** A copy of the logits (samples, A) of some samples. */
  logits(samples: ArrayLike<number>): Float32Array {
    return this.read(samples, 0, this.aus)
  }

  /** A copy of the pooled features (samples, E) of some samples. */
  features(samples: ArrayLike<number>): Float32Array {
    return this.read(samples, this.aus, this.width)
  }

  /** `count` values of each sample's row from `first` on. */
  private read(samples: ArrayLike<number>, first: number, count: number): Float32Array {
    const values = new Float32Array(samples.length * count)
    for (let place = 0; place < samples.length; place++) {
      const bytes = new Uint8Array(values.buffer, FLOAT_BYTES * place * count, FLOAT_BYTES * count)
      const at = FLOAT_BYTES * ((samples[place] as number) * this.rowLength + first)
      if (readSync(this.file, bytes, 0, bytes.length, at) !== bytes.length)
        throw new AppError('CHECKPOINT_INVALID', 'The stored values of the teacher are damaged. Resume the run: it computes them again.')
    }
    return values
  }

  close(): void {
    closeSync(this.file)
  }
}

/** The teacher's network as its own weights file has it, on its own image size. */
export const teacherNetwork = ({ architecture, aus }: Pick<Teacher, 'architecture' | 'aus'>): VitConfig => ({
  ...architecture,
  aus: aus.length,
  subjects: 0,
  identityLayers: 1,
})

/** @throws AppError MODEL_CARD_INVALID, and those of the weights room */
export function openTeacher({
  model,
  teacher,
  device,
  threads,
}: Pick<TeacherInput, 'model' | 'teacher' | 'device' | 'threads'>): Promise<LoadedModel> {
  const weights = { kind: 'safetensors' as const, path: weightsPath(model) }
  return runtimeFor(device as DeviceId).load({ config: teacherNetwork(teacher), weights }, { threads })
}

/** Plain images of samples as the teacher was trained to see them. */
export function teacherLoader({
  teacher,
  data,
  samples,
  cropsFile,
}: Pick<TeacherInput, 'teacher' | 'data' | 'samples' | 'cropsFile'>): BatchLoader {
  const size = teacher.architecture.imageSize
  return new BatchLoader(cropsOf({ cropsFile, data }, samples, teacher.normalisation, { size }), TEACHER_BATCH, 1)
}

/** Computes what is missing. @throws AppError MODEL_NOT_FINITE, MODEL_CARD_INVALID, DISK_FULL, FILE_UNREADABLE, CANCELLED */
export async function teacherOutputs(input: TeacherInput): Promise<TeacherOutputs> {
  const { folder, teacher, samples } = input
  const path = folder.checkpoint('teacher.f32')
  const stampPath = folder.checkpoint('teacher.json')
  const key = keyOf(input)
  const aus = teacher.aus.length
  const { width } = teacher.architecture
  const stored = readStamp(stampPath)
  const file = openSync(path, existsSync(path) ? 'r+' : 'w+')
  const outputs = new TeacherOutputs(file, aus, width)
  const rowBytes = FLOAT_BYTES * outputs.rowLength
  try {
    // a file that is shorter than its stamp says would be made longer with zeros, and those learned from
    let rows = stored?.key === key && fstatSync(file).size >= stored.rows * rowBytes ? stored.rows : 0
    ftruncateSync(file, rows * rowBytes)
    if (rows === samples.count) return outputs
    await using opened = new AsyncDisposableStack()
    const model = opened.adopt(await openTeacher(input), (one) => one.dispose())
    const loader = opened.adopt(teacherLoader(input), (one) => one.close())
    const rest = Int32Array.from({ length: samples.count - rows }, (_, index) => rows + index)
    const imageLength = 3 * teacher.architecture.imageSize ** 2
    let batches = 0
    let done = rows
    for await (const { plan, images } of loader.batches(plainPlans(rest, TEACHER_BATCH))) {
      input.signal.throwIfAborted()
      const count = plan.samples.length
      const { auLogits, features } = await model.predict(images.slice(0, count * imageLength), count)
      const block = new Float32Array(count * outputs.rowLength)
      for (let place = 0; place < count; place++) {
        block.set(auLogits.subarray(place * aus, (place + 1) * aus), place * outputs.rowLength)
        block.set(features.subarray(place * width, (place + 1) * width), place * outputs.rowLength + aus)
      }
      if (!block.every(Number.isFinite))
        throw new AppError(
          'MODEL_NOT_FINITE',
          `"${teacher.name}" gives values that are not numbers. Its weights are damaged; import the model again.`,
        )
      append(file, path, block, done * rowBytes)
      done += count
      batches++
      if (batches % CHUNK_BATCHES === 0 || done === samples.count) {
        fsyncSync(file)
        rows = done
        await folder.writeJson(stampPath, { key, rows } satisfies Stamp)
      }
      input.onProgress(done)
    }
    return outputs
  } catch (error) {
    outputs.close()
    throw error
  }
}

function append(file: number, path: string, block: Float32Array, at: number): void {
  try {
    const bytes = new Uint8Array(block.buffer)
    for (let sent = 0; sent < bytes.length;) sent += writeSync(file, bytes, sent, bytes.length - sent, at + sent)
  } catch (error) {
    throw describeWriteError(error, path)
  }
}

/** Teacher, frames and crops that the values are of. */
function keyOf({ teacher, data, samples }: TeacherInput): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([teacher.sha256, teacher.architecture.imageSize, teacher.normalisation, data.crops.rule]))
  hash.update(JSON.stringify(data.videos.map(({ contentHash, track }) => [contentHash, track])))
  for (const places of [samples.video, samples.frame]) hash.update(new Uint8Array(places.buffer, places.byteOffset, places.byteLength))
  return hash.digest('hex')
}

function readStamp(path: string): Stamp | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Stamp
  } catch {
    // without it the file's rows cannot be told to be whole
    return null
  }
}
