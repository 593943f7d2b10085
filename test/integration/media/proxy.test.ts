// A proxy has the source's frames at the source's times, can be stepped through, and exists either whole or not at all.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeFrame, makeProxy, mimeTypeOf, probeVideo, readFrameTable, type FfmpegBinary } from '@main/media/index'
import {
  clipFolder,
  countingSource,
  demoClip,
  ffmpegsUnderTest,
  indexFromPixels,
  passthroughArgs,
  UNEVEN_EXPRESSION,
  type ClipFolder,
} from './clips'

const ffmpegs = await ffmpegsUnderTest()

let folder: ClipFolder
beforeAll(() => {
  const ffmpeg = ffmpegs[0] as FfmpegBinary
  folder = clipFolder(ffmpeg)
  const timing = ['-enc_time_base', '1:1000', ...passthroughArgs(ffmpeg)]
  const uneven = [
    ...countingSource(100, UNEVEN_EXPRESSION),
    '-f',
    'lavfi',
    '-i',
    'sine=d=4',
    ...timing,
    '-c:v',
    'mpeg4',
    '-q:v',
    '2',
    '-c:a',
  ]
  folder.run(...uneven, 'aac', 'uneven.mp4')
  folder.run(...uneven, 'mp2', 'uneven.avi')
  folder.run('-itsoffset', '0.5', '-i', 'uneven.mp4', '-an', '-c', 'copy', 'offset.mp4')
  // two frames with one time, three within a millisecond
  folder.run(...countingSource(20, String.raw`if(eq(N\,5)\,160\,N*40)`), ...timing, '-c:v', 'rawvideo', 'repeated.mkv')
})
afterAll(() => folder.remove())

async function open(name: string, ffmpeg: FfmpegBinary) {
  const video = await probeVideo(folder.path(name), { ffmpeg })
  return { video, table: await readFrameTable(video, { ffmpeg }) }
}

describe.each(ffmpegs)('with $source $version', (ffmpeg) => {
  const target = (name: string): string => folder.path(`${ffmpeg.source}/${name}`)

  test.each([
    { name: 'uneven.mp4', hasAudio: true },
    { name: 'offset.mp4', hasAudio: false },
  ])('$name keeps frames, times and sound', async ({ name, hasAudio }) => {
    const { video, table } = await open(name, ffmpeg)
    const path = target(`${name}.webm`)
    const frames: number[] = []
    const made = await makeProxy(video, table, path, { ffmpeg, onProgress: (progress) => frames.push(progress.frames) })
    expect(made).toMatchObject({ frameCount: 100, hasAudio, width: 64, height: 48, largestTimeErrorMicroseconds: 0 })
    expect(frames.at(-1)).toBe(100)

    const proxy = await probeVideo(path, { ffmpeg })
    const proxyTable = await readFrameTable(proxy, { ffmpeg })
    expect(proxy).toMatchObject({ codec: 'vp9', hasAudio, audioCodec: hasAudio ? 'opus' : null })
    expect(proxyTable.firstFrameMediaTimeMicroseconds).toBe(table.firstFrameMediaTimeMicroseconds)
    expect([...proxyTable.timestampsMicroseconds]).toEqual([...table.timestampsMicroseconds])
    for (const frame of [0, 13, 99])
      expect(Math.abs(indexFromPixels((await decodeFrame(proxy, proxyTable, frame, { ffmpeg })).rgb) - frame)).toBeLessThanOrEqual(1)
    expect(mimeTypeOf(proxy)).toMatch(/^video\/webm; codecs="vp09\.00\.\d\d\.08/)
  })

  test('sound never begins before zero, which keeps Chromium from starting', async () => {
    const { video, table } = await open('uneven.mp4', ffmpeg)
    const path = target('sound.webm')
    await makeProxy(video, table, path, { ffmpeg })
    const packets = execFileSync(ffmpeg.path, [
      '-v',
      'error',
      '-copyts',
      '-i',
      path,
      '-map',
      '0:a',
      '-c',
      'copy',
      '-f',
      'framecrc',
      '-',
    ]).toString()
    const times = packets
      .split('\n')
      .filter((line) => /^0,/.test(line))
      .map((line) => Number(line.split(',')[2]))
    expect(times.length).toBeGreaterThan(100)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...times)).toBeGreaterThan(3_900)
  })

  test('key frames are close together', async () => {
    const { video, table } = await open('uneven.mp4', ffmpeg)
    const path = target('keys.webm')
    await makeProxy(video, table, path, { ffmpeg })
    const args = ['-v', 'info', '-skip_frame', 'nokey', '-i', path, '-an', '-vf', 'showinfo', ...passthroughArgs(ffmpeg), '-f', 'null', '-']
    const command = [ffmpeg.path, ...args].map((word) => `'${word}'`).join(' ')
    const shown = execFileSync('/bin/sh', ['-c', `${command} 2>&1`]).toString()
    expect(shown.match(/pts_time:/g)?.length).toBeGreaterThanOrEqual(8)
  })

  test('a source without a playable container or even times is converted all the same', async () => {
    for (const name of ['uneven.avi', 'repeated.mkv']) {
      const { video, table } = await open(name, ffmpeg)
      const made = await makeProxy(video, table, target(`${name}.webm`), { ffmpeg })
      expect(made.frameCount).toBe(table.count)
      expect(made.largestTimeErrorMicroseconds).toBeLessThanOrEqual(1000)
    }
    const { table } = await open('repeated.mkv', ffmpeg)
    expect(table.repairs).toMatchObject({ duplicateCount: 1, firstFrame: 5 })
  })

  test('sound that cannot be had does not keep the pictures from being seen', async () => {
    const { video, table } = await open('offset.mp4', ffmpeg)
    const made = await makeProxy({ ...video, hasAudio: true }, table, target('noSound.webm'), { ffmpeg })
    expect(made).toMatchObject({ hasAudio: false, frameCount: 100, mimeType: 'video/webm; codecs="vp9"' })
  })

  test('a real clip is scaled down on request and replaces what was there', async () => {
    const video = await probeVideo(demoClip('S02'), { ffmpeg })
    const table = await readFrameTable(video, { ffmpeg })
    const path = target('small.webm')
    writeFileSync(path, 'an older file')
    const made = await makeProxy(video, table, path, { ffmpeg, maxSide: 160, threads: 1 })
    expect(made).toMatchObject({ width: 160, height: 160, frameCount: 250, mimeType: 'video/webm; codecs="vp9"' })
    expect(readFileSync(path).readUInt32BE(0)).toBe(0x1a45dfa3)
  })

  test('cancelling, a table of another file and an unwritable place leave nothing behind', async () => {
    const video = await probeVideo(demoClip('S02'), { ffmpeg })
    const table = await readFrameTable(video, { ffmpeg })
    mkdirSync(target('failures'), { recursive: true })
    const path = target('failures/x.webm')
    const abort = new AbortController()
    const cancelled = makeProxy(video, table, path, { ffmpeg, signal: abort.signal, onProgress: () => abort.abort() })
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' })
    const other = { ...table, timestampsMicroseconds: table.timestampsMicroseconds.slice(0, 200) }
    await expect(makeProxy(video, other, path, { ffmpeg })).rejects.toMatchObject({
      code: 'FFMPEG_FAILED',
      data: { frames: 250, expectedFrames: 200 },
    })
    expect(readdirSync(target('failures'))).toEqual([])
    writeFileSync(target('file'), '')
    await expect(makeProxy(video, table, target('file/x.webm'), { ffmpeg })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    expect(existsSync(path)).toBe(false)
  })
})
