// A study compares runs of the same labels only: other labels in between are said, not averaged over.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { summariseStudy } from '../../../../src/compute/studies/summarise'
import { runConfig, runData } from './runParts'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'study-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const FOLD = { test: ['S02', 'S03'], train: ['S01'], validation: ['S01'] }
const LABELS = [
  ['1', '0'],
  ['1', '0'],
  ['1', '0'],
]

/** A finished run that said `values` of the four tested frames. */
function finishedRun(name: string, labels: string[][], values: number[]): string {
  const directory = join(folder, name)
  mkdirSync(join(directory, 'folds'), { recursive: true })
  const write = (file: string, content: unknown): void => writeFileSync(join(directory, file), JSON.stringify(content))
  write('config.json', runConfig({ id: name, folds: [FOLD] }))
  write('data.json', runData(['S01', 'S02', 'S03'], [12], labels))
  write('report.json', { folds: [{ ...FOLD, chosenEpoch: 1 }], curves: [], probe: null, after: { means: {} } })
  write('folds/fold-0.json', { fold: 0, thresholds: [0.5], published: null })
  writeFileSync(join(directory, 'folds/fold-0.f32'), new Uint8Array(Float32Array.from(values).buffer))
  return directory
}

const arm = (label: string, directory: string) => ({ label, runs: [{ runId: label, seed: 0, directory }] })

it('gives the difference of arms on the same labels', async () => {
  const arms = [arm('a', finishedRun('a', LABELS, [0.9, 0.8, 0.9, 0.1])), arm('b', finishedRun('b', LABELS, [0.9, 0.1, 0.9, 0.1]))]
  const figures = await summariseStudy({ arms, resamples: 100, seed: 0 })
  expect(figures.arms.map(({ meanF1 }) => meanF1.value)).toEqual([0.8, 1])
  expect(figures.arms[1]?.difference?.meanF1.value).toBeCloseTo(0.2)
})

it('refuses runs between which a label was changed', async () => {
  const changed = [LABELS[0] ?? [], ['1', '1'], LABELS[2] ?? []]
  const arms = [arm('a', finishedRun('a', LABELS, [0.9, 0.1, 0.9, 0.1])), arm('b', finishedRun('b', changed, [0.9, 0.1, 0.9, 0.1]))]
  await expect(summariseStudy({ arms, resamples: 100, seed: 0 })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})
