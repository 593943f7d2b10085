// Around coding: the demo project and its tour by keyboard, the help, coming back to where one was after the host has restarted, and two windows on one project.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoClip } from '../integration/cli/auw'
import { waitForFrame } from './frameClips'
import { endHost, hasChromium, serve, startWorkbench, type Workbench } from './workbench'

const POLL = { timeout: 20_000, interval: 100 }
/** Eight clips are taken in when the demo project is opened for the first time. */
const DEMO = { timeout: 90_000 }

describe.skipIf(!hasChromium)('around coding', () => {
  let bench: Workbench
  const seek = async (frame: number): Promise<void> => {
    const field = bench.page.getByLabel('Go to time or frame')
    await field.fill(String(frame))
    await field.press('Enter')
    await waitForFrame(bench.page, frame)
  }
  const focused = (): Promise<string> => bench.page.evaluate(() => document.activeElement?.textContent ?? '')

  beforeAll(async () => {
    bench = await startWorkbench({
      aus: '1,12,25',
      async prepare(run, project) {
        await run('video', 'add', project, demoClip('S02'), '--subject', 'S02')
      },
    })
    await bench.page.getByRole('link', { name: 'synthetic_S02.mp4' }).waitFor()
  })
  afterAll(() => bench?.close())

  it('opens the help with F1, shows an AU beside its neutral face, and gives the focus back', async () => {
    const { page } = bench
    const filter = page.getByPlaceholder('Filter by name, subject, condition')
    await filter.focus()
    await page.keyboard.press('F1')
    const help = page.getByRole('dialog', { name: 'Help' })
    await help.getByRole('button', { name: 'Action Units' }).click()
    await help.getByPlaceholder(/Find an AU/).fill('smile')
    await help.getByRole('button', { name: /AU12 Lip corner puller/ }).click()
    await help.getByRole('img', { name: 'AU12 on demo subject S03' }).waitFor()
    const [picture, rest] = await Promise.all(
      ['AU12 on demo subject S03', 'Demo subject S03 at rest'].map((name) =>
        help.getByRole('img', { name }).evaluate((image) => (image as HTMLImageElement).naturalWidth),
      ),
    )
    expect(picture).toBeGreaterThan(100)
    expect(rest).toBe(picture)
    await help.getByText('Judged against the same face at rest').waitFor()
    for (let i = 0; i < 3; i++) await help.getByRole('button', { name: 'Next Action Unit' }).click()
    await help.getByText('The demo subjects do not show this Action Unit').or(help.locator('.atlas-pictures')).first().waitFor()
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'hidden' })
    expect(await filter.evaluate((element) => element === document.activeElement)).toBe(true)
  })

  it('opens the help at the AU at work, also from its name beside the picture, without moving the video', async () => {
    const { page } = bench
    await page.getByRole('link', { name: 'synthetic_S02.mp4' }).click()
    await waitForFrame(page, 0)
    await page.locator('.au-table').getByRole('button', { name: 'Lips part' }).click()
    const help = page.getByRole('dialog', { name: 'Help' })
    await help.getByRole('heading', { name: 'AU25 Lips part' }).waitFor()
    await page.keyboard.press('Space')
    await page.keyboard.press('1')
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'hidden' })
    expect(await page.getByText(/since frame/).count()).toBe(0)
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('F1')
    await help.getByRole('heading', { name: 'AU25 Lips part' }).waitFor()
    await page.keyboard.press('F1')
    await help.waitFor({ state: 'hidden' })
  })

  it('an address shows an AU', async () => {
    const { page } = bench
    await page.evaluate(() => (location.hash = '/help/4'))
    const help = page.getByRole('dialog', { name: 'Help' })
    await help.getByRole('heading', { name: 'AU04 Brow lowerer' }).waitFor()
    await waitForFrame(page, 0)
    await page.keyboard.press('Escape')
  })

  it('comes back to screen, frame, zoom, selection and panel sizes when the host starts again at another address', async () => {
    const { page } = bench
    await page.getByLabel('Coder').fill('AB')
    await page.keyboard.press('Enter')
    await seek(40)
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('i')
    await seek(60)
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('o')
    await page.keyboard.press('+')
    const splitter = page.getByRole('separator', { name: 'Resize panels' }).last()
    await splitter.focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await page.getByText('40–60 · 21 frames').waitFor()
    const height = (await page.locator('.coding-timeline').boundingBox())?.height
    // Longer than the pauses after which the window writes its state down and sends it on.
    await page.waitForTimeout(2500)
    const ruler = await page.evaluate(() =>
      localStorage.getItem(Object.keys(localStorage).find((key) => key.startsWith('auw.video.')) ?? ''),
    )

    const { child, url } = await serve(null, bench.settings)
    // Another context has an empty storage, as another port has in a browser.
    const context = await bench.page
      .context()
      .browser()!
      .newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
    try {
      const again = await context.newPage()
      await again.goto(url)
      await waitForFrame(again, 60)
      await again.getByText('40–60 · 21 frames').waitFor()
      expect(await again.getByLabel('Coder').inputValue()).toBe('AB')
      expect((await again.locator('.coding-timeline').boundingBox())?.height).toBe(height)
      await expect
        .poll(
          () => again.evaluate(() => localStorage.getItem(Object.keys(localStorage).find((key) => key.startsWith('auw.video.')) ?? '')),
          POLL,
        )
        .toBe(ruler)
      // The first host still writes to the project, so the second window is told that it can only look.
      await again.getByRole('note', { name: /Another program is writing to this project/ }).waitFor()
      expect(await again.getByRole('button', { name: 'Reviewed' }).isDisabled()).toBe(true)
      expect(await again.getByRole('button', { name: 'Use as neutral' }).isDisabled()).toBe(true)
    } finally {
      await context.close()
      await endHost(child)
    }
  })

  it('keeps two windows on one project in step: labels, states and jobs arrive', async () => {
    const { page } = bench
    const other = await page.context().newPage()
    await other.goto(bench.url)
    await other.getByRole('link', { name: 'Videos' }).click()
    const row = other.getByRole('row').filter({ hasText: 'synthetic_S02.mp4' })
    await row.getByText('Coded', { exact: true }).waitFor()
    await seek(10)
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('q')
    await page.keyboard.press('Shift+ArrowRight')
    await waitForFrame(page, 20)
    await page.keyboard.press('q')
    await page.getByText('AU12: intensity').waitFor()
    await page.keyboard.press('c')
    await page.keyboard.press('b')
    await row.getByText('Coded 1').waitFor()
    await page.getByRole('button', { name: 'Reviewed' }).click()
    await row.locator('.state-mark.done', { hasText: 'Reviewed' }).waitFor()
    await other.getByRole('button', { name: 'Subjects × videos' }).click()
    await other.getByRole('cell', { name: /AU12: 4 % of frames coded, present on 100 % of them/ }).waitFor()
    await other.close()
  })

  it('opens the demo project from the list of projects and walks its tour by keyboard', DEMO, async () => {
    const { page } = bench
    await page.getByRole('link', { name: 'Projects', exact: true }).first().click()
    await page.getByText('1 of 1 with labels').waitFor()
    await page.getByRole('button', { name: 'Open the demo project' }).click()
    const card = page.locator('.tour-card')
    await card.waitFor(DEMO)
    const count = Number(/of (\d+)/.exec((await card.locator('.num').textContent()) ?? '')?.[1])
    expect(count).toBeGreaterThanOrEqual(6)
    for (let step = 1; step <= count; step++) {
      await card.getByText(`${step} of ${count}`).waitFor()
      // The ring is drawn only around a control that is there.
      await page.locator('.tour-ring').waitFor({ timeout: 30_000 })
      const view = page.viewportSize()
      const box = await card.boundingBox()
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(view?.width ?? 0)
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(view?.height ?? 0)
      await expect.poll(focused, POLL).toBe(step === count ? 'Done' : 'Next')
      if (step === 2) {
        await page.keyboard.press('ArrowLeft')
        await card.getByText(`1 of ${count}`).waitFor()
        await page.keyboard.press('ArrowRight')
        await card.getByText(`2 of ${count}`).waitFor()
      }
      await page.keyboard.press('Enter')
    }
    await card.waitFor({ state: 'hidden' })
  })

  it('starts the tour again from the help, and Esc ends it', DEMO, async () => {
    const { page } = bench
    await page.keyboard.press('F1')
    await page.getByRole('button', { name: 'First steps' }).click()
    await page.getByRole('button', { name: 'Show the tour' }).click()
    const card = page.locator('.tour-card')
    await card.waitFor(DEMO)
    await expect.poll(focused, POLL).toBe('Next')
    await page.keyboard.press('Escape')
    await card.waitFor({ state: 'hidden' })
  })

  it('runs without an error on any of these screens', () => {
    expect(bench.errors).toEqual([])
  })
})
