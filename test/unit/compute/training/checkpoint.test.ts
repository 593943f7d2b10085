// Checkpoints: whole or the one before, on a full disk too; values that are no numbers and models of another width are refused in a sentence.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, type TestContext } from 'vitest'
import { loadCheckpoint, resumedPhase, saveCheckpoint, type FoldState } from '@compute/training/checkpoint'
import { RunFolder } from '@compute/training/runFolder'
import { startingWeights } from '@compute/training/startingWeights'
import type { VitConfig } from '@ml/model/config'
import { initialiseWeights, type NamedArray } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { Random } from '@ml/random'
import type { TrainingState } from '@runtime/training/index'

const undo: (() => void)[] = []
afterEach(() =>
  undo
    .splice(0)
    .reverse()
    .forEach((one) => one()),
)

function newFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'auw-checkpoint-'))
  undo.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function runFolder(root = newFolder()): RunFolder {
  mkdirSync(join(root, 'checkpoints'), { recursive: true })
  return new RunFolder(root)
}

function stateOf(value: number, length = 8): TrainingState {
  const array = (): Map<string, NamedArray> => new Map([['head.weight', { shape: [length], data: new Float32Array(length).fill(value) }]])
  return { weights: array(), first: array(), second: array() }
}

const rest = (step: number): Omit<FoldState, 'format' | 'tensors'> => ({
  fold: 0,
  step,
  orderState: Random.seeded(1).state,
  orderHash: 'x',
  evaluated: [],
  seconds: 1,
})

it('comes back as it was saved, and only the one before stays beside it', async () => {
  const folder = runFolder()
  await saveCheckpoint(folder, stateOf(0.05), rest(0))
  await saveCheckpoint(folder, stateOf(0.1), rest(1))
  await saveCheckpoint(folder, stateOf(0.25), rest(2))
  const loaded = await loadCheckpoint(folder)
  expect(loaded?.rest).toMatchObject({ step: 2, seconds: 1 })
  expect([...(loaded?.state.second.get('head.weight')?.data ?? [])]).toEqual(Array(8).fill(0.25))
  expect(readdirSync(folder.checkpoint()).sort()).toEqual([
    'fold-0-step-1.safetensors',
    'fold-0-step-2.safetensors',
    'state-before.json',
    'state.json',
  ])
})

describe('that was damaged after it was saved', () => {
  const damages: [string, (folder: RunFolder) => void][] = [
    ['one bit of a weight', (folder) => flipLastByte(folder.checkpoint('fold-0-step-2.safetensors'))],
    ['the file is gone', (folder) => rmSync(folder.checkpoint('fold-0-step-2.safetensors'))],
    ['the state is cut off', (folder) => writeFileSync(folder.checkpoint('state.json'), '{"format"')],
  ]
  for (const [name, damage] of damages)
    it(`gives way to the one before: ${name}`, async () => {
      const folder = runFolder()
      await saveCheckpoint(folder, stateOf(0.1), rest(1))
      await saveCheckpoint(folder, stateOf(0.25), rest(2))
      damage(folder)
      const loaded = await loadCheckpoint(folder)
      expect(loaded?.rest).toMatchObject({ step: 1, isBeforeLast: true })
      expect(loaded && resumedPhase(loaded.rest)).toBe('Resumed at step 1, from the checkpoint before the last, which is damaged')
      expect(loaded?.state.weights.get('head.weight')?.data[0]).toBe(Math.fround(0.1))
      // and the next save keeps it, not the damaged one
      await saveCheckpoint(folder, stateOf(0.3), rest(3))
      flipLastByte(folder.checkpoint('fold-0-step-3.safetensors'))
      expect((await loadCheckpoint(folder))?.rest.step).toBe(1)
    })

  it('is refused in a sentence where there is none before', async () => {
    const folder = runFolder()
    await saveCheckpoint(folder, stateOf(0.1), rest(1))
    flipLastByte(folder.checkpoint('fold-0-step-1.safetensors'))
    await expect(loadCheckpoint(folder)).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: expect.stringMatching(/not what was saved.*Start the run anew/) as string,
    })
  })
})

