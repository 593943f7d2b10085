// Stepping, jumping and playing show the frame that the screen says, checked against numbers burnt into the pixels.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveFfmpeg } from '@main/media/index'
import { clipFolder, turnMp4 } from '../integration/media/clips'
import { differenceOfStill, everyFrame, numberStrip, readShown, waitForFrame, waitForPlayer } from './frameClips'
import { hasChromium, startWorkbench, type Workbench } from './workbench'

const FRAMES = 120

describe.skipIf(!hasChromium)('frames on screen', () => {
  let bench: Workbench

  beforeAll(async () => {
    const ffmpeg = await resolveFfmpeg()
    const clips = clipFolder(ffmpeg)
    const source = ['-f', 'lavfi', '-i', `testsrc=s=320x180:r=25:d=${FRAMES / 25},${numberStrip(320, 180)}`]
    // Constant rate with B-frames and rare key frames; variable rate; and a first frame that is not at zero.
    clips.run(...source, '-c:v', 'libx264', '-bf', '3', '-g', '250', '-pix_fmt', 'yuv420p', 'bframes.mp4')
    clips.run(
      '-f',
      'lavfi',
      '-i',
      `testsrc=s=320x180:r=25:d=${FRAMES / 25},${numberStrip(320, 180)},settb=1/1000,setpts=N*40+mod(N\\,3)*9`,
      ...everyFrame(ffmpeg),
      '-c:v',
      'libvpx-vp9',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-b:v',
      '400k',
      'uneven.webm',
    )
    // Cut without encoding anew: pictures before the cut are decoded and not shown. In fragments: no sample table, so the player is stepped by seeking.
    clips.run('-ss', '1.1', '-i', 'bframes.mp4', '-c', 'copy', 'cut.mp4')
    clips.run('-i', 'bframes.mp4', '-c', 'copy', '-movflags', 'frag_keyframe+empty_moov', 'fragments.mp4')
    turnMp4(clips.path('bframes.mp4'), clips.path('turned.mp4'), 90)
    bench = await startWorkbench({
      aus: '1,12',
      async prepare(run, project) {
        for (const name of ['bframes.mp4', 'uneven.webm', 'cut.mp4', 'fragments.mp4', 'turned.mp4']) {
          const added = await run('video', 'add', project, clips.path(name), '--subject', 'S01')
          if (added.code !== 0) throw new Error(added.stderr)
        }
      },
    })
    return () => clips.remove()
  })
  afterAll(() => bench?.close())

  async function open(name: string): Promise<void> {
    const { page } = bench
    await page.goto(bench.url.replace(/\?.*/, '#/projects'))
    await page.goto(bench.url)
    await page.getByRole('link', { name: 'Videos', exact: true }).click()
    await page.getByRole('link', { name }).click()
    await page.locator('[data-testid="frame-number"]:not([data-frame="-1"])').waitFor()
    await page.keyboard.press('Home')
    await waitForFrame(page, 0)
  }

  it('steps a cut file, whose first pictures are decoded and not shown', async () => {
    const { page } = bench
    await open('cut.mp4')
    const first = (await readShown(page)).pixels
    expect(first).toBeGreaterThan(20)
    let at = 0
    for (const [key, by] of [...Array(8).fill(['ArrowRight', 1]), ...Array(5).fill(['ArrowLeft', -1])] as [string, number][]) {
      await page.keyboard.press(key)
      at += by
      await waitForFrame(page, at)
      expect(await readShown(page)).toEqual({ pixels: first + at, said: at })
    }
    await waitForPlayer(page)
    expect(await readShown(page)).toEqual({ pixels: first + at, said: at })
  })

  it('shows a turned video upright, still and playing alike', async () => {
    const { page } = bench
    await open('turned.mp4')
    await page.locator('.lookout').waitFor({ state: 'detached' })
    for (let frame = 1; frame <= 5; frame++) {
      await page.keyboard.press('ArrowRight')
      await waitForFrame(page, frame)
    }
    const { width, height, difference } = await differenceOfStill(page)
    expect(height).toBeGreaterThan(width)
    // A quarter or half turn amiss gives more than 50; drawing small from another size gives 7.
    expect(difference).toBeLessThan(15)
  })

  it.each(['bframes.mp4', 'uneven.webm', 'fragments.mp4'])('steps %s both ways to the frame', async (name) => {
    const { page } = bench
    await open(name)
    // The second player is there only where the container does not tell which bytes are which frame.
    await page.locator('.lookout').waitFor({ state: name === 'fragments.mp4' ? 'attached' : 'detached' })
    expect(await readShown(page)).toEqual({ pixels: 0, said: 0 })

    let at = 0
    const press = async (key: string, by: number): Promise<void> => {
      await page.keyboard.press(key)
      at = Math.max(0, Math.min(FRAMES - 1, at + by))
      await waitForFrame(page, at)
      expect(await readShown(page)).toEqual({ pixels: at, said: at })
    }
    for (let count = 0; count < 12; count++) await press('ArrowRight', 1)
    for (let count = 0; count < 4; count++) await press('Shift+ArrowRight', 10)
    for (let count = 0; count < 12; count++) await press('ArrowLeft', -1)
    await press('Shift+ArrowLeft', -10)
    await press('End', FRAMES)
    for (let count = 0; count < 3; count++) await press('ArrowLeft', -1)
    await press('Home', -FRAMES)
    await press('ArrowLeft', -1)
    for (let count = 0; count < 30; count++) await press('ArrowRight', 1)
    // The player itself, once it has followed, shows the same frame as the picture did.
    await waitForPlayer(page)
    expect(await readShown(page)).toEqual({ pixels: at, said: at })
    for (let count = 0; count < 25; count++) await press('ArrowLeft', -1)
    await waitForPlayer(page)
    expect(await readShown(page)).toEqual({ pixels: at, said: at })
  })

  it('adds up steps of a held key and ends on the frame they add up to', async () => {
    const { page } = bench
    await open('uneven.webm')
    for (let count = 0; count < 25; count++) void page.keyboard.press('ArrowRight')
    await waitForFrame(page, 25)
    expect(await readShown(page)).toEqual({ pixels: 25, said: 25 })
  })

  it('jumps to a typed frame and to a typed time', async () => {
    const { page } = bench
    const field = page.getByLabel('Go to time or frame')
    await field.fill('77')
    await field.press('Enter')
    await waitForFrame(page, 77)
    expect((await readShown(page)).pixels).toBe(77)
    await field.fill('0:01.000')
    await field.press('Enter')
    // Frame 25 of the uneven clip is at 25 x 40 + 1 x 9 ms, so frame 24 (960 ms) is on screen at one second.
    await waitForFrame(page, 24)
    expect((await readShown(page)).pixels).toBe(24)
  })

  it('says while playing what is presented, and stops on the frame it says', async () => {
    const { page } = bench
    await page.keyboard.press('Home')
    await waitForFrame(page, 0)
    await page.getByLabel('Speed').selectOption('0.5')
    await page.locator('.lanes-view').focus()
    await page.keyboard.press('Space')
    await page.waitForFunction(() => Number(document.querySelector('[data-testid="frame-number"]')?.getAttribute('data-frame')) > 20)
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor()
    await page.waitForTimeout(300)
    const shown = await readShown(page)
    expect(shown.said).toBeGreaterThan(20)
    expect(shown.pixels).toBe(shown.said)
    await page.getByLabel('Speed').selectOption('1')
  })

  it('comes back to the frame after reopening', async () => {
    const { page } = bench
    await page.keyboard.press('Home')
    for (let count = 0; count < 3; count++) await page.keyboard.press('Shift+ArrowRight')
    await waitForFrame(page, 30)
    await page.waitForTimeout(500)
    await page.reload()
    await waitForFrame(page, 30)
    expect(await readShown(page)).toEqual({ pixels: 30, said: 30 })
    expect(bench.errors).toEqual([])
  })
})
