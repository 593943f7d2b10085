// Expressions in the window: a folder looked at and taken in, a model trained with live curves and stopped on the way, its confusion matrix, videos predicted, columns exported.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelledProject } from '../integration/training/labelledProject'
import { seriousFindings } from './axe'
import { hasChromium, startWorkbench, type Workbench } from './workbench'

const LONG = 300_000

/** Three expressions of six people that are told apart by their colour, five images each. */
async function sortedImages(folder: string): Promise<string> {
  for (const [name, hue] of [['calm', 0], ['glad', 120], ['sad', 240]] as const)
    for (let subject = 0; subject < 6; subject++) {
      const place = join(folder, name, `P${subject}`)
      mkdirSync(place, { recursive: true })
      for (let i = 0; i < 5; i++) {
        const canvas = createCanvas(40, 40)
        const drawing = canvas.getContext('2d')
        drawing.fillStyle = `hsl(${hue} 80% ${40 + ((subject * 5 + i) * 13) % 20}%)`
        drawing.fillRect(0, 0, 40, 40)
        writeFileSync(join(place, `${i}.png`), await canvas.encode('png'))
      }
    }
  return folder
} // prettier-ignore

describe.skipIf(!hasChromium)('expressions in the window', () => {
  let bench: Workbench
  let images = ''

  beforeAll(async () => {
    bench = await startWorkbench({ make: (folder) => labelledProject(folder, [{ code: 'S03', coder: 'AB' }]) })
    images = await sortedImages(join(bench.folder, 'images'))
    cpSync(join(images, 'calm'), join(bench.folder, 'lone', 'calm'), { recursive: true })
    await bench.page.getByRole('link', { name: 'Training', exact: true }).click()
    await bench.page.getByRole('link', { name: 'Expressions', exact: true }).click()
  }, LONG)
  afterAll(() => bench?.close())

  it('says what a folder holds, and why another cannot be used', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByText('No set of images has been taken in yet.').waitFor()
    await page.getByLabel('Folder').fill(join(bench.folder, 'lone'))
    await page.getByText(/at least two are needed/).waitFor({ timeout: LONG })
    expect(await page.getByRole('button', { name: 'Take in' }).isDisabled()).toBe(true)
    await page.getByLabel('Folder').fill(images)
    await page.getByText('Found 90 images of 3 classes. 6 subjects. A fifth will be tested on.').waitFor({ timeout: LONG })
    await page.getByRole('row', { name: 'glad 30' }).waitFor()
  })

  it('takes the images in and shows the set', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByLabel('Name', { exact: true }).first().fill('own')
    await page.getByLabel('Image side in pixels').fill('32')
    await page.getByRole('button', { name: 'Take in' }).click()
    await page.getByRole('heading', { name: 'own' }).waitFor({ timeout: LONG })
    await page.getByText(/90 images, stored with 32 × 32 pixels/).waitFor()
  })

  it('draws curves while it trains, and stops when told to', { timeout: LONG }, async () => {
    const { page } = bench
    const form = page.getByRole('region', { name: 'New run' })
    await form.getByLabel('Epochs').fill('2000')
    await form.getByText('More settings').click()
    await form.getByLabel('Images per update').fill('8')
    await form.getByLabel('Name').fill('Endless')
    await form.getByRole('button', { name: 'Start training' }).click()
    const panel = page.getByRole('region', { name: 'Endless' })
    await panel.getByRole('img', { name: /Loss [\d.]+ at epoch/ }).waitFor({ timeout: LONG })
    await panel.getByRole('button', { name: 'Stop' }).click()
    await panel.getByText('stopped', { exact: true }).waitFor({ timeout: LONG })
  })

  it('trains to a confusion matrix over people it has not seen', { timeout: LONG }, async () => {
    const { page } = bench
    const form = page.getByRole('region', { name: 'New run' })
    await form.getByLabel('Epochs').fill('6')
    await form.getByLabel('Base rate').fill('0.01')
    await form.getByLabel('Name').fill('Colours')
    await form.getByRole('button', { name: 'Start training' }).click()
    const panel = page.getByRole('region', { name: 'Colours' })
    await panel.getByText('finished', { exact: true }).waitFor({ timeout: LONG })
    await panel.getByText(/On 15 test images of people it was not trained on/).waitFor()
    const matrix = panel.getByRole('region', { name: 'Confusion matrix' })
    expect(await matrix.getByRole('rowheader').allTextContents()).toEqual(['calm', 'glad', 'sad'])
    expect(await matrix.getByRole('columnheader').allTextContents()).toEqual(['calm', 'glad', 'sad'])
    const counts = await matrix.locator('td .num:first-child').allTextContents()
    expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBe(15)
    for (const theme of ['light', 'dark']) {
      await page.evaluate((choice) => localStorage.setItem('auw.theme', choice), theme)
      await page.reload()
      await matrix.waitFor()
      expect(await seriousFindings(page), theme).toEqual([])
    }
  })

  it('predicts the videos from its card, where it cannot be made active', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByRole('region', { name: 'Colours' }).getByRole('link', { name: 'Predict videos with it' }).click()
    await page.getByRole('heading', { name: 'Colours', level: 2 }).waitFor()
    await page.getByText('calm, glad, sad', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Make active' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Measure on labels' }).count()).toBe(0)
    const part = page.getByRole('region', { name: 'Predict with this model' })
    await part.getByRole('button', { name: 'Predict 1 video' }).click()
    await page.getByText('1 job started').waitFor({ timeout: LONG })
    await part.getByRole('button', { name: 'Predict 1 video' }).waitFor({ timeout: LONG })
  })

  it('exports the expressions beside the Action Units, or leaves them out', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByRole('region', { name: 'Predict with this model' }).getByRole('link', { name: 'Go to the export' }).click()
    await page.getByRole('columnheader', { name: 'expression_glad_prob' }).waitFor({ timeout: LONG })
    await page.getByLabel('Expressions of').selectOption('none')
    await expect.poll(() => page.getByRole('columnheader', { name: 'expression_glad_prob' }).count(), { timeout: LONG }).toBe(0)
    await page.getByLabel('Expressions of').selectOption({ label: 'Colours' })
    await page.getByRole('columnheader', { name: 'expression_glad_prob' }).waitFor({ timeout: LONG })
    await page.getByRole('button', { name: /^Write/ }).click()
    await page.getByRole('status').getByText(/\.csv/).first().waitFor({ timeout: LONG })
    const [header, ...rows] = readFileSync(join(bench.project, 'exports', 'synthetic_S03.csv'), 'utf8')
      .trim()
      .split('\n')
    expect(header?.split(',').slice(-4)).toEqual(['expression', 'expression_calm_prob', 'expression_glad_prob', 'expression_sad_prob'])
    expect(rows.filter((row) => /,(calm|glad|sad),/.test(row)).length).toBeGreaterThan(rows.length / 2)
  })

  it('runs without an error', () => expect(bench.errors).toEqual([]))
})
