// A project as large as a coder can expect to meet: one video of 100,000 frames, 20 AUs predicted, three coders, made from a seed.
import { createProject } from '@main/store/index'
import { CHUNK_FRAMES } from '@shared/faces'
import type { LabelSpan } from '@shared/labels'
import type { ModelCard } from '@shared/model'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const FRAMES = 100_000
export const CODERS = ['AB', 'CD', 'EF'] as const
/** Frames from one event of an AU to the next, on average: 10 a minute at 25 frames a second. */
const EVENT_EVERY = 150
const FRAMES_PER_SECOND = 25

/** Numbers from 0 to 1 in a fixed order (mulberry32, public domain). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** The starter's AUs but the last: twenty. */
export function largeAus(): number[] {
  const card = JSON.parse(readFileSync(resolve('resources/models/starter/card.json'), 'utf8')) as ModelCard
  return card.aus.slice(0, 20).map(({ au }) => au)
}

/** A clip of `frames` frames: ten seconds encoded once and repeated without encoding again. */
export function makeLongClip(ffmpeg: string, file: string, folder: string, frames: number): void {
  const part = join(folder, 'part.mp4')
  const run = (...args: string[]): Buffer => execFileSync(ffmpeg, ['-v', 'error', '-y', ...args])
  const size = `testsrc2=size=320x240:rate=${FRAMES_PER_SECOND}`
  run('-f', 'lavfi', '-i', size, '-frames:v', '250', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-pix_fmt', 'yuv420p', part)
  run('-stream_loop', String(Math.ceil(frames / 250) - 1), '-i', part, '-c', 'copy', '-frames:v', String(frames), file)
}

/** Probabilities that rise and fall as expressions do: events of random place, length and height over a noisy floor. (frames, AUs) */
function probabilitiesOf(frames: number, aus: number, random: () => number): Float32Array {
  const values = new Float32Array(frames * aus)
  for (let i = 0; i < values.length; i++) values[i] = 0.05 + 0.1 * random()
  for (let au = 0; au < aus; au++) {
    for (let at = 0; at < frames; at += EVENT_EVERY * (0.4 + 1.2 * random())) {
      const start = Math.floor(at)
      const length = 10 + Math.floor(60 * random())
      const height = 0.2 + 0.7 * random()
      for (let frame = start; frame < Math.min(frames, start + length); frame++)
        values[frame * aus + au] = Math.max(values[frame * aus + au] ?? 0, height * Math.sin((Math.PI * (frame - start)) / length))
    }
  }
  return values
}

export interface LargeProject {
  directory: string
  videoId: string
  labelCount: number
}

/** Writes the project through the product's own store. The clip must be `frames` long. */
export function makeLargeProject(directory: string, clip: string, frames = FRAMES): LargeProject {
  const random = seeded(1)
  const aus = largeAus()
  const store = createProject(directory, { name: 'Large', aus })
  const { id: subjectId } = store.subjects.findOrCreate('S01')
  const { id: videoId } = store.videos.add({
    subjectId,
    condition: null,
    session: null,
    path: clip,
    contentHash: '1'.padStart(64, '0'),
    bytes: readFileSync(clip).length,
    width: 320,
    height: 240,
    durationSeconds: frames / FRAMES_PER_SECOND,
    nominalFrameRate: FRAMES_PER_SECOND,
    isVariableFrameRate: false,
    hasAudio: false,
    codec: 'h264',
    mimeType: 'video/mp4; codecs="avc1.42c00d"',
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    containerStartSeconds: 0,
    timeBase: '1/12800',
    frameTimesMicroseconds: BigInt64Array.from({ length: frames }, (_, frame) => BigInt(frame) * 40_000n),
  })
  const values = probabilitiesOf(frames, aus.length, random)
  store.transaction(() => {
    const prediction = store.predictions.begin({ videoId, modelId: 'starter', aus, settings: { neutral: null } })
    for (let startFrame = 0, chunk = 0; startFrame < frames; startFrame += CHUNK_FRAMES, chunk++) {
      const frameCount = Math.min(CHUNK_FRAMES, frames - startFrame)
      const probabilities = values.slice(startFrame * aus.length, (startFrame + frameCount) * aus.length)
      store.predictions.appendChunk(prediction.id, { chunk, startFrame, frameCount, probabilities })
    }
    store.predictions.complete(prediction.id)
  })
  let labelCount = 0
  const intensities: LabelSpan['intensity'][] = ['A', 'B', 'C', 'D', 'E', null]
  for (const coder of CODERS) {
    const write = aus.flatMap((au) => {
      const spans = []
      for (let at = EVENT_EVERY * random(); at < frames - 100; at += EVENT_EVERY * (0.6 + 0.8 * random())) {
        const startFrame = Math.floor(at)
        const endFrame = startFrame + 8 + Math.floor(60 * random())
        spans.push({
          au,
          side: 'both' as const,
          coder,
          state: random() < 0.85 ? ('present' as const) : ('absent' as const),
          intensity: null as LabelSpan['intensity'],
          apexFrame: null as number | null,
          startFrame,
          endFrame,
          source: 'manual' as const,
          modelId: null,
          wasPredictionVisible: false,
          note: null,
        })
      }
      for (const span of spans) {
        if (span.state !== 'present') continue
        span.intensity = intensities[Math.floor(random() * intensities.length)] ?? null
        span.apexFrame = Math.floor((span.startFrame + span.endFrame) / 2)
      }
      return spans
    })
    labelCount += write.length
    store.labels.apply({ videoId, coder, description: 'Generated', write })
  }
  store.close()
  return { directory, videoId, labelCount }
}
