// Training from the terminal on a small project: every way of freezing and folding, what a run leaves, figures, probe, export to a bare onnxruntime,
// bad input that changes nothing, and consent withdrawn from run folders.
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { beforeAll, expect, it } from 'vitest'
import type { EvaluationResult, ProbeResult, RunDetail } from '@shared/contract/training'
import type { ModelCard, ModelSummary } from '@shared/model'
import type { RunMetric } from '@shared/runMetrics'
import type { RunReport, RunSummary, TrainingEstimate } from '@shared/trainingRun'
import { saveVit, vitTensors } from '../../unit/runtime/weights/vitCheckpoint'
import { auw, temporaryFolder, type Outcome } from '../cli/auw'
import { labelledProject, SMALL } from './labelledProject'

const folder = temporaryFolder()
const path = (name: string): string => join(folder, name)
let project = ''
let model = ''

const run = (...args: string[]): Promise<Outcome> => auw({ settings: path('settings') }, ...args)
const cardOf = (id: string): ModelCard => JSON.parse(readFileSync(join(project, 'models', id, 'card.json'), 'utf8')) as ModelCard
const runFolders = (): string[] => (existsSync(join(project, 'runs')) ? readdirSync(join(project, 'runs')).sort() : [])

/** Settings in a file, over SMALL. */
function settings(change: Record<string, Record<string, unknown>> = {}, base: object = SMALL): string {
  const file = path(`settings-${Math.random().toString(36).slice(2)}.json`)
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(change)) merged[key] = { ...(merged[key] as object | undefined), ...value }
  writeFileSync(file, JSON.stringify(merged))
  return file
}

async function trained(...args: string[]): Promise<{ run: RunSummary; report: RunReport }> {
  const outcome = await run('train', project, '--device', 'cpu', '--json', ...args)
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
  return outcome.json()
}

beforeAll(async () => {
  project = await labelledProject(
    folder,
    ['S01', 'S03', 'S05', 'S08'].map((code) => ({ code, coder: 'AB' })),
  )
  await saveVit(path('small.pth'), vitTensors({ width: 64, depth: 3, patch: 8, imageSize: 32, aus: 12, identity: [7] }))
  const imported = await run('model', 'import', project, path('small.pth'), '--heads', '2', '--json')
  expect(imported, imported.stderr).toMatchObject({ code: 0 })
  model = imported.json<{ models: ModelSummary[] }>().models[0]?.id ?? ''
})

it('says beforehand what it takes, and starts nothing', async () => {
  const outcome = await run('train', project, '--preset', 'tiny-demo', '--config', settings(), '--from', 'none', '--estimate', '--json')
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
  const estimate = outcome.json<TrainingEstimate>()
  expect(estimate.secondsPerUpdate).toBeGreaterThan(0)
  expect(estimate).toMatchObject({ device: 'cpu', advice: null })
  expect(runFolders()).toEqual([])
})

it('refuses what will not fit in memory before anything is written, with what would', async () => {
  const huge = settings({ network: { size: 'huge', imageSize: 1008 }, optimisation: { batch: 2048 } })
  const outcome = await run('train', project, '--preset', 'tiny-demo', '--config', huge, '--from', 'none', '--device', 'cpu', '--json')
  expect(outcome.json()).toMatchObject({ error: { code: 'WILL_NOT_FIT' } })
  expect(outcome.stderr).toMatch(/needs about [\d.]+ GB of memory and [\d.]+ GB can be had/)
  expect(runFolders()).toEqual([])
})

it('trains the last blocks of an imported model by one held-out subject, streaming its metrics and the probe of every epoch', async () => {
  const config = settings({ evaluation: { hasEpochProbe: true } })
  const outcome = await run(
    ...['train', project, '--preset', 'last-blocks', '--config', config, '--from', model, '--folds', 'holdout:S08'],
    ...['--coders', 'AB', '--device', 'cpu', '--stream', '--json'],
  )
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
  const lines = outcome.stderr.split('\n').filter((line) => line.startsWith('{'))
  const metrics = lines.map((line) => JSON.parse(line) as RunMetric)
  expect(new Set(metrics.map(({ kind }) => kind))).toEqual(new Set(['phase', 'step', 'evaluation']))
  const probes = metrics.flatMap((one) => (one.kind === 'evaluation' ? [one.probeAccuracy] : []))
  expect(probes.length).toBeGreaterThan(0)
  for (const accuracy of probes) expect(accuracy).toBeGreaterThan(0)
  const { run: summary, report } = outcome.json<{ run: RunSummary; report: RunReport }>()
  expect(summary).toMatchObject({ state: 'finished', presetId: 'last-blocks', lambda: 1, foldCount: 1 })
  expect(report.folds[0]?.test).toEqual(['S08'])
  expect(report.data.coders).toMatchObject({ policy: { kind: 'coder', coder: 'AB' } })
  expect(report.before?.modelId).toBe(model)
})

