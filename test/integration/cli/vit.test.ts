// A ViT checkpoint from the outside: imported, its AUs named or assumed, predicted on two devices with the same result, and that result computed
// here anew from the decoded picture: crop, bilinear stretch, ImageNet normalisation, forward pass.
import { parse } from 'csv-parse/sync'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openProject } from '@main/store/index'
import { resolveFfmpeg } from '@main/media/index'
import { runtimeFor } from '@runtime/index'
import type { PrecisionComparison } from '@shared/contract/training'
import type { ModelCard, ModelSummary } from '@shared/model'
import { saveVit, vitTensors, type VitSpec } from '../../unit/runtime/weights/vitCheckpoint'
import type { WrittenTensor } from '../../unit/runtime/weights/pytorchWriter'
import { auw, demoClip, temporaryFolder } from './auw'

const folder = temporaryFolder()
const project = join(folder, 'study.auproj')
const run = (...args: string[]) => auw({ settings: join(folder, 'settings') }, ...args)
const path = (name: string): string => join(folder, name)
const spec: VitSpec = { width: 192, depth: 2, patch: 16, imageSize: 64, aus: 12, identity: [7] }
let videoId = ''

interface Imported {
  models: ModelSummary[]
  card: ModelCard
}

/** Weights small enough that no unit saturates: norms near 1, the rest around a tenth. */
function calm(tensors: Record<string, WrittenTensor>): Record<string, WrittenTensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor], seed) => {
      const count = tensor.shape.reduce((product, size) => product * size, 1)
      const isNorm = /norm\d?\.weight$/.test(name)
      const scale = name.startsWith('head.') ? 0.4 : 0.08
      const values = Float32Array.from({ length: count }, (_, i) => {
        const wave = Math.sin(i * 12.9898 + seed * 78.233) * 43758.5453
        return (isNorm ? 1 : 0) + scale * (2 * (wave - Math.floor(wave)) - 1)
      })
      return [name, { ...tensor, data: new Uint8Array(values.buffer) }]
    }),
  )
}

beforeAll(async () => {
  const { path: ffmpeg } = await resolveFfmpeg()
  execFileSync(ffmpeg, ['-v', 'error', '-i', demoClip('S01'), '-frames:v', '40', '-c:v', 'mpeg4', '-q:v', '3', path('clip.mp4')])
  await run('project', 'create', project)
  const added = await run('video', 'add', project, path('clip.mp4'), '--subject', 'S01', '--json')
  videoId = added.json<{ videos: { id: string }[] }>().videos[0]?.id ?? ''
  await saveVit(path('fine.pth'), calm(vitTensors(spec)))
})

describe('import', () => {
  it('says what it assumed, shows the licence, and reads what it wrote', async () => {
    const outcome = await run('model', 'import', project, path('fine.pth'), '--name', 'BP4D?', '--json')
    expect(outcome).toMatchObject({ code: 0 })
    expect(outcome.stderr).toMatch(/AU01 AU02 AU04 AU06 AU07 AU10 AU12 AU14 AU15 AU17 AU23 AU24.*assum/s)
    expect(outcome.stderr).toMatch(/non-commercial/)
    const { models, card } = outcome.json<Imported>()
    expect(models[0]).toMatchObject({ name: 'BP4D?', canPredict: true, isNonCommercial: true })
    expect(card).toMatchObject({ areAusAssumed: true, architecture: { width: 192, depth: 2, heads: 3, patch: 16, imageSize: 64 } })
    // the project's own file, imported elsewhere, knows its heads and AUs
    const own = join(project, 'models', card.id, 'weights.safetensors')
    const again = await run('model', 'import', project, own, '--aus', '1,2,4,5,6,7,9,10,12,15,17,20', '--json')
    expect(again).toMatchObject({ code: 0 })
    expect(again.json<Imported>().card).toMatchObject({ areAusAssumed: false, architecture: { heads: 3 } })
    expect(again.json<Imported>().models[0]?.aus).toEqual([1, 2, 4, 5, 6, 7, 9, 10, 12, 15, 17, 20])
  })

  it('takes 8 outputs for those of DISFA, and heads from the option', async () => {
    await saveVit(path('disfa.pth'), vitTensors({ ...spec, width: 96, aus: 8, identity: undefined, depth: 1 }))
    const outcome = await run('model', 'import', project, path('disfa.pth'), '--heads', '4', '--json')
    expect(outcome.stderr).toMatch(/AU01 AU02 AU04 AU06 AU09 AU12 AU25 AU26/)
    expect(outcome.json<Imported>().card).toMatchObject({ areAusAssumed: true, architecture: { heads: 4, subjects: 0 } })
  })

  it('takes a pretraining checkpoint as a backbone, which does not predict', async () => {
    await saveVit(path('pretrained.pth'), vitTensors({ ...spec, aus: undefined, identity: undefined, hasDecoder: true }))
    const outcome = await run('model', 'import', project, path('pretrained.pth'), '--json')
    expect(outcome).toMatchObject({ code: 0 })
    const { models } = outcome.json<Imported>()
    expect(models[0]).toMatchObject({ kind: 'backbone', canPredict: false })
    const id = models[0]?.id ?? ''
    for (const args of [
      ['predict', project, '--model', id],
      ['model', 'activate', project, id],
    ]) {
      expect(await run(...args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/backbone/) as string })
    }
    expect(await run('model', 'remove', project, id)).toMatchObject({ code: 0 })
    expect((await run('model', 'list', project, '--json')).json<{ models: ModelSummary[] }>().models.map((one) => one.id)).not.toContain(id)
  })
})

