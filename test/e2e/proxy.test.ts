// A codec that no Chromium plays: a playable copy is made and stepping it shows the frames of the source.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveFfmpeg } from '@main/media/index'
import { clipFolder } from '../integration/media/clips'
import { numberStrip, readShown, waitForFrame } from './frameClips'
import { hasChromium, startWorkbench, type Workbench } from './workbench'

describe.skipIf(!hasChromium)('a video that the browser cannot play', () => {
  let bench: Workbench

  beforeAll(async () => {
    const clips = clipFolder(await resolveFfmpeg())
    clips.run('-f', 'lavfi', '-i', `testsrc=s=320x180:r=25:d=2,${numberStrip(320, 180)}`, '-c:v', 'mpeg4', '-q:v', '3', 'old.avi')
    bench = await startWorkbench({
      aus: '12',
      async prepare(run, project) {
        const added = await run('video', 'add', project, clips.path('old.avi'), '--subject', 'S01')
        if (added.code !== 0) throw new Error(added.stderr)
      },
    })
    return () => clips.remove()
  })
  afterAll(() => bench?.close())

  it('is copied into a playable form, and stepped to the frame', async () => {
    const { page } = bench
    await page.getByRole('link', { name: 'old.avi' }).click()
    await page.getByText('This browser cannot play the file’s format').waitFor()
    await waitForFrame(page, 0)
    for (const frame of [1, 2, 3]) {
      await page.keyboard.press('ArrowRight')
      await waitForFrame(page, frame)
      expect(await readShown(page)).toEqual({ pixels: frame, said: frame })
    }
    await page.keyboard.press('End')
    await waitForFrame(page, 49)
    expect((await readShown(page)).pixels).toBe(49)
    for (const frame of [48, 47]) {
      await page.keyboard.press('ArrowLeft')
      await waitForFrame(page, frame)
      expect((await readShown(page)).pixels).toBe(frame)
    }
    expect(bench.errors).toEqual([])
  })
})
