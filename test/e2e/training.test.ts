// Retraining from the window on the real backend: data looked at, estimate, start, live curves, pause, resume after the window was closed, results, model.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openProject } from '@main/store/index'
import { demoClip } from '../integration/cli/auw'
import { seriousFindings } from './axe'
import { hasChromium, startWorkbench, type Workbench } from './workbench'

const LONG = 240_000

/** Of every video and AU, frames 0 to 29 present and 60 to 119 absent; the command line would be started eighteen times for that. */
function labelSomeFrames(project: string): void {
  const store = openProject(project)
  const common = { side: 'both', coder: 'AB', intensity: null, apexFrame: null, source: 'manual', modelId: null, note: null } as const
  const write = [1, 12, 25].flatMap((au) => [
    { ...common, au, wasPredictionVisible: false, startFrame: 0, endFrame: 29, state: 'present' as const },
    { ...common, au, wasPredictionVisible: false, startFrame: 60, endFrame: 119, state: 'absent' as const },
  ])
  for (const { id } of store.videos.list()) store.labels.apply({ videoId: id, coder: 'AB', description: 'some frames', write })
  store.close()
}

describe.skipIf(!hasChromium)('training in the window', () => {
  let bench: Workbench

  beforeAll(async () => {
    bench = await startWorkbench({
      aus: '1,12,25',
      async prepare(run, project) {
        for (const subject of ['S01', 'S02', 'S03']) {
          await run('video', 'add', project, demoClip(subject), '--subject', subject)
        }
        const predicted = await run('predict', project)
        if (predicted.code !== 0) throw new Error(predicted.stderr)
        labelSomeFrames(project)
      },
    })
    await bench.page.getByRole('link', { name: 'Training', exact: true }).click()
  }, LONG)
  afterAll(() => bench?.close())

  /** Serious findings of axe on what is shown, in light and in dark. */
  async function expectAccessible(ready: () => Promise<unknown>): Promise<void> {
    const { page } = bench
    for (const theme of ['light', 'dark']) {
      await page.evaluate((choice) => localStorage.setItem('auw.theme', choice), theme)
      await page.reload()
      await ready()
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe(theme)
      expect(await seriousFindings(page), theme).toEqual([])
    }
  }

  it('has no serious finding of axe before there are runs', { timeout: LONG }, () =>
    expectAccessible(() => bench.page.getByText('270 labelled frames with a face').waitFor()),
  )

  it('shows what there is to learn from, with the gaps named', async () => {
    const { page } = bench
    await page.getByText('270 labelled frames with a face, 3 subjects').waitFor()
    await page.getByTitle(/^AU12, S02: present on 30 frames, absent on 60/).waitFor()
    await page.getByText(/There are 3 subjects/).waitFor()
  })

  it('refuses what cannot be trained, beside the setting', async () => {
    const { page } = bench
    // the transformer that ships is offered first; here the whole network is trained, so that there is something to pause
    expect(await page.getByLabel('Start from').inputValue()).toBe('starter-vit')
    await page.getByLabel('Start from').selectOption('')
    await page.getByText('All settings').click()
    await page.getByLabel('Epochs', { exact: true }).fill('1')
    await page.getByLabel('Warm-up epochs', { exact: true }).fill('2')
    await page
      .getByText(/must be less than the 1 epochs/)
      .first()
      .waitFor()
    expect(await page.getByRole('button', { name: 'Estimate time and memory' }).isDisabled()).toBe(true)
    await page.getByLabel('Warm-up epochs', { exact: true }).fill('1')
    await page.getByLabel('Epochs', { exact: true }).fill('15')
    // Small pictures: what is tried here is the window, not the learning.
    await page.getByLabel('Image side', { exact: true }).fill('32')
  })

  it('measures before it starts, and draws curves while it runs', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByLabel('Test subjects').selectOption('holdout')
    await page.getByLabel('Thinning', { exact: true }).fill('10')
    await page.getByLabel('Resamples', { exact: true }).fill('100')
    await page.getByRole('checkbox', { name: 'Identity probe', exact: true }).uncheck()
    await page.getByLabel('Name', { exact: true }).fill('First run')
    await page.getByRole('button', { name: 'Estimate time and memory' }).click()
    await page.getByText('It fits on this device.').waitFor({ timeout: LONG })
    await page.getByRole('button', { name: 'Start training' }).click()
    const panel = page.getByRole('region', { name: 'First run' })
    await panel.getByRole('img', { name: /AU loss [\d.]+ at epoch/ }).waitFor({ timeout: LONG })
  })

  it('pauses, survives closing the window, and goes on to its results', { timeout: LONG }, async () => {
    const { page } = bench
    const panel = page.getByRole('region', { name: 'First run' })
    await panel.getByRole('button', { name: 'Pause' }).click()
    await panel.getByText('paused', { exact: true }).waitFor({ timeout: LONG })
    await page.goto('about:blank')
    await page.goto(bench.url)
    await page.getByRole('link', { name: 'Training', exact: true }).click()
    await panel.getByRole('img', { name: /AU loss [\d.]+ at epoch/ }).waitFor()
    await panel.getByRole('button', { name: 'Resume' }).click()
    await panel.getByText('finished', { exact: true }).waitFor({ timeout: LONG })
    await panel.getByRole('link', { name: 'Read the results' }).click()
    await page.getByRole('heading', { name: 'First run' }).waitFor()
    const rows = page.locator('.paper-table').first().locator('tbody tr')
    await expect.poll(() => rows.count(), { timeout: LONG }).toBe(4)
    await page.getByRole('button', { name: 'Full report' }).click()
    await page.frameLocator('iframe').getByText('Results on held-out subjects').first().waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    const { models } = (await bench.auw('model', 'list', bench.project, '--json')).json<{ models: { name: string }[] }>()
    expect(models.map(({ name }) => name)).toContain('First run')
  })

  it('has no serious finding of axe on the results and the runs', { timeout: LONG }, async () => {
    const { page } = bench
    await expectAccessible(() => page.getByRole('heading', { name: 'First run' }).waitFor())
    await page.getByRole('link', { name: 'Training', exact: true }).first().click()
    await expectAccessible(() => page.getByRole('region', { name: 'First run' }).getByText('finished', { exact: true }).waitFor())
  })

  it('measures the new model on whom it does not know, probes it, and shows both', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByRole('link', { name: 'Models', exact: true }).click()
    await page.getByRole('link', { name: /First run/ }).click()
    await page.getByRole('button', { name: 'Measure on labels' }).click()
    const table = page.getByRole('region', { name: 'Measure on labels' })
    await table.getByRole('row').nth(3).waitFor({ timeout: LONG })
    await page.getByText('On S03, 90 labelled frames.').waitFor()
    await page.getByRole('button', { name: 'Identity probe' }).click()
    await page.getByText(/names the person of .* chance among 3 subjects is 33\.3 %/).waitFor({ timeout: LONG })
    await expectAccessible(() => table.getByRole('row').nth(3).waitFor())
  })

  it('runs a study from its form to its table and plot', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByRole('link', { name: 'Studies', exact: true }).click()
    const form = page.locator('.study-form')
    await form.getByLabel('Lambdas').fill('0')
    await form.getByText('At least two things are needed to compare.').waitFor()
    expect(await form.getByRole('button', { name: 'Start the study' }).isDisabled()).toBe(true)
    await form.getByLabel('Lambdas').fill('0, 1')
    await form.getByLabel('Start from').selectOption('')
    await form.getByLabel('Recipe').selectOption('tiny-demo')
    await form.getByLabel('Test subjects').fill('holdout:S03')
    await form.getByRole('switch', { name: 'Identity probe over epochs' }).click()
    await form.getByText('2 runs: 2 arms, 1 seed').waitFor()
    await form.getByRole('button', { name: 'Start the study' }).click()
    await page.getByText('finished, 2 of 2 runs done').first().waitFor({ timeout: LONG })
    const table = page.getByRole('table').filter({ hasText: 'Mean F1' })
    await table.getByText('lambda 1').waitFor()
    expect(await table.getByRole('row').count()).toBe(3)
    await page.getByText('1 held-out subject (S03), 1 seed.').waitFor()
    await page
      .getByRole('img', { name: /Mean F1/ })
      .first()
      .waitFor()
  })

  it('runs without an error', () => expect(bench.errors).toEqual([]))
})
