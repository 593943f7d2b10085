// Pretraining from a stranger's folder of pictures to a backbone that training starts from: curated, killed and resumed in real processes, handed over.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCanvas } from '@napi-rs/canvas'
import Database from 'better-sqlite3'
import { beforeAll, expect, it } from 'vitest'
import type { CurationResult } from '@shared/curation'
import type { ModelCard } from '@shared/model'
import type { PretrainingReport, PretrainingSummary } from '@shared/pretraining'
import { auw, root, temporaryFolder, type Outcome } from './auw'

const folder = temporaryFolder()
const settings = join(folder, 'settings')
const at = (...names: string[]): string => join(folder, ...names)
const run = (...args: string[]): Promise<Outcome> => auw({ settings }, ...args)
const PICTURES = 48

/** A picture that no other number gives. */
async function picture(number: number, width: number, height: number, format: 'jpeg' | 'png' = 'png', quality = 95): Promise<Buffer> {
  const canvas = createCanvas(width, height)
  const drawing = canvas.getContext('2d')
  drawing.fillStyle = '#777'
  drawing.fillRect(0, 0, width, height)
  for (let i = 0; i < 12; i++) {
    const hash = (number * 7919 + i * 104729) % 360
    const [x, y, radius] = [((hash * 31) % 100) * (width / 100), ((hash * 17) % 100) * (height / 100), width / (2 + (i % 4))]
    const spot = drawing.createRadialGradient(x, y, 0, x, y, radius)
    spot.addColorStop(0, `hsl(${hash} 30% ${20 + ((hash * 13) % 60)}% / 0.9)`)
    spot.addColorStop(1, `hsl(${hash} 30% 50% / 0)`)
    drawing.fillStyle = spot
    drawing.fillRect(0, 0, width, height)
  }
  return format === 'png' ? canvas.encode('png') : canvas.encode('jpeg', quality)
}

/** Starts `auw` in a process group of its own and kills all of it, the compute process included, once `isTime`. */
async function killed(args: readonly string[], isTime: () => boolean): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), ...args], {
    env: { ...process.env, AUW_SETTINGS: settings },
    stdio: 'ignore',
    detached: true,
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  while (!isTime()) {
    if (child.exitCode !== null) throw new Error('it ended before it could be killed')
    await sleep(5)
  }
  process.kill(-(child.pid as number), 'SIGKILL')
  await ended
}

beforeAll(async () => {
  mkdirSync(at('pictures', 'deeper'), { recursive: true })
  for (let i = 0; i < PICTURES; i++)
    writeFileSync(at('pictures', i % 2 ? 'deeper' : '', `p${String(i).padStart(3, '0')}.png`), await picture(i, 64, 60))
  writeFileSync(at('pictures', 'zcopy.png'), await picture(3, 64, 60))
  writeFileSync(at('pictures', 'zreencoded.jpg'), await picture(5, 64, 60, 'jpeg', 90))
  writeFileSync(at('pictures', 'zsmall.png'), await picture(60, 20, 60))
  writeFileSync(at('pictures', 'zwide.png'), await picture(61, 120, 64))
  writeFileSync(at('pictures', 'zbroken.jpg'), 'this is no picture')
  writeFileSync(at('pictures', 'notes.txt'), 'nor is this looked at')
})

const CURATE = ['--pixels', '48', '--no-face-check', '--json'] as const

it('keeps what is fit for pretraining and says why the rest is not', async () => {
  const outcome = await run('curate', at('pictures'), '--out', at('store'), '--licence', 'CC BY-NC 4.0', ...CURATE)
  expect(outcome.code, outcome.stderr).toBe(0)
  const { manifest } = outcome.json<CurationResult>()
  expect(manifest.sources[0]).toMatchObject({
    looked: PICTURES + 5,
    kept: PICTURES,
    rejected: { unreadable: 1, 'too-small': 1, aspect: 1, 'no-face': 0, duplicate: 1, 'near-duplicate': 1 },
    examples: { 'near-duplicate': ['zreencoded.jpg'], duplicate: ['zcopy.png'] },
  })
  expect(readFileSync(at('store', 'report.html'), 'utf8')).toContain('nearly the same as another')
  const refused = await run('curate', at('pictures'), '--out', at('store'), '--pixels', '64', '--no-face-check')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('begun with other sources or settings')
})

it('gives the same store after kill -9 as without', async () => {
  const args = ['curate', at('pictures'), '--out', at('killed'), ...CURATE]
  await killed(args, () => existsSync(at('killed', 'frames.sqlite-wal')))
  const outcome = await run(...args)
  expect(outcome.code, outcome.stderr).toBe(0)
  const { manifest } = outcome.json<CurationResult>()
  const whole = JSON.parse(readFileSync(at('store', 'manifest.json'), 'utf8')) as CurationResult['manifest']
  expect(manifest.contentHash).toBe(whole.contentHash)
  const database = new Database(at('killed', 'frames.sqlite'), { readonly: true })
  expect(database.prepare('SELECT count(*) FROM crop').pluck().get()).toBe(PICTURES)
  database.close()
})

