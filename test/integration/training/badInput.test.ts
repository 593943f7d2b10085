// What goes wrong before and during training, from the terminal: nothing to learn from, a device or a disk that gives up in mid-run, models that are gone.
// Each is one sentence, nothing is lost, and what was saved before goes on.
import { execFileSync, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { auw, temporaryFolder, type Outcome } from '../cli/auw'
import { projectState } from '../badInput/projectState'
import type { ModelSummary } from '@shared/model'
import type { RunReport, RunSummary } from '@shared/trainingRun'
import { labelledProject, SMALL } from './labelledProject'

const folder = temporaryFolder()
const path = (name: string): string => join(folder, name)
const run = (...args: string[]): Promise<Outcome> => auw({ settings: path('settings') }, ...args)
let project = ''
let settings = ''

beforeAll(async () => {
  project = await labelledProject(
    folder,
    ['S01', 'S03', 'S05'].map((code) => ({ code, coder: 'AB' })),
  )
  settings = path('small.json')
  const optimisation = { ...SMALL.optimisation, epochs: 6 }
  writeFileSync(settings, JSON.stringify({ ...SMALL, optimisation, checkpointMinutes: 0.02 }))
}, 900_000)

const copyOf = (name: string): string => {
  const copy = path(`${name}.auproj`)
  cpSync(project, copy, { recursive: true })
  return copy
}
const train = (directory: string, ...more: string[]): string[] => [
  ...['train', directory, '--preset', 'tiny-demo', '--config', settings, '--from', 'none', '--folds', 'holdout:S05', '--device', 'cpu'],
  ...more,
]
const runsOf = async (directory: string): Promise<RunSummary[]> =>
  (await run('runs', 'list', directory, '--json')).json<{ runs: RunSummary[] }>().runs

describe('nothing to learn from', { timeout: 600_000 }, () => {
  async function refused(directory: string, code: string, words: RegExp, ...more: string[]): Promise<void> {
    const before = projectState(directory)
    const outcome = await run(...train(directory), ...more)
    expect(outcome, outcome.stderr).toMatchObject({ code: 1, stdout: '' })
    expect(outcome.stderr).toMatch(/^auw: [^\n]+\n$/)
    expect(outcome.stderr).toMatch(words)
    expect((await run(...train(directory), ...more, '--json')).json()).toMatchObject({ error: { code } })
    expect(projectState(directory)).toEqual(before)
    expect(existsSync(join(directory, 'runs')) ? readdirSync(join(directory, 'runs')) : []).toEqual([])
  }

  it('no labels', async () => {
    const empty = path('empty.auproj')
    await run('project', 'create', empty)
    await refused(empty, 'NO_LABELS', /no labels to train on\. Code some videos/)
  })

  it('one subject', async () => {
    const alone = copyOf('alone')
    for (const code of ['S03', 'S05']) expect(await run('subject', 'remove', alone, code)).toMatchObject({ code: 0 })
    await refused(alone, 'TOO_FEW_SUBJECTS', /labels of one subject only \(S01\).*at least two/, '--folds', 'loso')
  })

  it('an AU that is never present is left out with a warning, and refused where it is all that was asked for', async () => {
    const copy = copyOf('never')
    const { videos } = (await run('video', 'list', copy, '--json')).json<{ videos: { id: string }[] }>()
    for (const { id } of videos)
      expect(
        await run('label', 'add', copy, '--video', id, '--au', '12', '--from', '0', '--to', '24', '--state', 'absent', '--coder', 'AB'),
      ).toMatchObject({ code: 0 })
    await refused(copy, 'NO_LABELS', /no AU that is present in some frames and absent in others/, '--aus', '12')
    const outcome = await run(...train(copy, '--epochs', '1', '--json'))
    expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
    const { report } = outcome.json<{ report: RunReport }>()
    expect(report.after.aus.map(({ au }) => au)).not.toContain(12)
    expect(report.warnings.join(' ')).toMatch(/Absent in every labelled frame, so nothing can be learned of AU ?12/)
  })
})

describe('in mid-run', { timeout: 900_000 }, () => {
  /** Waits for a checkpoint of a few updates, then acts once. */
  function atCheckpoint(directory: string, act: (child: ChildProcess) => void): (child: ChildProcess) => void {
    return (child) => {
      const timer = setInterval(() => {
        if (child.exitCode !== null || child.signalCode !== null) return clearInterval(timer)
        const step = stepOf(directory)
        if (step === null || step < 2) return
        clearInterval(timer)
        act(child)
      }, 20)
    }
  }

  function stepOf(directory: string): number | null {
    const runs = join(directory, 'runs')
    const state = join(runs, existsSync(runs) ? (readdirSync(runs)[0] ?? '') : '', 'checkpoints', 'state.json')
    return existsSync(state) ? (JSON.parse(readFileSync(state, 'utf8')) as { step: number }).step : null
  }

  async function goesOn(directory: string, ...more: string[]): Promise<RunReport> {
    const [before] = await runsOf(directory)
    const outcome = await run('train', directory, '--resume', before?.id ?? '', '--json', ...more)
    expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
    const { run: summary, report } = outcome.json<{ run: RunSummary; report: RunReport }>()
    expect(summary.state).toBe('finished')
    const phases = readFileSync(join(directory, 'runs', summary.id, 'metrics.jsonl'), 'utf8')
    expect(phases).toMatch(/Fold 1 resumed at step \d+/)
    return report
  }

  it('a driver that takes its process down leaves the last checkpoint; the run goes on, on another device if asked', async (context) => {
    if (process.platform !== 'linux') skipped(context, 'the compute process is found by /proc')
    const copy = copyOf('crash')
    const onStart = atCheckpoint(copy, (child) => {
      const pids = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(child.pid)], { encoding: 'utf8' })
      for (const line of pids.trim().split('\n'))
        if (line.includes('compute.js')) process.kill(Number(line.trim().split(/\s+/)[0]), 'SIGKILL')
    })
    const lost = await auw({ settings: path('settings'), onStart }, ...train(copy))
    expect(lost).toMatchObject({ code: 1, stdout: '' })
    expect(lost.stderr.split('\n').filter((line) => line.startsWith('auw: '))).toEqual([
      expect.stringMatching(/compute process|computation/i),
    ])
    const [failed] = await runsOf(copy)
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'COMPUTE_CRASHED' } })
    const refused = await run('train', copy, '--resume', failed?.id ?? '', '--epochs', '9')
    expect(refused.stderr).toMatch(/keeps its settings: leave --epochs out/)
    expect((await run('train', copy, '--resume', failed?.id ?? '', '--device', 'abacus')).stderr).toMatch(/no device abacus/)
    const report = await goesOn(copy, '--device', 'wasm')
    expect(report.device).toBe('wasm')
  })

  it('a disk that is full at a checkpoint: the one before stays, and with room the run goes on', async (context) => {
    const disk = path('disk')
    mkdirSync(disk)
    try {
      // a checkpoint of ViT-tiny takes 66 MB and its best epoch 22: the first fits, no second one beside it
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=110m', 'tmpfs', disk], { stdio: 'ignore' })
    } catch {
      return skipped(context, 'this user cannot mount a small disk')
    }
    try {
      const copy = join(disk, 'study.auproj')
      cpSync(project, copy, { recursive: true })
      const full = await run(...train(copy))
      expect(full, full.stderr).toMatchObject({ code: 1, stdout: '' })
      expect(full.stderr).toMatch(/auw: [^\n]*(disk|room|space)[^\n]*\n$/)
      expect(full.stderr).not.toMatch(/ENOSPC|\n\s+at /)
      expect(stepOf(copy)).toBeGreaterThan(0)
      execFileSync('mount', ['-o', 'remount,size=600m', disk])
      await goesOn(copy)
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  })

  it('the model to stand beside is removed: the run goes on without it, and its report says so', async () => {
    const copy = copyOf('before')
    const first = await run(...train(copy, '--epochs', '1', '--name', 'First try', '--json'))
    expect(first, first.stderr).toMatchObject({ code: 0 })
    const { models } = (await run('model', 'list', copy, '--json')).json<{ models: ModelSummary[] }>()
    const { id } = models.find(({ kind, isBuiltIn }) => kind === 'vit' && !isBuiltIn) ?? { id: '' }
    expect(await run('model', 'activate', copy, id)).toMatchObject({ code: 0 })
    rmSync(join(copy, 'runs'), { recursive: true })
    await auw({ settings: path('settings'), onStart: atCheckpoint(copy, (child) => child.kill('SIGKILL')) }, ...train(copy))
    expect(await runsOf(copy)).toMatchObject([{ state: 'interrupted' }])
    expect((await run('runs', 'list', copy)).stdout).toMatch(/interrupted \(goes on with auw train --resume\)/)
    const removed = await run('model', 'remove', copy, id)
    expect(removed, removed.stderr).toMatchObject({ code: 0 })
    const report = await goesOn(copy)
    expect(report.before).toBeNull()
    expect(report.warnings.join(' ')).toMatch(/First try was removed from the project before this run ended/)
  })
})

function skipped(context: TestContext, reason: string): never {
  console.warn(`Not tried: ${reason}.`)
  return context.skip()
}
