// Every screen, light and dark, has no serious finding of axe; and the coding screen's focus is never trapped.
import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoClip } from '../integration/cli/auw'
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

  /** Findings that keep people out. @param rules all of axe's when absent */
  async function findings(page: Workbench['page'], rules?: string[]): Promise<unknown[]> {
    const axe = new AxeBuilder({ page })
    const { violations } = await (rules ? axe.withRules(rules) : axe).analyze()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) }))
  }

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
    expect(await findings(page)).toEqual([])
    // The other theme differs in colours alone.
    await page.evaluate(() => (document.documentElement.dataset.theme = 'light'))
    await page.waitForTimeout(200)
    expect(await findings(page, ['color-contrast'])).toEqual([])
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