it('leaves pictures without a face out and cuts small faces out of videos', async () => {
  const clip = join(root, 'resources/demo/synthetic_S01.mp4')
  const outcome = await run(
    'curate',
    at('pictures'),
    clip,
    '--out',
    at('faces'),
    '--pixels',
    '48',
    '--every',
    '40',
    '--weights',
    '1,3',
    '--json',
  )
  expect(outcome.code, outcome.stderr).toBe(0)
  const [pictures, video] = outcome.json<CurationResult>().manifest.sources
  expect(pictures?.kept).toBe(0)
  expect(pictures?.rejected['no-face']).toBe(PICTURES + 3)
  expect(video?.looked).toBeGreaterThan(3)
  expect(video?.kept).toBeGreaterThan(3)
  expect(video?.weight).toBe(3)
})

interface Finished {
  run: PretrainingSummary
  report: PretrainingReport
}

const PRETRAIN = (): string[] => [
  'pretrain', at('lab.auproj'), at('store'), '--config', at('config.json'), '--pixels', '48', '--decoder', '32x1x2', '--batch', '4', '--steps', '12',
  '--device', 'cpu', '--json',
] // prettier-ignore

const cardOf = async (runId: string): Promise<ModelCard> => {
  const { runs } = (await run('pretrain', at('lab.auproj'), '--list', '--json')).json<{ runs: PretrainingSummary[] }>()
  const modelId = runs.find(({ id }) => id === runId)?.modelId ?? 'none'
  return JSON.parse(readFileSync(at('lab.auproj', 'models', modelId, 'card.json'), 'utf8')) as ModelCard
}

it('pretrains to the same bits after kill -9 and hands the backbone to training', async () => {
  expect((await run('project', 'create', at('lab.auproj'))).code).toBe(0)
  writeFileSync(at('config.json'), JSON.stringify({ pictures: { count: 2, everySteps: 6 }, checkpointMinutes: 0.005 }))
  const whole = await run(...PRETRAIN())
  expect(whole.code, whole.stderr).toBe(0)
  const first = whole.json<Finished>()
  expect(first.run).toMatchObject({ state: 'finished', steps: 12 })
  expect(first.report.sources).toMatchObject([{ kind: 'store', frames: PICTURES, licence: 'CC BY-NC 4.0' }])
  for (const step of ['00000000', '00000006', '00000012'])
    expect(existsSync(at('lab.auproj', 'runs', first.run.id, 'pictures', `step-${step}.jpg`))).toBe(true)

  const before = new Set(
    (await run('pretrain', at('lab.auproj'), '--list', '--json')).json<{ runs: PretrainingSummary[] }>().runs.map(({ id }) => id),
  )
  const newRun = (): string | undefined => {
    const database = new Database(at('lab.auproj', 'project.sqlite'), { readonly: true })
    const specs = database.prepare("SELECT spec_json FROM job WHERE kind = 'pretrain'").pluck().all() as string[]
    database.close()
    return specs.map((spec) => (JSON.parse(spec) as { runId: string }).runId).find((id) => !before.has(id))
  }
  await killed(PRETRAIN(), () => {
    const id = newRun()
    const state = id && at('lab.auproj', 'runs', id, 'checkpoints', 'state.json')
    return Boolean(state && existsSync(state) && (JSON.parse(readFileSync(state, 'utf8')) as { step: number }).step >= 3)
  })
  const id = newRun() as string
  const resumed = await run('pretrain', at('lab.auproj'), '--resume', id, '--json')
  expect(resumed.code, resumed.stderr).toBe(0)
  expect(resumed.json<Finished>().run.state).toBe('finished')
  const metrics = (runId: string): unknown[] =>
    readFileSync(at('lab.auproj', 'runs', runId, 'metrics.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"pretraining"'))
      .map((line) => JSON.parse(line) as { step: number; loss: number; rate: number; gradientNorm: number })
      .map(({ step, loss, rate, gradientNorm }) => ({ step, loss, rate, gradientNorm }))
  expect(metrics(id)).toEqual(metrics(first.run.id))
  const [a, b] = [await cardOf(first.run.id), await cardOf(id)]
  expect(b.files[0]?.sha256).toBe(a.files[0]?.sha256)

  expect(a).toMatchObject({ kind: 'backbone', aus: [], architecture: { width: 192, imageSize: 48 }, licence: { isNonCommercial: true } })
  expect(a.training.summary).toContain('masked autoencoding on 48 pictures')
  const used = await run('model', 'activate', at('lab.auproj'), a.id)
  expect(used.code).toBe(1)
  expect(used.stderr).toContain('train it first')
  // pretraining goes on from it, and training runs are listed without these
  const further = await run(...PRETRAIN().map((word) => (word === '12' ? '2' : word)), '--from', a.id)
  expect(further.code, further.stderr).toBe(0)
  expect((await run('runs', 'list', at('lab.auproj'), '--json')).json<{ runs: unknown[] }>().runs).toEqual([])
}, 600_000)

it('refuses what it cannot pretrain on, in words', async () => {
  const nothing = await run('pretrain', at('lab.auproj'))
  expect(nothing.stderr).toContain('nothing to pretrain on')
  const noStore = await run('pretrain', at('lab.auproj'), at('pictures'))
  expect(noStore.stderr).toContain('auw curate')
  const decoder = await run('pretrain', at('lab.auproj'), at('store'), '--decoder', '30x1x4')
  expect(decoder.stderr).toContain('decoder')
  expect([nothing.code, noStore.code, decoder.code]).toEqual([1, 1, 1])
})
