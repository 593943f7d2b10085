// Expressions from folders of images to columns beside the Action Units: a set with known subjects, a model, its figures, a predicted video, an export.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import { parse } from 'csv-parse/sync'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { beforeAll, expect, it } from 'vitest'
import { runtimeFor } from '@runtime/index'
import type { ExpressionSetSummary } from '@shared/contract/expressions'
import type { ExpressionReport, ExpressionRunSummary } from '@shared/expressions'
import type { ModelCard } from '@shared/model'
import { auw, demoClip, temporaryFolder, type Outcome } from './auw'

const folder = temporaryFolder()
const at = (...names: string[]): string => join(folder, ...names)
const run = (...args: string[]): Promise<Outcome> => auw({ settings: at('settings') }, ...args)
const project = at('lab.auproj')

/** A face that no one would take for one, whose colour is its expression. */
async function image(hue: number, number: number): Promise<Buffer> {
  const canvas = createCanvas(40, 40)
  const drawing = canvas.getContext('2d')
  drawing.fillStyle = `hsl(${hue} 80% ${40 + ((number * 13) % 20)}%)`
  drawing.fillRect(0, 0, 40, 40)
  drawing.fillStyle = `hsl(${hue} 40% 20%)`
  drawing.fillRect((number * 7) % 30, (number * 11) % 30, 10, 10)
  return canvas.encode('png')
}

async function write(path: string, hue: number, number: number): Promise<void> {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, await image(hue, number))
}

beforeAll(async () => {
  for (const [name, hue] of [['calm', 0], ['glad', 120], ['sad face', 240]] as const)
    for (let subject = 0; subject < 6; subject++)
      for (let i = 0; i < 5; i++) await write(at('own', name, `P${subject}`, `${i}.png`), hue, subject * 5 + i)
  writeFileSync(at('own', 'calm', 'P0', 'broken.png'), 'no picture')
  const labels: string[] = []
  for (let i = 0; i < 12; i++) {
    const name = `${i < 8 ? 'train' : 'test'}_${String(i).padStart(5, '0')}`
    await write(at('raf', 'Image', 'aligned', `${name}_aligned.jpg`), (i % 3) * 100, i)
    labels.push(`${name}.jpg ${(i % 3) + 1}`)
  }
  mkdirSync(at('raf', 'EmoLabel'), { recursive: true })
  writeFileSync(at('raf', 'EmoLabel', 'list_patition_label.txt'), `${labels.join('\n')}\n`)
  for (const part of ['train_set', 'val_set'])
    for (let i = 0; i < 6; i++) {
      await write(at('affect', part, 'images', `${i}.jpg`), (i % 3) * 100, i)
      const header = "{'descr': '<U1', 'fortran_order': False, 'shape': (), }".padEnd(117) + '\n'
      const npy = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([header.length, 0]), Buffer.from(header), Buffer.from(String(i % 3), 'utf16le')])
      mkdirSync(at('affect', part, 'annotations'), { recursive: true })
      writeFileSync(at('affect', part, 'annotations', `${i}_exp.npy`), npy)
    }
  expect((await run('project', 'create', project)).code).toBe(0)
}) // prettier-ignore

it('understands the layouts of RAF-DB and AffectNet, and refuses folders that are neither', async () => {
  const raf = await run('expressions', 'import', project, at('raf'), '--layout', 'raf-db', '--pixels', '32', '--json')
  expect(raf.code, raf.stderr).toBe(0)
  expect(raf.json<ExpressionSetSummary>()).toMatchObject({ images: 12, hasTestPart: true, subjects: null })
  expect(
    raf
      .json<ExpressionSetSummary>()
      .classes.map(({ name, images }) => [name, images])
      .slice(0, 4),
  ).toEqual([
    ['Surprise', 4],
    ['Fear', 4],
    ['Disgust', 4],
    ['Happiness', 0],
  ])
  const affect = await run('expressions', 'import', project, at('affect'), '--layout', 'affectnet', '--pixels', '32', '--json')
  expect(affect.code, affect.stderr).toBe(0)
  expect(affect.json<ExpressionSetSummary>()).toMatchObject({ images: 12, hasTestPart: true })
  expect(affect.json<ExpressionSetSummary>().classes.slice(0, 3)).toEqual([
    { name: 'Neutral', images: 4 },
    { name: 'Happiness', images: 4 },
    { name: 'Sadness', images: 4 },
  ])
  const none = await run('expressions', 'import', project, at('raf', 'EmoLabel'), '--name', 'none')
  expect(none.code).toBe(1)
  expect(none.stderr).toContain('at least two are needed')
  expect(readdirSync(join(project, 'expressions'))).toEqual(['affectnet', 'raf-db'])
})

