// File names as people and machines make them go through every command unharmed.
import { copyFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeFrame, makeProxy, probeVideo, readFrameTable, type FfmpegBinary } from '@main/media/index'
import { clipFolder, countingSource, ffmpegsUnderTest, indexFromPixels, type ClipFolder } from './clips'

const ffmpegs = await ffmpegsUnderTest()
const ffmpeg = ffmpegs.at(-1) as FfmpegBinary

let folder: ClipFolder
beforeAll(() => {
  folder = clipFolder(ffmpeg)
  folder.run(...countingSource(12, 'N*40'), '-c:v', 'mpeg4', '-q:v', '2', 'plain.mp4')
})
afterAll(() => folder.remove())

const NAMES = [
  'two words.mp4',
  "it's.mp4",
  'say "hi".mp4',
  '-i.mp4',
  'concat:a|b.mp4',
  'http:x.mp4',
  '%03d.mp4',
  '[0:v]scale=2,a;b\\c.mp4',
  '参加者 Ж é.mp4',
  "line\nbreak':\n  Stream #0:7: Video: h264, yuv420p, 1x1, 1 fps.mp4",
  'partial file.mp4',
  '$HOME `id`.mp4',
]

test.skipIf(process.platform === 'win32').each(NAMES)('%j', async (name) => {
  const path = folder.path(name)
  copyFileSync(folder.path('plain.mp4'), path)
  const video = await probeVideo(path, { ffmpeg })
  expect(video).toMatchObject({ width: 64, height: 48, codec: 'mpeg4' })
  const table = await readFrameTable(video, { ffmpeg })
  expect(table.count).toBe(12)
  expect(indexFromPixels((await decodeFrame(video, table, 7, { ffmpeg })).rgb)).toBe(7)
  const proxy = await makeProxy(video, table, `${path}.webm`, { ffmpeg })
  expect(proxy).toMatchObject({ frameCount: 12, hasAudio: false })
})
