// Distillation in this process on a tiny network: whatever it opened is closed in whatever way it ends, and cancelling while models are compared costs no update.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import Database from 'better-sqlite3'
import { InferenceSession } from 'onnxruntime-node'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CommandContext } from '@compute/command'
import { distilRun } from '@compute/distillation/distilRun'
import { saveWeights } from '@compute/training/checkpoint'
import { RunFolder } from '@compute/training/runFolder'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { Random } from '@ml/random'
import { distillationConfig, DISTILLATION_FORMAT, type DistillationRunConfig, type DistilSpec } from '@shared/distillation'
import { AppError } from '@shared/errors'
import { IMAGENET_NORMALISATION, type ModelCard } from '@shared/model'
import { root } from '../cli/auw'
import { runData } from '../../unit/compute/training/runParts'

const architecture = { width: 16, depth: 1, heads: 2, patch: 8, imageSize: 16, subjects: 0 }
const AUS = [1, 12]
const FRAMES = 8
const STEPS = 4
const ROWS = [Array.from({ length: FRAMES }, (_, frame) => (frame % 2 === 0 ? '10' : '01'))].flatMap((rows) => [rows, rows])
let folder = ''
let spec: DistilSpec
const entry = process.argv[1] as string

beforeEach(async () => {
  // where the workers of a loader start
  process.argv[1] = join(root, 'out', 'main', 'compute.js')
  folder = mkdtempSync(join(tmpdir(), 'auw-distil-'))
  const data = runData(['S01', 'S02'], AUS, ROWS)
  const directory = join(folder, 'teacher')
  mkdirSync(directory)
  const network = { ...architecture, aus: AUS.length, identityLayers: 1 as const }
  const { sha256 } = await saveWeights(
    join(directory, 'weights.safetensors'),
    initialiseWeights(classifierShapes(network), network, Random.seeded(1)),
  )
  const card = {
    name: 'Teacher',
    kind: 'vit',
    architecture,
    aus: AUS.map((au) => ({ au, threshold: 0.5, trust: 'weak', evidence: '' })),
    training: { subjects: [], isSynthetic: true },
    files: [{ name: 'weights.safetensors', bytes: 0, sha256 }],
  } as unknown as ModelCard
  const config: DistillationRunConfig = {
    format: DISTILLATION_FORMAT,
    id: 'run',
    name: 'Student',
    createdAt: '2026-01-01T00:00:00.000Z',
    config: distillationConfig({
      network: { imageSize: 16 },
      optimisation: { batch: 4 },
      frames: { leaveOut: ['S02'] },
      evaluation: { resamples: 100 },
      thresholds: 'labels',
    }),
    device: 'cpu',
    threads: 1,
    teacher: {
      id: 't',
      name: 'Teacher',
      sha256,
      architecture,
      normalisation: IMAGENET_NORMALISATION,
      aus: AUS,
      subjects: [],
      unknownOrigin: null,
    },
    parent: null,
    architecture,
    normalisation: IMAGENET_NORMALISATION,
    isSynthetic: true,
    labelsUnused: null,
    stepsPerEpoch: 2,
    steps: STEPS,
  }
  const runDirectory = join(folder, 'run')
  mkdirSync(runDirectory)
  writeFileSync(join(runDirectory, 'config.json'), JSON.stringify(config))
  const { isTrained: _all, ...samples } = data.samples
  const isTrained = samples.video.map((video) => (video === 0 ? '1' : '0')).join('')
  writeFileSync(
    join(runDirectory, 'data.json'),
    JSON.stringify({ ...data, crops: { rule: 'fmae', size: 16 }, samples: { ...samples, isTrained } }),
  )
  spec = { runDirectory, cropsFile: cropsOf(data.videos.map(({ id }) => id)), teacher: { directory, card }, parent: null, product: 'test' }
})
afterEach(() => {
  vi.restoreAllMocks()
  process.argv[1] = entry
  rmSync(folder, { recursive: true, force: true })
})

