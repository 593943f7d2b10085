// Scrolling and zooming the timeline of 100,000 frames x 20 AUs x 3 coders: one wheel step for each picture, as fast as the browser draws.
import type { Page } from 'playwright'
import { percentile, traceMainThread, type FrameWork } from './mainThread'
import type { OpenWindow } from './window'

/** Milliseconds of main-thread work a frame, 95th percentile. */
export const LIMIT_MS = 8
const STEPS = 300

/** What the wheel does, step by step. Pixels as a wheel event carries them. */
export const MOVES = {
  'scroll, 10 s in view': { visibleFrames: 250, deltaX: 12, deltaY: 0 },
  'scroll, 2 min in view': { visibleFrames: 3000, deltaX: 12, deltaY: 0 },
  'scroll, half an hour in view': { visibleFrames: 45_000, deltaX: 8, deltaY: 0 },
  'zoom, whole video to single frames and back': { visibleFrames: 100_000, deltaX: 0, deltaY: -28 },
  'lanes up and down, whole video in view': { visibleFrames: 100_000, deltaX: 0, deltaY: 0 },
} as const

export type MoveName = keyof typeof MOVES

export async function runMove(page: Page, name: MoveName): Promise<void> {
  const move = MOVES[name]
  await page.evaluate(
    ({ visibleFrames, deltaX, deltaY, steps }) =>
      new Promise<void>((done) => {
        const lanes = document.querySelector('.lanes-view') as HTMLElement
        const scroller = document.querySelector('.lanes-scroll') as HTMLElement
        const box = lanes.getBoundingClientRect()
        const wheel = (x: number, y: number): void => {
          lanes.dispatchEvent(
            new WheelEvent('wheel', {
              deltaX: x,
              deltaY: y,
              clientX: box.left + box.width / 2,
              clientY: box.top + 20,
              bubbles: true,
              cancelable: true,
            }),
          )
        }
        let step = 0
        const tick = (): void => {
          const direction = step < steps / 2 ? 1 : -1
          if (deltaX === 0 && deltaY === 0) scroller.scrollTop += 3 * direction
          else wheel(deltaX * direction, deltaY * direction)
          if (++step < steps) requestAnimationFrame(tick)
          else done()
        }
        // First all the way out, then in to the wished width: a wheel step zooms by exp(0.0022 x delta).
        wheel(0, 5000)
        requestAnimationFrame(() => {
          if (visibleFrames < 100_000) wheel(0, -Math.log(100_000 / visibleFrames) / 0.0022)
          requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(tick), 300))
        })
      }),
    { ...move, steps: STEPS },
  )
}

export interface TimelineFigures {
  name: MoveName
  work: FrameWork
  cpu95: number
  wall95: number
  framesPerSecond: number
}

/** Whether the lanes look different in the middle of a move: a figure of a timeline that stands still would be worthless. */
async function assertMoves(page: Page, name: MoveName): Promise<void> {
  const look = (): Promise<string> => page.evaluate(() => (document.querySelector('.lanes-view canvas') as HTMLCanvasElement).toDataURL())
  const move = runMove(page, name)
  const looks = new Set<string>()
  for (let at = 0; at < 4; at++) {
    await page.waitForTimeout(700)
    looks.add(await look())
  }
  await move
  if (looks.size < 3) throw new Error(`The timeline did not move in "${name}"; nothing was measured.`)
}

/** Runs every move once to warm up and once to measure. */
export async function measureTimeline(window: OpenWindow): Promise<TimelineFigures[]> {
  const { page, devtools } = window
  await page.locator('.lanes-view canvas').first().waitFor()
  await page.waitForFunction(() => (document.querySelector('[data-testid="frame-number"]') as HTMLElement | null)?.dataset.frame === '0')
  await page.waitForTimeout(1000)
  const figures: TimelineFigures[] = []
  for (const name of Object.keys(MOVES) as MoveName[]) {
    await assertMoves(page, name)
    const work = await traceMainThread(devtools, () => runMove(page, name))
    const mean = work.interval.reduce((sum, value) => sum + value, 0) / work.interval.length
    figures.push({ name, work, cpu95: percentile(work.cpu, 0.95), wall95: percentile(work.wall, 0.95), framesPerSecond: 1000 / mean })
  }
  return figures
}
