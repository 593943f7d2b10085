// Subjects, jobs, models, crops, settings, storage: what the other rooms lean on.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openProject } from '@main/store/index'
import { addVideo, closing, modelCard, newProject } from './projectFixture'

const failsWith = (code: string) => expect.objectContaining({ code })

describe('subjects', () => {
  it('have unique codes of free text', () => {
    const store = newProject()
    const first = store.subjects.findOrCreate("  O'Brien; DROP TABLE subject -- ü 被験者 ")
    expect(store.subjects.findOrCreate("O'Brien; DROP TABLE subject -- ü 被験者").id).toBe(first.id)
    const second = store.subjects.findOrCreate('S02')
    expect(() => store.subjects.update(second.id, { code: first.code })).toThrowError(failsWith('INPUT_INVALID'))
    expect(() => store.subjects.findOrCreate(' ')).toThrowError(failsWith('INPUT_INVALID'))
    expect(store.subjects.update(second.id, { code: 'S03', note: 'left-handed' })).toMatchObject({ code: 'S03', note: 'left-handed' })
    expect(store.subjects.list()).toHaveLength(2)
  })
})

describe('jobs', () => {
  const job = { kind: 'analyse', lane: 'compute', title: 'Analyse a.mp4', videoId: null, modelId: null, spec: null } as const
  const progress = { done: 5, total: 10, unit: 'frames', phase: 'Looking', remainingSeconds: 3 } as const

  it('keep progress, result and error', () => {
    const store = newProject()
    const { id } = store.jobs.create(job)
    expect(store.jobs.queued('compute').map((row) => row.id)).toEqual([id])
    expect(store.jobs.queued('media')).toEqual([])
    store.jobs.start(id)
    store.jobs.setProgress(id, progress)
    expect(store.jobs.get(id)).toMatchObject({ status: 'running', progress, error: null, finishedAt: null })
    expect(() => store.jobs.remove(id)).toThrowError(failsWith('JOB_ACTIVE'))
    const error = { code: 'MEDIA_TRUNCATED', message: 'It ends early.', data: { frame: 7 } } as const
    expect(store.jobs.finish(id, { status: 'failed', error })).toMatchObject({ status: 'failed', error, result: null })
    store.jobs.requeue(id)
    store.jobs.start(id)
    expect(store.jobs.finish(id, { status: 'succeeded', result: { frames: 10 } })).toMatchObject({
      status: 'succeeded',
      error: null,
      result: { frames: 10 },
    })
    store.jobs.remove(id)
    expect(() => store.jobs.get(id)).toThrowError(failsWith('JOB_NOT_FOUND'))
  })

  it('are listed newest first, and end quietly when their video is gone', () => {
    const store = newProject()
    const videoId = addVideo(store)
    const ids = [store.jobs.create(job).id, store.jobs.create(job).id]
    expect(store.jobs.list().map((row) => row.id)).toEqual(ids.toReversed())
    expect(store.jobs.list({ statuses: ['running'] })).toEqual([])
    const ofVideo = store.jobs.create({ ...job, videoId }).id
    store.context.db.run('DELETE FROM video WHERE id = ?', videoId)
    expect(store.jobs.finish(ofVideo, { status: 'succeeded', result: null })).toBeNull()
  })

  it('have metrics by step, with null for what is not a number', () => {
    const store = newProject()
    const { id } = store.jobs.create(job)
    store.jobs.addMetrics(id, [
      { name: 'loss', step: 0, value: 0.7 },
      { name: 'loss', step: 1, value: NaN },
      { name: 'rate', step: 1, value: 1e-4 },
    ])
    store.jobs.addMetrics(id, [{ name: 'loss', step: 0, value: 0.6 }])
    expect(store.jobs.metrics(id, { name: 'loss' })).toEqual([
      { name: 'loss', step: 0, value: 0.6 },
      { name: 'loss', step: 1, value: null },
    ])
    expect(store.jobs.metrics(id, { fromStep: 1 }).map((one) => one.name)).toEqual(['loss', 'rate'])
  })
})

describe('models', () => {
  it('are a card and a folder, and leave with their predictions', () => {
    const store = newProject()
    const videoId = addVideo(store)
    const card = { ...modelCard('m1'), files: [{ name: 'model.safetensors', bytes: 3, sha256: '' }] }
    expect(() => store.models.add(card)).toThrowError(failsWith('FILE_NOT_FOUND'))
    mkdirSync(store.models.folder('m1'))
    writeFileSync(join(store.models.folder('m1'), 'model.safetensors'), 'abc')
    store.models.add(card)
    expect(() => store.models.add(card)).toThrowError(failsWith('MODEL_EXISTS'))
    expect(() => store.models.add(modelCard('starter'))).toThrowError(failsWith('MODEL_EXISTS'))
    expect(JSON.parse(readFileSync(join(store.models.folder('m1'), 'card.json'), 'utf8'))).toEqual(card)
    store.models.replaceCard({ ...card, name: 'Better' })
    expect(store.models.get('m1').name).toBe('Better')
    store.project.setActiveModel('m1')
    store.predictions.begin({ videoId, modelId: 'm1', aus: [12], settings: null })
    expect(store.models.remove('m1')).toEqual({ predictionCount: 1 })
    expect(existsSync(store.models.folder('m1'))).toBe(false)
    expect(store.project.activeModelId()).toBe('starter')
    expect(() => store.models.get('m1')).toThrowError(failsWith('MODEL_NOT_FOUND'))
    expect(() => store.models.folder('../../etc')).toThrowError(failsWith('INPUT_INVALID'))
  })
})

