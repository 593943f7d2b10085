// The main job in the window, as a new user does it: bring in a video, find faces, predict, look, accept, correct, undo, export; the file is then compared.
import { parse } from 'csv-parse/sync'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveFfmpeg } from '@main/media/index'
import type { LabelSpan } from '@shared/labels'
import { demoClip } from '../integration/cli/auw'
import { clipFolder } from '../integration/media/clips'
import { numberStrip, readShown, waitForFrame } from './frameClips'
import { absenceOf, SHELLS, startWorkbench, type Workbench } from './workbench'

const FRAMES = 75
/** Each look at the project starts the command line anew, which takes its time. */
const POLL = { timeout: 20_000, interval: 100 }
/** A name as researchers give them. */
const NAME = 'S07 – pré “baseline”.mp4'

describe.each(SHELLS)('the main job, in %s', (shell) => {
  const absence = absenceOf(shell)
  if (absence !== null) return void it.skip(`skipped: ${absence}`, () => undefined)

  let bench: Workbench
  let clip: string

  beforeAll(async () => {
    const clips = clipFolder(await resolveFfmpeg())
    clips.run('-t', '3', '-i', demoClip('S01'), '-an', '-vf', numberStrip(320, 320), '-c:v', 'libx264', '-pix_fmt', 'yuv420p', NAME)
    clip = clips.path(NAME)
    bench = await startWorkbench({ shell, aus: '1,4,6,12,25,26' })
    return () => clips.remove()
  })
  afterAll(() => bench?.close())

  const labels = async (): Promise<LabelSpan[]> => {
    const videoId = (await bench.auw('video', 'list', bench.project, '--json')).json<{ videos: { id: string }[] }>().videos[0]?.id ?? ''
    return (await bench.auw('label', 'list', bench.project, '--video', videoId, '--json')).json<{ labels: LabelSpan[] }>().labels
  }
  const seek = async (frame: number): Promise<void> => {
    const field = bench.page.getByLabel('Go to time or frame')
    await field.fill(String(frame))
    await field.press('Enter')
    await waitForFrame(bench.page, frame)
  }

  it('imports by upload and says whose it is', async () => {
    const { page } = bench
    await page.getByText('Bring in your first video').waitFor()
    await page.locator('input[type="file"]').setInputFiles(clip)
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByLabel('Subject').inputValue()).toBe('S07')
    await dialog.getByLabel('Condition').fill('baseline')
    await dialog.getByRole('button', { name: 'Add videos' }).click()
    await page.getByRole('link', { name: NAME }).waitFor()
  })

  it('finds faces and predicts, with jobs shown until they are done', async () => {
    const { page } = bench
    const row = page.getByRole('row').filter({ hasText: NAME })
    await row.locator('.state-mark.done', { hasText: 'Faces' }).waitFor({ timeout: 90_000 })
    await row.locator('.state-mark.done', { hasText: 'Predicted' }).waitFor({ timeout: 90_000 })
    await page.getByRole('button', { name: 'Jobs' }).click()
    const drawer = page.getByRole('complementary', { name: 'Jobs' })
    await drawer.getByText('done').first().waitFor()
    await drawer.getByRole('button', { name: 'Close' }).click()
  })

  it('refuses the same file again by its content', async () => {
    const { page } = bench
    await page.locator('input[type="file"]').setInputFiles(clip)
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Add videos' }).click()
    await dialog.getByText('VIDEO_DUPLICATE').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).first().click()
  })

  it('shows a probability for every predicted AU of the frame on screen', async () => {
    const { page } = bench
    await page.getByRole('link', { name: NAME }).click()
    await waitForFrame(page, 0)
    await page.locator('.au-table .probability [style]').first().waitFor()
    expect(await page.locator('.au-table .probability:not(.empty)').count()).toBeGreaterThanOrEqual(6)
    expect(await readShown(page)).toEqual({ pixels: 0, said: 0 })
  })

  it('asks who codes before it writes a label', async () => {
    const { page } = bench
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('1')
    await page.keyboard.press('1')
    await page.getByText('Say who codes first').waitFor()
    expect(await labels()).toEqual([])
    await page.getByLabel('Coder').fill('AB')
    await page.keyboard.press('Enter')
  })

  it('codes an event by keyboard alone: AU, intensity, side', async () => {
    const { page } = bench
    await page.locator('.lanes-view').focus()
    await seek(10)
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('q')
    await page.getByText('AU12 since frame 10').waitFor()
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await waitForFrame(page, 30)
    await page.keyboard.press('q')
    await page.getByText('AU12: intensity').waitFor()
    await page.keyboard.press('c')
    await page.getByText('AU12: side').waitFor()
    await page.keyboard.press('l')
    await expect.poll(labels, POLL).toMatchObject([
      {
        au: 12,
        side: 'left',
        startFrame: 10,
        endFrame: 30,
        state: 'present',
        intensity: 'C',
        coder: 'AB',
        source: 'manual',
        wasPredictionVisible: true,
      },
    ])
  })

  it('draws an event with the pointer and drags its edge, to the frame', async () => {
    const { page } = bench
    const lanes = await page.locator('.lanes-view').boundingBox()
    if (!lanes) throw new Error('no lanes')
    const x = (frame: number): number => lanes.x + ((frame + 0.5) / FRAMES) * lanes.width
    await page.locator('.lane-name', { hasText: 'AU04' }).click()
    const name = await page.locator('.lane-name', { hasText: 'AU04' }).boundingBox()
    if (!name) throw new Error('no lane of AU4')
    const y = name.y + name.height / 2
    await page.mouse.move(x(40), y)
    await page.mouse.down()
    await page.mouse.move(x(50), y, { steps: 4 })
    await page.mouse.up()
    await expect.poll(async () => (await labels()).find((label) => label.au === 4), POLL).toMatchObject({ startFrame: 40, endFrame: 50 })
    await page.mouse.move(lanes.x + (51 / FRAMES) * lanes.width, y)
    await page.mouse.down()
    await page.mouse.move(lanes.x + (56 / FRAMES) * lanes.width + 1, y, { steps: 4 })
    await page.mouse.up()
    await expect.poll(async () => (await labels()).find((label) => label.au === 4), POLL).toMatchObject({ startFrame: 40, endFrame: 55 })
    await waitForFrame(page, 55)
    expect((await readShown(page)).pixels).toBe(55)
  })

  it('undoes and redoes step by step, also after reopening', async () => {
    const { page } = bench
    const end = async (): Promise<number | undefined> => (await labels()).find((label) => label.au === 4)?.endFrame
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('Control+z')
    await expect.poll(end, POLL).toBe(50)
    await page.reload()
    await waitForFrame(page, 55)
    await page.keyboard.press('Control+z')
    await expect.poll(end, POLL).toBeUndefined()
    await page.keyboard.press('Control+Shift+Z')
    await expect.poll(end, POLL).toBe(50)
    await page.keyboard.press('Control+Shift+Z')
    await expect.poll(end, POLL).toBe(55)
  })

  it('loses no key of a row pressed faster than pictures are drawn', async () => {
    const { page } = bench
    const before = await labels()
    await seek(60)
    await page.locator('.lane-name', { hasText: 'AU04' }).click()
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('Tab')
    await page.locator('.label-facts strong').waitFor()
    const pressAll = (keys: string[]): Promise<void> =>
      page.evaluate((all) => {
        const target = document.querySelector('.lanes-view')
        for (const key of all)
          target?.dispatchEvent(
            new KeyboardEvent('keydown', { key, code: key === ']' ? 'BracketRight' : '', bubbles: true, cancelable: true }),
          )
      }, keys)
    await pressAll([']', ']', ']', ']'])
    await expect.poll(async () => (await labels()).find((label) => label.au === 4)?.startFrame, POLL).toBe(44)
    // Begun, ended, graded and given a side before the first answer can have come.
    await pressAll(['6', '6', 'd', 'r'])
    await expect.poll(async () => (await labels()).find((label) => label.au === 6), POLL).toMatchObject({ intensity: 'D', side: 'right' })
    for (let step = 0; step < 7; step++) await page.keyboard.press('Control+z')
    await expect.poll(labels, POLL).toEqual(before)
  })

  it('accepts predictions of a selection and never writes over the label of a person', async () => {
    const { page } = bench
    await seek(5)
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('i')
    await seek(64)
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('o')
    await page.getByText('5–64 · 60 frames').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText(/Accepted for/).waitFor()
    const all = await labels()
    expect(all.find((label) => label.au === 4 && label.startFrame === 40)).toMatchObject({ endFrame: 55, source: 'manual' })
    const confirmed = all.filter((label) => label.source === 'confirmed')
    expect(confirmed.length).toBeGreaterThan(0)
    expect(confirmed.every((label) => label.startFrame >= 5 && label.endFrame <= 64 && label.modelId === 'starter')).toBe(true)
  })

  it('hides predictions and other coders when blind, and records it', async () => {
    const { page } = bench
    await page.getByRole('button', { name: 'Blind' }).click()
    expect(await page.locator('.au-table .probability:not(.empty)').count()).toBe(0)
    await seek(68)
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('1')
    await page.keyboard.press('ArrowRight')
    await waitForFrame(page, 69)
    await page.keyboard.press('1')
    await expect
      .poll(async () => (await labels()).find((label) => label.startFrame === 68), POLL)
      .toMatchObject({ source: 'blind', wasPredictionVisible: false })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Blind' }).click()
  })

  it('sets the neutral face of the subject', async () => {
    const { page } = bench
    await page
      .getByRole('button', { name: 'Clear the selection' })
      .click({ timeout: 2000 })
      .catch(() => undefined)
    await page.getByRole('button', { name: 'Use as neutral' }).click()
    await page.getByText('Neutral face of S07 set.').waitFor()
    await page.getByRole('img', { name: 'Neutral' }).waitFor()
  })

  it('exports what was seen: labels, predictions and sources of every frame', async () => {
    const { page } = bench
    const written = await labels()
    await page.getByRole('link', { name: 'Export' }).click()
    await page.locator('.preview-grid td').first().waitFor()
    await page.getByRole('button', { name: 'Write 1 file' }).click()
    await page
      .getByRole('status')
      .getByText(/file.* written/)
      .waitFor()
    const text = readFileSync(join(bench.project, 'exports', NAME.replace('.mp4', '.csv')), 'utf8')
    const rows = parse(text, { columns: true, bom: true }) as Record<string, string>[]
    expect(rows).toHaveLength(FRAMES)
    // In a window of its own the file is where the person put it; a browser may hand it on.
    if (shell === 'browser') {
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'Download' }).first().click()
      expect(readFileSync(await (await download).path(), 'utf8')).toBe(text)
    } else expect(await page.getByRole('link', { name: 'Download' }).count()).toBe(0)
    for (const label of written) {
      const prefix = `AU${String(label.au).padStart(2, '0')}${{ both: '', left: 'L', right: 'R' }[label.side]}`
      const inside = rows.slice(label.startFrame, label.endFrame + 1)
      expect(inside.every((row) => row[`${prefix}_label`] === (label.state === 'present' ? '1' : '0'))).toBe(true)
      expect(inside.every((row) => row[`${prefix}_source`] === label.source)).toBe(true)
    }
    expect(rows[20]).toMatchObject({ subject: 'S07', frame: '20', AU12L_label: '1', AU12L_intensity: 'C' })
    expect(Number(rows[20]?.AU12_prob)).toBeGreaterThanOrEqual(0)
  })

  it('runs without an error on any of these screens', () => {
    expect(bench.errors).toEqual([])
  })
})