it('measures the earlier model at its own image size, whatever the new one has', async () => {
  expect(await run('model', 'activate', project, model)).toMatchObject({ code: 0 })
  const { report } = await trained(
    ...['--preset', 'tiny-demo', '--config', settings({ network: { size: 'tiny', imageSize: 48 } }), '--from', 'none'],
    ...['--folds', 'holdout:S08'],
  )
  expect(report.before?.modelId).toBe(model)
  const evaluated = await run('evaluate', project, '--model', model, '--subjects', 'S08', '--json')
  expect(evaluated, evaluated.stderr).toMatchObject({ code: 0 })
  const { figures } = evaluated.json<EvaluationResult>()
  const measured = (report.before?.aus ?? []).filter(({ auc }) => auc !== null)
  expect(measured.length).toBeGreaterThan(1)
  for (const { au, auc } of measured) expect([au, figures.aus.find((one) => one.au === au)?.auc]).toEqual([au, auc])
})

it('trains heads by leaving each subject out, and the fit on all becomes a model that evaluates, probes and exports', async () => {
  const { run: summary, report } = await trained('--preset', 'correction', '--config', settings(), '--from', model, '--folds', 'loso')
  expect(report.folds.map(({ test }) => test)).toEqual([['S01'], ['S03'], ['S05'], ['S08'], []])
  const id = summary.modelId ?? ''
  const listed = (await run('runs', 'list', project)).stdout
  expect(listed).toContain(summary.id)
  const shown = await run('runs', 'show', project, summary.id)
  expect(shown.stdout).toMatch(/AU +frames +base rate +F1 before/)

  const evaluated = await run('evaluate', project, '--model', id, '--subjects', 'S01,S03', '--json')
  expect(evaluated, evaluated.stderr).toMatchObject({ code: 0 })
  expect(evaluated.json<EvaluationResult>()).toMatchObject({ subjects: ['S01', 'S03'], trainedOn: ['S01', 'S03'], isTrainingKnown: false })
  const probed = await run('probe', project, '--model', id, '--json')
  expect(probed, probed.stderr).toMatchObject({ code: 0 })
  expect(probed.json<ProbeResult>().figures).toMatchObject({ subjects: 4, chance: 0.25 })

  const file = path('model.onnx')
  expect(await run('model', 'export', project, id, '--format', 'onnx', '--out', file)).toMatchObject({ code: 0 })
  const session = await InferenceSession.create(file)
  expect(session.inputNames).toEqual(['images'])
  expect(session.outputNames).toEqual(expect.arrayContaining(['au_logits', 'feature']))
  const results = await session.run({ images: new Tensor('float32', new Float32Array(2 * 3 * 32 * 32), [2, 3, 32, 32]) })
  expect(results['au_logits']?.dims).toEqual([2, summary.aus.length])
  await session.release()
  expect(readFileSync(file).includes('thresholds')).toBe(true)
  expect(await run('model', 'export', project, id, '--format', 'safetensors', '--out', path('model.safetensors'))).toMatchObject({
    code: 0,
  })
  const half = path('half.safetensors')
  expect(await run('model', 'export', project, id, '--format', 'safetensors', '--half', '--out', half)).toMatchObject({ code: 0 })
  expect(statSync(half).size).toBeLessThan(0.62 * statSync(path('model.safetensors')).size)
  // a model that leaves a project takes its heads, AUs, thresholds and licence along
  const taken = await run('model', 'import', project, half, '--json')
  expect(taken, taken.stderr).toMatchObject({ code: 0 })
  const [before, card] = [cardOf(id), cardOf(taken.json<{ id: string }>().id)]
  expect(card).toMatchObject({
    aus: before.aus,
    areAusAssumed: before.areAusAssumed,
    architecture: before.architecture,
    licence: before.licence,
  })
  expect(card.training).toMatchObject({ summary: before.training.summary, subjects: [], runId: null })
  const again = await run('evaluate', project, '--model', taken.json<{ id: string }>().id, '--subjects', 'S01,S03', '--json')
  const [full, rounded] = [evaluated, again].map((one) => one.json<EvaluationResult>().figures.means.auc ?? Number.NaN)
  expect(Math.abs((full ?? 0) - (rounded ?? 1))).toBeLessThan(0.01)
  expect(await run('model', 'export', project, id, '--format', 'onnx', '--half', '--out', path('no.onnx'))).toMatchObject({ code: 1 })
  expect(existsSync(path('no.onnx'))).toBe(false)
})

