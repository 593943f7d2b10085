// Reads a folder of reference vectors and measures how far results are from them. The folder's layout is that of test/fixtures/reference.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NamedArray } from '@ml/model/initialise'
import { openPytorch } from '../weights'

/** A tensor as the JSON files hold it. */
export interface ReferenceTensor {
  shape: number[]
  data: number[]
}

/** The worst deviation found in one part, and where. */
export interface PartResult {
  part: string
  error: number
  tolerance: number
  worst: string
}

/** The tolerance of every comparison of real numbers. */
export const TOLERANCE = 1e-4

/** The parsed file, or null where the folder has none of that name. Throws on a file that is not JSON. */
export async function readReference<T>(folder: string, name: string): Promise<T | null> {
  const text = await readFile(join(folder, name), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  })
  return text === null ? null : (JSON.parse(text) as T)
}

/** Every tensor of a PyTorch checkpoint as float32. */
export async function readCheckpoint(path: string): Promise<Map<string, NamedArray>> {
  const file = await openPytorch(path)
  try {
    const weights = new Map<string, NamedArray>()
    for (const [name, entry] of file.tensors) weights.set(name, { shape: entry.shape, data: await file.readFloat32(name) })
    return weights
  } finally {
    await file.close()
  }
}

/** `||a - b|| / max(||b||, 1e-6)`; infinite where the lengths differ or a value is not a number. */
export function tensorError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY
  let difference = 0
  let norm = 0
  for (let i = 0; i < expected.length; i++) {
    difference += ((found[i] as number) - (expected[i] as number)) ** 2
    norm += (expected[i] as number) ** 2
  }
  const error = Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-6)
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error
}

/** Collects named errors of one part and keeps the worst. */
export class Comparison {
  #error = 0
  #worst = ''
  #count = 0

  constructor(
    readonly part: string,
    readonly tolerance: number = TOLERANCE,
  ) {}

  add(name: string, error: number): void {
    this.#count++
    if (error > this.#error || this.#worst === '') {
      this.#error = error
      this.#worst = name
    }
  }

  compare(name: string, found: ArrayLike<number>, expected: ArrayLike<number>): void {
    this.add(name, tensorError(found, expected))
  }

  /** A single number, relative to `scale` (its own size unless given). */
  compareNumber(name: string, found: number | null | undefined, expected: number, scale = Math.abs(expected)): void {
    const error = Math.abs((found ?? Number.NaN) - expected) / Math.max(scale, 1e-6)
    this.add(name, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error)
  }

  /** The result; an empty comparison is infinitely wrong rather than right. */
  result(): PartResult {
    const isEmpty = this.#count === 0
    return {
      part: this.part,
      error: isEmpty ? Number.POSITIVE_INFINITY : this.#error,
      tolerance: this.tolerance,
      worst: isEmpty ? 'nothing was compared' : this.#worst,
    }
  }
}

/** True where the part is within its tolerance. */
export function hasPassed(result: PartResult): boolean {
  return result.error <= result.tolerance
}
