// Working with assistance: the queue, proposals taken and refused, bookmarks, changed keys, and two windows in step.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LabelSpan } from '@shared/labels'
import { demoClip } from '../integration/cli/auw'
import { waitForFrame } from './frameClips'
import { hasChromium, startWorkbench, type Workbench } from './workbench'

const POLL = { timeout: 20_000, interval: 100 }

describe.skipIf(!hasChromium)('assistance', () => {
  let bench: Workbench
  let videoId = ''

  beforeAll(async () => {
    bench = await startWorkbench({
      async prepare(run, project) {
        await run('video', 'add', project, demoClip('S01'), '--subject', 'S01')
        const predicted = await run('predict', project)
        if (predicted.code !== 0) throw new Error(predicted.stderr)
        videoId = (await run('video', 'list', project, '--json')).json<{ videos: { id: string }[] }>().videos[0]?.id ?? ''
      },
    })
    const { page } = bench
    await page.getByRole('link', { name: 'synthetic_S01.mp4' }).click()
    await waitForFrame(page, 0)
    await page.getByLabel('Coder').fill('AB')
    await page.keyboard.press('Enter')
  })
  afterAll(() => bench?.close())

  const labels = async (): Promise<LabelSpan[]> =>
    (await bench.auw('label', 'list', bench.project, '--video', videoId, '--json')).json<{ labels: LabelSpan[] }>().labels
  const focusTimeline = (): Promise<void> => bench.page.locator('.lanes-view').focus()

  it('goes through the queue by N and P, each segment selected with its reason', async () => {
    const { page } = bench
    await focusTimeline()
    await page.keyboard.press('n')
    const cards = page.locator('.queue-card')
    await cards.first().waitFor({ timeout: 30_000 })
    await page.keyboard.press('n')
    await page.locator('.queue-card[aria-current="true"]').waitFor()
    await expect.poll(() => cards.nth(0).getAttribute('aria-current'), POLL).toBe('true')
    await page.keyboard.press('n')
    await expect.poll(() => cards.nth(1).getAttribute('aria-current'), POLL).toBe('true')
    const range = /(\d+)–(\d+)$/.exec((await cards.nth(1).locator('.dim').textContent()) ?? '')
    await page.getByText(new RegExp(`^${range?.[1]}–${range?.[2]} · `)).waitFor()
    await page.keyboard.press('p')
    await expect.poll(() => cards.nth(0).getAttribute('aria-current'), POLL).toBe('true')
  })

  it('takes a proposal as a confirmed event, and undoes it as one step', async () => {
    const { page } = bench
    await page.getByRole('tab', { name: 'Proposals' }).click()
    const first = page.locator('.proposal').first()
    await first.click()
    const text = (await first.textContent()) ?? ''
    const [, au, from, to] = /AU(\d\d)frames (\d+)–(\d+)/.exec(text) ?? []
    expect(au).toBeDefined()
    await focusTimeline()
    await page.keyboard.press('Enter')
    await expect.poll(labels, POLL).toHaveLength(1)
    const [label] = await labels()
    expect(label).toMatchObject({ source: 'confirmed', state: 'present', modelId: 'starter', coder: 'AB', wasPredictionVisible: true })
    expect(text).toContain(`${label?.startFrame}–${label?.endFrame}`)
    expect(from).toBeDefined()
    expect(to).toBeDefined()
    await page.keyboard.press('Control+z')
    await expect.poll(labels, POLL).toEqual([])
  })

  it('refuses a proposal by saying that the AU is absent there', async () => {
    const { page } = bench
    const count = await page.locator('.proposal').count()
    await page.locator('.proposal').first().click()
    await focusTimeline()
    await page.keyboard.press('x')
    await expect.poll(labels, POLL).toMatchObject([{ state: 'absent', source: 'corrected', modelId: 'starter' }])
    await expect.poll(() => page.locator('.proposal').count(), POLL).toBe(count - 1)
  })

  it('leaves the arrows to a slider that has the focus: its value changes and the video stays', async () => {
    const { page } = bench
    const slider = page.locator('.assist input[type="range"]').first()
    const frame = (): Promise<string | null> => page.getByTestId('frame-number').getAttribute('data-frame')
    const shown = await frame()
    await slider.focus()
    const before = Number(await slider.inputValue())
    for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowRight')
    expect(Number(await slider.inputValue())).toBeGreaterThan(before)
    for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowLeft')
    expect(Number(await slider.inputValue())).toBeCloseTo(before)
    expect(await frame()).toBe(shown)
  })

  it('accepts all that are left in one step, over nothing that the coder has said', async () => {
    const { page } = bench
    const before = await labels()
    const open = await page.locator('.proposal').count()
    await page.getByRole('button', { name: `Accept ${open}`, exact: true }).click()
    await expect.poll(() => page.locator('.proposal').count(), POLL).toBe(0)
    const after = await labels()
    expect(after).toHaveLength(before.length + open)
    expect(after.filter((label) => label.source === 'corrected')).toEqual(before)
    await focusTimeline()
    await page.keyboard.press('Control+z')
    await expect.poll(labels, POLL).toEqual(before)
  })

  it('completes the session: every trusted frame of the AUs is coded', async () => {
    const { page } = bench
    await page.getByRole('button', { name: 'Complete the session' }).click()
    await page.getByText(/Session completed/).waitFor()
    const all = await labels()
    const frames = all.filter((label) => label.au === 12).reduce((sum, label) => sum + label.endFrame - label.startFrame + 1, 0)
    expect(frames).toBeGreaterThan(200)
    await focusTimeline()
    await page.keyboard.press('Control+z')
  })

  it('takes several faces of the contact sheet in one step, grades them in one, and undoes each at once', async () => {
    const { page } = bench
    await page.getByRole('tab', { name: 'Events' }).click()
    const proposed = page.locator('.contact-sheet button.proposed')
    const choice = page.getByRole('tabpanel').getByLabel('AU')
    for (const au of ['12', '25', '1', '4', '6', '26', '45']) {
      await choice.selectOption(au)
      if ((await proposed.count()) > 1) break
    }
    const before = await labels()
    await proposed.nth(0).click()
    await proposed.nth(1).click({ modifiers: ['Shift'] })
    await page.getByRole('tabpanel').getByRole('button', { name: 'Accept 2', exact: true }).click()
    await expect.poll(async () => (await labels()).length, POLL).toBe(before.length + 2)
    const found = async (): Promise<LabelSpan[]> => (await labels()).filter((label) => !before.some((old) => old.id === label.id))
    const taken = await found()
    const faces = page.getByRole('tabpanel').locator('.contact-sheet button:not(.proposed)')
    for (const { startFrame, endFrame } of taken)
      await faces.filter({ hasText: `frames ${startFrame}–${endFrame}` }).click({ modifiers: ['Control'] })
    await page.getByText('2 events selected').waitFor()
    await page.getByRole('group', { name: 'Intensity' }).getByRole('button', { name: 'D', exact: true }).click()
    await expect.poll(async () => (await found()).map(({ intensity }) => intensity), POLL).toEqual(['D', 'D'])
    await focusTimeline()
    await page.keyboard.press('Control+z')
    await expect.poll(found, POLL).toEqual(taken)
    await page.keyboard.press('Control+z')
    await expect.poll(labels, POLL).toEqual(before)
  })

  it('takes a file that is dropped on the coding screen to the videos, and asks whose it is', async () => {
    const { page } = bench
    const here = page.url()
    const shown = Number(await page.getByTestId('frame-number').getAttribute('data-frame'))
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['no video'], 'S09_smile.mp4'))
      for (const name of ['dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }))
    })
    const dialog = page.getByRole('dialog')
    await dialog.getByText('S09_smile.mp4').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.goto(here)
    await waitForFrame(page, shown)
  })

  it('keeps bookmarks in the project', async () => {
    const { page } = bench
    await page.getByRole('tab', { name: 'Bookmarks' }).click()
    const field = page.getByLabel('Go to time or frame')
    await field.fill('42')
    await field.press('Enter')
    await waitForFrame(page, 42)
    await page.getByRole('tabpanel').getByLabel('Note').fill('smile begins')
    await page.getByRole('button', { name: 'Add here' }).click()
    await page.getByText('smile begins').waitFor()
    await page.keyboard.press('Home')
    await page.reload()
    await page.getByText('smile begins').click()
    await waitForFrame(page, 42)
  })

  it('lets a key be changed, takes it from what had it, and remembers it', async () => {
    const { page } = bench
    await focusTimeline()
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Change the key of One frame forward' }).click()
    await page.keyboard.press('q')
    await dialog.getByText('Q was taken from “AU12”.').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    await page.reload()
    await waitForFrame(page, 42)
    await focusTimeline()
    await page.keyboard.press('q')
    await waitForFrame(page, 43)
    await page.evaluate(() => localStorage.removeItem('auw.keys'))
    await page.reload()
    await waitForFrame(page, 43)
  })

  it('shows in a second window what was coded in the first', async () => {
    const { page } = bench
    const second = await page.context().newPage()
    await second.goto(page.url())
    await waitForFrame(second, 43)
    const count = async (): Promise<number> => second.locator('.au-table .state.present').count()
    const before = await count()
    await page.bringToFront()
    await focusTimeline()
    await page.keyboard.press('k')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('k')
    await page.getByText('AU28: intensity').waitFor()
    await expect.poll(count, POLL).toBe(before + 1)
    await second.close()
  })

  it('takes edits of two windows at once, shows both in both, and undoes the step of the other only when asked again', async () => {
    const { page } = bench
    const before = await labels()
    const second = await page.context().newPage()
    await second.goto(page.url())
    await second.locator('[data-testid="frame-number"]:not(.seeking)').waitFor({ timeout: 30_000 })
    const goTo = async (window: typeof page, frame: number): Promise<void> => {
      const field = window.getByLabel('Go to time or frame')
      await field.fill(String(frame))
      await field.press('Enter')
      await waitForFrame(window, frame)
    }
    const press = async (window: typeof page, keys: string[]): Promise<void> => {
      await window.locator('.lanes-view').focus()
      for (const key of keys) await window.keyboard.press(key)
    }
    const found = async (): Promise<LabelSpan[]> => (await labels()).filter((label) => !before.some((old) => old.id === label.id))
    await goTo(page, 60)
    await goTo(second, 60)

    await Promise.all([press(page, ['Escape', 'k', 'k', 'Escape']), press(second, ['h', 'h', 'Escape'])])
    await expect.poll(async () => (await found()).length, POLL).toBe(2)
    expect((await found()).map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
      [60, 60],
      [60, 60],
    ])
    const table = (window: typeof page): Promise<string> => window.locator('.au-table').innerText()
    await expect.poll(async () => (await table(page)) === (await table(second)), POLL).toBe(true)

    await press(second, ['ArrowRight'])
    await waitForFrame(second, 61)
    await press(second, ['h', 'h', 'Escape'])
    await expect.poll(async () => (await found()).length, POLL).toBe(3)
    await press(page, ['Control+z'])
    await page.getByText(/made in another window/).waitFor()
    expect(await found()).toHaveLength(3)
    await press(page, ['Control+z'])
    await expect.poll(async () => (await found()).map(({ startFrame }) => startFrame), POLL).toEqual([60, 60])
    await second.close()
  })

  it('runs without an error', () => expect(bench.errors).toEqual([]))
})
