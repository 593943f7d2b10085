// Real projects in temporary folders for the tests of the store.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'
import { createProject, type NewVideo, type ProjectStore } from '@main/store/index'
import { type FaceObservation, LANDMARK_COUNT } from '@shared/faces'
import type { ModelCard } from '@shared/model'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup()
})

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Closes a store after the test. */
export function closing(store: ProjectStore): ProjectStore {
  cleanups.push(() => store.close())
  return store
}

export function newProject(name = 'study'): ProjectStore {
  return closing(createProject(join(temporaryFolder(), `${name}.auproj`)))
}

/** Facts of a video whose file is really there, of as many bytes as it says. */
export function videoFacts(path: string, subjectId: string, frameCount = 1000): NewVideo {
  const content = `recording ${path}`
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return {
    subjectId,
    condition: null,
    session: null,
    path,
    contentHash: Buffer.from(path).toString('hex').slice(-64).padStart(64, '0'),
    bytes: Buffer.byteLength(content),
    width: 640,
    height: 360,
    durationSeconds: frameCount / 25,
    nominalFrameRate: 25,
    isVariableFrameRate: false,
    hasAudio: false,
    codec: 'h264',
    mimeType: 'video/mp4; codecs="avc1.640028"',
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    containerStartSeconds: 0,
    timeBase: '1/12800',
    frameTimesMicroseconds: BigInt64Array.from({ length: frameCount }, (_, frame) => BigInt(frame) * 40_000n + 80_000n),
  }
}

/** Adds a subject's video beside the project and returns its id. */
export function addVideo(store: ProjectStore, options: { code?: string; name?: string; frameCount?: number } = {}): string {
  const { code = 'S01', name = 'interview.mp4', frameCount } = options
  const subject = store.subjects.findOrCreate(code)
  return store.videos.add(videoFacts(join(dirname(store.root), 'videos', name), subject.id, frameCount)).id
}

/** A face with numbers that tell frames and tracks apart. */
export function faceAt(frame: number, track = 0): FaceObservation {
  return {
    frame,
    track,
    box: { x: frame + 0.1, y: track + 0.2, width: 120.3, height: 150.4 },
    score: 0.91,
    flag: 0.99,
    pose: { pitch: 0.01, yaw: -0.2, roll: 0.003 },
    sharpness: 123.456,
    brightness: 99.5,
    trust: frame % 2 === 0 ? 'none' : 'blurred',
    landmarks: Float32Array.from({ length: LANDMARK_COUNT * 3 }, (_, index) => frame + index / 10),
  }
}

export function modelCard(id: string, subjects: string[] = []): ModelCard {
  return {
    format: 'au-workbench-model/1',
    id,
    name: `Model ${id}`,
    kind: 'vit',
    description: 'For tests.',
    architecture: null,
    aus: [{ au: 12, threshold: 0.5, trust: 'shown', evidence: 'none' }],
    areAusAssumed: false,
    cropRule: { name: 'fmae', size: 224 },
    normalisation: { mean: [0, 0, 0], deviation: [1, 1, 1] },
    training: { summary: 'none', isSynthetic: false, subjects, parentId: null, runId: null },
    licence: { name: 'MIT', isNonCommercial: false, notice: '' },
    files: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    metrics: [],
  }
}
