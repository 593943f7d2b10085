// One user's whole way through the product in one window on the real backend: bring in three people, predict, accept in one go, correct by keyboard alone, undo,
// retrain through the form, compare with the model before, export, and read the files.
import { parse } from 'csv-parse/sync'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LabelSpan } from '@shared/labels'
import { resolveFfmpeg } from '@main/media/index'
import { demoClip } from '../integration/cli/auw'
import { clipFolder } from '../integration/media/clips'
import { waitForFrame } from './frameClips'
import { absenceOf, SHELLS, startWorkbench, type Workbench } from './workbench'

const LONG = 240_000
const POLL = { timeout: 20_000, interval: 100 }
const SUBJECTS = ['S01', 'S02', 'S03'] as const
const FRAMES = 75
const AUS = [12, 25, 26]
const fileOf = (subject: string): string => `${subject}_interview.mp4`

describe.each(SHELLS)('the whole way, in %s', (shell) => {
  const absence = absenceOf(shell)
  if (absence !== null) return void it.skip(`skipped: ${absence}`, () => undefined)

  let bench: Workbench
  const clips = new Map<string, string>()

  beforeAll(async () => {
    const folder = clipFolder(await resolveFfmpeg())
    for (const subject of SUBJECTS) {
      folder.run('-t', '3', '-i', demoClip(subject), '-an', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', fileOf(subject))
      clips.set(subject, folder.path(fileOf(subject)))
    }
    bench = await startWorkbench({ shell, aus: AUS.join(',') })
    return () => folder.remove()
  })
  afterAll(() => bench?.close())

  const videoIds = async (): Promise<Map<string, string>> => {
    const { videos } = (await bench.auw('video', 'list', bench.project, '--json')).json<{ videos: { id: string; subjectCode: string }[] }>()
    return new Map(videos.map((video) => [video.subjectCode, video.id]))
  }
  const labelsOf = async (subject: string): Promise<LabelSpan[]> => {
    const id = (await videoIds()).get(subject) ?? ''
    return (await bench.auw('label', 'list', bench.project, '--video', id, '--json')).json<{ labels: LabelSpan[] }>().labels
  }
  /** Goes to a frame as a coder does: the key for it, the number, Enter, and back to the lanes. */
  const jumpByKeys = async (frame: number): Promise<void> => {
    const { page } = bench
    await page.keyboard.press('Control+g')
    await page.keyboard.press('Control+a')
    await page.keyboard.type(String(frame))
    await page.keyboard.press('Enter')
    await waitForFrame(page, frame)
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  }
  const codeByKeys = async (key: string, from: number, to: number, intensity: string): Promise<void> => {
    const { page } = bench
    await jumpByKeys(from)
    await page.keyboard.press(key)
    await jumpByKeys(to)
    await page.keyboard.press(key)
    await page.getByText(/: intensity A–E/).waitFor()
    await page.keyboard.press(intensity)
    await page.getByText(/: side L, R or B/).waitFor()
    await page.keyboard.press('b')
    await page.getByText(/: side L, R or B/).waitFor({ state: 'hidden' })
  }

  it('brings in three people and finds faces and Action Units', { timeout: LONG }, async () => {
    const { page } = bench
    for (const subject of SUBJECTS) {
      await page.locator('input[type="file"]').setInputFiles(clips.get(subject) ?? '')
      const dialog = page.getByRole('dialog')
      expect(await dialog.getByLabel('Subject').inputValue()).toBe(subject)
      await dialog.getByRole('button', { name: 'Add videos' }).click()
      await page.getByRole('link', { name: fileOf(subject) }).waitFor()
    }
    for (const subject of SUBJECTS) {
      const row = page.getByRole('row').filter({ hasText: fileOf(subject) })
      await row.locator('.state-mark.done', { hasText: 'Predicted' }).waitFor({ timeout: LONG })
    }
  })

  it('accepts the predictions of all three in one go', async () => {
    const { page } = bench
    await page.getByLabel('Select all videos').check()
    await page.getByText('3 videos selected').waitFor()
    await page.getByRole('button', { name: 'Accept predictions…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Coder').fill('AB')
    await dialog.getByRole('button', { name: 'Accept' }).click()
    await dialog.getByText(/^3 videos: present on/).waitFor()
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    for (const subject of SUBJECTS) {
      const labels = await labelsOf(subject)
      expect(labels.length).toBeGreaterThan(0)
      expect(labels.every(({ coder, source, modelId }) => coder === 'AB' && source === 'confirmed' && modelId === 'starter')).toBe(true)
    }
  })

  it('corrects by keyboard alone, and takes a step back and forth', { timeout: LONG }, async () => {
    const { page } = bench
    for (const [index, subject] of SUBJECTS.entries()) {
      await page.getByRole('link', { name: 'Videos', exact: true }).click()
      await page.getByRole('link', { name: fileOf(subject) }).focus()
      await page.keyboard.press('Enter')
      await waitForFrame(page, 0)
      await page.locator('.au-table .probability [style]').first().waitFor()
      await codeByKeys('q', 10 + index, 30 + index, 'c')
      await codeByKeys('g', 40, 60, 'd')
    }
    const corrected = {
      au: 12,
      startFrame: 12,
      endFrame: 32,
      state: 'present',
      intensity: 'C',
      side: 'both',
      coder: 'AB',
      source: 'corrected',
    }
    await expect.poll(() => labelsOf('S03'), POLL).toContainEqual(expect.objectContaining(corrected))
    const mouth = async (): Promise<unknown> =>
      (await labelsOf('S03')).find(({ au, startFrame, endFrame }) => au === 25 && startFrame === 40 && endFrame === 60)?.intensity ?? null
    await expect.poll(mouth, POLL).toBe('D')
    // The side was left at both, so the last step was the intensity and the one before it the event.
    await page.keyboard.press('Control+z')
    await expect.poll(mouth, POLL).toBeNull()
    await page.keyboard.press('Control+Shift+Z')
    await expect.poll(mouth, POLL).toBe('D')
  })

  it('retrains on these labels through the form', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByRole('link', { name: 'Training', exact: true }).click()
    await page.getByText('All settings').click()
    await page.getByLabel('Epochs', { exact: true }).fill('1')
    await page.getByLabel('Warm-up epochs', { exact: true }).fill('0')
    await page.getByLabel('Image side', { exact: true }).fill('32')
    await page.getByLabel('Test subjects').selectOption('holdout')
    await page.getByLabel('Thinning', { exact: true }).fill('10')
    await page.getByLabel('Resamples', { exact: true }).fill('100')
    await page.getByRole('checkbox', { name: 'Identity probe', exact: true }).uncheck()
    await page.getByLabel('Name', { exact: true }).fill('My people')
    await page.getByRole('button', { name: 'Estimate time and memory' }).click()
    await page.getByText('It fits on this device.').waitFor({ timeout: LONG })
    await page.getByRole('button', { name: 'Start training' }).click()
    const panel = page.getByRole('region', { name: 'My people' })
    await panel.getByText('finished', { exact: true }).waitFor({ timeout: LONG })
    await panel.getByRole('link', { name: 'Read the results' }).click()
    await page.getByRole('heading', { name: 'My people' }).waitFor()
    // One row an AU and their mean.
    await expect.poll(() => page.locator('.paper-table').first().locator('tbody tr').count(), POLL).toBe(AUS.length + 1)
  })

  it('sets the new model beside the one before, and says what the figures are worth', async () => {
    const { page } = bench
    await page.getByRole('link', { name: 'Models' }).click()
    await page
      .getByRole('link', { name: /My people/ })
      .or(page.getByRole('button', { name: /My people/ }))
      .first()
      .click()
    const compare = page.getByRole('region', { name: 'Compare with' })
    await compare.getByRole('combobox').selectOption({ label: 'Starter model' })
    await compare.getByRole('columnheader', { name: 'My people' }).waitFor()
    await compare.getByText(/figures on held-out subjects|Measured on the same held-out subjects|not measured on the same/).waitFor()
  })

  it('exports every frame, with whose word each value is', async () => {
    const { page } = bench
    await page.getByRole('link', { name: 'Videos', exact: true }).click()
    await page.getByLabel(`Select ${fileOf('S01')}`).check()
    await page.getByLabel(`Select ${fileOf('S03')}`).check()
    await page.getByRole('button', { name: 'Export…' }).click()
    await page.locator('.preview-grid td').first().waitFor()
    await page.getByRole('button', { name: 'Write 2 files' }).click()
    await page.getByText(/2 files written to/).waitFor()
    for (const [subject, shift] of [
      ['S01', 0],
      ['S03', 2],
    ] as const) {
      const text = readFileSync(join(bench.project, 'exports', fileOf(subject).replace('.mp4', '.csv')), 'utf8')
      const rows = parse(text, { columns: true, bom: true }) as Record<string, string>[]
      expect(rows.map((row) => Number(row.frame))).toEqual(Array.from({ length: FRAMES }, (_, frame) => frame))
      expect(rows.every((row) => row.subject === subject)).toBe(true)
      const smile = rows.filter((row) => row.AU12_source === 'corrected')
      expect(smile.map((row) => Number(row.frame))).toEqual(Array.from({ length: 21 }, (_, i) => 10 + shift + i))
      expect(smile.every((row) => row.AU12_label === '1' && row.AU12_intensity === 'C')).toBe(true)
      expect(rows.slice(40, 61).every((row) => row.AU25_label === '1' && row.AU25_intensity === 'D')).toBe(true)
      // What was accepted and not corrected still says so, and agrees with what the model said.
      const confirmed = rows.filter((row) => row.AU26_source === 'confirmed')
      expect(confirmed.length).toBeGreaterThan(0)
      expect(confirmed.every((row) => row.AU26_label === row.AU26_pred && row.AU26_intensity === '')).toBe(true)
    }
  })

  it('runs without an error on any of these screens', () => expect(bench.errors).toEqual([]))
})
