// Faces and predictions by chunk: resuming, order, reading in parts, what becomes of them when settings or tracks change.
import { describe, expect, it } from 'vitest'
import { NO_TRACK, type ProjectStore } from '@main/store/index'
import { DEFAULT_ANALYSIS, type FaceObservation, type FaceTrack } from '@shared/faces'
import { addVideo, faceAt, newProject, videoFacts } from './projectFixture'

const tracks: FaceTrack[] = [0, 1].map((track) => ({
  track,
  firstFrame: 0,
  lastFrame: 9,
  frameCount: 10,
  meanWidth: 100,
  prominence: 1 - track / 2,
}))

/** Three chunks of four frames; odd frames have a second face, frame 6 has none. */
function analysed(store: ProjectStore, videoId: string): void {
  store.analyses.begin(videoId, DEFAULT_ANALYSIS)
  for (let chunk = 0; chunk < 3; chunk++) {
    const frames = [0, 1, 2, 3].map((frame) => frame + chunk * 4).filter((frame) => frame !== 6)
    const faces = frames.flatMap((frame) => (frame % 2 === 1 ? [faceAt(frame, 0), faceAt(frame, 1)] : [faceAt(frame, 0)]))
    store.analyses.appendChunk(videoId, { chunk, startFrame: chunk * 4, frameCount: 4, faces, trackerState: { chunk } })
  }
}

describe('faces', () => {
  it('come back as they were found, by range, with and without landmarks', () => {
    const store = newProject()
    const videoId = addVideo(store, { frameCount: 12 })
    analysed(store, videoId)
    const found = store.analyses.readFaces(videoId, 5, 9)
    const expected = [faceAt(5), faceAt(5, 1), faceAt(7), faceAt(7, 1), faceAt(8), faceAt(9), faceAt(9, 1)]
    const withoutLandmarks = (faces: FaceObservation[]): unknown => faces.map(({ landmarks: _, ...face }) => face)
    expect(withoutLandmarks(found)).toEqual(withoutLandmarks(expected))
    // Half a quantum of the compact form: the box's longer side, 150.4 pixels, over 8192.
    const errors = found.flatMap((face, index) =>
      Array.from(face.landmarks, (value, at) => value - (expected[index]?.landmarks[at] ?? NaN)),
    )
    expect(errors).toHaveLength(7 * 1404)
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(150.4 / 8192 / 2 + 1e-4)
    const { landmarks: _, ...summary } = faceAt(11, 1)
    expect([...store.analyses.summaries(videoId, 11)][1]).toEqual(summary)
    expect([...store.analyses.summaries(videoId)]).toHaveLength(17)
    expect(store.analyses.readFaces(videoId, 6, 6)).toEqual([])
    expect(store.analyses.readFaces(videoId, 12, 99)).toEqual([])
  })

  it('are appended once and without gaps', () => {
    const store = newProject()
    const videoId = addVideo(store, { frameCount: 12 })
    analysed(store, videoId)
    const chunk = { startFrame: 8, frameCount: 4, faces: [], trackerState: null }
    expect(store.analyses.appendChunk(videoId, { ...chunk, chunk: 2 })).toBe(false)
    expect(() => store.analyses.appendChunk(videoId, { ...chunk, chunk: 4, startFrame: 12 })).toThrow()
    expect(() => store.analyses.appendChunk(videoId, { ...chunk, chunk: 3, startFrame: 13 })).toThrow()
    expect(() => store.analyses.appendChunk(videoId, { ...chunk, chunk: 3, startFrame: 12, faces: [faceAt(2)] })).toThrow()
    expect(store.analyses.find(videoId)).toMatchObject({ framesDone: 12, chunkCount: 3, trackerState: { chunk: 2 }, isComplete: false })
    expect(store.videos.get(videoId)).toMatchObject({ analysis: 'partial', mainTrack: null })
  })

  it('are continued with the same settings and dropped, with all that rests on them, for others', () => {
    const store = newProject()
    const videoId = addVideo(store, { frameCount: 12 })
    analysed(store, videoId)
    store.analyses.complete(videoId, tracks, 0)
    store.predictions.begin({ videoId, modelId: 'starter', aus: [1], settings: {} })
    const { maxFaces, ...others } = DEFAULT_ANALYSIS
    expect(store.analyses.begin(videoId, { maxFaces, ...others })).toMatchObject({ framesDone: 12, isComplete: true })
    expect(store.analyses.begin(videoId, { ...DEFAULT_ANALYSIS, minScore: 0.5 })).toMatchObject({ framesDone: 0, isComplete: false })
    expect([...store.analyses.summaries(videoId)]).toEqual([])
    expect(store.predictions.ofVideo(videoId)).toEqual([])
  })

  it('of a video that was not analysed are refused with a sentence', () => {
    const store = newProject()
    const videoId = addVideo(store)
    expect(() => store.analyses.require(videoId)).toThrowError(expect.objectContaining({ code: 'NOT_ANALYSED' }))
    expect(() => store.analyses.begin('nothing', DEFAULT_ANALYSIS)).toThrowError(expect.objectContaining({ code: 'VIDEO_NOT_FOUND' }))
    analysed(store, addVideo(store, { name: 'two.mp4' }))
    expect(() => store.analyses.setMainTrack(videoId, 0)).toThrowError(expect.objectContaining({ code: 'NOT_ANALYSED' }))
  })
})

