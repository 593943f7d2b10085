// The demo's own training: killed in the middle, run again, the same weights to the bit as undisturbed; and what it says came out.
import { createHash } from 'node:crypto'
import type { ChildProcess } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { ModelCard } from '@shared/model'
import type { StudySummary } from '@shared/studies'
import type { RunReport, RunSummary } from '@shared/trainingRun'
import { auw, temporaryFolder } from '../cli/auw'
import { labelledProject, shortClip, SMALL } from './labelledProject'

const folder = temporaryFolder()
const run = (...args: string[]) => auw({ settings: join(folder, 'settings') }, ...args)
const settings = join(folder, 'small.json')
let project = ''
let undisturbed = ''

interface DemoDocument {
  run: RunSummary | null
  report: RunReport | null
  study: StudySummary | null
}

beforeAll(async () => {
  const subject = (code: string) => ({ code, coder: code < 'S06' ? 'known' : 'held-out' })
  project = await labelledProject(folder, ['S01', 'S02', 'S03', 'S04', 'S05', 'S06', 'S07', 'S08'].map(subject), 'demo')
  undisturbed = join(folder, 'undisturbed.auproj')
  const optimisation = { ...SMALL.optimisation, epochs: 3 }
  writeFileSync(settings, JSON.stringify({ ...SMALL, optimisation, checkpointMinutes: 0.02 }))
  // the starter's probabilities, once for both
  expect(await run('predict', project)).toMatchObject({ code: 0 })
  cpSync(project, undisturbed, { recursive: true })
})

const demo = (directory: string): string[] => ['demo', '--project', directory, '--config', settings, '--device', 'cpu', '--json']

it(
  'goes on after kill -9 in the middle of training and ends with the weights of an undisturbed run, bit for bit',
  { timeout: 400_000 },
  async () => {
    const killed = await auw({ settings: join(folder, 'settings'), onStart: killWhenTraining }, ...demo(project))
    expect(killed.code).not.toBe(0)
    expect((await run('runs', 'list', project, '--json')).json<{ runs: RunSummary[] }>().runs).toMatchObject([{ state: 'interrupted' }])

    const resumed = await run(...demo(project))
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 })
    expect(resumed.stderr).toMatch(/Going on with the training that was interrupted/)
    const whole = await run(...demo(undisturbed))
    expect(whole, whole.stderr).toMatchObject({ code: 0 })
    expect(weightsOf(project)).toEqual(weightsOf(undisturbed))
    expect(weightsOf(project)).toHaveLength(2)
    const { report } = resumed.json<DemoDocument>()
    expect(report?.after).toEqual(whole.json<DemoDocument>().report?.after)
    expect(report?.folds[0]).toMatchObject({ test: ['S06', 'S07', 'S08'] })
    expect(report?.before?.modelId).toBe('starter-vit')
    const { figures } = resumed.json<DemoDocument>().study!
    expect(figures?.arms.map(({ label }) => label)).toEqual(['lambda 0', 'lambda 0.5'])
    expect(figures?.arms[1]?.difference?.meanF1.value).toEqual(expect.any(Number))
  },
)

it('takes the finished run the next time, and says in words what came out', async () => {
  const again = await run('demo', '--project', project, '--config', settings)
  expect(again.code).toBe(0)
  expect(again.stderr).toMatch(/Trained already/)
  expect(again.stdout).toMatch(
    /Retrained from Starter transformer on S01, S02, S03, S04, S05 with lambda 0\.5 .* measured on S06, S07, S08/,
  )
  expect(again.stdout).toMatch(/F1 before +95 % +F1 +95 %/)
  expect(again.stdout).toMatch(/Mean F1 went from 0\.\d\d \(Starter transformer\) to 0\.\d\d .*95 %/)
  expect(again.stdout).toMatch(/With lambda 0: mean F1 0\.\d\d.*\nWith lambda 0\.5: mean F1 0\.\d\d, [+-]0\.\d\d/)
  expect((await run('runs', 'list', project, '--json')).json<{ runs: RunSummary[] }>().runs).toHaveLength(2)
})

it("trains nothing on somebody's own video, which has no labels", async () => {
  const own = join(folder, 'own.auproj')
  const outcome = await run('demo', await shortClip(folder, 'S01'), '--project', own, '--json')
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
  expect(outcome.json<DemoDocument>()).toMatchObject({ run: null, report: null, study: null })
  expect(existsSync(join(own, 'exports'))).toBe(true)
})

/** SIGKILL once a checkpoint of a few steps is there. */
function killWhenTraining(child: ChildProcess): void {
  const timer = setInterval(() => {
    if (child.exitCode !== null || child.signalCode !== null) return clearInterval(timer)
    const runs = existsSync(join(project, 'runs')) ? readdirSync(join(project, 'runs')).filter((name) => name !== 'studies') : []
    const state = join(project, 'runs', runs[0] ?? '', 'checkpoints', 'state.json')
    if (!existsSync(state) || (JSON.parse(readFileSync(state, 'utf8')) as { step: number }).step < 3) return
    child.kill('SIGKILL')
    clearInterval(timer)
  }, 20)
}

/** What became of every arm, in their order. */
function weightsOf(directory: string): { name: string; sha256: string }[] {
  const folders = readdirSync(join(directory, 'models')).map((id) => join(directory, 'models', id))
  return folders
    .map((folder) => ({
      name: (JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8')) as ModelCard).name,
      sha256: createHash('sha256')
        .update(readFileSync(join(folder, 'weights.safetensors')))
        .digest('hex'),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