function flipLastByte(path: string): void {
  const bytes = readFileSync(path)
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1
  writeFileSync(path, bytes)
}

it('with values that are no numbers is refused with its step', async () => {
  const folder = runFolder()
  await saveCheckpoint(folder, stateOf(Number.NaN), rest(7))
  await expect(loadCheckpoint(folder)).rejects.toMatchObject({
    code: 'CHECKPOINT_INVALID',
    message: expect.stringMatching(/step 7.*not numbers/) as string,
  })
})

it('whose state is cut off is refused', async () => {
  const folder = runFolder()
  await saveCheckpoint(folder, stateOf(1), rest(1))
  const path = folder.checkpoint('state.json')
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 20))
  await expect(loadCheckpoint(folder)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' })
})

it('on a full disk fails with a sentence and leaves the one before whole', async (context) => {
  const folder = runFolder(smallDisk(context))
  await saveCheckpoint(folder, stateOf(0.5, 1000), rest(1))
  await expect(saveCheckpoint(folder, stateOf(0.6, 1_000_000), rest(2))).rejects.toMatchObject({ code: 'DISK_FULL' })
  const loaded = await loadCheckpoint(folder)
  expect(loaded?.rest.step).toBe(1)
  expect(loaded?.state.weights.get('head.weight')?.data[999]).toBe(0.5)
  expect(readdirSync(folder.checkpoint()).some((name) => name.endsWith('.partial'))).toBe(false)
})

const network: VitConfig = { width: 16, depth: 1, heads: 2, patch: 8, imageSize: 16, aus: 2, subjects: 3, identityLayers: 1 }

it('of another width cannot be started from: the weight and both shapes are named', () => {
  const wide = { ...network, width: 32 }
  const tensors = initialiseWeights(classifierShapes(wide), wide, Random.seeded(1))
  expect(() => startingWeights(network, [1, 2], [0.5, 0.5], { tensors, aus: [1, 2] }, Random.seeded(2))).toThrow(
    /has the shape .*32.*but .*16.* needed/,
  )
})

it('gives its outputs to the AUs that it knows; others start at their base rate', () => {
  const tensors = initialiseWeights(classifierShapes(network), network, Random.seeded(1))
  tensors.get('head.bias')?.data.set([0.5, -0.5])
  const start = startingWeights(network, [2, 9], [0.5, 0.25], { tensors, aus: [1, 2] }, Random.seeded(2))
  const bias = start.get('head.bias')?.data ?? []
  expect(bias[0]).toBeCloseTo(-0.5)
  expect(bias[1]).toBeCloseTo(Math.log(0.25 / 0.75))
  expect(start.get('head.weight')?.data.slice(0, 16)).toEqual(tensors.get('head.weight')?.data.slice(16))
})

it('the identity head begins at chance, whatever its depth, so that the reversed gradient is about people from the first step', () => {
  for (const [layers, key] of [
    [1, 'ID_head.bias'],
    [2, 'ID_head.2.bias'],
  ] as const) {
    const start = startingWeights({ ...network, identityLayers: layers }, [1, 2], [0.5, 0.5], null, Random.seeded(2))
    for (const bias of start.get(key)?.data ?? []) expect(1 / (1 + Math.exp(-bias))).toBeCloseTo(1 / 3)
    expect(start.get(key)?.data).toHaveLength(3)
  }
})

/** A disk of one megabyte; mounting needs a superuser on Linux. */
function smallDisk(context: TestContext): string {
  const path = newFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    console.warn('Not tried: a full disk, as this user cannot mount a small one.')
    context.skip()
  }
  undo.push(() => execFileSync('umount', [path]))
  return path
}
