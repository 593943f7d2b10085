// Prediction through the built compute process: starter and ViT, right face, right frame, resumable, independent of chunk borders.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadImage, createCanvas } from '@napi-rs/canvas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComputeClient } from '@main/jobs/computeClient'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { Random } from '@ml/random'
import { runtimeFor } from '@runtime/index'
import { writeSafetensors } from '@runtime/weights/index'
import { decodeStartOf, type AnalysisChunk, type CropChunk, type PredictionChunk } from '@shared/compute'
import type { FaceObservation } from '@shared/faces'
import { IMAGENET_NORMALISATION, type ModelCard } from '@shared/model'
import { analyseClip, ClipFolder, computeClient, demoClip, facesOf, RESOURCES, type Clip } from './clips'

const STARTER = join(RESOURCES, 'models', 'starter')
const starterCard = JSON.parse(readFileSync(join(STARTER, 'card.json'), 'utf8')) as ModelCard

let clips: ClipFolder
let client: ComputeClient
let clip: Clip
let chunks: AnalysisChunk[]
let faces: FaceObservation[]
/** The starter's prediction of the left face. */
let whole: PredictionChunk[]
beforeAll(async () => {
  clips = await ClipFolder.open()
  client = computeClient()
  // the second face is there for the first 100 frames only
  const both = ['-stream_loop', '1', '-i', demoClip('S03'), '-i', demoClip('S07')]
  const filter = "[1:v]drawbox=t=fill:color=gray:enable='gte(n,100)'[b];[0:v][b]hstack"
  clip = await clips.make('pair.mkv', [...both, '-filter_complex', filter, '-frames:v', '270'])
  chunks = await analyseClip(client, clip)
  faces = facesOf(chunks)
  whole = await predict(starter)
})
afterAll(async () => {
  await client.close()
  clips.remove()
})

const trackAt = (isLeft: boolean): number => faces.find(({ box }) => box.x < 320 === isLeft)!.track

async function predict(
  model: { directory: string; card: ModelCard },
  { fromFrame = 0, tracks = [trackAt(true)], neutral = undefined as Float32Array | undefined } = {},
): Promise<PredictionChunk[]> {
  const found: PredictionChunk[] = []
  const decode = await clip.decode(decodeStartOf(model.card.kind, fromFrame))
  await client.predict(
    { decode, fromFrame, model, device: 'cpu', precision: 'float32' as const, tracks },
    { faces: (index) => Promise.resolve(chunks[index]!.faces), neutralLandmarks: neutral, onChunk: (chunk) => void found.push(chunk) },
  )
  return found
}

const starter = { directory: STARTER, card: starterCard }

describe('starter model', () => {
  const au = (number: number): number => starterCard.aus.findIndex((entry) => entry.au === number)

  it('follows the known intensities of a demo subject', () => {
    const [first] = whole
    const [head, ...lines] = readFileSync('resources/demo/synthetic_S03.csv', 'utf8').trim().split(/\r?\n/)
    const columns = head!.split(',')
    for (const number of [12, 25, 26]) {
      const column = columns.findIndex((name) => Number(/^AU0*(\d+)/.exec(name)?.[1]) === number)
      const truth = lines.slice(0, 250).map((line) => Number(line.split(',')[column]))
      const predicted = truth.map((_, frame) => first!.probabilities[frame * starterCard.aus.length + au(number)]!)
      expect(correlation(truth, predicted), `AU${number}`).toBeGreaterThan(0.6)
    }
  })

  it('gives the same values when it continues at a chunk, the median over the border included', async () => {
    expect(whole.map(({ startFrame, frameCount }) => [startFrame, frameCount])).toEqual([
      [0, 256],
      [256, 14],
    ])
    const [rest] = await predict(starter, { fromFrame: 256 })
    expect(isSame(rest!.probabilities, whole[1]!.probabilities)).toBe(true)
    expect(whole.every(({ probabilities }) => probabilities.every((value) => value >= 0 && value <= 1))).toBe(true)
  })

  it('gives NaN where the subject is not seen, and takes the first of its tracks', async () => {
    const right = trackAt(false)
    const [first, second] = await predict(starter, { tracks: [right] })
    const width = starterCard.aus.length
    const isKnown = (frame: number): boolean => !Number.isNaN(first!.probabilities[frame * width]!)
    const seen = new Set(faces.filter(({ track }) => track === right).map(({ frame }) => frame))
    expect(seen.size).toBeGreaterThanOrEqual(100)
    expect(seen.size).toBeLessThan(120)
    for (let frame = 0; frame < 256; frame++) expect(isKnown(frame)).toBe(seen.has(frame))
    expect(second!.probabilities.every(Number.isNaN)).toBe(true)

    const [either] = await predict(starter, { tracks: [right, trackAt(true)] })
    expect(isSame(either!.probabilities.slice(0, 90 * width), first!.probabilities.slice(0, 90 * width))).toBe(true)
    const [left] = whole
    expect(isSame(either!.probabilities.slice(150 * width), left!.probabilities.slice(150 * width))).toBe(true)
  })

  it('changes only AU6 and AU45 once a neutral face is marked', async () => {
    const left = trackAt(true)
    const neutral = faces.filter(({ track, frame }) => track === left && frame < 5)
    const [without] = whole
    const [with_] = await predict(starter, { neutral: Float32Array.from(neutral.flatMap(({ landmarks }) => [...landmarks])) })
    const changed = new Set<number>()
    with_!.probabilities.forEach((value, i) => {
      if (value !== without!.probabilities[i]) changed.add(starterCard.aus[i % starterCard.aus.length]!.au)
    })
    expect([...changed].sort()).toEqual([45, 6])
  })

  it('has a card whose files are the files', () => {
    for (const { name, bytes, sha256 } of starterCard.files) {
      const content = readFileSync(join(STARTER, name))
      expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256])
    }
  })
})