describe('predictions', () => {
  const values = (frames: number, from: number): Float32Array =>
    Float32Array.from({ length: frames * 2 }, (_, index) => (from * 2 + index) / 100)

  it('are read whole, with NaN where there is nothing, and in parts', () => {
    const store = newProject()
    const videoId = addVideo(store, { frameCount: 10 })
    const { id } = store.predictions.begin({ videoId, modelId: 'starter', aus: [1, 12], settings: null })
    const first = values(4, 0)
    first[2] = NaN
    store.predictions.appendChunk(id, { chunk: 0, startFrame: 0, frameCount: 4, probabilities: first })
    store.predictions.appendChunk(id, { chunk: 1, startFrame: 4, frameCount: 4, probabilities: values(4, 4) })
    expect(store.predictions.appendChunk(id, { chunk: 1, startFrame: 4, frameCount: 4, probabilities: values(4, 0) })).toBe(false)
    const all = store.predictions.readAll(id)
    expect(all).toMatchObject({ aus: [1, 12], frameCount: 10 })
    expect([...all.probabilities]).toEqual([...first, ...values(4, 4), NaN, NaN, NaN, NaN])
    expect([...store.predictions.chunks(id, 5)].map((chunk) => chunk.startFrame)).toEqual([4])
    expect(() => store.predictions.appendChunk(id, { chunk: 2, startFrame: 8, frameCount: 2, probabilities: values(3, 0) })).toThrow()
    expect(store.videos.get(videoId).prediction).toBe('partial')
  })

  it('may be committed while they are read', () => {
    const store = newProject()
    const videoId = addVideo(store, { frameCount: 8 })
    const { id } = store.predictions.begin({ videoId, modelId: 'starter', aus: [1, 12], settings: null })
    store.predictions.appendChunk(id, { chunk: 0, startFrame: 0, frameCount: 4, probabilities: values(4, 0) })
    const seen: number[] = []
    for (const chunk of store.predictions.chunks(id)) {
      seen.push(chunk.chunk)
      if (chunk.chunk === 0) store.predictions.appendChunk(id, { chunk: 1, startFrame: 4, frameCount: 4, probabilities: values(4, 4) })
    }
    expect(seen).toEqual([0, 1])
  })

  it('continue with the same settings, whatever the order of their keys, and begin anew with others', () => {
    const store = newProject()
    const videoId = addVideo(store, { frameCount: 8 })
    const begin = (settings: unknown) => store.predictions.begin({ videoId, modelId: 'starter', aus: [1, 12], settings })
    const { id } = begin({ neutral: null, smoothing: 3 })
    store.predictions.appendChunk(id, { chunk: 0, startFrame: 0, frameCount: 4, probabilities: values(4, 0) })
    expect(begin({ smoothing: 3, neutral: null })).toMatchObject({ id, framesDone: 4 })
    expect(begin({ smoothing: 3, neutral: { startFrame: 1 } }).framesDone).toBe(0)
    expect(store.predictions.ofVideo(videoId)).toHaveLength(1)
  })

  it('belong to a model and a track, and come back with the track', () => {
    const store = newProject()
    const videoId = addVideo(store, { frameCount: 12 })
    expect(store.predictions.begin({ videoId, modelId: 'starter', aus: [1], settings: 0 }).track).toBe(NO_TRACK)
    analysed(store, videoId)
    store.analyses.complete(videoId, tracks, 0)
    const first = store.predictions.begin({ videoId, modelId: 'starter', aus: [1], settings: 0 })
    store.predictions.complete(first.id)
    expect(store.videos.get(videoId)).toMatchObject({ prediction: 'done', mainTrack: 0, analysis: 'done' })
    expect(store.predictions.find(videoId, 'mine')).toBeNull()
    store.analyses.setMainTrack(videoId, 1)
    expect(store.videos.get(videoId)).toMatchObject({ prediction: 'none', mainTrack: 1 })
    expect(store.predictions.find(videoId, 'starter')).toBeNull()
    store.analyses.setMainTrack(videoId, 0)
    expect(store.predictions.find(videoId, 'starter')).toMatchObject({ id: first.id, isComplete: true })
    expect(() => store.analyses.setMainTrack(videoId, 2)).toThrowError(expect.objectContaining({ code: 'TRACK_NOT_FOUND' }))
  })
})

