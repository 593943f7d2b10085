// Progress reports, lines cut from a byte stream, and the sentences made of ffmpeg's messages.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCodecNames, parseVersion } from '@main/media/ffmpegBinary'
import { LineSplitter } from '@main/media/ffmpegProcess'
import { failureFrom, isTruncationLine } from '@main/media/parseFailure'
import { ProgressParser } from '@main/media/parseProgress'

test('progress lines become one report a block', () => {
  const parser = new ProgressParser()
  const text =
    'frame=95\nfps=0.00\nout_time_ms=3916667\nout_time=00:00:03.916667\ndup_frames=0\nprogress=continue\nframe=120\nout_time_us=N/A\nprogress=end'
  const reports = text
    .split('\n')
    .map((line) => parser.push(line))
    .filter((report) => report !== null)
  expect(reports).toEqual([
    { frames: 95, outputSeconds: 3.916667, isLast: false },
    { frames: 120, outputSeconds: 3.916667, isLast: true },
  ])
})

test('lines do not depend on how the bytes were cut', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) =>
    Buffer.from(text)
      .toString()
      .replace(/[\r\n]/g, ''),
  )
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 7 }), (lines, step) => {
      const bytes = Buffer.from(`${lines.join('\n')}\n`)
      const found: string[] = []
      const splitter = new LineSplitter((text) => found.push(text))
      for (let at = 0; at < bytes.length; at += step) splitter.write(bytes.subarray(at, at + step))
      splitter.end()
      expect(found).toEqual(lines)
    }),
  )
})

describe('failureFrom', () => {
  const fallback = { code: 'FFMPEG_FAILED', message: 'It failed.' } as const

  test.each([
    [['[out] [error] av_interleaved_write_frame(): No space left on device', 'Conversion failed!'], 'DISK_FULL'],
    [['[matroska,webm @ 0x1] [error] File ended prematurely', 'INPUT: Invalid data found when processing input'], 'MEDIA_TRUNCATED'],
    [['INPUT: Invalid data found when processing input'], 'MEDIA_NOT_VIDEO'],
    [["Stream map '0:V:0' matches no streams."], 'MEDIA_NOT_VIDEO'],
    [['INPUT: Permission denied'], 'FILE_UNREADABLE'],
    [['something nobody foresaw'], 'FFMPEG_FAILED'],
  ] as const)('%j is %s', (messages, code) => {
    const error = failureFrom('clip.mp4', messages, fallback)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^[^\n]+\.$/)
  })
})

test('only the demuxer’s own words mean that a file is cut short', () => {
  expect(isTruncationLine('[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55] [error] stream 0, offset 0xf655: partial file')).toBe(true)
  expect(isTruncationLine('[matroska,webm @ 0x55] [error] File ended prematurely at pos. 44')).toBe(true)
  expect(isTruncationLine('[matroska,webm @ 0x44] [error] Read error')).toBe(true)
  expect(isTruncationLine("Input #0, mov, from 'file:/tmp/partial file moov atom not found.mp4':")).toBe(false)
})

test('version and codec lists are read', () => {
  expect(parseVersion('ffmpeg version N-47683-g0e8eb07980-static https://x Copyright (c)')).toBe('N-47683-g0e8eb07980-static')
  expect(parseVersion('avconv version 12')).toBeNull()
  expect(parseCodecNames(' V..... = Video\n ------\n V....D libvpx-vp9           libvpx VP9 (codec vp9)\n A..X.. opus   Opus\n')).toEqual(
    new Set(['libvpx-vp9', 'opus']),
  )
})
