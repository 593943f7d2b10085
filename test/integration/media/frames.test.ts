// A frame index means the same picture in the table, in a single decode, and in a decode that starts there: for every container, both ffmpegs.
import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  decodeFrame,
  decodePicture,
  prepareRawDecode,
  probeVideo,
  readFrameTable,
  type FfmpegBinary,
  type FrameTable,
  type RawDecodeCommand,
  type VideoProbe,
} from '@main/media/index'
import {
  clipFolder,
  countingSource,
  demoClip,
  ffmpegsUnderTest,
  indexFromPixels,
  passthroughArgs,
  unevenMilliseconds,
  UNEVEN_EXPRESSION,
  type ClipFolder,
} from './clips'

const ffmpegs = await ffmpegsUnderTest()
const FRAMES = 100

/** What the clips are called, how they are encoded, and how exactly their container can hold a time. */
const UNEVEN_CLIPS = [
  { name: 'uneven.mp4', args: ['-c:v', 'mpeg4', '-bf', '2'], errorMicroseconds: 0, canSeek: true },
  { name: 'uneven.mov', args: ['-c:v', 'mpeg4'], errorMicroseconds: 0, canSeek: true },
  { name: 'uneven.mkv', args: ['-c:v', 'mpeg4', '-bf', '2'], errorMicroseconds: 0, canSeek: true },
  {
    name: 'uneven.webm',
    args: ['-c:v', 'libvpx', '-b:v', '1M', '-auto-alt-ref', '0', '-deadline', 'realtime'],
    errorMicroseconds: 0,
    canSeek: true,
  },
  { name: 'uneven.ts', args: ['-c:v', 'mpeg4'], errorMicroseconds: 6, canSeek: false },
] as const

let folder: ClipFolder
beforeAll(() => {
  const [ffmpeg] = ffmpegs as [FfmpegBinary]
  folder = clipFolder(ffmpeg)
  for (const { name, args } of UNEVEN_CLIPS) {
    const timing = ['-enc_time_base', '1:1000', ...passthroughArgs(ffmpeg)]
    folder.run(...countingSource(FRAMES, UNEVEN_EXPRESSION), ...timing, ...args, '-q:v', '2', '-g', '10', name)
  }
  folder.run(...countingSource(FRAMES, 'N*40'), '-c:v', 'mpeg4', '-q:v', '2', '-g', '10', 'even.avi')
})
afterAll(() => folder.remove())

async function open(path: string, ffmpeg: FfmpegBinary): Promise<{ video: VideoProbe; table: FrameTable }> {
  const video = await probeVideo(path, { ffmpeg })
  return { video, table: await readFrameTable(video, { ffmpeg }) }
}