it('trains on other people than it is tested on, predicts a video and exports expressions beside the AUs', async () => {
  const imported = await run('expressions', 'import', project, at('own'), '--name', 'own', '--pixels', '32', '--json')
  expect(imported.json<ExpressionSetSummary>()).toMatchObject({ images: 90, unreadable: 1, subjects: 6, hasTestPart: false })
  const trained = await run(
    'expressions', 'train', project, 'own', '--epochs', '6', '--batch', '8', '--rate', '0.01', '--device', 'cpu', '--json',
  ) // prettier-ignore
  expect(trained.code, trained.stderr).toBe(0)
  const { run: row, report } = trained.json<{ run: ExpressionRunSummary; report: ExpressionReport }>()
  expect(report.isSubjectExclusive).toBe(true)
  expect(report.test.intervalOver).toBe('subjects')
  expect(report.test.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(report.counts.test)
  expect(report.counts.train + report.counts.validation + report.counts.test).toBe(90)
  // colours are easily told apart, so what does not beat chance by far has not learned
  expect(report.test.accuracy).toBeGreaterThan(0.6)

  const before = await run('export', project, '--json')
  expect(before.code, before.stderr).toBe(0)
  expect((await run('video', 'add', project, demoClip('S03'), '--subject', 'S03')).code).toBe(0)
  const activated = await run('model', 'activate', project, row.modelId ?? '')
  expect(activated.stderr).toContain('names expressions')
  const predicted = await run('predict', project, '--model', row.modelId ?? '')
  expect(predicted.code, predicted.stderr).toBe(0)
  const exported = await run('export', project, '--json')
  expect(exported.code, exported.stderr).toBe(0)
  const { directory, files } = exported.json<{ directory: string; files: { fileName: string }[] }>()
  const records = parse(readFileSync(join(directory, files[0]?.fileName ?? ''), 'utf8'), { columns: true }) as Record<string, string>[]
  const columns = Object.keys(records[0] ?? {})
  expect(columns.slice(-4)).toEqual(['expression', 'expression_calm_prob', 'expression_glad_prob', 'expression_sad_face_prob'])
  const known = records.filter((record) => record['expression'] !== '')
  expect(known.length).toBeGreaterThan(records.length / 2)
  for (const record of known.slice(0, 20)) {
    const values = columns.slice(-3).map((name) => Number(record[name]))
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4)
    expect(['calm', 'glad', 'sad face'][values.indexOf(Math.max(...values))]).toBe(record['expression'])
  }
  expect(readFileSync(join(directory, 'datapackage.json'), 'utf8')).toContain('expressionModel')
}, 600_000)

it('exports a model that any onnxruntime runs to the same logits, and that comes back as what it was', async () => {
  const { runs } = (await run('expressions', 'runs', project, '--json')).json<{ runs: ExpressionRunSummary[] }>()
  const id = runs[0]?.modelId ?? ''
  const file = at('expressions.onnx')
  const written = await run('model', 'export', project, id, '--format', 'onnx', '--out', file)
  expect(written.code, written.stderr).toBe(0)
  const images = Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => Math.sin(i * 0.37) * 2)
  const session = await InferenceSession.create(file)
  expect([...session.outputNames].sort()).toEqual(['expression_logits', 'feature'])
  const results = await session.run({ images: new Tensor('float32', images, [2, 3, 32, 32]) })
  await session.release()
  const { architecture } = JSON.parse(readFileSync(join(project, 'models', id, 'card.json'), 'utf8')) as ModelCard
  if (!architecture) throw new Error('the card names no architecture')
  // by another runtime than the one that wrote and checked the file
  const model = await runtimeFor('wasm').load({
    config: { ...architecture, subjects: 0, aus: 3, identityLayers: 1 },
    weights: { kind: 'safetensors', path: join(project, 'models', id, 'weights.safetensors') },
  })
  const { auLogits } = await model.predict(images, 2)
  await model.dispose()
  const found = results['expression_logits']?.data as Float32Array
  expect(found).toHaveLength(6)
  found.forEach((value, place) => expect(value).toBeCloseTo(auLogits[place] ?? Number.NaN, 4))
  expect(readFileSync(file).includes('calm,glad,sad face')).toBe(true)

  const weights = at('expressions.safetensors')
  expect(await run('model', 'export', project, id, '--format', 'safetensors', '--out', weights)).toMatchObject({ code: 0 })
  const again = await run('model', 'import', project, weights, '--json')
  expect(again.code, again.stderr).toBe(0)
  expect(again.json<{ card: ModelCard }>().card).toMatchObject({ kind: 'expression', aus: [], expressions: ['calm', 'glad', 'sad face'] })
  const left = await run('export', project, '--expressions', 'none', '--out', at('without'), '--json')
  const header = readFileSync(at('without', left.json<{ files: { fileName: string }[] }>().files[0]?.fileName ?? ''), 'utf8').split('\n')[0]
  expect(header).not.toContain('expression')
}, 600_000)
