// Ten thousand edits by keys in the real window: whether the page's memory stays what it was. Every edit is written by the backend like any other.
import type { Page } from 'playwright'
import { hostMemory, type HostMemory } from './hostMemory'
import type { OpenWindow } from './window'

export const EDITS = 10_000
const LOOKS = [1000, 5000, 10_000] as const
/** Memory after the last look over memory after the one before: what warms up does so in the first thousands, what leaks goes on. */
export const LIMIT_RATIO = 1.05

/** Bytes of the page's heap that are in use after garbage was collected. */
async function heapBytes({ devtools, page }: OpenWindow): Promise<number> {
  await page.waitForTimeout(800)
  for (let round = 0; round < 3; round++) await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  return usedSize
}

/** Presses a picture of the screen: a held key repeats faster than a busy machine draws. */
const PRESSES_A_PICTURE = 10

/** Presses keys in the page, some for each picture; how many edits the history then holds tells whether they were taken. */
function pressKeys(page: Page, keys: readonly string[], rounds: number): Promise<void> {
  return page.evaluate(
    async ({ keys, rounds, aPicture }) => {
      const target = document.querySelector('.lanes-view') as HTMLElement
      const settle = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => done()))
      let presses = 0
      for (let round = 0; round < rounds; round++) {
        for (const key of keys) {
          const isBracket = key === '[' || key === ']'
          const code = isBracket ? (key === '[' ? 'BracketLeft' : 'BracketRight') : ''
          target.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }))
          if (++presses % aPicture === 0) await settle()
        }
      }
    },
    { keys: [...keys], rounds, aPicture: PRESSES_A_PICTURE },
  )
}

/** What is in use after so many edits. */
export interface EditLook {
  edits: number
  /** Of the page, bytes. */
  page: number
  host: HostMemory
  /** Since the look before, s a thousand edits. */
  secondsPerThousand: number
}

export interface EditFigures {
  looks: EditLook[]
  /** Edits that the backend wrote while this ran. */
  written: number
}

/**
 * @param window at the coding screen of a video with labels
 * @param countEdits asks the backend for the number of the last edit
 */
export async function measureEdits(
  window: OpenWindow,
  countEdits: () => Promise<number>,
  onLook?: (edits: number, secondsPerThousand: number) => void,
): Promise<EditFigures> {
  const { page } = window
  await page.locator('.lanes-view canvas').first().waitFor()
  await page.waitForFunction(() => (document.querySelector('[data-testid="frame-number"]') as HTMLElement | null)?.dataset.frame === '0')
  await page.locator('.lane-name').first().click()
  await page.locator('.lanes-view').focus()
  await page.keyboard.press('Tab')
  await page.locator('.label-facts strong').waitFor()
  const before = await countEdits()
  const looks: EditLook[] = []
  let done = 0
  for (const look of LOOKS) {
    // Onset later and earlier again: every press is one edit of the log.
    const start = performance.now()
    await pressKeys(page, [']', '['], (look - done) / 2)
    // What was asked for must have been written before it is counted.
    for (let wait = 0; wait < 600 && (await countEdits()) - before < look; wait++) await page.waitForTimeout(200)
    const secondsPerThousand = (performance.now() - start) / (look - done)
    looks.push({ edits: look, page: await heapBytes(window), host: await hostMemory(window.inspector), secondsPerThousand })
    onLook?.(look, secondsPerThousand)
    done = look
  }
  const written = (await countEdits()) - before
  return { looks, written }
}