/** Runs a command as the compute process does, and gives the frames' indices by their pixels. */
async function indicesFrom(command: RawDecodeCommand): Promise<number[]> {
  const child = spawn(command.program, command.args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const indices: number[] = []
  let rest = Buffer.alloc(0)
  for await (const chunk of child.stdout) {
    rest = Buffer.concat([rest, chunk as Buffer])
    for (; rest.length >= command.bytesPerFrame; rest = rest.subarray(command.bytesPerFrame)) {
      indices.push(indexFromPixels(rest.subarray(0, command.bytesPerFrame)))
    }
  }
  expect(rest.length).toBe(0)
  return indices
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

describe.each(ffmpegs)('with $source $version', (ffmpeg) => {
  test.each(UNEVEN_CLIPS)('$name keeps every frame and its uneven time', async ({ name, errorMicroseconds }) => {
    const { video, table } = await open(folder.path(name), ffmpeg)
    expect(table.count).toBe(FRAMES)
    expect(table.isVariableFrameRate).toBe(true)
    expect(video).toMatchObject({ width: 64, height: 48, rotationDegrees: 0, hasAudio: false })
    range(0, FRAMES).forEach((frame) => {
      const error = Math.abs((table.timestampsMicroseconds[frame] ?? Number.NaN) - unevenMilliseconds(frame) * 1000)
      expect(error).toBeLessThanOrEqual(errorMicroseconds)
    })
    expect(table.repairs.firstFrame).toBeNull()
  })

  test.each([...UNEVEN_CLIPS, { name: 'even.avi', canSeek: false }])('$name gives each frame by its index', async ({ name, canSeek }) => {
    const { video, table } = await open(folder.path(name), ffmpeg)
    for (const frame of [0, 1, 47, 88, FRAMES - 1]) {
      const single = await decodeFrame(video, table, frame, { ffmpeg })
      expect(single.rgb.length).toBe(64 * 48 * 3)
      expect(indexFromPixels(single.rgb)).toBe(frame)
    }
    for (const startFrame of [0, 3, 91]) {
      const command = await prepareRawDecode(video, table, { ffmpeg, startFrame })
      expect(command.args.includes('-ss')).toBe(canSeek && startFrame === 91)
      expect(await indicesFrom(command)).toEqual(range(startFrame, FRAMES))
    }
    expect(await indicesFrom(await prepareRawDecode(video, table, { ffmpeg, startFrame: 90, frameCount: 4 }))).toEqual([90, 91, 92, 93])
  })

  test('an H.264 clip with reordered frames gives the same pixels from a seek as from the beginning', async () => {
    const { video, table } = await open(demoClip('S03'), ffmpeg)
    expect(table).toMatchObject({ count: 250, isVariableFrameRate: false, meanFrameRate: 25, decodeErrorCount: 0 })
    const bySeek = await decodeFrame(video, table, 201, { ffmpeg })
    const counted = {
      timestampsMicroseconds: table.timestampsMicroseconds,
      firstFrameMediaTimeMicroseconds: table.firstFrameMediaTimeMicroseconds,
    }
    // a container that is not seekable decodes from the beginning
    const fromBeginning = await decodeFrame({ ...video, container: 'avi' }, counted, 201, { ffmpeg })
    expect(Buffer.compare(bySeek.rgb, fromBeginning.rgb)).toBe(0)
  })

  test('a table that does not belong to the file is not believed: the frame is still the counted one', async () => {
    const { video, table } = await open(folder.path('uneven.mp4'), ffmpeg)
    const shifted = table.timestampsMicroseconds.map((time) => time + 7)
    const command = await prepareRawDecode(video, { ...table, timestampsMicroseconds: shifted }, { ffmpeg, startFrame: 95 })
    expect(command.args).not.toContain('-ss')
  })

  test('frames are made smaller on request, never larger', async () => {
    const { video, table } = await open(folder.path('uneven.mp4'), ffmpeg)
    const small = await decodeFrame(video, table, 50, { ffmpeg, maxSide: 32 })
    expect(small).toMatchObject({ width: 32, height: 24 })
    expect(indexFromPixels(small.rgb)).toBe(50)
    expect(await decodeFrame(video, table, 50, { ffmpeg, maxSide: 500 })).toMatchObject({ width: 64, height: 48 })
  })

  test('pictures are PNG and JPEG files', async () => {
    const { video, table } = await open(folder.path('uneven.mp4'), ffmpeg)
    const png = await decodePicture(video, table, 95, { ffmpeg, format: 'png' })
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([64, 48])
    const jpeg = await decodePicture(video, table, 95, { ffmpeg, format: 'jpeg' })
    expect(jpeg.readUInt16BE(0)).toBe(0xffd8)
  })

  test('a frame that is not there is refused by name', async () => {
    const { video, table } = await open(folder.path('uneven.mp4'), ffmpeg)
    await expect(decodeFrame(video, table, FRAMES, { ffmpeg })).rejects.toMatchObject({
      code: 'RANGE_INVALID',
      message: expect.stringContaining('0 to 99'),
    })
    await expect(prepareRawDecode(video, table, { ffmpeg, startFrame: -1 })).rejects.toMatchObject({ code: 'RANGE_INVALID' })
  })
})
