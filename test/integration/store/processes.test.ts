// Two processes on one project, and a process that dies at any moment.
import { chmodSync, copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openProject } from '@main/store/index'
import { startChild } from './childProcess'
import { addVideo, closing, newProject, temporaryFolder } from './projectFixture'

const OTHER_USER = 65534

describe("the writer's lock", () => {
  it('leaves one writer; others read everything and are told who writes', async () => {
    const store = newProject()
    addVideo(store)
    store.close()
    const child = startChild('hold', [store.root])
    expect(await child.line()).toBe('{"isWritable":true}')

    expect(() => openProject(store.root, { access: 'write' })).toThrowError(
      expect.objectContaining({ code: 'PROJECT_LOCKED', data: expect.objectContaining({ pid: child.process.pid }) }),
    )
    const reader = closing(openProject(store.root))
    expect(reader.isWritable).toBe(false)
    expect(reader.otherWriter?.pid).toBe(child.process.pid)
    expect(reader.videos.list()).toHaveLength(1)
    expect(() => reader.subjects.findOrCreate('S02')).toThrowError(expect.objectContaining({ code: 'PROJECT_LOCKED' }))
    expect(() => reader.transaction(() => 1)).toThrowError(expect.objectContaining({ code: 'PROJECT_LOCKED' }))
    expect(() => reader.crops.put([])).toThrowError(expect.objectContaining({ code: 'PROJECT_LOCKED' }))
    expect(reader.tryToWrite()).toBe(false)

    // The lock dies with its holder, however it dies.
    child.process.kill('SIGKILL')
    await child.gone
    expect(reader.isWritable).toBe(false)
    expect(reader.subjects.findOrCreate('S02').code).toBe('S02')
    expect(reader.isWritable).toBe(true)
    expect(reader.otherWriter).toBeNull()
  })

  it('lets a reader see what the writer commits, and keeps a snapshot still', () => {
    const store = newProject()
    const reader = closing(openProject(store.root, { access: 'read' }))
    expect(() => reader.settings.set('a', 1)).toThrowError(expect.objectContaining({ code: 'PROJECT_READ_ONLY' }))
    reader.snapshot(() => {
      expect(reader.subjects.list()).toHaveLength(0)
      store.subjects.findOrCreate('S01')
      expect(reader.subjects.list()).toHaveLength(0)
    })
    expect(reader.subjects.list()).toHaveLength(1)
  })

  it('holds within one process too', () => {
    const store = newProject()
    const second = closing(openProject(store.root))
    expect(second.isWritable).toBe(false)
    second.close()
    expect(() => store.settings.set('still', 'mine')).not.toThrow()
    store.close()
    expect(closing(openProject(store.root)).isWritable).toBe(true)
  })
})

it('what a killed process left running is interrupted for who only looks, before anybody has written so', async () => {
  const store = newProject()
  const { id } = store.jobs.create({ kind: 'train', lane: 'compute', title: 'Train', videoId: null, modelId: null, spec: {} })
  store.jobs.start(id)
  store.close()
  const child = startChild('hold', [store.root, id])
  await child.line()
  const looking = closing(openProject(store.root, { access: 'read' }))
  expect(looking.jobs.list({ statuses: ['running'] }).map((job) => job.id)).toEqual([id])

  child.process.kill('SIGKILL')
  await child.gone
  expect(looking.jobs.get(id).status).toBe('interrupted')
  expect(looking.jobs.list({ statuses: ['running'] })).toEqual([])
  expect(looking.jobs.list({ statuses: ['interrupted'] }).map((job) => job.id)).toEqual([id])
})

it('kill -9 loses nothing that was committed, and work continues from there', async () => {
  const store = newProject()
  const videoId = addVideo(store, { frameCount: 1_000_000 })
  store.close()
  let least = 0
  for (let round = 1; round <= 4; round++) {
    const child = startChild('append', [store.root, videoId])
    let committed = -1
    while (committed < least + 10 * round) committed = (JSON.parse(await child.line()) as { committed: number }).committed
    child.process.kill('SIGKILL')
    await child.gone

    const reopened = openProject(store.root)
    const analysis = reopened.analyses.find(videoId)
    const prediction = reopened.predictions.find(videoId, 'starter')
    expect(analysis?.chunkCount).toBeGreaterThan(committed)
    expect(prediction?.chunkCount).toBeGreaterThan(committed)
    expect(analysis?.trackerState).toEqual({ chunk: (analysis?.chunkCount ?? 0) - 1 })
    const frames = [...reopened.analyses.summaries(videoId)].map((face) => face.frame)
    expect(frames).toEqual(Array.from({ length: analysis?.framesDone ?? 0 }, (_, frame) => frame))
    const chunks = [...reopened.predictions.chunks(prediction?.id ?? '')]
    expect(chunks.every((chunk) => chunk.probabilities.every((value) => value === chunk.chunk))).toBe(true)
    expect(reopened.labels.count(videoId)).toBeGreaterThan(committed)
    expect(reopened.findDamage()).toEqual([])
    least = committed
    reopened.close()
  }
})

it('reads the times of a very long video without an object a frame', async () => {
  const store = newProject()
  const frameCount = 3_000_000
  const videoId = addVideo(store, { frameCount })
  const last = store.frameTimes.microseconds(videoId).at(-1)
  const first = store.frameTimes.microseconds(videoId)[0]
  store.close()
  // Three million objects are more than this; the array itself lies outside the heap.
  const child = startChild('times', [store.root, videoId], { heapMegabytes: 64 })
  expect(JSON.parse(await child.line())).toEqual({ last: Number((last ?? 0n) - (first ?? 0n)) / 1e6 })
})

// A process of another user stands for media that cannot be written: root may write anywhere.
describe.skipIf(process.platform === 'win32')('a project that cannot be written', () => {
  const readAs = async (root: string, videoId: string): Promise<unknown> => {
    const child = startChild('read', [root, videoId], process.getuid?.() === 0 ? { uid: OTHER_USER } : {})
    return JSON.parse(await child.line()) as unknown
  }
  const makeReadOnly = (folder: string): (() => void) => {
    const parents = [dirname(folder), dirname(dirname(folder))].filter((each) => each.includes('store-'))
    for (const parent of parents) chmodSync(parent, 0o755)
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), statSync(join(folder, name)).isDirectory() ? 0o555 : 0o444)
    chmodSync(folder, 0o555)
    return () => chmodSync(folder, 0o755)
  }

  it('is read from a medium that holds no log', async () => {
    const store = newProject()
    const videoId = addVideo(store)
    store.crops.put([{ videoId, frame: 0, track: 0, rule: 'fmae', size: 112, jpeg: Buffer.from('jpeg') }])
    store.close()
    const restore = makeReadOnly(store.root)
    expect(await readAs(store.root, videoId)).toEqual({ refusal: 'PROJECT_READ_ONLY', isWritable: false, subjects: ['S01'], crops: 1 })
    restore()
  })

  it('is read with what was still in the log', async () => {
    const store = newProject()
    addVideo(store)
    // Copied while open, as from a computer that lost power: the log holds the subject.
    const copy = join(temporaryFolder(), 'copy.auproj')
    mkdirSync(copy)
    for (const name of ['project.sqlite', 'project.sqlite-wal']) copyFileSync(join(store.root, name), join(copy, name))
    const restore = makeReadOnly(copy)
    expect(await readAs(copy, '')).toMatchObject({ refusal: 'PROJECT_READ_ONLY', subjects: ['S01'] })
    restore()
  })
})
