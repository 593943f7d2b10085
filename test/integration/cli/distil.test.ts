// auw distil from the terminal on a small project: what is refused before anything is written, the same bits after kill -9 as without, what a student's card
// and report say, and predicting with it.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { beforeAll, expect, it } from 'vitest'
import type { DistillationReport, DistillationSummary } from '@shared/distillation'
import type { ModelCard, ModelSummary } from '@shared/model'
import type { RunMetric } from '@shared/runMetrics'
import type { DistillationRequest } from '@shared/contract/distillation'
import { backendIn, clientOf, labelledProject } from '../training/labelledProject'
import { saveVit, vitTensors } from '../../unit/runtime/weights/vitCheckpoint'
import { auw, root, temporaryFolder, type Outcome } from './auw'

const folder = temporaryFolder()
const settings = join(folder, 'settings')
const run = (...args: string[]): Promise<Outcome> => auw({ settings }, ...args)
let project = ''
let teacher = ''
let backbone = ''

interface Finished {
  run: DistillationSummary
  report: DistillationReport
}

const runFolders = (): string[] => (existsSync(join(project, 'runs')) ? readdirSync(join(project, 'runs')).sort() : [])
const cardOf = (id: string | null): ModelCard =>
  JSON.parse(readFileSync(join(project, 'models', id ?? '', 'card.json'), 'utf8')) as ModelCard
const metricsOf = (runId: string): RunMetric[] =>
  readFileSync(join(project, 'runs', runId, 'metrics.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as RunMetric]))

const STEPS = 16
const distil = (): string[] => [
  'distil', project, '--teacher', teacher, '--student', backbone, '--config', join(folder, 'config.json'), '--steps', String(STEPS), '--leave-out', 'S03', '--device', 'cpu', '--json',
] // prettier-ignore

async function imported(file: string, ...options: string[]): Promise<string> {
  const outcome = await run('model', 'import', project, join(folder, file), '--json', ...options)
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
  return outcome.json<{ models: ModelSummary[] }>().models[0]?.id ?? ''
}

beforeAll(async () => {
  project = await labelledProject(
    folder,
    ['S01', 'S03'].map((code) => ({ code, coder: 'AB' })),
  )
  const network = { width: 64, depth: 2, patch: 8, imageSize: 32 }
  await saveVit(join(folder, 'teacher.pth'), vitTensors({ ...network, aus: 12 }))
  teacher = await imported('teacher.pth', '--heads', '2')
  await saveVit(join(folder, 'backbone.pth'), vitTensors({ ...network, width: 32, hasDecoder: true }))
  backbone = await imported('backbone.pth', '--heads', '2')
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      network: { imageSize: 32 },
      optimisation: { batch: 4 },
      frames: { every: 1 },
      evaluation: { everyEpochs: 2, resamples: 100 },
      checkpointMinutes: 0.001,
    }),
  )
})

it('refuses in a sentence what cannot teach, be taught or be built, and writes nothing', async () => {
  const plain = { teacherId: teacher, device: 'cpu' }
  const refusals: [Omit<DistillationRequest, 'teacherId'> & { teacherId: string }, string, RegExp][] = [
    [{ ...plain, teacherId: backbone }, 'MODEL_CANNOT_PREDICT', /nothing to teach; train it first/],
    [{ ...plain, teacherId: 'nobody' }, 'MODEL_NOT_FOUND', /no model nobody/],
    [{ ...plain, studentId: 'starter' }, 'CONFIG_INVALID', /cannot become a student/],
    [{ ...plain, studentId: backbone, configuration: { network: { size: 'small' } } }, 'CONFIG_INVALID', /keeps that model's size/],
    [{ ...plain, configuration: { network: { imageSize: 100 } } }, 'CONFIG_INVALID', /cannot be cut into patches/],
    [{ ...plain, configuration: { temperature: 0.1 } }, 'CONFIG_INVALID', /setting temperature/],
    [{ ...plain, configuration: { warmth: 1 } }, 'CONFIG_INVALID', /warmth/],
    [{ ...plain, leaveOut: ['S01', 'S03'] }, 'INPUT_INVALID', /nothing remains to learn from/],
    [{ ...plain, leaveOut: ['S09'] }, 'SUBJECT_NOT_FOUND', /no subject S09/],
    [
      { ...plain, configuration: { network: { size: 'base', imageSize: 512 }, optimisation: { batch: 2048 } } },
      'WILL_NOT_FIT',
      /set the batch to/,
    ],
  ]
  const backend = await backendIn(folder)
  try {
    const client = clientOf(backend)
    const { id } = await client.project.open({ directory: project })
    for (const [request, code, message] of refusals) {
      const refused = client.distillation.start({ project: id, ...request })
      await expect(refused, message.source).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string })
    }
  } finally {
    await backend.close()
  }
  const starter = await run('distil', project, '--teacher', 'starter', '--json')
  expect(starter).toMatchObject({ code: 1, stderr: expect.stringMatching(/no transformer, has no features/) as string })
  const nobody = await run('distil', project, '--json')
  expect(nobody).toMatchObject({ code: 2, stderr: expect.stringMatching(/Name the model to learn from/) as string })
  expect(runFolders()).toEqual([])
})