describe('videos', () => {
  it('keep every time to the microsecond', () => {
    const store = newProject()
    const subject = store.subjects.findOrCreate('S01')
    const times = BigInt64Array.from([-33_367n, 0n, 33_367n, 9_007_199_254_740_993n])
    const { id } = store.videos.add({ ...videoFacts(`${store.root}-v/a.mp4`, subject.id), frameTimesMicroseconds: times })
    expect(store.frameTimes.microseconds(id)).toEqual(times)
    expect([...store.frameTimes.secondsFromFirst(id)].slice(0, 3)).toEqual([0, 0.033367, 0.066734])
    expect(store.videos.source(id)).toMatchObject({ startMicroseconds: -33_367, timeBase: '1/12800' })
    expect(store.videos.get(id).frameCount).toBe(4)
  })

  it('are known by their content, and have frames', () => {
    const store = newProject()
    const first = addVideo(store)
    const facts = videoFacts(`${store.root}-v/copy.mp4`, store.subjects.findOrCreate('S02').id)
    expect(() => store.videos.add({ ...facts, contentHash: store.videos.source(first).contentHash })).toThrowError(
      expect.objectContaining({ code: 'VIDEO_DUPLICATE', data: { videoId: first, fileName: 'interview.mp4', subjectCode: 'S01' } }),
    )
    expect(() => store.videos.add({ ...facts, frameTimesMicroseconds: new BigInt64Array(0) })).toThrowError(
      expect.objectContaining({ code: 'MEDIA_NO_FRAMES' }),
    )
    expect(store.videos.list()).toHaveLength(1)
  })

  it('take their neutral span along when they change subject', () => {
    const store = newProject()
    const videoId = addVideo(store)
    const [first, second] = ['S01', 'S02'].map((code) => store.subjects.findOrCreate(code).id) as [string, string]
    expect(store.neutrals.set(first, { videoId, startFrame: 3, endFrame: 9 })).toEqual({ videoId, startFrame: 3, endFrame: 9 })
    expect(() => store.neutrals.set(second, { videoId, startFrame: 3, endFrame: 9 })).toThrowError(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    )
    expect(() => store.neutrals.set(first, { videoId, startFrame: 3, endFrame: 1000 })).toThrowError(
      expect.objectContaining({ code: 'RANGE_INVALID' }),
    )
    store.videos.update(videoId, { subjectId: second, condition: 'smile' })
    expect(store.subjects.list().map((subject) => [subject.code, subject.videoCount, subject.neutral])).toEqual([
      ['S01', 0, null],
      ['S02', 1, null],
    ])
    expect(store.videos.get(videoId)).toMatchObject({ subjectCode: 'S02', condition: 'smile', session: null })
  })
})
