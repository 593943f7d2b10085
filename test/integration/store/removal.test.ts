// Consent withdrawn: what a subject leaves behind in the project's files, byte by byte.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openProject, peaksPath, type ProjectStore, removeSubject, removeVideo } from '@main/store/index'
import { encodeFaces } from '@shared/faceCodec'
import { DEFAULT_ANALYSIS, type FaceObservation } from '@shared/faces'
import { addVideo, closing, faceAt, modelCard, newProject } from './projectFixture'

const NOTE = 'MUTTERED-THE-NAME-OF-HER-SISTER'
const CODER = 'ANNA-THE-CODER-OF-S07'
const JPEG = Buffer.from('JPEG-BYTES-OF-A-WITHDRAWN-FACE'.repeat(300))
const PROBABILITY = 0.123456789
const LANDMARK = 321.4321

function filesHolding(root: string, needle: Buffer | string): string[] {
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(needle))
}

const secretFace = (frame: number): FaceObservation => ({ ...faceAt(frame), landmarks: new Float32Array(1404).fill(LANDMARK) })

/** A subject with everything that a project can hold of one. */
function fill(store: ProjectStore, code: string, fileName: string, secret: boolean): string {
  const videoId = addVideo(store, { code, name: fileName, frameCount: 600 })
  store.analyses.begin(videoId, DEFAULT_ANALYSIS)
  const faces = Array.from({ length: 256 }, (_, frame) => (secret ? secretFace(frame) : faceAt(frame)))
  store.analyses.appendChunk(videoId, { chunk: 0, startFrame: 0, frameCount: 256, faces, trackerState: {} })
  store.analyses.complete(videoId, [], 0)
  const prediction = store.predictions.begin({ videoId, modelId: 'starter', aus: [1, 12], settings: {} })
  store.predictions.appendChunk(prediction.id, {
    chunk: 0,
    startFrame: 0,
    frameCount: 256,
    probabilities: new Float32Array(512).fill(secret ? PROBABILITY : 0.5),
  })
  const lane = { au: 12, side: 'both' as const, coder: secret ? CODER : 'AB', state: 'present' as const, intensity: null, apexFrame: null }
  const write = { ...lane, source: 'manual' as const, modelId: null, wasPredictionVisible: true }
  store.labels.apply({
    videoId,
    description: secret ? `${NOTE} described` : 'plain',
    coder: 'AB',
    write: [{ ...write, startFrame: 0, endFrame: 99, note: secret ? NOTE : null }],
  })
  store.labels.apply({
    videoId,
    description: 'second',
    coder: 'AB',
    write: [{ ...write, startFrame: 40, endFrame: 49, state: 'absent', note: null }],
  })
  store.neutrals.set(store.subjects.getByCode(code).id, { videoId, startFrame: 0, endFrame: 9 })
  store.crops.put(
    Array.from({ length: 20 }, (_, frame) => ({
      videoId,
      frame,
      track: 0,
      rule: 'fmae',
      size: 224,
      jpeg: secret ? JPEG : Buffer.from('other'),
    })),
  )
  const job = store.jobs.create({ kind: 'import', lane: 'media', title: `Import ${fileName}`, videoId: null, modelId: null, spec: null })
  store.jobs.finish(job.id, { status: 'succeeded', result: { fileName } })
  writeFileSync(join(store.root, 'proxies', `${videoId}.webm`), secret ? 'PROXY-OF-S07' : 'proxy')
  writeFileSync(peaksPath(store.paths.proxies, videoId), secret ? 'VOICE-OF-S07' : 'voice')
  store.videos.setProxy(videoId, `${videoId}.webm`)
  return videoId
}

