// Scrolling the table of frames over 100,000 rows x 20 AUs: twenty rows for each picture, as fast as the browser draws.
import { traceMainThread, type FrameWork } from './mainThread'
import type { OpenWindow } from './window'

const STEPS = 200

/** Main-thread work of each picture while the whole list is gone through. Leaves the timeline in the table's place again. */
export async function measureFrameList({ page, devtools }: OpenWindow): Promise<FrameWork> {
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
  await page.getByRole('button', { name: 'Table of frames' }).click()
  return work
}
