// What a project has to train on: a subject without a frame that can be used is nobody to test on.
import { describe, expect, it } from 'vitest'
import { collectData } from '@main/backend/training/collectData'
import { removeVideo, type ProjectStore } from '@main/store/index'
import { DEFAULT_ANALYSIS } from '@shared/faces'
import type { ModelCard } from '@shared/model'
import { Runs } from '@main/backend/training/runs'
import { learnedBy, trainingKnowledge } from '@main/backend/training/learnedBy'
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

/** A model that learned from S01 in a run that S02 tested. */
function trainedModel(store: ProjectStore): { card: ModelCard; ids: string[] } {
  const ids = ['S01', 'S02'].map((code) => addVideo(store, { code, name: `${code}.mp4` }))
  const data = runData(['S01', 'S02'], [12], [['1'], ['0']])
  const videos = data.videos.map((video, place) => ({
    ...video,
    id: ids[place] ?? '',
    contentHash: store.videos.source(ids[place] ?? '').contentHash,
  }))
  new Runs(store).create(runConfig({ id: 'trained' }), { ...data, videos })
  const card = modelCard('mine', ['S01'])
  const trained = { ...card, training: { ...card.training, runId: 'trained' } }
  store.models.add(trained)
  return { card: trained, ids }
}

describe('whom a model learned from', () => {
  it('goes by recordings: a person with another code is known, and nobody else who took the old one', () => {
    const store = newProject()
    const { card } = trainedModel(store)
    store.subjects.update(store.subjects.getByCode('S01').id, { code: 'P-17' })
    addVideo(store, { code: 'S01', name: 'somebody-else.mp4' })
    expect(learnedBy(store, card, 'labels')).toEqual(['P-17'])
    const known = trainingKnowledge(store, card, ['P-17', 'S01', 'S02'])
    expect(known).toMatchObject({ trainedOn: ['P-17'], isTrainingKnown: true })
    expect(known.warnings).toEqual([expect.stringMatching(/^The model was trained on P-17, so figures on them say nothing/)])
  })

  it('knows a recording that was taken out and added again under another code', () => {
    const store = newProject()
    const { card, ids } = trainedModel(store)
    removeVideo(store, ids[0] ?? '')
    addVideo(store, { code: 'P-17', name: 'S01.mp4' })
    expect(learnedBy(store, card, 'labels')).toEqual(['P-17'])
  })

  it('goes by the code where no recording is left to tell', () => {
    const store = newProject()
    const { card, ids } = trainedModel(store)
    removeVideo(store, ids[0] ?? '')
    expect(learnedBy(store, card, 'labels')).toEqual(['S01'])
  })

  it('is not known of an imported model, nor of what was made from one, and that is said', () => {
    const store = newProject()
    const { card } = trainedModel(store)
    store.models.add(modelCard('imported'))
    const foreign = trainingKnowledge(store, store.models.get('imported'), ['S01', 'S02'])
    expect(foreign).toMatchObject({ trainedOn: [], isTrainingKnown: false })
    expect(foreign.warnings).toEqual([
      expect.stringMatching(/^It is not known here on whom Model imported was trained: the subjects may be among/),
    ])
    const taught = { ...card, training: { ...card.training, teacher: { id: 'imported', name: 'Model imported', sha256: '' } } }
    expect(trainingKnowledge(store, taught, ['S01', 'S02']).warnings).toEqual([
      expect.stringMatching(/^The model was trained on S01/),
      expect.stringMatching(/Model imported was trained, which Model mine was made from/),
    ])
    const synthetic = modelCard('rendered')
    expect(trainingKnowledge(store, { ...synthetic, training: { ...synthetic.training, isSynthetic: true } }, ['S01'])).toEqual({
      trainedOn: [],
      isTrainingKnown: true,
      warnings: [],
    })
  })
})