describe('prediction', () => {
  it('is the same on the processor and in WebAssembly, and what the pixels give', async () => {
    const imported = (await run('model', 'import', project, path('fine.pth'), '--json')).json<Imported>()
    const { id } = imported.card
    expect(await run('model', 'activate', project, id)).toMatchObject({ code: 0 })
    expect(await run('predict', project, '--device', 'cpu')).toMatchObject({ code: 0 })
    const cpu = await probabilities('cpu', id)

    const second = (await run('model', 'import', project, path('fine.pth'), '--json')).json<Imported>().card.id
    expect(await run('predict', project, '--model', second, '--device', 'wasm')).toMatchObject({ code: 0 })
    const wasm = await probabilities('wasm', second)
    expect(cpu).toHaveLength(40)
    expect(worst(cpu, wasm)).toBeLessThan(1e-4)
    // and not all the same: the network sees the face
    expect(worst(cpu.slice(0, 20), cpu.slice(20))).toBeGreaterThan(1e-3)

    for (const frame of [0, 17]) {
      const byHand = await computedHere(frame, imported.card)
      expect(worst([cpu[frame] as number[]], [byHand])).toBeLessThan(1e-4)
    }
  })

  it('in int8 is near float32, says so in its provenance, and replaces it only when asked', async () => {
    const imported = (await run('model', 'import', project, path('fine.pth'), '--json')).json<Imported>()
    const { id } = imported.card
    expect(await run('predict', project, '--model', id, '--device', 'cpu')).toMatchObject({ code: 0 })
    const exact = await probabilities('exact', id)
    const outcome = await run('predict', project, '--model', id, '--precision', 'int8', '--json')
    expect(outcome.json<{ jobs: { result: unknown }[] }>().jobs.map((job) => job.result)).toMatchObject([
      { device: 'cpu', precision: 'int8' },
    ])
    const coarse = await probabilities('coarse', id)
    expect(worst(exact, coarse)).toBeLessThan(0.05)
    expect(worst(exact, coarse)).toBeGreaterThan(0)
    expect(JSON.parse(readFileSync(path('coarse/datapackage.json'), 'utf8'))).toMatchObject({ resources: [{ precision: 'int8' }] })
    expect(JSON.parse(readFileSync(path('exact/datapackage.json'), 'utf8'))).not.toHaveProperty('resources.0.precision')
    const store = openProject(project)
    expect(store.predictions.find(videoId, id)?.settings).toMatchObject({ precision: 'int8' })
    store.close()
    // asked for again it is there already; on a graphics card or with the starter there is no int8
    expect((await run('predict', project, '--model', id, '--precision', 'int8', '--json')).json<{ jobs: unknown[] }>().jobs).toEqual([])
    expect((await run('predict', project, '--model', id, '--json')).json<{ jobs: unknown[] }>().jobs).toEqual([])
    expect(await run('predict', project, '--model', id, '--precision', 'int8', '--device', 'wasm')).toMatchObject({
      code: 1,
      stderr: /int8/,
    })
    expect(await run('predict', project, '--model', 'starter', '--precision', 'int8')).toMatchObject({ code: 1 })

    for (let frame = 0; frame < 40; frame += 10) {
      const state = frame % 20 === 0 ? 'present' : 'absent'
      const added = await run(
        'label',
        'add',
        project,
        '--video',
        videoId,
        '--au',
        '12',
        '--from',
        String(frame),
        '--to',
        String(frame + 9),
        '--state',
        state,
        '--coder',
        'AB',
      )
      expect(added).toMatchObject({ code: 0 })
    }
    const compared = (await run('model', 'precision', project, id, '--json')).json<PrecisionComparison>()
    expect(compared.figures.frames).toBe(40)
    expect(compared).toMatchObject({ trainedOn: [], isTrainingKnown: false })
    expect(compared.warnings[0]).toMatch(/^It is not known here on whom fine was trained/)
    for (const precision of ['float32', 'int8'] as const)
      expect(compared.figures[precision].aus.find(({ au }) => au === 12)).toMatchObject({ known: 40, positives: 20 })
    expect(compared.figures.meanDifference).toBeGreaterThan(0)
    expect(compared.figures.meanDifference).toBeLessThan(0.02)
    expect(compared.figures.bytes.int8 ?? 0).toBeLessThan(0.5 * compared.figures.bytes.float32)
  })
})

