// Size and orientation as a person sees them: turned recordings, pixels that are not square, odd sizes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeFrame, probeVideo, readFrameTable, type FfmpegBinary, type RgbFrame } from '@main/media/index'
import { clipFolder, ffmpegsUnderTest, turnMp4, type ClipFolder } from './clips'

const ffmpegs = await ffmpegsUnderTest()

let folder: ClipFolder
beforeAll(() => {
  folder = clipFolder(ffmpegs[0] as FfmpegBinary)
  // white upper left quarter on black
  const corner = 'color=c=black:s=96x64:r=10:d=0.5,drawbox=x=0:y=0:w=48:h=32:color=white:t=fill'
  folder.run('-f', 'lavfi', '-i', corner, '-c:v', 'mpeg4', '-q:v', '2', 'upright.mp4')
  for (const degrees of [90, 180, 270] as const) turnMp4(folder.path('upright.mp4'), folder.path(`turned${degrees}.mp4`), degrees)
  folder.run('-f', 'lavfi', '-i', `${corner},setsar=4/3`, '-c:v', 'mpeg4', '-q:v', '2', 'wide.mp4')
  folder.run('-f', 'lavfi', '-i', `${corner},setsar=8/9`, '-c:v', 'mpeg4', '-q:v', '2', 'narrow.mkv')
  turnMp4(folder.path('wide.mp4'), folder.path('wideTurned.mp4'), 90)
  folder.run('-f', 'lavfi', '-i', 'color=c=gray:s=102x68:r=10:d=0.5,scale=101:67', '-c:v', 'libvpx', '-deadline', 'realtime', 'odd.webm')
})
afterAll(() => folder.remove())

/** Which quarter is white. */
function whiteQuarter({ rgb, width, height }: RgbFrame): string {
  const at = (x: number, y: number): boolean => (rgb[3 * (Math.floor(y * height) * width + Math.floor(x * width))] ?? 0) > 128
  const corners = { 'upper left': at(0.2, 0.2), 'upper right': at(0.8, 0.2), 'lower left': at(0.2, 0.8), 'lower right': at(0.8, 0.8) }
  return Object.entries(corners)
    .filter(([, isWhite]) => isWhite)
    .map(([name]) => name)
    .join(' and ')
}

describe.each(ffmpegs)('with $source $version', (ffmpeg) => {
  test.each([
    { name: 'upright.mp4', width: 96, height: 64, rotationDegrees: 0, quarter: 'upper left' },
    { name: 'turned90.mp4', width: 64, height: 96, rotationDegrees: 90, quarter: 'upper right' },
    { name: 'turned180.mp4', width: 96, height: 64, rotationDegrees: 180, quarter: 'lower right' },
    { name: 'turned270.mp4', width: 64, height: 96, rotationDegrees: 270, quarter: 'lower left' },
    { name: 'wide.mp4', width: 128, height: 64, rotationDegrees: 0, quarter: 'upper left' },
    { name: 'narrow.mkv', width: 96, height: 72, rotationDegrees: 0, quarter: 'upper left' },
    { name: 'wideTurned.mp4', width: 64, height: 128, rotationDegrees: 90, quarter: 'upper right' },
  ])('$name is shown $width x $height, white $quarter', async ({ name, width, height, rotationDegrees, quarter }) => {
    const video = await probeVideo(folder.path(name), { ffmpeg })
    expect(video).toMatchObject({ width, height, rotationDegrees, storedWidth: 96, storedHeight: 64 })
    const frame = await decodeFrame(video, await readFrameTable(video, { ffmpeg }), 2, { ffmpeg })
    expect(frame).toMatchObject({ width, height })
    expect(frame.rgb.length).toBe(width * height * 3)
    expect(whiteQuarter(frame)).toBe(quarter)
  })

  test('odd sizes are kept to the pixel', async () => {
    const video = await probeVideo(folder.path('odd.webm'), { ffmpeg })
    expect(video).toMatchObject({ width: 101, height: 67 })
    const { rgb } = await decodeFrame(video, await readFrameTable(video, { ffmpeg }), 0, { ffmpeg })
    expect(rgb.length).toBe(101 * 67 * 3)
    expect(Math.abs((rgb.at(-1) ?? 0) - 128)).toBeLessThan(8)
  })
})
