// Ten thousand edits by keys in the real window: whether the page's memory stays what it was. Every edit is written by the backend like any other.
import type { Page } from 'playwright'
import type { OpenWindow } from './window'

export const EDITS = 10_000
const LOOKS = [1000, 5000, 10_000] as const
/** Memory after the last look over memory after the first. */
export const LIMIT_RATIO = 1.1

/** Bytes of the page's heap that are in use after garbage was collected. */
async function heapBytes({ devtools, page }: OpenWindow): Promise<number> {
  await page.waitForTimeout(800)
  for (let round = 0; round < 3; round++) await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  return usedSize
}

/** Presses keys in the page, each once the one before is on screen; how many edits the history then holds tells whether they were taken. */
function pressKeys(page: Page, keys: readonly string[], rounds: number): Promise<void> {
  return page.evaluate(
    async ({ keys, rounds }) => {
      const target = document.querySelector('.lanes-view') as HTMLElement
      const settle = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => done()))
      for (let round = 0; round < rounds; round++) {
        for (const key of keys) {
          const isBracket = key === '[' || key === ']'
          const code = isBracket ? (key === '[' ? 'BracketLeft' : 'BracketRight') : ''
          target.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }))
          await settle()
        }
      }
    },
    { keys: [...keys], rounds },
  )
}

export interface EditFigures {
  /** Bytes in use after so many edits. */
  heap: { edits: number; bytes: number }[]
  /** Edits that the backend wrote while this ran. */
  written: number
  secondsPerThousand: number
}

/**
 * @param window at the coding screen of a video with labels
 * @param countEdits asks the backend for the number of the last edit
 */
export async function measureEdits(window: OpenWindow, countEdits: () => Promise<number>): Promise<EditFigures> {
  const { page } = window
  await page.locator('.lanes-view canvas').first().waitFor()
  await page.waitForFunction(() => (document.querySelector('[data-testid="frame-number"]') as HTMLElement | null)?.dataset.frame === '0')
  await page.locator('.lane-name').first().click()
  await page.locator('.lanes-view').focus()
  await page.keyboard.press('Tab')
  await page.locator('.label-facts strong').waitFor()
  const before = await countEdits()
  const heap: EditFigures['heap'] = []
  const start = performance.now()
  let done = 0
  for (const look of LOOKS) {
    // Onset later and earlier again: every press is one edit of the log.
    await pressKeys(page, [']', '['], (look - done) / 2)
    done = look
    // What was asked for must have been written before it is counted.
    for (let wait = 0; wait < 600 && (await countEdits()) - before < look; wait++) await page.waitForTimeout(200)
    heap.push({ edits: look, bytes: await heapBytes(window) })
  }
  const written = (await countEdits()) - before
  return { heap, written, secondsPerThousand: (performance.now() - start) / 1000 / (EDITS / 1000) }
}