it('gives the same student after kill -9, measured beside its teacher', async () => {
  const whole = await run(...distil())
  expect(whole.code, whole.stderr).toBe(0)
  const first = whole.json<Finished>()
  expect(first.run).toMatchObject({ state: 'finished', steps: STEPS })

  const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), ...distil()], {
    env: { ...process.env, AUW_SETTINGS: settings },
    stdio: 'ignore',
    detached: true,
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const newRun = (): string | undefined => {
    const database = new Database(join(project, 'project.sqlite'), { readonly: true })
    const specs = database.prepare("SELECT spec_json FROM job WHERE kind = 'distil'").pluck().all() as string[]
    database.close()
    return specs.map((spec) => (JSON.parse(spec) as { runId: string }).runId).find((id) => id !== first.run.id)
  }
  for (;;) {
    if (child.exitCode !== null) throw new Error('it ended before it could be killed')
    const id = newRun()
    const state = id && join(project, 'runs', id, 'checkpoints', 'state.json')
    if (state && existsSync(state) && (JSON.parse(readFileSync(state, 'utf8')) as { step: number }).step >= 3) break
    await sleep(5)
  }
  process.kill(-(child.pid as number), 'SIGKILL')
  await ended
  const id = newRun() as string
  // what the teacher said is computed anew where its file was cut
  truncateSync(join(project, 'runs', id, 'checkpoints', 'teacher.f32'), 100)
  const resumed = await run('distil', project, '--resume', id, '--json')
  expect(resumed.code, resumed.stderr).toBe(0)
  const second = resumed.json<Finished>()

  const computed = (runId: string): unknown[] =>
    metricsOf(runId).flatMap((line): unknown[] =>
      line.kind === 'distillation'
        ? [{ step: line.step, loss: line.loss, auLoss: line.auLoss, featureLoss: line.featureLoss, gradientNorm: line.gradientNorm }]
        : line.kind === 'agreement'
          ? [{ step: line.step, correlation: line.correlation, meanDifference: line.meanDifference, isLeftOut: line.isLeftOut }]
          : [],
    )
  expect(computed(id)).toEqual(computed(first.run.id))
  expect(computed(id).length).toBeGreaterThan(STEPS)
  const [a, b] = [cardOf(first.run.modelId), cardOf(second.run.modelId)]
  expect(b.files[0]?.sha256).toBe(a.files[0]?.sha256)

  // what the card and the report say
  expect(a).toMatchObject({
    kind: 'vit',
    architecture: { width: 32, depth: 2, imageSize: 32 },
    licence: { isNonCommercial: true },
    training: { subjects: ['S01'], parentId: backbone, teacher: { id: teacher, sha256: cardOf(teacher).files[0]?.sha256 } },
  })
  expect(a.aus.map(({ au, threshold }) => [au, threshold])).toEqual(cardOf(teacher).aus.map(({ au, threshold }) => [au, threshold]))
  const { report } = first
  expect(report).toMatchObject({ subjects: ['S01'], leftOut: ['S03'], student: { architecture: { width: 32 } } })
  expect(report.labelled.map(({ kind, subjects }) => [kind, subjects])).toEqual([
    ['left-out', ['S03']],
    ['distilled', ['S01']],
  ])
  for (const { teacher: before, student: after } of report.labelled)
    expect(before.aus.map(({ au, known }) => [au, known])).toEqual(after.aus.map(({ au, known }) => [au, known]))
  expect(report.agreement.leftOut).toMatchObject({ subjects: ['S03'] })
  expect(report.speed.teacherPerSecond).toBeGreaterThan(0)
  expect(report.sentence).toMatch(/times as many images a second .* subject it did not see/)
  const html = readFileSync(join(project, 'runs', first.run.id, 'report.html'), 'utf8')
  expect(html).toContain(report.sentence.slice(0, 40))
  // what only resuming needs, teacher's values included, is gone
  expect(existsSync(join(project, 'runs', first.run.id, 'checkpoints'))).toBe(false)

  const predicted = await run('predict', project, '--model', a.id, '--json')
  expect(predicted.code, predicted.stderr).toBe(0)
  // models beside each other by the reports of training runs: a student has none
  const compared = await run('runs', 'list', project, '--json')
  expect(compared.json<{ runs: unknown[] }>().runs).toEqual([])
}, 600_000)

it('starts from nothing, by AU values alone, with thresholds from labels', async () => {
  const options = ['--student', 'none', '--feature-weight', '0', '--thresholds', 'labels', '--steps', '2', '--name', 'Small']
  const outcome = await run(...distil(), ...options)
  expect(outcome.code, outcome.stderr).toBe(0)
  const { run: summary, report } = outcome.json<Finished>()
  const card = cardOf(summary.modelId)
  expect(card).toMatchObject({ name: 'Small', architecture: { width: 192, depth: 12 }, training: { parentId: null } })
  expect(metricsOf(summary.id).some((line) => line.kind === 'distillation' && line.featureLoss === null)).toBe(true)
  const [, seen] = report.labelled
  for (const { au, threshold } of card.aus) {
    const figures = seen?.student.aus.find((one) => one.au === au)
    const isChosen = figures !== undefined && figures.positives > 0 && figures.positives < figures.known
    if (!isChosen) expect(threshold).toBe(0.5)
    else expect(figures.thresholds[0]).toBe(threshold)
  }
}, 600_000)
