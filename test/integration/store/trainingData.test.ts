// What a project has to train on: a subject without a frame that can be used is nobody to test on.
import { expect, it } from 'vitest'
import { collectData } from '@main/backend/training/collectData'
import type { ProjectStore } from '@main/store/index'
import { DEFAULT_ANALYSIS } from '@shared/faces'
import { Runs } from '@main/backend/training/runs'
import { learnedBy } from '@main/backend/training/prepareRun'
import { runConfig, runData } from '../../unit/compute/training/runParts'
import { addVideo, faceAt, modelCard, newProject } from './projectFixture'

const FRAMES = 40

/** An analysed video with labels of an AU, present in its first half and absent in its second. */
function labelled(store: ProjectStore, code: string, au: number, faceFrames: number[]): string {
  const videoId = addVideo(store, { code, name: `${code}.mp4`, frameCount: FRAMES })
  store.analyses.begin(videoId, DEFAULT_ANALYSIS)
  const faces = faceFrames.map((frame) => faceAt(frame))
  store.analyses.appendChunk(videoId, { chunk: 0, startFrame: 0, frameCount: FRAMES, faces, trackerState: {} })
  store.analyses.complete(videoId, [], 0)
  const lane = { au, side: 'both' as const, coder: 'AB', intensity: null, apexFrame: null }
  const more = { source: 'manual' as const, modelId: null, wasPredictionVisible: false, note: null }
  store.labels.apply({
    videoId,
    description: 'coded',
    coder: 'AB',
    write: [
      { ...lane, ...more, state: 'present', startFrame: 0, endFrame: 19 },
      { ...lane, ...more, state: 'absent', startFrame: 20, endFrame: 29 },
    ],
  })
  return videoId
}

it('leaves out subjects none of whose frames can be used', () => {
  const store = newProject()
  const everywhere = Array.from({ length: FRAMES }, (_, frame) => frame)
  labelled(store, 'S01', 12, everywhere)
  labelled(store, 'S02', 4, everywhere)
  labelled(store, 'S03', 12, [35, 36])
  labelled(store, 'S04', 12, everywhere)
  const data = collectData(store, { aus: [12], coders: { kind: 'refuse' }, thinning: 1, framesPerSubject: null, imageSize: 32 })
  expect(data.subjects).toEqual(['S01', 'S04'])
  expect(data.videos.map(({ fileName, subject }) => [fileName, subject])).toEqual([
    ['S01.mp4', 0],
    ['S04.mp4', 1],
  ])
  expect(new Set(data.samples.video)).toEqual(new Set([0, 1]))
  expect(data.framesWithoutFace).toBe(30)
})

it('knows whom a model learned from after their codes were changed', () => {
  const store = newProject()
  const ids = ['S01', 'S02'].map((code) => addVideo(store, { code, name: `${code}.mp4` }))
  const data = runData(['S01', 'S02'], [12], [['1'], ['0']])
  const videos = data.videos.map((video, place) => ({ ...video, id: ids[place] ?? '' }))
  new Runs(store).create(runConfig({ id: 'trained' }), { ...data, videos })
  const card = modelCard('mine', ['S01'])
  store.models.add({ ...card, training: { ...card.training, runId: 'trained' } })
  store.subjects.update(store.subjects.getByCode('S01').id, { code: 'P-17' })
  expect(learnedBy(store, { ...card, training: { ...card.training, runId: 'trained' } }, 'labels')).toEqual(['P-17', 'S01'])
})
