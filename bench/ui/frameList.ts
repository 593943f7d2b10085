// The table of frames over 100,000 rows x 20 AUs: scrolled by twenty rows for each picture, as fast as the browser draws; sorted; filtered.
import { traceMainThread, type FrameWork } from './mainThread'
import type { OpenWindow } from './window'

const STEPS = 200

export interface FrameListFigures {
  scroll: FrameWork
  /** Processor time of one sorting by a column, milliseconds. */
  sortMs: number
  /** The same of one filter put in at once. */
  filterMs: number
  /** Rows that the filter left. */
  shown: string
}

/** Main-thread work of each picture while the list is gone through, and of a sorting and a filter. Leaves the timeline in the table's place again. */
export async function measureFrameList({ page, devtools }: OpenWindow): Promise<FrameListFigures> {
  await page.getByRole('button', { name: 'Table of frames' }).click()
  await page.locator('.frame-row').first().waitFor()
  const scroll = (): Promise<void> =>
    page.evaluate(
      (steps) =>
        new Promise<void>((done) => {
          const element = document.querySelector('.frame-list-scroll') as HTMLElement
          let step = 0
          const tick = (): void => {
            element.scrollTop += step < steps / 2 ? 480 : -480
            if (++step < steps) requestAnimationFrame(tick)
            else done()
          }
          requestAnimationFrame(tick)
        }),
      STEPS,
    )
  await scroll()
  const work = await traceMainThread(devtools, scroll)
  /** All that the main thread did from an input until two pictures later. */
  const costOf = async (act: () => Promise<void>): Promise<number> => {
    const { cpu } = await traceMainThread(devtools, async () => {
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)))
      await act()
      await page.waitForTimeout(1500)
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    })
    return cpu.reduce((sum, value) => sum + value, 0)
  }
  const sortMs = await costOf(() => page.getByRole('columnheader', { name: 'AU12 prob.' }).click())
  const filterMs = await costOf(() => page.getByRole('searchbox', { name: 'Show only frames where' }).fill('AU12 prob > 0.5 and not coded'))
  const shown = await page.locator('.frame-list-bar').innerText()
  await page.getByRole('searchbox', { name: 'Show only frames where' }).fill('')
  await page.getByRole('button', { name: 'Table of frames' }).click()
  return { scroll: work, sortMs, filterMs, shown: /[\d,]+ of [\d,]+ frames/.exec(shown)?.[0] ?? shown }
}