it('a removed subject leaves no byte in any file of the project, and undo does not bring anything back', () => {
  const store = newProject()
  const kept = fill(store, 'S01', 'kept.mp4', false)
  fill(store, 'CODE-OF-SEVEN', 'anna "the seventh".mp4', true)
  store.models.add(modelCard('mine', ['S01', 'CODE-OF-SEVEN']))
  store.models.add(modelCard('other', ['S01']))
  writeFileSync(join(store.paths.backups, 'before-version-2-was-1.sqlite'), NOTE)
  const last = store.labels.apply({
    videoId: kept,
    description: 'after',
    coder: 'AB',
    clear: [{ au: 12, side: 'both', coder: 'AB', startFrame: 0, endFrame: 5 }],
  })
  const keptLabels = store.labels.list(kept)
  // Nothing below would be shown if it were not there before.
  const float = (value: number): Buffer => Buffer.from(new Float32Array([value, value]).buffer)
  const landmarks = Buffer.from(encodeFaces([secretFace(0)], 0, 256).subarray(200, 240))
  const needles = [NOTE, CODER, JPEG.subarray(0, 30), 'anna', 'PROXY-OF-S07', float(PROBABILITY), landmarks]
  for (const needle of needles) expect(filesHolding(store.root, needle)).not.toEqual([])

  const removal = removeSubject(store, 'CODE-OF-SEVEN')
  expect(removal).toEqual({
    videoCount: 1,
    labelCount: 3,
    predictionCount: 1,
    cropCount: 20,
  })
  for (const needle of needles)
    expect({ needle: needle.toString(), files: filesHolding(store.root, needle) }).toEqual({ needle: needle.toString(), files: [] })
  // The code stays where it must: in the card of the model that learned from the subject.
  expect(
    filesHolding(store.root, 'CODE-OF-SEVEN')
      .map((file) => file.slice(store.root.length + 1))
      .sort(),
  ).toEqual(['models/mine/card.json', 'project.sqlite'])

  expect(store.labels.history()).toMatchObject({ undo: { id: last.editId } })
  expect(store.labels.list(kept)).toEqual(keptLabels)
  store.labels.undo()
  store.labels.undo()
  store.labels.undo()
  expect(store.labels.history().undo).toBeNull()
  expect(() => store.labels.undo()).toThrowError(expect.objectContaining({ code: 'NOTHING_TO_UNDO' }))
  for (let i = 0; i < 3; i++) store.labels.redo()
  expect(store.labels.list(kept)).toEqual(keptLabels)
  expect(store.findDamage()).toEqual([])
  store.close()
  const again = closing(openProject(store.root))
  expect(again.subjects.list().map((subject) => subject.code)).toEqual(['S01'])
  expect(again.crops.count()).toBe(20)
  expect(again.jobs.list().map((job) => job.title)).toEqual(['Import kept.mp4'])
})

it('overwriting waits for a reader that is in the way, and is made up for at the next opening', () => {
  const store = newProject()
  fill(store, 'S07', 'anna.mp4', true)
  const reader = openProject(store.root, { access: 'read' })
  const reading = reader.context.db.database.prepare('SELECT * FROM edit_span').iterate()
  reading.next()
  removeSubject(store, 'S07')
  expect(store.project.needsScrub()).toBe(true)
  reading.return?.()
  reader.close()
  store.close()
  const again = closing(openProject(store.root))
  expect(again.project.needsScrub()).toBe(false)
  expect(filesHolding(store.root, NOTE)).toEqual([])
})

it('a removed video goes alone; its file and its subject stay', () => {
  const store = newProject()
  const gone = fill(store, 'S01', 'gone.mp4', true)
  const kept = fill(store, 'S01', 'kept.mp4', false)
  const path = store.videos.requirePath(gone)
  const proxy = store.videos.source(gone).proxyPath ?? ''
  expect(removeVideo(store, gone)).toEqual({ labelCount: 3, predictionCount: 1, cropCount: 20 })
  expect(existsSync(path)).toBe(true)
  expect(existsSync(proxy)).toBe(false)
  expect(existsSync(peaksPath(store.paths.proxies, gone))).toBe(false)
  expect(store.videos.list().map((video) => video.id)).toEqual([kept])
  expect(store.neutrals.find(store.subjects.getByCode('S01').id)).toMatchObject({ videoId: kept })
  expect(store.crops.count()).toBe(20)
  for (const needle of [NOTE, JPEG.subarray(0, 30), 'gone.mp4']) expect(filesHolding(store.root, needle)).toEqual([])
})

it('what is not there is named', () => {
  const store = newProject()
  store.subjects.findOrCreate('S01')
  expect(() => removeSubject(store, 'S02')).toThrowError(
    expect.objectContaining({ code: 'SUBJECT_NOT_FOUND', message: expect.stringContaining('S01') }),
  )
  expect(() => removeVideo(store, 'nothing')).toThrowError(expect.objectContaining({ code: 'VIDEO_NOT_FOUND' }))
})
