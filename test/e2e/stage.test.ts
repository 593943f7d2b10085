// What stands around the picture, by keyboard and mouse: following the face, the neutral face beside, sound with its outline, and the table of frames.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveFfmpeg } from '@main/media/index'
import { demoClip } from '../integration/cli/auw'
import { clipFolder } from '../integration/media/clips'
import { waitForFrame } from './frameClips'
import { seriousFindings } from './axe'
import { hasChromium, startWorkbench, type Workbench } from './workbench'

describe.skipIf(!hasChromium)('around the picture', () => {
  let bench: Workbench

  beforeAll(async () => {
    const clips = clipFolder(await resolveFfmpeg())
    // The demo subject with a tone in the middle of the ten seconds.
    const tone = String.raw`aevalsrc=0.5*sin(880*PI*t)*between(t\,4\,6):d=10:s=48000`
    clips.run('-i', demoClip('S02'), '-f', 'lavfi', '-i', tone, '-c:v', 'copy', '-c:a', 'aac', 'spoken.mp4')
    bench = await startWorkbench({
      async prepare(run, project) {
        for (const args of [
          ['video', 'add', project, clips.path('spoken.mp4'), '--subject', 'S02'],
          ['predict', project],
        ]) {
          const outcome = await run(...args)
          if (outcome.code !== 0) throw new Error(outcome.stderr)
        }
        const id = (await run('video', 'list', project, '--json')).json<{ videos: { id: string }[] }>().videos[0]?.id ?? ''
        await run('label', 'add', project, '--video', id, '--au', '12', '--from', '20', '--to', '80', '--state', 'present', '--coder', 'AB')
      },
    })
    await bench.page.getByRole('link', { name: 'spoken.mp4' }).click()
    await waitForFrame(bench.page, 0)
    await bench.page.getByLabel('Coder').fill('AB')
    await bench.page.keyboard.press('Enter')
    return () => clips.remove()
  })
  afterAll(() => bench?.close())

  const zoomOf = (): Promise<string> =>
    bench.page.evaluate(() => document.querySelector<HTMLElement>('.stage-content')?.style.transform ?? '')
  const count = (): Promise<string> => bench.page.getByTestId('frame-list-count').innerText()

  it('enlarges, moves and follows by keys, and comes back so after reopening', async () => {
    const { page } = bench
    const whole = await zoomOf()
    await page.keyboard.press('Alt+=')
    const larger = await zoomOf()
    expect(larger).toContain('scale(1.25)')
    await page.keyboard.press('Alt+ArrowRight')
    expect(await zoomOf()).not.toBe(larger)
    await page.keyboard.press('Alt+0')
    expect(await zoomOf()).toBe(whole)
    await page.keyboard.press('z')
    await page.getByRole('button', { name: 'Follow the face', pressed: true }).waitFor()
    await page.waitForTimeout(500)
    await page.reload()
    await waitForFrame(page, 0)
    await page.getByRole('button', { name: 'Follow the face', pressed: true }).waitFor()
    await page.keyboard.press('z')
  })

  it('puts the neutral face beside the face', async () => {
    const { page } = bench
    await page.getByRole('button', { name: 'Use as neutral' }).click()
    await page.keyboard.press('c')
    const picture = page.getByTestId('compare').locator('img')
    await picture.waitFor()
    await page.waitForFunction(() => (document.querySelector<HTMLImageElement>('.compare img')?.naturalWidth ?? 0) > 0)
    const isDrawn = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.compare canvas')
      return canvas?.getContext('2d')?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[3] === 255
    })
    expect(isDrawn).toBe(true)
    await page.keyboard.press('c')
    await page.getByTestId('compare').waitFor({ state: 'detached' })
  })

  it('draws the sound where it is, keeps the outline in the project, and goes where it is clicked', async () => {
    const { page } = bench
    const ink = (from: number, to: number): Promise<number> =>
      page.evaluate(
        ([a = 0, b = 0]) => {
          const canvas = document.querySelector<HTMLCanvasElement>('.waveform canvas')
          const context = canvas?.getContext('2d')
          if (!canvas || !context) return 0
          const { data } = context.getImageData(Math.round(canvas.width * a), 0, Math.round(canvas.width * (b - a)), canvas.height)
          return data.filter((value, index) => index % 4 === 3 && value > 0).length / (data.length / 4)
        },
        [from, to],
      )
    await expect.poll(() => ink(0.42, 0.58)).toBeGreaterThan(0.3)
    expect(await ink(0.05, 0.35)).toBeLessThan(0.1)
    expect(await ink(0.65, 0.95)).toBeLessThan(0.1)
    const folder = join(bench.project, 'proxies')
    await expect.poll(() => existsSync(folder) && readdirSync(folder).filter((name) => name.endsWith('.peaks')).length).toBe(1)
    const box = await page.locator('.waveform canvas').boundingBox()
    if (!box) throw new Error('There is no outline.')
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    await page.waitForFunction(
      () => Math.abs(Number(document.querySelector<HTMLElement>('[data-testid="frame-number"]')?.dataset.frame) - 125) < 3,
    )
    await page.keyboard.press('Shift+S')
    await page.getByRole('button', { name: 'Sound', exact: true, pressed: true }).waitFor()
    await page.keyboard.press('Shift+S')
  })

  it('lists frames: filtered, sorted, gone through by keys, copied', async () => {
    const { page } = bench
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.keyboard.press('Shift+T')
    await page.getByRole('grid').waitFor()
    expect(await count()).toBe('250 of 250 frames')
    const filter = page.getByLabel('Show only frames where')
    await filter.fill('AU12 coded')
    await expect.poll(count).toBe('61 of 250 frames')
    await filter.fill('AU12 coded and')
    await page.getByText('Something is missing at the end').waitFor()
    expect(await count()).toBe('61 of 250 frames')
    await filter.fill('AU12 prob >= 0 and coded')
    await page.getByText('AU12 prob >= 0 and AU12 coded').waitFor()
    await page.getByRole('columnheader', { name: 'AU12 prob.' }).click()
    await page.locator('.frame-row').first().click()
    const top = Number(await page.locator('.frame-row').first().getAttribute('data-frame'))
    await waitForFrame(page, top)
    await page.getByRole('columnheader', { name: /Frame, time/ }).click()
    await page.locator('.frame-row').first().click()
    await waitForFrame(page, 20)
    await page.keyboard.press('ArrowDown')
    await waitForFrame(page, 21)
    await page.keyboard.press('End')
    await waitForFrame(page, 80)
    await page.keyboard.press('Shift+ArrowUp')
    await page.keyboard.press('Control+c')
    await page.getByText('2 rows copied, tab-separated.').waitFor()
    const lines = (await page.evaluate(() => navigator.clipboard.readText())).trimEnd().split('\n')
    expect(lines[0]?.split('\t').slice(0, 2)).toEqual(['frame', 'time_s'])
    expect(lines.slice(1).map((line) => line.split('\t')[0])).toEqual(['79', '80'])
    await filter.fill('')
  })

  it.each(['dark', 'light'])('has no serious finding of axe, %s', async (theme) => {
    const { page } = bench
    await page.evaluate((choice) => localStorage.setItem('auw.theme', choice), theme)
    await page.reload()
    await page.getByRole('grid').waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe(theme)
    expect(await seriousFindings(page, { parts: ['.frame-list', '.transport', '.stage'] })).toEqual([])
    await page.keyboard.press('Shift+T')
    await page.keyboard.press('c')
    await page.locator('.waveform').waitFor()
    expect(await seriousFindings(page, { parts: ['.waveform', '.stage'] })).toEqual([])
    await page.keyboard.press('c')
    await page.keyboard.press('Shift+T')
    await page.waitForTimeout(500)
    expect(bench.errors).toEqual([])
  })
})
