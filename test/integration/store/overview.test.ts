// What the list of projects and the matrix of a project are counted from: coverage of labels by AU, and the summary of a project that is not open.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { labelCoverage, summariseProject } from '@main/store/index'
import type { SpanToWrite } from '@main/store/index'
import { addVideo, newProject, temporaryFolder } from './projectFixture'

const span = (startFrame: number, endFrame: number, change: Partial<SpanToWrite> = {}): SpanToWrite => ({
  au: 12,
  side: 'both',
  coder: 'AB',
  startFrame,
  endFrame,
  state: 'present',
  intensity: null,
  apexFrame: null,
  source: 'manual',
  modelId: null,
  wasPredictionVisible: false,
  note: null,
  ...change,
})

it('counts each frame once, whoever coded it and on whichever side', () => {
  const store = newProject()
  const videoId = addVideo(store)
  const write = [
    span(0, 9),
    span(5, 14, { coder: 'CD', state: 'absent' }),
    span(8, 11, { side: 'left' }),
    span(20, 29, { state: 'not-scorable' }),
    span(0, 4, { au: 1, state: 'absent' }),
  ]
  store.labels.apply({ videoId, description: 'test', coder: 'AB', write })
  expect(labelCoverage(store.context)).toEqual([
    { videoId, au: 1, codedFrames: 5, presentFrames: 0 },
    { videoId, au: 12, codedFrames: 25, presentFrames: 12 },
  ])
})

it('summarises a project beside its writer, without a lock, with files that are gone', () => {
  const store = newProject()
  const first = addVideo(store, { code: 'S01', name: 'one.mp4' })
  addVideo(store, { code: 'S02', name: 'two.mp4' })
  store.labels.apply({ videoId: first, description: 'test', coder: 'AB', write: [span(0, 9)] })
  store.videos.update(first, { isReviewed: true })
  const id = store.project.get().id
  expect(summariseProject(store.root)).toEqual({
    id,
    subjectCount: 2,
    videoCount: 2,
    codedVideoCount: 1,
    reviewedVideoCount: 1,
    missingVideoCount: 0,
  })
  rmSync(store.videos.requirePath(first))
  expect(summariseProject(store.root)?.missingVideoCount).toBe(1)
  expect(store.isWritable).toBe(true)
})

it('has nothing to say of a folder without a project', () => {
  expect(summariseProject(join(temporaryFolder(), 'gone.auproj'))).toBeNull()
})
