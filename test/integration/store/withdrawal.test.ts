// Consent withdrawn: what run folders of every kind, studies and pictures of features tell of a subject, also of one whose code was changed since.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Runs } from '@main/backend/training/runs'
import { modelsOf, tracesOf, withdraw } from '@main/backend/training/withdrawal'
import type { ProjectStore } from '@main/store/index'
import { DISTILLATION_FORMAT } from '@shared/distillation'
import { runConfig, runData } from '../../unit/compute/training/runParts'
import { addVideo, modelCard, newProject } from './projectFixture'

/** Files of the runs folder in which the text stands. */
function filesWith(store: ProjectStore, text: string): string[] {
  return readdirSync(store.paths.runs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, 'utf8').includes(text))
    .map((file) => file.slice(store.paths.runs.length + 1))
}

function write(store: ProjectStore, name: string, content: unknown): void {
  const path = join(store.paths.runs, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
}

/** A training run, a pretraining run, a study and pictures of features that know ANNA, BEN and CARO. */
function filled(store: ProjectStore): Record<'ANNA' | 'BEN' | 'CARO', string> {
  const codes = ['ANNA', 'BEN', 'CARO'] as const
  const ids = Object.fromEntries(codes.map((code) => [code, addVideo(store, { code, name: `${code}-at-home.mp4` })]))
  const runs = new Runs(store)
  const data = runData([...codes], [12], [['1'], ['0'], ['1']])
  const videos = data.videos.map((video, place) => ({
    ...video,
    id: ids[codes[place] ?? ''] ?? '',
    fileName: `${codes[place]}-at-home.mp4`,
  }))
  const run = runConfig({ id: 'trained', folds: [{ test: ['CARO'], train: ['ANNA'], validation: ['BEN'] }] })
  runs.create(run, { ...data, videos })
  runs.setStatus('trained', { state: 'finished', jobId: null, modelId: null, error: null })
  const series = videos.map(({ id, fileName }) => ({
    id,
    name: fileName,
    track: 0,
    rule: 'fmae',
    size: 32,
    frames: [0],
    count: 1,
    contentHash: id,
  }))
  const source = { kind: 'project', name: 'study', directory: null, contentHash: null, isSynthetic: false, licence: null, share: 1, series }
  const pretraining = { format: 'au-workbench-pretraining/1', id: 'pretrained', name: 'Pretraining', config: { own: { leaveOut: [] } } }
  runs.create(pretraining, {
    format: 'au-workbench-pretraining-data/1',
    sources: [source],
    frames: 3,
    subjects: [...codes],
    framesWithoutFace: 0,
  })
  runs.setStatus('pretrained', { state: 'paused', jobId: null, modelId: null, error: null })
  write(store, 'pretrained/pictures/step-00000001.jpg', 'A FACE')
  write(store, 'pretrained/checkpoints/state.json', '{}')
  const metrics = [{ kind: 'pretraining', fold: 0, step: 1, loss: 1 }, { kind: 'reconstructions', fold: 0, step: 1 }] // prettier-ignore
  write(store, 'pretrained/metrics.jsonl', metrics.map((line) => `${JSON.stringify(line)}\n`).join(''))
  write(store, 'pretrained/report.json', { subjects: [...codes], warnings: ['Faces of ANNA, BEN, CARO were seen.'] })
  write(store, 'pretrained/report.html', '<p>Seen: ANNA, BEN, CARO</p><figure><img alt="Originals" src="data:A FACE"></figure>')
  write(store, 'studies/one/study.json', { id: 'one', base: { configuration: { evaluation: { folds: { kind: 'holdout', subjects: ['ANNA'] } } } }, arms: [], seeds: [], runs: [], jobId: null }) // prettier-ignore
  write(store, 'studies/one/figures.json', { arms: [], heldOut: ['ANNA'], resamples: 100 })
  const embedding = { subjects: [...codes], frames: [{ videoId: ids['ANNA'], frame: 0, subject: 0 }] }
  write(store, 'trained/embedding.json', embedding)
  write(store, 'embeddings/other.json', embedding)
  store.models.add(modelCard('knows', ['ANNA', 'BEN']))
  return ids as Record<(typeof codes)[number], string>
}

it('leaves neither code nor picture in pretraining, studies and pictures of features', () => {
  const store = newProject()
  filled(store)
  expect(filesWith(store, 'ANNA').length).toBeGreaterThan(6)
  const traces = tracesOf(store, 'ANNA')
  expect(modelsOf(store, traces)).toEqual([{ id: 'knows', name: 'Model knows' }])
  withdraw(store, traces)
  expect(filesWith(store, 'ANNA')).toEqual([])
  expect(filesWith(store, 'A FACE')).toEqual([])
  expect(existsSync(join(store.paths.runs, 'pretrained/checkpoints'))).toBe(false)
  const runs = new Runs(store)
  expect(runs.data('trained').subjects).toEqual(['BEN', 'CARO'])
  expect(runs.metrics('pretrained').map(({ kind }) => kind)).toEqual(['pretraining'])
  expect(runs.status('pretrained').state).toBe('stopped')
  expect(filesWith(store, 'BEN-at-home.mp4').sort()).toEqual(['pretrained/data.json', 'trained/data.json'])
  expect(tracesOf(store, 'ANNA')).toMatchObject({ training: [], pretraining: [] })
})

it('knows a subject by the videos after the code was changed, and nobody else who took the old code', () => {
  const store = newProject()
  filled(store)
  store.subjects.update(store.subjects.getByCode('ANNA').id, { code: 'P-17' })
  addVideo(store, { code: 'ANNA', name: 'another-anna.mp4' })
  expect(tracesOf(store, 'ANNA')).toMatchObject({ training: [], pretraining: [] })
  const traces = tracesOf(store, 'P-17')
  expect(traces.training).toMatchObject([{ id: 'trained', codes: ['ANNA'] }])
  expect(modelsOf(store, traces).map(({ id }) => id)).toEqual(['knows'])
  withdraw(store, traces)
  expect(filesWith(store, 'ANNA')).toEqual([])
})

it('knows a subject whose code was changed also where only pretraining saw the face', () => {
  const store = newProject()
  filled(store)
  for (const name of ['trained', 'embeddings', 'studies']) rmSync(join(store.paths.runs, name), { recursive: true })
  store.subjects.update(store.subjects.getByCode('ANNA').id, { code: 'P-17' })
  const traces = tracesOf(store, 'P-17')
  expect(traces.pretraining).toMatchObject([{ id: 'pretrained' }])
  withdraw(store, traces)
  expect(filesWith(store, 'ANNA')).toEqual([])
  expect(filesWith(store, 'BEN').length).toBeGreaterThan(0)
})

it('takes the code out of pretraining that left the subject out, and leaves what it learned', () => {
  const store = newProject()
  filled(store)
  const runs = new Runs(store)
  const config = { format: 'au-workbench-pretraining/1', id: 'without', name: 'Without', config: { own: { leaveOut: ['ANNA'] } } }
  runs.create(config, { ...(runs.data('pretrained') as object), sources: [], subjects: ['BEN'] })
  runs.setStatus('without', { state: 'paused', jobId: null, modelId: null, error: null })
  write(store, 'without/checkpoints/state.json', '{}')
  write(store, 'without/report.json', { config: { own: { leaveOut: ['ANNA'] } }, warnings: [] })
  withdraw(store, tracesOf(store, 'ANNA'))
  expect(filesWith(store, 'ANNA')).toEqual([])
  expect(existsSync(join(store.paths.runs, 'without/checkpoints/state.json'))).toBe(true)
  expect(runs.status('without').state).toBe('paused')
})

it('names models that were trained on from one that learned from the subject, and drops weights that were not registered', () => {
  const store = newProject()
  filled(store)
  const child = modelCard('child', ['BEN'])
  store.models.add({ ...child, training: { ...child.training, parentId: 'knows' } })
  const grandchild = modelCard('grandchild', [])
  store.models.add({ ...grandchild, training: { ...grandchild.training, parentId: 'child' } })
  store.models.add(modelCard('stranger', ['BEN']))
  write(store, 'pretrained/model/weights.safetensors', 'WEIGHTS')
  const traces = tracesOf(store, 'ANNA')
  expect(modelsOf(store, traces).map(({ id }) => id)).toEqual(['knows', 'child', 'grandchild'])
  withdraw(store, traces)
  expect(filesWith(store, 'WEIGHTS')).toEqual([])
})

describe('distillation', () => {
  /** A run whose student learned from ANNA and BEN while CARO was left out, taught by the model that knows ANNA. */
  function distilled(store: ProjectStore): void {
    const runs = new Runs(store)
    const config = { format: DISTILLATION_FORMAT, id: 'distilled', name: 'Student', config: { frames: { leaveOut: ['CARO'] } }, teacher: { id: 'knows', name: 'Model knows', subjects: ['ANNA'] } } // prettier-ignore
    runs.create(config, runs.data('trained'))
    runs.setStatus('distilled', { state: 'paused', jobId: null, modelId: null, error: null })
    // what the teacher said of every frame, the student so far, and one that was not registered yet
    for (const name of ['checkpoints/teacher.f32', 'checkpoints/teacher.json', 'checkpoints/state.json', 'model/weights.safetensors'])
      write(store, `distilled/${name}`, 'MADE OF A FACE')
    const figures = { perSubject: [{ subject: 'ANNA', frames: 1 }, { subject: 'BEN', frames: 1 }] } // prettier-ignore
    write(store, 'distilled/report.json', {
      teacher: { subjects: ['ANNA'] },
      subjects: ['ANNA', 'BEN'],
      agreement: { distilled: { subjects: ['ANNA', 'BEN'] }, leftOut: { subjects: ['CARO'] } },
      labelled: [{ kind: 'distilled', subjects: ['ANNA', 'BEN'], teacherTrainedOn: ['ANNA'], teacher: figures, student: figures }],
      warnings: ['The teacher was trained on subjects learned from (ANNA), which flatters it there.'],
    })
    write(
      store,
      'distilled/report.html',
      '<table><tr><th>ANNA</th><td>1</td></tr><tr><th>BEN</th><td>1</td></tr></table><p>Of ANNA, BEN</p>',
    )
    write(store, 'distilled/result.json', {
      outcome: 'finished',
      card: { training: { subjects: ['ANNA', 'BEN'], summary: 'on ANNA, BEN' } },
    })
  }

  it('loses the subject, what the teacher said of the frames and weights that were not registered', () => {
    const store = newProject()
    filled(store)
    distilled(store)
    const traces = tracesOf(store, 'ANNA')
    expect(traces.training.map(({ id }) => id).sort()).toEqual(['distilled', 'trained'])
    withdraw(store, traces)
    expect(filesWith(store, 'ANNA')).toEqual([])
    expect(filesWith(store, 'MADE OF A FACE')).toEqual([])
    const runs = new Runs(store)
    expect(runs.status('distilled').state).toBe('stopped')
    expect(runs.config('distilled')).toMatchObject({ hasWithdrawals: true, teacher: { subjects: ['withdrawn'] } })
    expect(runs.data('distilled')).toMatchObject({ subjects: ['BEN', 'CARO'], samples: { labels: ['0', '1'] } })
    const report = runs.report('distilled') as unknown as { labelled: { teacher: { perSubject: unknown[] } }[]; warnings: string[] }
    expect(report.labelled[0]?.teacher.perSubject).toEqual([{ subject: 'BEN', frames: 1 }])
    expect(report.warnings.join(' ')).toMatch(/\(withdrawn\).*A subject has withdrawn since/)
    expect(filesWith(store, '<th>BEN</th>')).toEqual(['distilled/report.html'])
    expect(tracesOf(store, 'ANNA').training).toEqual([])
  })

  it('keeps of somebody who was only left out no code, and ends as well', () => {
    const store = newProject()
    filled(store)
    distilled(store)
    withdraw(store, tracesOf(store, 'CARO'))
    expect(filesWith(store, 'CARO')).toEqual([])
    expect(existsSync(join(store.paths.runs, 'distilled/checkpoints'))).toBe(false)
  })

  it('names the student of a teacher that learned from the subject, also where the student saw others only', () => {
    const store = newProject()
    filled(store)
    const student = modelCard('student', ['BEN'])
    store.models.add({ ...student, training: { ...student.training, teacher: { id: 'knows', name: 'Model knows', sha256: '' } } })
    const ofStudent = modelCard('fine-tuned', ['BEN'])
    store.models.add({ ...ofStudent, training: { ...ofStudent.training, parentId: 'student' } })
    store.models.add(modelCard('stranger', ['BEN']))
    expect(modelsOf(store, tracesOf(store, 'ANNA')).map(({ id }) => id)).toEqual(['knows', 'student', 'fine-tuned'])
  })
})
