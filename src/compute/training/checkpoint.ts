// Checkpoints of a fold: weights and moments in one safetensors file, everything else in `state.json`, which names the file with its hash and is written last.
// So whatever happens in between, the state that is named is whole. The checkpoint before it stays beside it, for a file that is damaged afterwards.
import { createHash } from 'node:crypto'
import { copyFileSync, createReadStream, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
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

/** A state that was read, and whether it is the one before the last, as the last is damaged. */
export type ResumedState = FoldState & { isBeforeLast?: true }

const STATE = 'state.json'
const STATE_BEFORE = 'state-before.json'
const PARTS = ['weights', 'first', 'second'] as const

/** Of two checkpoints the older goes before the new one is written, so that there are never three. @throws AppError DISK_FULL; the last one is then intact */
export async function saveCheckpoint(folder: RunFolder, state: TrainingState, rest: Omit<FoldState, 'format' | 'tensors'>): Promise<void> {
  const name = `fold-${rest.fold}-step-${rest.step}.safetensors`
  const last = existsSync(folder.checkpoint(STATE)) ? readState(folder, STATE) : null
  rmSync(folder.checkpoint(STATE_BEFORE), { force: true })
  keepTensors(folder, last ? [last.tensors.name] : [])
  const tensors = PARTS.flatMap((part) => [...state[part]].map(([key, array]) => toWrite(`${part}:${key}`, array)))
  const { sha256 } = await writeSafetensors(folder.checkpoint(name), tensors, { fold: String(rest.fold), step: String(rest.step) })
  if (last && last.tensors.name !== name) copyFileSync(folder.checkpoint(STATE), folder.checkpoint(STATE_BEFORE))
  await folder.writeJson(folder.checkpoint(STATE), {
    format: 'au-workbench-checkpoint/1',
    ...rest,
    tensors: { name, sha256 },
  } satisfies FoldState)
}

function keepTensors(folder: RunFolder, kept: readonly string[]): void {
  for (const name of readdirSync(folder.checkpoint()))
    if (/^fold-\d+-step-\d+\.safetensors(\.partial)?$/.test(name) && !kept.includes(name)) rmSync(folder.checkpoint(name), { force: true })
}

/**
 * The last checkpoint, or the one before it where the last is damaged; null where none was saved.
 * @throws AppError CHECKPOINT_INVALID where neither is whole, or where its values are no numbers
 */
export async function loadCheckpoint(folder: RunFolder): Promise<{ state: TrainingState; rest: ResumedState } | null> {
  if (!existsSync(folder.checkpoint(STATE))) return null
  const last = await wholeState(folder, STATE)
  if (last) return { state: await readTensors(folder, last), rest: last }
  const before = await wholeState(folder, STATE_BEFORE)
  if (before) {
    // from here on it is the last, so that the next save does not give it up for the damaged one
    renameSync(folder.checkpoint(STATE_BEFORE), folder.checkpoint(STATE))
    return { state: await readTensors(folder, before), rest: { ...before, isBeforeLast: true } }
  }
  throw new AppError(
    'CHECKPOINT_INVALID',
    'The checkpoint of this run is damaged: it is not what was saved, and there is none before it to go on from. Start the run anew.',
  )
}

/** Words for the line of metrics with which a run goes on. @param opening `Fold 2 resumed` */
export const resumedPhase = ({ step, isBeforeLast }: ResumedState, opening = 'Resumed'): string =>
  `${opening} at step ${step}${isBeforeLast ? ', from the checkpoint before the last, which is damaged' : ''}`

/** Null where the state or its file is missing or is not what was saved. */
async function wholeState(folder: RunFolder, name: string): Promise<FoldState | null> {
  const state = readState(folder, name)
  if (!state) return null
  const path = folder.checkpoint(state.tensors.name)
  return existsSync(path) && (await hashOf(path)) === state.tensors.sha256 ? state : null
}

function readState(folder: RunFolder, name: string): FoldState | null {
  try {
    return JSON.parse(readFileSync(folder.checkpoint(name), 'utf8')) as FoldState
  } catch {
    // cut off or missing: no state
    return null
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer)
  return hash.digest('hex')
}

async function readTensors(folder: RunFolder, { tensors, step }: FoldState): Promise<TrainingState> {
  const file = await openSafetensors(folder.checkpoint(tensors.name))
  try {
    const state: TrainingState = { weights: new Map(), first: new Map(), second: new Map() }
    for (const [name, { shape }] of file.tensors) {
      const colon = name.indexOf(':')
      const data = await file.readFloat32(name)
      if (!data.every(Number.isFinite))
        throw new AppError(
          'CHECKPOINT_INVALID',
          `The checkpoint at step ${step} holds values that are not numbers (${name}). Start the run anew with a lower rate.`,
        )
      const part = PARTS.find((each) => each === name.slice(0, colon))
      if (part) state[part].set(name.slice(colon + 1), { shape, data })
    }
    return state
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
