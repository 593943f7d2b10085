// Long work seen from the window: it shows how far it is and how long it will take, survives a reload, is cancelled, and starts again; filters of the videos.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveFfmpeg } from '@main/media/index'
import { demoClip } from '../integration/cli/auw'
import { clipFolder } from '../integration/media/clips'
import { hasChromium, startWorkbench, type Workbench } from './workbench'

const LONG = 120_000
/** Times that the ten seconds of the clip are repeated: long enough to be cancelled on a fast machine. */
const REPEATS = 11

describe.skipIf(!hasChromium)('jobs in the window', () => {
  let bench: Workbench

  beforeAll(async () => {
    const clips = clipFolder(await resolveFfmpeg())
    clips.run('-stream_loop', String(REPEATS), '-i', demoClip('S02'), '-an', '-c', 'copy', 'S02_long.mp4')
    bench = await startWorkbench({
      aus: '1,4,6,12,25,26',
      async prepare(run, project) {
        await run('video', 'add', project, clips.path('S02_long.mp4'), '--subject', 'S02', '--condition', 'long')
        await run('video', 'add', project, demoClip('S05'), '--subject', 'S05', '--condition', 'short')
      },
    })
    return () => clips.remove()
  })
  afterAll(() => bench?.close())

  it('filters the videos by words and by state', async () => {
    const { page } = bench
    const shown = (): Promise<number> => page.getByRole('link', { name: /\.mp4$/ }).count()
    await page.getByRole('link', { name: 'S02_long.mp4' }).waitFor()
    expect(await shown()).toBe(2)
    await page.getByPlaceholder(/Filter by name/).fill('long s02')
    await expect.poll(shown).toBe(1)
    await page.getByPlaceholder(/Filter by name/).fill('')
    await page.getByLabel('States').first().selectOption('coded')
    await expect.poll(shown).toBe(0)
    await page.getByLabel('States').first().selectOption('unanalysed')
    await expect.poll(shown).toBe(2)
    await page.getByLabel('States').first().selectOption('all')
  })

  it('shows how far a job is, also after a reload, and cancels it', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByLabel('Select S02_long.mp4').check()
    await page.getByRole('button', { name: 'Find faces and predict' }).last().click()
    await page
      .getByRole('button', { name: /jobs?( · \d+ %)?$/i })
      .first()
      .click()
    const drawer = page.getByRole('complementary', { name: 'Jobs' })
    await drawer
      .getByText(/^[\d,]+ \/ [\d,]+ frames$/)
      .first()
      .waitFor({ timeout: LONG })
    await drawer
      .getByText(/^about .+ left$/)
      .first()
      .waitFor({ timeout: LONG })
    await page.reload()
    const again = page.getByRole('complementary', { name: 'Jobs' })
    if (!(await again.isVisible()))
      await page
        .getByRole('button', { name: /jobs?( · \d+ %)?$/i })
        .first()
        .click()
    await again.getByRole('progressbar').first().waitFor()
    const cancel = again.getByRole('button', { name: /^Cancel / }).first()
    // What waits for a job that is cancelled may go with it, under the pointer.
    const cancelled = async (): Promise<number> => {
      if (await cancel.isVisible()) await cancel.click({ timeout: 1000 }).catch(() => undefined)
      return again.getByRole('progressbar').count()
    }
    await expect.poll(cancelled, { timeout: LONG }).toBe(0)
    await again.getByText('cancelled').first().waitFor({ timeout: LONG })
    await again
      .getByRole('button', { name: /^Log of/ })
      .first()
      .click()
    await again
      .getByRole('button', { name: 'Copy log' })
      .or(again.getByText(/Nothing was written down/))
      .first()
      .waitFor()
    await again.getByRole('button', { name: 'Close' }).click()
    // What was cancelled says nothing that it has not done.
    const { videos } = (await bench.auw('video', 'list', bench.project, '--json')).json<{
      videos: { fileName: string; prediction: string }[]
    }>()
    expect(videos.find(({ fileName }) => fileName === 'S02_long.mp4')?.prediction).not.toBe('done')
  })

  it('runs without an error', () => expect(bench.errors).toEqual([]))
})
