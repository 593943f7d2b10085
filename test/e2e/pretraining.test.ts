// Pretraining in the window: a store of pictures beside the project's own faces, reconstructions that appear while it runs, the backbone in the list of models.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelledProject } from '../integration/training/labelledProject'
import { hasChromium, startWorkbench, type Workbench } from './workbench'

const LONG = 300_000
const PICTURES = 16

describe.skipIf(!hasChromium)('pretraining in the window', () => {
  let bench: Workbench
  let store = ''

  beforeAll(async () => {
    bench = await startWorkbench({ make: (folder) => labelledProject(folder, [{ code: 'S03', coder: 'AB' }]) })
    const pictures = join(bench.folder, 'pictures')
    store = join(bench.folder, 'store')
    mkdirSync(pictures)
    for (let i = 0; i < PICTURES; i++) {
      const canvas = createCanvas(48, 48)
      const drawing = canvas.getContext('2d')
      drawing.fillStyle = `hsl(${i * 22} 60% 50%)`
      drawing.fillRect(0, 0, 48, 48)
      drawing.fillStyle = '#222'
      drawing.fillRect((i * 11) % 36, (i * 7) % 36, 6 + i, 12)
      writeFileSync(join(pictures, `${i}.png`), await canvas.encode('png'))
    }
    const curated = await bench.auw('curate', pictures, '--out', store, '--pixels', '32', '--no-face-check', '--similar', '0')
    if (curated.code !== 0) throw new Error(curated.stderr)
    await bench.page.getByRole('link', { name: 'Training', exact: true }).click()
    await bench.page.getByRole('link', { name: 'Pretrain a backbone' }).click()
  }, LONG)
  afterAll(() => bench?.close())

  it('counts what there is to look at as the form changes, and says what is no store', { timeout: LONG }, async () => {
    const { page } = bench
    const form = page.getByRole('region', { name: 'New pretraining' })
    await form.getByLabel('Image side in pixels').fill('32')
    await form.getByText(/^5 pictures, /).waitFor({ timeout: LONG })
    await form.getByLabel('Curated store').fill(join(bench.folder, 'pictures'))
    await form
      .getByText(/auw curate/)
      .nth(1)
      .waitFor({ timeout: LONG })
    await form.getByLabel('Curated store').fill(store)
    await form.getByText(new RegExp(`^${PICTURES + 5} pictures, `)).waitFor({ timeout: LONG })
  })

  it('shows reconstructions while it runs and hands a backbone over', { timeout: LONG }, async () => {
    const { page } = bench
    const form = page.getByRole('region', { name: 'New pretraining' })
    await form.getByLabel('Epochs').fill('3')
    await form.getByText('More settings').click()
    await form.getByLabel('Decoder').fill('32x1x2')
    await form.getByLabel('Batch').fill('7')
    await form.getByText('21 pictures, 9 updates in all').waitFor({ timeout: LONG })
    await form.getByRole('button', { name: 'Start pretraining' }).click()
    const runs = page.getByRole('region', { name: 'Pretraining runs' })
    const picture = runs.getByRole('img', { name: /^Reconstructions after \d+ updates/ })
    await picture.waitFor({ timeout: LONG })
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth), { timeout: LONG }).toBeGreaterThan(32)
    await runs.getByText('finished', { exact: true }).waitFor({ timeout: LONG })
    await runs.getByRole('img', { name: /^Loss [\d.]+ at epoch 3/ }).waitFor({ timeout: LONG })
    await runs.getByRole('link', { name: 'Its model' }).click()
    await page.getByRole('region', { name: 'Models' }).getByText('backbone, cannot predict by itself').waitFor({ timeout: LONG })
    expect(await page.getByRole('button', { name: 'Make active' }).count()).toBe(0)
    expect(await page.getByRole('region', { name: 'Predict with this model' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Identity probe' }).waitFor()
  })

  it('offers the backbone to training', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByRole('link', { name: 'Training', exact: true }).click()
    await page.getByLabel('Start from').selectOption({ label: await backboneName() })
  })

  async function backboneName(): Promise<string> {
    const { models } = (await bench.auw('model', 'list', bench.project, '--json')).json<{ models: { name: string; kind: string }[] }>()
    return models.find(({ kind }) => kind === 'backbone')?.name ?? ''
  }

  it('runs without an error', () => expect(bench.errors).toEqual([]))
})