it('refuses bad input in one sentence, and starts nothing', async () => {
  const before = runFolders()
  const train = ['train', project, '--device', 'cpu', '--from', model]
  for (const [args, words] of [
    [['--config', settings({ optimisation: { epochs: 0 } })], /optimisation\.epochs/],
    [['--preset', 'nonsense'], /no preset nonsense/],
    [['--folds', 'holdout:S99'], /S99.*S01, S03, S05, S08/],
    [['--folds', 'holdout:S01,S03,S05,S08'], /nobody is left/],
    [['--folds', 'kfold:9'], /9 folds need at least 9 subjects/],
    [['--folds', 'published:BP4D'], /not those of BP4D/],
    [['--coders', 'ZZ'], /no labels by ZZ.*AB/],
    [['--resume', 'nothing'], /--from/],
    [['--device', 'abacus'], /no device abacus/],
    [['--config', path('nowhere.json')], /nowhere\.json cannot be read/],
  ] as const) {
    const outcome = await run(...train, ...args)
    expect(outcome.code, args.join(' ')).toBe(1)
    expect(outcome.stderr).toMatch(words)
    expect(outcome.stdout).toBe('')
    expect(runFolders()).toEqual(before)
  }
  const known = await run('train', project, '--from', runModel(), '--preset', 'correction', '--folds', 'holdout:S01', '--json')
  expect(known.json()).toMatchObject({ error: { code: 'SUBJECT_LEAK' } })
  expect(known.stderr).toMatch(/already learned from .*S01/)
  const import_ = await run('dataset', 'import', project, path('nothing-here'), '--kind', 'disfa')
  expect(import_).toMatchObject({ code: 1, stderr: expect.stringMatching(/nothing at .*Give the folder/) as string })
  expect((await run('train', project, '--resume', 'nothing')).stderr).toMatch(/no training run nothing/)
})

it('a run that was killed between moving its model and writing the card becomes that model when it goes on', async () => {
  const { run: summary } = await trained('--preset', 'correction', '--config', settings(), '--from', model, '--folds', 'holdout:S08')
  const id = summary.modelId ?? ''
  const database = new Database(join(project, 'project.sqlite'))
  database.prepare('DELETE FROM model WHERE id = ?').run(id)
  database.close()
  const status = join(project, 'runs', summary.id, 'status.json')
  writeFileSync(status, JSON.stringify({ ...(JSON.parse(readFileSync(status, 'utf8')) as object), state: 'interrupted', modelId: null }))
  const again = await run('train', project, '--resume', summary.id, '--json')
  expect(again, again.stderr).toMatchObject({ code: 0 })
  expect(again.json<{ run: RunSummary }>().run).toMatchObject({ state: 'finished', modelId: id })
  expect(cardOf(id).training.runId).toBe(summary.id)
})

it('asks for a policy where coders contradict each other, and records the one that was chosen', async () => {
  const { videos } = (await run('video', 'list', project, '--json')).json<{ videos: { id: string; subjectCode: string }[] }>()
  const { id } = videos.find(({ subjectCode }) => subjectCode === 'S01') ?? { id: '' }
  await run('label', 'add', project, '--video', id, '--au', '12', '--from', '0', '--to', '24', '--state', 'present', '--coder', 'CD')
  const plain = ['--preset', 'correction', '--config', settings(), '--from', model, '--folds', 'holdout:S08']
  const refused = await run('train', project, ...plain, '--json')
  expect(refused.json()).toMatchObject({ error: { code: 'LABELS_CONTRADICT' } })
  expect(refused.stderr).toMatch(/AU12.*present by CD, absent by AB/)
  const { report } = await trained(...plain, '--coders', 'majority')
  expect(report.data.coders).toMatchObject({ policy: { kind: 'majority' }, names: ['AB', 'CD'] })
  expect(report.data.coders.contradictions).toBeGreaterThan(0)
})

it('takes a subject who withdraws out of every run folder and names the models', async () => {
  const copy = path('withdrawn.auproj')
  cpSync(project, copy, { recursive: true })
  const removal = await run('subject', 'remove', copy, 'S03')
  expect(removal, removal.stderr).toMatchObject({ code: 0 })
  expect(removal.stdout).toMatch(/Trained on this subject, and still here/)
  expect(removal.stdout).toMatch(/Taken out of the files of these training runs/)
  const left = readdirSync(join(copy, 'runs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  expect(left.filter((file) => readFileSync(file, 'utf8').includes('S03'))).toEqual([])
  expect(left.filter((file) => file.endsWith('.f32'))).toEqual([])
  for (const { id } of (await run('runs', 'list', copy, '--json')).json<{ runs: RunSummary[] }>().runs) {
    const detail = (await run('runs', 'show', copy, id, '--json')).json<RunDetail>()
    expect(detail.data.subjects.map(({ code }) => code)).toEqual(['S01', 'S05', 'S08'])
    expect(detail.report?.warnings.join()).toMatch(/A subject has withdrawn since/)
  }
})

/** A model of this project that knows every subject. */
function runModel(): string {
  const ids = readdirSync(join(project, 'models'))
  return (
    ids.find((id) => {
      const card = JSON.parse(readFileSync(join(project, 'models', id, 'card.json'), 'utf8')) as { training: { subjects: string[] } }
      return card.training.subjects.length === 4
    }) ?? ''
  )
}
