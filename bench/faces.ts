// Face analysis and prediction through the built compute process: frames per second, against the bare ViT session, and memory against the video's length.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ComputeClient } from '@main/jobs/computeClient'
import { prepareRawDecode, probeVideo, readFrameTable, resolveFfmpeg, type FfmpegBinary } from '@main/media/index'
import { vitConfig } from '@ml/model/config'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { Random } from '@ml/random'
import { runtimeFor } from '@runtime/index'
import { writeSafetensors } from '@runtime/weights/index'
import type { DecodeSpec } from '@shared/compute'
import { DEFAULT_ANALYSIS } from '@shared/faces'
import { IMAGENET_NORMALISATION, type ModelCard } from '@shared/model'

interface Clip {
  path: string
  frames: number
  decode: DecodeSpec
}

interface Usage {
  peakMemoryBytes: number
  processorSeconds: number
}

const starterDirectory = resolve('resources/models/starter')
const starterCard = JSON.parse(readFileSync(join(starterDirectory, 'card.json'), 'utf8')) as ModelCard

const newClient = (): ComputeClient =>
  new ComputeClient({
    entryPath: resolve('out/main/compute.js'),
    resourcesDirectory: resolve('resources'),
    onLog: (text) => process.stderr.write(text),
  })

/** A demo subject again and again, in the middle of a frame of the size; MPEG-4 part 2, which every ffmpeg writes. */
async function makeClip(folder: string, ffmpeg: FfmpegBinary, width: number, height: number, frames: number): Promise<Clip> {
  const path = join(folder, `${width}x${height}-${frames}.mp4`)
  const filter = `scale=${height}:${height},pad=${width}:${height}:-1:-1`
  const args = ['-v', 'error', '-y', '-stream_loop', '-1', '-i', resolve('resources/demo/synthetic_S02.mp4')]
  const { status, stderr } = spawnSync(ffmpeg.path, [
    ...args,
    '-vf',
    filter,
    '-frames:v',
    String(frames),
    '-c:v',
    'mpeg4',
    '-q:v',
    '3',
    path,
  ])
  if (status !== 0) throw new Error(String(stderr))
  const video = await probeVideo(path, { ffmpeg })
  const table = await readFrameTable(video, { ffmpeg })
  const command = await prepareRawDecode(video, table, { ffmpeg })
  const decode = { name: path, ffmpegPath: command.program, args: command.args, width, height, startFrame: 0, totalFrames: table.count }
  return { path, frames: table.count, decode }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** Analyses and returns the stored faces. */
async function analyse(client: ComputeClient, clip: Clip): Promise<Uint8Array[]> {
  const faces: Uint8Array[] = []
  await client.analyse(
    { decode: clip.decode, settings: DEFAULT_ANALYSIS, state: null },
    { onChunk: (chunk) => void faces.push(chunk.faces) },
  )
  return faces
}

const predict = (client: ComputeClient, clip: Clip, faces: Uint8Array[], model: { directory: string; card: ModelCard }): Promise<void> =>
  client.predict(
    { decode: clip.decode, fromFrame: 0, model, device: 'cpu', precision: 'float32', tracks: [0] },
    { faces: (index) => Promise.resolve(faces[index]!), onChunk: () => undefined },
  )

/** ViT-S/16 at 224 with random weights, as a model folder. */
async function makeVit(folder: string): Promise<{ directory: string; card: ModelCard }> {
  const directory = join(folder, 'vit')
  mkdirSync(directory)
  const config = vitConfig('small')
  const tensors = initialiseWeights(classifierShapes(config), config, Random.seeded(1))
  await writeSafetensors(
    join(directory, 'model.safetensors'),
    [...tensors].map(([name, { shape, data }]) => ({
      name,
      dtype: 'F32' as const,
      shape,
      chunks: new Uint8Array(data.buffer as ArrayBuffer),
    })),
  )
  const aus = starterCard.aus.slice(0, config.aus)
  const files = [{ name: 'model.safetensors', bytes: 0, sha256: '' }]
  const cropRule = { name: 'fmae', size: 224 } as const
  return {
    directory,
    card: { ...starterCard, kind: 'vit', architecture: config, aus, cropRule, normalisation: IMAGENET_NORMALISATION, files },
  }
}

/** Images per second of the session alone, from the same weights file, in a batch of 8 as prediction uses. */
async function bareVit(directory: string, runs: number): Promise<number> {
  const config = vitConfig('small')
  const model = await runtimeFor('cpu').load({ config, weights: { kind: 'safetensors', path: join(directory, 'model.safetensors') } })
  const images = new Float32Array(8 * 3 * 224 * 224).fill(0.1)
  await model.predict(images, 8)
  const time = await seconds(async () => {
    for (let run = 0; run < runs; run++) await model.predict(images, 8)
  })
  await model.dispose()
  return (8 * runs) / time
}

/** Peak memory of a fresh process that analyses and predicts a clip. */
async function peakMemory(clip: Clip): Promise<number> {
  const client = newClient()
  const faces = await analyse(client, clip)
  await predict(client, clip, faces, { directory: starterDirectory, card: starterCard })
  const { peakMemoryBytes } = (await client.run('usage', {})) as Usage
  await client.close()
  return peakMemoryBytes
}

/** @param frames.speed of the clips for speed @param frames.long of the long clip for memory; the short one is a tenth */
export async function run(frames = { speed: 500, vit: 240, long: 15_000 }): Promise<{ name: string; lines: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'auw-bench-'))
  const client = newClient()
  try {
    const ffmpeg = await resolveFfmpeg()
    const clip = await makeClip(folder, ffmpeg, 640, 360, frames.speed)
    const usage = async (): Promise<Usage> => (await client.run('usage', {})) as Usage
    let faces = await analyse(client, clip)
    const before = await usage()
    const analysis = await seconds(async () => void (faces = await analyse(client, clip)))
    const processor = (await usage()).processorSeconds - before.processorSeconds
    const starter = await seconds(() => predict(client, clip, faces, { directory: starterDirectory, card: starterCard }))

    const vit = await makeVit(folder)
    const part = await makeClip(folder, ffmpeg, 640, 360, frames.vit)
    const bare = await bareVit(vit.directory, Math.ceil(frames.vit / 8))
    const endToEnd = await seconds(async () => predict(client, part, await analyse(client, part), vit))
    const bareAfter = await bareVit(vit.directory, Math.ceil(frames.vit / 8))

    const short = await peakMemory(await makeClip(folder, ffmpeg, 160, 160, frames.long / 10))
    const long = await peakMemory(await makeClip(folder, ffmpeg, 160, 160, frames.long))
    const session = (bare + bareAfter) / 2
    const rate = (count: number, time: number): string => (count / time).toFixed(0)
    return {
      name: `Faces and prediction (${availableParallelism()} cores)`,
      lines: [
        `face analysis, 640 x 360: ${rate(clip.frames, analysis)} frames/s (${((1000 * processor) / clip.frames).toFixed(1)} ms of processor time a frame)`,
        `starter model: ${rate(clip.frames, starter)} frames/s`,
        `ViT-S/16 at 224, decode to probabilities with faces: ${(part.frames / endToEnd).toFixed(1)} frames/s, bare session ${session.toFixed(1)} images/s, ratio ${(part.frames / endToEnd / session).toFixed(2)}`,
        `peak memory of ${frames.long} frames over ${frames.long / 10}: ${(long / 2 ** 20).toFixed(0)} MB / ${(short / 2 ** 20).toFixed(0)} MB = ${(long / short).toFixed(2)}`,
      ],
    }
  } finally {
    await client.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
