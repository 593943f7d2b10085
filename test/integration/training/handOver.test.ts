// From pictures and the project's own faces, mixed by weight, to a backbone; from the backbone to a model that predicts: what each step says and refuses.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import { beforeAll, expect, it } from 'vitest'
import type { ModelCard } from '@shared/model'
import type { PretrainingReport, PretrainingSummary } from '@shared/pretraining'
import type { RunReport, RunSummary } from '@shared/trainingRun'
import { auw, temporaryFolder, type Outcome } from '../cli/auw'
import { CLIP_FRAMES, labelledProject, SMALL } from './labelledProject'

const folder = temporaryFolder()
const at = (...names: string[]): string => join(folder, ...names)
const run = (...args: string[]): Promise<Outcome> => auw({ settings: at('settings') }, ...args)
const cardOf = (id: string): ModelCard => JSON.parse(readFileSync(join(project, 'models', id, 'card.json'), 'utf8')) as ModelCard
const PICTURES = 12
/** Of the project's own frames every this many is looked at. */
const EVERY = 5
let project = ''

beforeAll(async () => {
  project = await labelledProject(
    folder,
    ['S01', 'S03', 'S05'].map((code) => ({ code, coder: 'AB' })),
  )
  mkdirSync(at('pictures'))
  for (let i = 0; i < PICTURES; i++) {
    const canvas = createCanvas(48, 48)
    const drawing = canvas.getContext('2d')
    drawing.fillStyle = `hsl(${i * 30} 60% 50%)`
    drawing.fillRect(0, 0, 48, 48)
    drawing.fillStyle = '#222'
    drawing.fillRect((i * 11) % 36, (i * 7) % 36, 6 + i, 12)
    writeFileSync(at('pictures', `${String(i).padStart(2, '0')}.png`), await canvas.encode('png'))
  }
  const curated = await run('curate', at('pictures'), '--out', at('store'), '--pixels', '32', '--no-face-check', '--similar', '0', '--json')
  expect(curated.code, curated.stderr).toBe(0)
}, 300_000)

/** Starts with the store and the project's faces, S05 left out. */
const pretrain = (weights: string, ...more: string[]): Promise<Outcome> =>
  run(
    ...['pretrain', project, at('store'), '--weights', weights, '--every', String(EVERY), '--leave-out', 'S05', '--pixels', '32'],
    ...['--decoder', '32x1x2', '--batch', '4', '--steps', '6', '--device', 'cpu', '--json', ...more],
  )

it('asks for one weight a source before anything is written', async () => {
  const outcome = await pretrain('3')
  expect(outcome.code).toBe(2)
  expect(outcome.stderr).toMatch(/There are 2 sources \(1 stores and the project's own faces.*\) and 1 weights/)
  expect((await run('pretrain', project, '--list', '--json')).json<{ runs: unknown[] }>().runs).toEqual([])
})

it('mixes by weight, leaves subjects out, hands over to training, and does not predict itself', { timeout: 600_000 }, async () => {
  const outcome = await pretrain('3,1')
  expect(outcome.code, outcome.stderr).toBe(0)
  const { run: summary, report } = outcome.json<{ run: PretrainingSummary; report: PretrainingReport }>()
  const frames = 2 * Math.ceil(CLIP_FRAMES / EVERY)
  expect(report.sources).toMatchObject([
    { kind: 'store', frames: PICTURES, share: 0.75 },
    { kind: 'project', frames, share: 0.25 },
  ])
  expect(report.subjects).toEqual(['S01', 'S03'])
  const backbone = summary.modelId ?? ''
  expect(cardOf(backbone)).toMatchObject({ kind: 'backbone', training: { subjects: ['S01', 'S03'] } })

  const refused = await run('predict', project, '--model', backbone)
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toMatch(/is a pretrained backbone without AU outputs; train it first, or choose a model that predicts\./)

  writeFileSync(at('config.json'), JSON.stringify(SMALL))
  const trained = await run(
    ...['train', project, '--preset', 'tiny-demo', '--config', at('config.json'), '--from', backbone, '--folds', 'holdout:S05'],
    ...['--device', 'cpu', '--json'],
  )
  expect(trained.code, trained.stderr).toBe(0)
  const { run: row, report: figures } = trained.json<{ run: RunSummary; report: RunReport }>()
  expect(row).toMatchObject({ state: 'finished', parentName: summary.name })
  expect(figures.folds.map(({ test }) => test)).toEqual([['S05']])
  const card = cardOf(row.modelId ?? '')
  expect(card).toMatchObject({ kind: 'vit', training: { parentId: backbone }, architecture: { imageSize: 32, width: 192 } })
  expect((await run('predict', project, '--model', card.id, '--device', 'cpu')).code).toBe(0)
})
