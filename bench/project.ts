// A project with a million frames of predictions: how long it takes to open, and whether the memory of exporting it depends on a video's length.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createProject, openProject, type ProjectStore } from '@main/store/index'
import { CHUNK_FRAMES } from '@shared/faces'
import type { ModelCard } from '@shared/model'

const starterCard = JSON.parse(readFileSync(resolve('resources/models/starter/card.json'), 'utf8')) as ModelCard
const aus = starterCard.aus.map(({ au }) => au)

/** A video of 25 frames a second with every frame predicted and a label every four seconds. */
function addVideo(store: ProjectStore, subjectId: string, index: number, frames: number): string {
  const { id } = store.videos.add({
    subjectId,
    condition: null,
    session: null,
    path: join(store.root, 'videos', `recording-${index}.mp4`),
    contentHash: index.toString(16).padStart(64, '0'),
    bytes: 1,
    width: 640,
    height: 360,
    durationSeconds: frames / 25,
    nominalFrameRate: 25,
    isVariableFrameRate: false,
    hasAudio: false,
    codec: 'h264',
    mimeType: 'video/mp4',
    container: 'mov,mp4',
    containerStartSeconds: 0,
    timeBase: '1/25',
    frameTimesMicroseconds: BigInt64Array.from({ length: frames }, (_, frame) => BigInt(frame) * 40_000n),
  })
  store.transaction(() => {
    const prediction = store.predictions.begin({ videoId: id, modelId: starterCard.id, aus, settings: { neutral: null } })
    for (let startFrame = 0, chunk = 0; startFrame < frames; startFrame += CHUNK_FRAMES, chunk++) {
      const frameCount = Math.min(CHUNK_FRAMES, frames - startFrame)
      const probabilities = Float32Array.from({ length: frameCount * aus.length }, (_, i) => ((startFrame + i) % 101) / 101)
      store.predictions.appendChunk(prediction.id, { chunk, startFrame, frameCount, probabilities })
    }
    store.predictions.complete(prediction.id)
  })
  const common = { au: 12, side: 'both', coder: 'AB', state: 'present', intensity: null, apexFrame: null } as const
  const origin = { source: 'manual', modelId: null, wasPredictionVisible: false, note: null } as const
  store.labels.apply({
    videoId: id,
    coder: 'AB',
    description: 'bench',
    write: Array.from({ length: Math.floor(frames / 100) }, (_, i) => ({
      ...common,
      ...origin,
      startFrame: 100 * i,
      endFrame: 100 * i + 49,
    })),
  })
  return id
}

/** Runs the command line; peak memory is what the kernel says of the process shortly before its end, null where it says nothing. */
async function auw(...args: string[]): Promise<{ seconds: number; peakBytes: number | null }> {
  const start = performance.now()
  const child = spawn(process.execPath, [resolve('out/main/cli.js'), ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  let peakBytes: number | null = null
  const watch = setInterval(() => {
    try {
      const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
      if (kilobytes !== undefined) peakBytes = Number(kilobytes) * 1024
    } catch {
      // no such file: the process has ended, or this is no Linux
    }
  }, 20)
  const code = await new Promise<number | null>((done) => child.once('close', done))
  clearInterval(watch)
  if (code !== 0) throw new Error(`auw ${args.join(' ')} ended with ${code}`)
  return { seconds: (performance.now() - start) / 1000, peakBytes }
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** @param frames in all, half of them in one video and the rest in twenty */
export async function run(frames = 1_000_000): Promise<{ name: string; lines: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'auw-bench-'))
  try {
    const root = join(folder, 'large.auproj')
    const store = createProject(root, { name: 'Large', aus: [1, 4, 12] })
    const { id: subject } = store.subjects.findOrCreate('S01')
    const long = addVideo(store, subject, 0, frames / 2)
    const short = Array.from({ length: 20 }, (_, i) => addVideo(store, subject, i + 1, frames / 40))[0] ?? ''
    store.close()

    const opening = Array.from({ length: 5 }, () => {
      const start = performance.now()
      const opened = openProject(root)
      opened.info()
      opened.videos.list()
      const seconds = (performance.now() - start) / 1000
      opened.close()
      return seconds
    })
    const info = await auw('project', 'info', root)
    const ofShort = await auw('export', root, '--video', short, '--out', join(folder, 'csv'))
    const ofLong = await auw('export', root, '--video', long, '--out', join(folder, 'csv'))
    const megabytes = (bytes: number | null): string => (bytes === null ? 'unknown' : `${(bytes / 2 ** 20).toFixed(0)} MB`)
    const ratio = ofShort.peakBytes === null || ofLong.peakBytes === null ? 'unknown' : (ofLong.peakBytes / ofShort.peakBytes).toFixed(2)
    const bytes = statSync(join(folder, 'csv', 'recording-0.csv')).size
    return {
      name: `A project of ${frames} predicted frames (${megabytes(statSync(join(root, 'project.sqlite')).size)})`,
      lines: [
        `opening it: ${median(opening).toFixed(3)} s (less than 1 is wanted); auw project info, start to end: ${info.seconds.toFixed(2)} s`,
        `exporting a video of ${frames / 2} frames: ${(frames / 2 / ofLong.seconds).toFixed(0)} rows/s, ${megabytes(bytes)} of CSV`,
        `peak memory of that over a video of ${frames / 40} frames: ${megabytes(ofLong.peakBytes)} / ${megabytes(ofShort.peakBytes)} = ${ratio}`,
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