/** Grey squares of different brightness, as the project's cache keeps them. */
function cropsOf(videos: readonly string[]): string {
  const file = join(folder, 'crops.sqlite')
  const database = new Database(file)
  database.exec('CREATE TABLE crop (video_id TEXT, track INTEGER, rule TEXT, size INTEGER, frame INTEGER, jpeg BLOB)')
  const insert = database.prepare('INSERT INTO crop VALUES (?, 0, ?, 16, ?, ?)')
  for (const video of videos)
    for (let frame = 0; frame < FRAMES; frame++) {
      const canvas = createCanvas(16, 16)
      const drawing = canvas.getContext('2d')
      drawing.fillStyle = `rgb(${frame * 30}, 100, 100)`
      drawing.fillRect(0, 0, 16, 16)
      insert.run(video, 'fmae', frame, canvas.toBuffer('image/jpeg'))
    }
  database.close()
  return file
}

interface Watched {
  context: CommandContext
  abort: AbortController
  /** Sessions of onnxruntime and workers that are open. */
  stillOpen(): { sessions: number; workers: number }
}

/** @param mayOpen asked before every session */
function watched(onPhase: (phase: string) => void = () => undefined, mayOpen: () => boolean = () => true): Watched {
  const abort = new AbortController()
  let sessions = 0
  const create = InferenceSession.create.bind(InferenceSession) as (...args: unknown[]) => Promise<InferenceSession>
  vi.spyOn(InferenceSession, 'create').mockImplementation((async (...args: unknown[]) => {
    if (!mayOpen()) throw new Error('no room')
    const session = await create(...args)
    sessions++
    const release = session.release.bind(session)
    session.release = () => {
      sessions--
      return release()
    }
    return session
  }) as typeof InferenceSession.create)
  const workers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
  const before = workers()
  const context = {
    signal: abort.signal,
    resourcesDirectory: '',
    progress: ({ phase }: { phase?: string }) => onPhase(phase ?? ''),
  } as unknown as CommandContext
  return { context, abort, stillOpen: () => ({ sessions, workers: workers() - before }) }
}

const NOTHING = { sessions: 0, workers: 0 }
const steps = (): number[] =>
  readFileSync(join(spec.runDirectory, 'metrics.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as { kind: string; step: number }]))
    .flatMap(({ kind, step }) => (kind === 'distillation' ? [step] : []))

it('closes everything when it ends as it should', async () => {
  const { context, stillOpen } = watched()
  const { outcome, card } = await distilRun(spec, context)
  expect(outcome).toBe('finished')
  expect(card?.training.subjects).toEqual(['S01'])
  expect(stillOpen()).toEqual(NOTHING)
})

it('closes the trainer and the workers where the first line of metrics cannot be written', async () => {
  const { context, stillOpen } = watched()
  vi.spyOn(RunFolder.prototype, 'append').mockImplementationOnce(() => {
    throw new AppError('DISK_FULL', 'The disk is full.')
  })
  await expect(distilRun(spec, context)).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(stillOpen()).toEqual(NOTHING)
})

it('closes the teacher where the student cannot be loaded beside it', async () => {
  let isComparing = false
  let opened = 0
  const { context, stillOpen } = watched(
    (phase) => (isComparing = phase.startsWith('Comparing')),
    // after the student's own four looks at frames come the teacher and the student to be timed
    () => !isComparing || ++opened < 6,
  )
  await expect(distilRun(spec, context)).rejects.toMatchObject({ code: 'DEVICE_UNAVAILABLE' })
  expect(opened).toBe(6)
  expect(stillOpen()).toEqual(NOTHING)
})

it('stops comparing when it is cancelled, and goes on with the comparison and not with the updates', async () => {
  const { context, abort, stillOpen } = watched((phase) => {
    if (phase.startsWith('Comparing')) abort.abort(new AppError('CANCELLED', 'Cancelled.'))
  })
  await expect(distilRun(spec, context)).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(stillOpen()).toEqual(NOTHING)
  const state = JSON.parse(readFileSync(join(spec.runDirectory, 'checkpoints', 'state.json'), 'utf8')) as { step: number }
  expect(state.step).toBe(STEPS)
  const learned = steps()
  expect(learned).toEqual([1, 2, 3, 4])
  vi.restoreAllMocks()
  const { outcome } = await distilRun(spec, watched().context)
  expect(outcome).toBe('finished')
  expect(steps()).toEqual(learned)
})