async function probabilities(name: string, model: string): Promise<number[][]> {
  expect(await run('export', project, '--out', path(name), '--model', model)).toMatchObject({ code: 0 })
  const rows = parse<Record<string, string>>(readFileSync(join(folder, name, 'clip.csv')), { columns: true })
  return rows.map((row) =>
    Object.keys(row)
      .filter((key) => key.endsWith('_prob') && row[key] !== '')
      .map((key) => Number(row[key])),
  )
}

const worst = (a: number[][], b: number[][]): number =>
  Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - (b[i]?.[j] ?? Number.NaN)))))

/** The model's AU probabilities of a frame by definition, without the product's decoding, cropping or normalising. */
async function computedHere(frame: number, card: ModelCard): Promise<number[]> {
  const store = openProject(project, { access: 'read' })
  const face = [...store.analyses.summaries(videoId, frame, frame)].find(({ track }) => track === store.videos.get(videoId).mainTrack)
  const { width, height } = store.videos.get(videoId)
  store.close()
  if (!face) throw new Error(`no face in frame ${frame}`)
  const { path: ffmpeg, hasFpsMode } = await resolveFfmpeg()
  const pixels = execFileSync(
    ffmpeg,
    ['-v', 'error', '-i', path('clip.mp4'), hasFpsMode ? '-fps_mode' : '-vsync', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
    { maxBuffer: 1 << 28 },
  ).subarray(frame * width * height * 3)
  // top raised by 0.15 of the height, widened by 0.05 of the width on each side
  const box = {
    left: face.box.x - 0.05 * face.box.width,
    top: face.box.y - 0.15 * face.box.height,
    width: 1.1 * face.box.width,
    height: 1.15 * face.box.height,
  }
  const size = card.architecture?.imageSize ?? 0
  const mean = [0.485, 0.456, 0.406]
  const deviation = [0.229, 0.224, 0.225]
  const image = new Float32Array(3 * size * size)
  const columns = triangle(box.left, box.width, size)
  const rows = triangle(box.top, box.height, size)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let channel = 0; channel < 3; channel++) {
        let value = 0
        for (const [row, down] of rows[y] ?? [])
          for (const [column, across] of columns[x] ?? []) {
            const at = (clamp(row, height - 1) * width + clamp(column, width - 1)) * 3 + channel
            value += down * across * (pixels[at] ?? Number.NaN)
          }
        image[channel * size * size + y * size + x] = (Math.round(value) / 255 - (mean[channel] ?? 0)) / (deviation[channel] ?? 1)
      }
  if (!card.architecture) throw new Error('the card names no architecture')
  const model = await runtimeFor('wasm').load({
    config: { ...card.architecture, aus: card.aus.length, identityLayers: 1 },
    weights: { kind: 'safetensors', path: join(project, 'models', card.id, 'weights.safetensors') },
  })
  const { auLogits } = await model.predict(image, 1)
  await model.dispose()
  return Array.from(auLogits, (logit) => 1 / (1 + Math.exp(-logit)))
}

const clamp = (value: number, last: number): number => Math.min(last, Math.max(0, value))

/** Bilinear resizing as imaging libraries do it: the triangle is as wide as an output pixel where the picture shrinks. Source index and weight, per output pixel. */
function triangle(start: number, extent: number, size: number): [number, number][][] {
  const reach = Math.max(1, extent / size)
  return Array.from({ length: size }, (_, at) => {
    const centre = start + ((at + 0.5) * extent) / size - 0.5
    const taps: [number, number][] = []
    for (let i = Math.ceil(centre - reach); i <= centre + reach; i++) taps.push([i, 1 - Math.abs(i - centre) / reach])
    const sum = taps.reduce((total, [, weight]) => total + weight, 0)
    return taps.map(([i, weight]) => [i, weight / sum])
  })
}
