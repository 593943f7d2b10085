// Which zero times count from: the container's own clock where a browser plays the file, the earliest stream elsewhere; edit lists applied.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeFrame, prepareRawDecode, probeVideo, readFrameTable, type FfmpegBinary, type FrameTable } from '@main/media/index'
import { clipFolder, countingSource, ffmpegsUnderTest, indexFromPixels, type ClipFolder } from './clips'

const ffmpegs = await ffmpegsUnderTest()

let folder: ClipFolder
beforeAll(() => {
  folder = clipFolder(ffmpegs[0] as FfmpegBinary)
  folder.run(
    ...countingSource(100, 'N*40'),
    '-f',
    'lavfi',
    '-i',
    'sine=d=4',
    '-c:v',
    'mpeg4',
    '-q:v',
    '2',
    '-g',
    '10',
    '-c:a',
    'aac',
    'base.mp4',
  )
  // pictures 0.3 s after the sound; pictures alone, at 0.5 s; the front cut off without re-encoding, which leaves an edit list
  const late = ['-itsoffset', '0.3', '-i', 'base.mp4', '-i', 'base.mp4', '-map', '0:v', '-map', '1:a', '-c', 'copy']
  folder.run(...late, 'late.mp4')
  folder.run(...late, '-bsf:v', 'dump_extra', 'late.ts')
  folder.run('-itsoffset', '0.5', '-i', 'base.mp4', '-an', '-c', 'copy', 'offset.mp4')
  folder.run('-itsoffset', '0.5', '-i', 'base.mp4', '-an', '-c', 'copy', '-copyts', 'offset.mkv')
  folder.run('-ss', '1.30', '-i', 'base.mp4', '-an', '-c', 'copy', 'cut.mp4')
})
afterAll(() => folder.remove())

async function tableOf(name: string, ffmpeg: FfmpegBinary): Promise<FrameTable> {
  return await readFrameTable(await probeVideo(folder.path(name), { ffmpeg }), { ffmpeg })
}

describe.each(ffmpegs)('with $source $version', (ffmpeg) => {
  test.each([
    { name: 'base.mp4', first: 0 },
    { name: 'late.mp4', first: 300_000 },
    { name: 'offset.mp4', first: 500_000 },
    { name: 'offset.mkv', first: 500_000 },
  ])('$name shows its first frame at $first µs', async ({ name, first }) => {
    const table = await tableOf(name, ffmpeg)
    expect(table).toMatchObject({ count: 100, firstFrameMediaTimeMicroseconds: first })
    expect([...table.timestampsMicroseconds.slice(0, 3)]).toEqual([0, 40_000, 80_000])
  })

  test('a broadcast clock, which starts anywhere, is counted from the earliest stream', async () => {
    const { firstFrameMediaTimeMicroseconds, count } = await tableOf('late.ts', ffmpeg)
    expect(count).toBe(100)
    // sound is packed in 21 ms frames with an encoder delay before it
    expect(Math.abs(firstFrameMediaTimeMicroseconds - 300_000)).toBeLessThan(50_000)
  })

  test('frames cut off by an edit list are no frames, and indices start after them', async () => {
    const video = await probeVideo(folder.path('cut.mp4'), { ffmpeg })
    const table = await readFrameTable(video, { ffmpeg })
    const first = indexFromPixels((await decodeFrame(video, table, 0, { ffmpeg })).rgb)
    expect(first).toBeGreaterThanOrEqual(32)
    expect(table.count).toBe(100 - first)
    const last = await decodeFrame(video, table, table.count - 1, { ffmpeg })
    expect(indexFromPixels(last.rgb)).toBe(99)
  })

  test.each(['late.mp4', 'offset.mp4', 'offset.mkv', 'late.ts'])('%s gives the right frame late in the file', async (name) => {
    const video = await probeVideo(folder.path(name), { ffmpeg })
    const table = await readFrameTable(video, { ffmpeg })
    for (const frame of [2, 90, 99]) expect(indexFromPixels((await decodeFrame(video, table, frame, { ffmpeg })).rgb)).toBe(frame)
    const command = await prepareRawDecode(video, table, { ffmpeg, startFrame: 90 })
    expect(command.args.includes('-ss')).toBe(name !== 'late.ts')
  })
})
