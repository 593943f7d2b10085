// Every screen, light and dark, has no serious finding of axe; and the coding screen's focus is never trapped.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoClip } from '../integration/cli/auw'
import { seriousFindings } from './axe'
import { waitForFrame } from './frameClips'
import { hasChromium, startWorkbench, type Workbench } from './workbench'

describe.skipIf(!hasChromium)('accessibility', () => {
  let bench: Workbench
  let base = ''

  beforeAll(async () => {
    bench = await startWorkbench({
      async prepare(run, project) {
        await run('video', 'add', project, demoClip('S02'), '--subject', 'S02')
        const predicted = await run('predict', project)
        if (predicted.code !== 0) throw new Error(predicted.stderr)
        const id = (await run('video', 'list', project, '--json')).json<{ videos: { id: string }[] }>().videos[0]?.id ?? ''
        await run('label', 'add', project, '--video', id, '--au', '12', '--from', '20', '--to', '80', '--state', 'present', '--coder', 'AB')
      },
    })
    await bench.page.getByRole('link', { name: 'synthetic_S02.mp4' }).waitFor()
    base = bench.page.url()
  })
  afterAll(() => bench?.close())

  const screens: [string, (bench: Workbench) => Promise<void>][] = [
    ['videos', async ({ page }) => page.getByRole('link', { name: 'synthetic_S02.mp4' }).waitFor()],
    [
      'coding',
      async ({ page }) => {
        await page.getByRole('link', { name: 'synthetic_S02.mp4' }).click()
        await waitForFrame(page, 0)
        await page.locator('.au-table .probability [style]').first().waitFor()
      },
    ],
    ['studies', async ({ page }) => (await page.getByRole('link', { name: 'Studies' }).click(), page.getByLabel('Lambdas').waitFor())],
    ['models', async ({ page }) => (await page.getByRole('link', { name: 'Models' }).click(), page.getByRole('row').nth(3).waitFor())],
    [
      'export',
      async ({ page }) => (await page.getByRole('link', { name: 'Export' }).click(), page.locator('.preview-grid td').first().waitFor()),
    ],
    [
      'settings',
      async ({ page }) => (
        await page.getByRole('link', { name: 'Settings' }).click(),
        await page.getByRole('region', { name: 'Health' }).getByText('Disk of the settings').waitFor({ timeout: 30_000 }),
        page.getByRole('region', { name: 'Keyboard' }).getByText('Play or pause').waitFor()
      ),
    ],
    [
      'matrix',
      async ({ page }) => (
        await page.getByRole('button', { name: 'Subjects × videos' }).click(),
        await page.getByRole('cell', { name: /AU12: \d+ % of frames coded/ }).waitFor(),
        await page.getByLabel('Select synthetic_S02.mp4').check()
      ),
    ],
    [
      'accepting',
      async ({ page }) => (
        await page.getByLabel('Select synthetic_S02.mp4').check(),
        await page.getByRole('button', { name: 'Accept predictions…' }).click(),
        page.getByRole('dialog').waitFor()
      ),
    ],
    [
      'jobs',
      async ({ page }) => (
        await page.getByRole('button', { name: 'Jobs' }).click(),
        await page
          .getByRole('button', { name: /^Log of/ })
          .first()
          .click(),
        page.getByText(/Nothing was written down/).waitFor()
      ),
    ],
    [
      'training',
      async ({ page }) => (
        await page.getByRole('link', { name: 'Training', exact: true }).click(),
        page
          .getByText(/Training needs labels|labelled frames/)
          .first()
          .waitFor()
      ),
    ],
    ['first steps', async ({ page }) => (await page.keyboard.press('F1'), page.getByRole('button', { name: 'Show the tour' }).waitFor())],
    [
      'atlas',
      async ({ page }) => (
        await page.keyboard.press('F1'),
        await page.getByRole('button', { name: 'Action Units', exact: true }).click(),
        page.getByPlaceholder(/Find an AU/).waitFor()
      ),
    ],
    [
      'one Action Unit',
      async ({ page }) => (
        await page.evaluate(() => (location.hash = '/help/12')),
        page.getByRole('img', { name: 'AU12 on demo subject S03' }).waitFor()
      ),
    ],
    [
      'keys',
      async ({ page }) => (
        await page.getByRole('link', { name: 'synthetic_S02.mp4' }).click(),
        await waitForFrame(page, 0),
        await page.keyboard.press('?'),
        page.getByRole('dialog').waitFor()
      ),
    ],
    [
      'palette',
      async ({ page }) => (await page.keyboard.press('Control+k'), page.getByPlaceholder('Type a command, a video or a subject').waitFor()),
    ],
    [
      'import',
      async ({ page }) => (await page.locator('input[type="file"]').setInputFiles(demoClip('S03')), page.getByRole('dialog').waitFor()),
    ],
    [
      'projects',
      async ({ page }) => (
        await page.getByRole('link', { name: 'Projects', exact: true }).first().click(),
        await page.getByText('1 of 1 with labels').waitFor(),
        page
          .getByRole('region', { name: 'Health' })
          .getByText('Everything that the application needs is here.')
          .waitFor({ timeout: 30_000 })
      ),
    ],
    [
      'new project',
      async ({ page }) => (
        await page.getByRole('link', { name: 'Projects', exact: true }).first().click(),
        await page.getByRole('button', { name: 'New project' }).first().click(),
        page.getByRole('dialog').waitFor()
      ),
    ],
  ]

  it.each(screens)('%s, dark and light', async (_name, open) => {
    const { page } = bench
    await page.evaluate(() => {
      localStorage.setItem('auw.theme', 'dark')
      window.addEventListener('pagehide', () => localStorage.removeItem('auw.coding'))
    })
    await page.goto(base)
    await page.reload()
    await page.getByRole('link', { name: 'synthetic_S02.mp4' }).waitFor()
    await open(bench)
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
    expect(await seriousFindings(page)).toEqual([])
    // The other theme differs in colours alone.
    await page.evaluate(() => (document.documentElement.dataset.theme = 'light'))
    await page.waitForTimeout(200)
    expect(await seriousFindings(page, { rules: ['color-contrast'] })).toEqual([])
  })

  it('what is opened from a screen and rarely: menus, dialogs, panels, dark and light', { timeout: 180_000 }, async () => {
    const { page } = bench
    const found: Record<string, unknown> = {}
    /** Dialogs are made of the same parts in both themes, which the screens above show; what has colours of its own is looked at in both. */
    const look = async (name: string, part?: string, hasOwnColours = false): Promise<void> => {
      const parts = part === undefined ? [] : [part]
      const dark = await seriousFindings(page, { parts })
      if (dark.length > 0) found[name] = dark
      if (!hasOwnColours) return
      await page.evaluate(() => (document.documentElement.dataset.theme = 'light'))
      await page.waitForTimeout(150)
      const light = await seriousFindings(page, { rules: ['color-contrast'], parts })
      await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'))
      await page.waitForTimeout(150)
      if (light.length > 0) found[`${name}, light`] = light
    }
    const focused = (): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null)
    const fromMenu = async (opener: string, item: string): Promise<void> => {
      await page.getByRole('button', { name: opener }).click()
      await page.getByRole('menuitem', { name: item }).click()
      await page.getByRole('dialog').waitFor()
    }
    const closed = async (): Promise<void> => {
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
    const part = (name: string): Promise<void> => page.getByRole('link', { name, exact: true }).first().click()

    await page.goto(base)
    await page.reload()
    // The view of the screen before is remembered.
    await page.getByRole('button', { name: 'List', exact: true }).click()
    await page.getByRole('button', { name: 'Actions for synthetic_S02.mp4' }).click()
    await page.getByRole('menuitem', { name: 'Edit details…' }).waitFor()
    await look('menu of a video', undefined, true)
    await page.keyboard.press('Escape')
    for (const [opener, item] of [
      ['Actions for synthetic_S02.mp4', 'Edit details…'],
      ['Actions for synthetic_S02.mp4', 'Remove video…'],
      ['Actions for S02', 'Rename subject…'],
      ['Actions for S02', 'Remove subject…'],
    ] as const) {
      await fromMenu(opener, item)
      await look(item, '[role=dialog]')
      await closed()
      // The item has gone with its menu; the focus is where the menu was opened.
      await expect.poll(focused).toBe(opener)
    }
    await part('Models')
    await page.getByRole('button', { name: 'Import model' }).click()
    await page.getByRole('dialog').waitFor()
    await look('import of a model', '[role=dialog]')
    await closed()
    await part('Training')
    for (const name of ['Pretrain a backbone', 'Expressions', 'Distil a small model']) {
      await page.getByText(name, { exact: true }).first().click()
      await page.waitForTimeout(400)
      await look(name, 'main')
      await page.goBack()
    }
    await part('Videos')
    await page.getByRole('link', { name: 'synthetic_S02.mp4' }).click()
    await waitForFrame(page, 0)
    await page.getByRole('button', { name: 'Queue, proposals, events, bookmarks' }).click()
    for (const name of ['Queue', 'Proposals', 'Events', 'Bookmarks']) {
      await page.getByRole('tab', { name }).click()
      await page.waitForTimeout(300)
      await look(name, '[role=tabpanel]', true)
    }
    await page.getByRole('button', { name: 'Brightness and contrast' }).click()
    await look('brightness and contrast', '[role=dialog]')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Table of frames' }).click()
    await page.locator('.frame-row').first().waitFor()
    await look('table of frames', '.frame-list', true)
    await page.getByRole('button', { name: 'Table of frames' }).click()
    expect(found).toEqual({})
  })

  it('shows what is chosen where the system forces its own colours', async () => {
    const { page } = bench
    await page.goto(base)
    await page.reload()
    await page.emulateMedia({ forcedColors: 'active' })
    const colours = (pressed: boolean): Promise<string> =>
      page
        .locator(`.segmented button[aria-pressed="${pressed}"]`)
        .first()
        .evaluate((element) => getComputedStyle(element).backgroundColor)
    expect(await colours(true)).not.toBe(await colours(false))
    await page.emulateMedia({ forcedColors: 'none' })
  })

  it('can be left by Tab from the timeline', async () => {
    const { page } = bench
    await page.goto(base)
    await page.getByRole('link', { name: 'synthetic_S02.mp4' }).click()
    await waitForFrame(page, 0)
    await page.getByLabel('Coder').fill('AB')
    await page.keyboard.press('Enter')
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('ArrowDown')
    const isInside = (): Promise<boolean> => page.evaluate(() => document.activeElement?.classList.contains('lanes-view') === true)
    expect(await isInside()).toBe(true)
    let presses = 0
    while ((await isInside()) && presses < 20) {
      await page.keyboard.press('Shift+Tab')
      presses++
    }
    expect(await isInside()).toBe(false)
  })
})
