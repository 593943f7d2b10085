// Stepping by keys through a generated 720p clip: time from the key press until the wanted frame is painted, and whether the pixels are that frame's.
import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright'
import { percentile } from './mainThread'
import type { OpenWindow } from './window'

/** Milliseconds from key press to picture, 95th percentile. */
export const STEP_LIMIT_MS = 50
const FRAMES = 500
/** Squares of the strip that carries the frame's number, lowest bit at the left, and their side in pixels. */
const BITS = 9
const SQUARE = 32

/** A project with the clip, made by the command line as a user would. */
export function makeStepProject(ffmpeg: string, folder: string, settings: string): { directory: string; videoId: string } {
  const auw = (...args: string[]): string =>
    execFileSync(process.execPath, [resolve('out/main/cli.js'), ...args], {
      env: { ...process.env, AUW_SETTINGS: settings },
      encoding: 'utf8',
    })
  const clip = join(folder, 'steps.mp4')
  const directory = join(folder, 'steps.auproj')
  makeStepClip(ffmpeg, clip)
  auw('project', 'create', directory, '--name', 'Steps', '--aus', '1,2,4,6,12')
  auw('video', 'add', directory, clip, '--subject', 'S01')
  const { videos } = JSON.parse(auw('video', 'list', directory, '--json')) as { videos: { id: string }[] }
  return { directory, videoId: videos[0]?.id ?? '' }
}

/** H.264 as cameras write it: key frames ten seconds apart, B-frames, 25 frames a second. The lowest 32 rows hold the frame's number. */
function makeStepClip(ffmpeg: string, path: string): void {
  const squares = Array.from(
    { length: BITS },
    (_, bit) => `drawbox=x=${bit * SQUARE}:y=688:w=${SQUARE}:h=${SQUARE}:color=white:t=fill:enable=mod(floor(n/${2 ** bit})\\,2)`,
  )
  const filter = [`testsrc2=s=1280x688:r=25:d=${FRAMES / 25}`, 'noise=alls=12:allf=t', 'pad=1280:720:0:0:black', ...squares].join(',')
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '8M', '-bf', '3', '-g', '250', '-pix_fmt', 'yuv420p']
  execFileSync(ffmpeg, ['-v', 'error', '-y', '-f', 'lavfi', '-i', filter, ...coding, path])
}

interface Walk {
  name: string
  /** Frame to jump to before. */
  from: number
  keys: readonly string[]
  /** Milliseconds from one press to the next; a person taps six times a second, a held key repeats thirty times. */
  pace: number
}

const repeat = (key: string, count: number): string[] => Array.from({ length: count }, () => key)
const back = 'ArrowLeft'
const forward = 'ArrowRight'

const WALKS: readonly Walk[] = [
  { name: 'tapped forward', from: 100, keys: repeat(forward, 100), pace: 160 },
  { name: 'tapped back', from: 400, keys: repeat(back, 100), pace: 160 },
  {
    name: 'to and fro',
    from: 300,
    keys: [...repeat(forward, 5), ...repeat(back, 8), ...repeat(forward, 12), ...repeat(back, 15)],
    pace: 160,
  },
  { name: 'held forward', from: 20, keys: repeat(forward, 200), pace: 33 },
  { name: 'held back', from: 480, keys: repeat(back, 200), pace: 33 },
]

interface StepFigures {
  name: string
  /** Milliseconds from each press until a frame at least as far was painted. */
  latencies: number[]
  median: number
  worst95: number
  /** Steps after which the pixels were not the frame that the screen said. */
  wrongPictures: number
}

interface Recorder {
  presses: { at: number; target: number; done: number | null }[]
  wrong: number
}

/** Watches key presses and every painted picture inside the page. */
async function record(page: Page, from: number): Promise<void> {
  await page.evaluate(
    ({ start, bits, square }) => {
      const recorder: Recorder = { presses: [], wrong: 0 }
      Object.assign(window, { stepRecorder: recorder })
      let target = start
      window.addEventListener(
        'keydown',
        (event) => {
          target += event.key === 'ArrowRight' ? 1 : -1
          recorder.presses.push({ at: event.timeStamp, target, done: null })
        },
        true,
      )
      const canvas = new OffscreenCanvas(bits * square, 1)
      const context = canvas.getContext('2d', { willReadFrequently: true })
      const readPixels = (): number => {
        const video = document.querySelector<HTMLVideoElement>('.stage video:not(.lookout)')
        const still = document.querySelector<HTMLCanvasElement>('.still:not([hidden])')
        const source = still ?? video
        if (!source || !context) return -1
        const height = still ? still.height : (video?.videoHeight ?? 0)
        const scale = height / 720
        context.drawImage(source, 0, height - (square / 2) * scale, bits * square * scale, 1, 0, 0, bits * square, 1)
        const { data } = context.getImageData(0, 0, bits * square, 1)
        let value = 0
        for (let bit = 0; bit < bits; bit++) if ((data[(bit * square + square / 2) * 4] ?? 0) > 127) value += 2 ** bit
        return value
      }
      let last = start
      const channel = new MessageChannel()
      let shown = start
      // A message sent from an animation frame arrives after that frame was painted.
      channel.port1.onmessage = () => {
        const now = performance.now()
        for (const press of recorder.presses) if (press.done === null && press.target === shown) settle(press, now)
      }
      const settle = (press: Recorder['presses'][number], now: number): void => {
        for (const earlier of recorder.presses) {
          if (earlier.done === null) earlier.done = now
          if (earlier === press) return
        }
      }
      const look = (): void => {
        const label = document.querySelector<HTMLElement>('[data-testid="frame-number"]')
        const said = Number(label?.dataset.frame)
        if (said !== last && label && !label.classList.contains('seeking')) {
          last = said
          if (readPixels() !== said) recorder.wrong++
        }
        shown = last
        channel.port2.postMessage(null)
        requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    },
    { start: from, bits: BITS, square: SQUARE },
  )
}

async function walk(page: Page, { name, from, keys, pace }: Walk): Promise<StepFigures> {
  await page.reload()
  await page.locator('[data-testid="frame-number"]:not([data-frame="-1"])').waitFor()
  const field = page.getByLabel('Go to time or frame')
  await field.fill(String(from))
  await field.press('Enter')
  await page.locator(`[data-testid="frame-number"][data-frame="${from}"]:not(.seeking)`).waitFor()
  // A coder looks before stepping.
  await page.waitForTimeout(600)
  await record(page, from)
  for (const key of keys) {
    const started = performance.now()
    await page.keyboard.press(key)
    await page.waitForTimeout(Math.max(0, pace - (performance.now() - started)))
  }
  await page.waitForTimeout(2500)
  const { presses, wrong } = await page.evaluate(() => (window as unknown as { stepRecorder: Recorder }).stepRecorder)
  const latencies = presses.map(({ at, done }) => (done ?? Number.POSITIVE_INFINITY) - at)
  return { name, latencies, median: percentile(latencies, 0.5), worst95: percentile(latencies, 0.95), wrongPictures: wrong }
}

/** Every walk, each after a reload, so that nothing is kept from the one before. */
export async function measureSteps({ page }: OpenWindow): Promise<StepFigures[]> {
  const figures: StepFigures[] = []
  for (const one of WALKS) figures.push(await walk(page, one))
  return figures
}
