// Checkpoints of a fold: weights and moments in one safetensors file, everything else in `state.json`, which names the file and is written last. So
// whatever happens in between, the state that is named is whole; the file before it is only deleted after that.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { NamedArray } from '@ml/model/initialise'
import type { RandomState } from '@ml/random'
import type { TrainingState } from '@runtime/training/index'
import { openSafetensors, writeSafetensors, type TensorToWrite } from '@runtime/weights/index'
import { AppError } from '@shared/errors'
import type { RunFolder } from './runFolder'

/** An evaluated epoch of a fold. */
export interface EpochResult {
  epoch: number
  step: number
  validationF1: number | null
  testF1: number | null
  /** Per AU, best on the validation subjects. */
  thresholds: (number | null)[]
  /** One threshold for all AUs chosen on the test frames, and what came of it: the published protocol. Null when not asked for. */
  published: { threshold: number; perAu: number[]; mean: number } | null
}

/** Where training stands besides weights and moments. */
export interface FoldState {
  format: 'au-workbench-checkpoint/1'
  fold: number
  /** Updates made. */
  step: number
  /** Generator at the start of the present epoch: it gives the order of its samples. */
  orderState: RandomState
  /** Hash of that order, so that a resumed run that would see other data is refused. */
  orderHash: string
  evaluated: EpochResult[]
  /** Evaluated epochs of a run on expressions: share of the validation images named rightly. */
  accuracies?: { epoch: number; accuracy: number }[]
  /** Name of the file with weights and moments, and its hash. */
  tensors: { name: string; sha256: string }
  /** Seconds of training in this fold so far. */
  seconds: number
}

const STATE = 'state.json'
const PARTS = ['weights', 'first', 'second'] as const

/** @throws AppError DISK_FULL; what was saved before is then intact */
export async function saveCheckpoint(folder: RunFolder, state: TrainingState, rest: Omit<FoldState, 'format' | 'tensors'>): Promise<void> {
  const name = `fold-${rest.fold}-step-${rest.step}.safetensors`
  const tensors = PARTS.flatMap((part) => [...state[part]].map(([key, array]) => toWrite(`${part}:${key}`, array)))
  const { sha256 } = await writeSafetensors(folder.checkpoint(name), tensors, { fold: String(rest.fold), step: String(rest.step) })
  await folder.writeJson(folder.checkpoint(STATE), {
    format: 'au-workbench-checkpoint/1',
    ...rest,
    tensors: { name, sha256 },
  } satisfies FoldState)
  for (const old of readdirSync(folder.checkpoint())) {
    if (/^fold-\d+-step-\d+\.safetensors(\.partial)?$/.test(old) && old !== name) rmSync(folder.checkpoint(old), { force: true })
  }
}

/** The last checkpoint, null where there is none. @throws AppError CHECKPOINT_INVALID */
export async function loadCheckpoint(folder: RunFolder): Promise<{ state: TrainingState; rest: FoldState } | null> {
  const path = folder.checkpoint(STATE)
  if (!existsSync(path)) return null
  let rest: FoldState
  try {
    rest = JSON.parse(readFileSync(path, 'utf8')) as FoldState
  } catch (cause) {
    throw new AppError(
      'CHECKPOINT_INVALID',
      'The checkpoint of this run is damaged, so it cannot be resumed. Start the run anew.',
      {},
      { cause },
    )
  }
  const file = await openSafetensors(folder.checkpoint(rest.tensors.name))
  try {
    const state: TrainingState = { weights: new Map(), first: new Map(), second: new Map() }
    for (const [name, { shape }] of file.tensors) {
      const colon = name.indexOf(':')
      const data = await file.readFloat32(name)
      if (!data.every(Number.isFinite))
        throw new AppError(
          'CHECKPOINT_INVALID',
          `The checkpoint at step ${rest.step} holds values that are not numbers (${name}). Start the run anew with a lower rate.`,
        )
      const part = PARTS.find((each) => each === name.slice(0, colon))
      if (part) state[part].set(name.slice(colon + 1), { shape, data })
    }
    return { state, rest }
  } finally {
    await file.close()
  }
}

/** Weights alone, as of the best epoch so far. */
export async function saveWeights(
  path: string,
  weights: ReadonlyMap<string, NamedArray>,
  metadata: Record<string, string> = {},
): Promise<{ sizeBytes: number; sha256: string }> {
  return writeSafetensors(
    path,
    [...weights].map(([key, array]) => toWrite(key, array)),
    metadata,
  )
}

export async function loadWeights(path: string): Promise<Map<string, NamedArray>> {
  const file = await openSafetensors(path)
  try {
    const weights = new Map<string, NamedArray>()
    for (const [key, { shape }] of file.tensors) weights.set(key, { shape, data: await file.readFloat32(key) })
    return weights
  } finally {
    await file.close()
  }
}

/** Removes what only resuming needs. */
export function clearCheckpoints(folder: RunFolder): void {
  rmSync(folder.checkpoint(), { recursive: true, force: true })
}

function toWrite(name: string, { shape, data }: NamedArray): TensorToWrite {
  return { name, dtype: 'F32', shape, chunks: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
}