describe('ViT', () => {
  const config = { width: 32, depth: 2, heads: 4, patch: 8, imageSize: 32, aus: 3, subjects: 0, identityLayers: 1 as const }
  const card: ModelCard = {
    ...starterCard,
    id: 'small',
    name: 'Small ViT',
    kind: 'vit',
    architecture: { width: 32, depth: 2, heads: 4, patch: 8, imageSize: 32, subjects: 0 },
    aus: starterCard.aus.slice(0, 3),
    cropRule: { name: 'fmae', size: 32 },
    normalisation: IMAGENET_NORMALISATION,
    files: [{ name: 'model.safetensors', bytes: 0, sha256: '' }],
  }
  let directory: string
  beforeAll(async () => {
    directory = join(clips.folder, 'vit')
    mkdirSync(directory)
    const weights = initialiseWeights(classifierShapes(config), config, Random.seeded(7))
    await writeSafetensors(
      join(directory, 'model.safetensors'),
      [...weights].map(([name, { shape, data }]) => ({
        name,
        dtype: 'F32' as const,
        shape,
        chunks: new Uint8Array(data.buffer as ArrayBuffer),
      })),
    )
  })

  it('gives each frame what the runtime gives its crop, in batches that leave gaps out', async () => {
    const right = trackAt(false)
    const [first] = await predict({ directory, card }, { tracks: [right] })
    const frames = [0, 7, 8, 61]
    const pictures: CropChunk['crops'] = []
    await client.crops(
      { decode: await clip.decode(0, 201), frames: [...frames, 200], tracks: [right], cropRule: card.cropRule },
      { faces: (index) => Promise.resolve(chunks[index]!.faces), onChunk: ({ crops }) => void pictures.push(...crops) },
    )
    expect(pictures.map(({ frame, jpeg }) => [frame, jpeg === null])).toEqual([...frames.map((frame) => [frame, false]), [200, true]])

    const model = await runtimeFor('cpu').load({ config, weights: { kind: 'safetensors', path: join(directory, 'model.safetensors') } })
    for (const { frame, jpeg } of pictures.slice(0, 4)) {
      const image = await loadImage(Buffer.from(jpeg!))
      expect([image.width, image.height]).toEqual([32, 32])
      const drawing = createCanvas(32, 32).getContext('2d')
      drawing.drawImage(image, 0, 0)
      const { data } = drawing.getImageData(0, 0, 32, 32)
      const input = new Float32Array(3 * 1024)
      for (let i = 0; i < 1024; i++) {
        for (let c = 0; c < 3; c++)
          input[c * 1024 + i] = (data[4 * i + c]! / 255 - IMAGENET_NORMALISATION.mean[c]!) / IMAGENET_NORMALISATION.deviation[c]!
      }
      const { auLogits } = await model.predict(input, 1)
      // the picture went through JPEG, so near and not equal
      auLogits.forEach((logit, i) => expect(first!.probabilities[frame * 3 + i]!).toBeCloseTo(1 / (1 + Math.exp(-logit)), 2))
    }
    await model.dispose()
    expect(first!.probabilities.slice(200 * 3).every(Number.isNaN)).toBe(true)
  })

  it('continues at a chunk with the same values', async () => {
    const all = await predict({ directory, card })
    const [rest, ...more] = await predict({ directory, card }, { fromFrame: 256 })
    expect(more).toEqual([])
    expect(isSame(rest!.probabilities, all[1]!.probabilities)).toBe(true)
  })

  it('refuses a backbone and a device that is not there', async () => {
    await expect(predict({ directory, card: { ...card, kind: 'backbone' } })).rejects.toMatchObject({ code: 'MODEL_CANNOT_PREDICT' })
    const decode = await clip.decode()
    const spec = {
      decode,
      fromFrame: 0,
      model: { directory, card },
      device: 'coreml-of-nobody',
      precision: 'float32' as const,
      tracks: [0],
    }
    const options = { faces: (index: number) => Promise.resolve(chunks[index]!.faces), onChunk: () => undefined }
    await expect(client.predict(spec, options)).rejects.toMatchObject({ code: 'DEVICE_UNAVAILABLE' })
  })
})

it('says so when a video was not analysed far enough', async () => {
  const decode = await clip.decode()
  const spec = {
    decode,
    fromFrame: 0,
    model: { directory: STARTER, card: starterCard },
    device: 'cpu',
    precision: 'float32' as const,
    tracks: [0],
  }
  const options = { faces: () => Promise.resolve(chunks[1]!.faces), onChunk: () => undefined }
  await expect(client.predict(spec, options)).rejects.toMatchObject({ code: 'NOT_ANALYSED' })
})

/** Bit for bit, NaN included. */
const isSame = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.compare(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), new Uint8Array(b.buffer, b.byteOffset, b.byteLength)) === 0

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  a.forEach((value, i) => {
    ab += (value - meanA) * (b[i]! - meanB)
    aa += (value - meanA) ** 2
    bb += (b[i]! - meanB) ** 2
  })
  return ab / Math.sqrt(aa * bb)
}