describe('crops', () => {
  const series = { videoId: 'v', track: 0, rule: 'fmae', size: 224 }
  const put = (frame: number) => ({ ...series, frame, jpeg: Buffer.from([frame]) })

  it('are kept by video, track, rule, size and frame', () => {
    const store = newProject()
    expect(store.crops.get({ ...series, frame: 1 })).toBeNull()
    store.crops.put([put(3), put(1), { ...put(1), size: 112, jpeg: Buffer.from('small') }])
    expect(store.crops.get({ ...series, frame: 3 })).toEqual(Buffer.from([3]))
    expect(store.crops.get({ ...series, frame: 1, size: 112 })).toEqual(Buffer.from('small'))
    expect(store.crops.frames(series)).toEqual([1, 3])
    expect(store.crops.count('v')).toBe(3)
    store.crops.clear()
    expect(store.crops.count()).toBe(0)
  })

  it('are begun anew when their file is damaged', () => {
    const store = newProject()
    store.crops.put([put(1)])
    store.close()
    writeFileSync(join(store.root, 'crops.sqlite'), 'not a database at all, but longer than a header'.repeat(50))
    const again = closing(openProject(store.root))
    expect(again.crops.get({ ...series, frame: 1 })).toBeNull()
    again.crops.put([put(2)])
    expect(again.crops.frames(series)).toEqual([2])
  })

  it('are read beside the writer', () => {
    const store = newProject()
    const reader = closing(openProject(store.root, { access: 'read' }))
    expect(reader.crops.count()).toBe(0)
    store.crops.put([put(1)])
    expect(reader.crops.frames(series)).toEqual([1])
  })
})

it('settings are JSON by name', () => {
  const store = newProject()
  store.settings.set('window', { zoom: 2 })
  store.settings.set('window', { zoom: 3 })
  expect(store.settings.get('window')).toEqual({ zoom: 3 })
  expect(store.settings.all()).toEqual({ window: { zoom: 3 } })
  store.settings.remove('window')
  expect(store.settings.get('window')).toBeUndefined()
})

it('storage is counted by what it holds', () => {
  const store = newProject()
  mkdirSync(join(store.root, 'runs', 'r1'))
  writeFileSync(join(store.root, 'runs', 'r1', 'metrics.jsonl'), 'x'.repeat(1000))
  writeFileSync(join(store.root, 'exports', 'a.csv'), 'x'.repeat(10))
  const { storage } = store.info()
  expect(storage).toMatchObject({ runs: 1000, exports: 10, models: 0, crops: 0, proxies: 0 })
  expect(storage.database).toBeGreaterThan(4096)
  expect(storage.total).toBe(storage.database + 1010)
  writeFileSync(join(store.root, 'writer.json'), 'a holder with a longer process number '.repeat(9))
  expect(store.info().storage).toEqual(storage)
})

it('a transaction over several repositories is kept whole or not at all', () => {
  const store = newProject()
  expect(() =>
    store.transaction(() => {
      store.subjects.findOrCreate('S01')
      store.settings.set('a', 1)
      throw new Error('stop')
    }),
  ).toThrowError('stop')
  expect(store.subjects.list()).toEqual([])
  expect(store.settings.get('a')).toBeUndefined()
})

it('a full disk changes nothing and is named', () => {
  const store = newProject()
  const videoId = addVideo(store, { frameCount: 100_000 })
  const { id } = store.predictions.begin({ videoId, modelId: 'starter', aus: [12], settings: null })
  const { database } = store.context.db
  // SQLite's own limit ends in the same result code as the file system's.
  database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true })) + 4}`)
  const probabilities = new Float32Array(100_000)
  expect(() => store.predictions.appendChunk(id, { chunk: 0, startFrame: 0, frameCount: 100_000, probabilities })).toThrowError(
    failsWith('DISK_FULL'),
  )
  expect(store.predictions.get(id)).toMatchObject({ framesDone: 0, chunkCount: 0 })
  database.pragma('max_page_count = 1000000')
  expect(store.predictions.appendChunk(id, { chunk: 0, startFrame: 0, frameCount: 100_000, probabilities })).toBe(true)
  expect(store.findDamage()).toEqual([])
})
