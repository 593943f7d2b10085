// Frame lines of both ffmpeg generations, interleaved messages, and exact conversion of ticks.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isShowinfoLine,
  parseFramecrcPacket,
  parseFramecrcTimeBase,
  parseShowinfoFrame,
  parseShowinfoTimeBase,
  ticksToMicroseconds,
} from '@main/media/parseFrameLines'

describe('showinfo', () => {
  test('reads index and time stamp of old and new lines', () => {
    const line =
      '[Parsed_showinfo_1 @ 0x55926f647500] [info] n:   2 pts:    680 pts_time:0.0553385 pos:    43529 fmt:yuv420p sar:0/1 s:16x16 i:P iskey:0 type:B'
    expect(parseShowinfoFrame(line)).toEqual({ index: 2, presentationTicks: 680 })
    expect(isShowinfoLine(line)).toBe(true)
    expect(parseShowinfoFrame('[Parsed_showinfo_0 @ 0x1] n:  12 pts:  -1024 pts_time:-0.08   pos:1')).toEqual({
      index: 12,
      presentationTicks: -1024,
    })
  })

  test('keeps a frame without a time stamp', () => {
    expect(parseShowinfoFrame('[Parsed_showinfo_0 @ 0x1] n:   0 pts: NOPTS pts_time:NOPTS   pos:0')).toEqual({
      index: 0,
      presentationTicks: null,
    })
  })

  test('finds a frame behind the unfinished message of a decoder thread', () => {
    expect(parseShowinfoFrame('[h264 @ 0x2] [error] concealing 9n:   7 pts:   3584 pts_time:0.28')).toEqual({
      index: 7,
      presentationTicks: 3584,
    })
  })

  test('reads the time base announced at the filter input only', () => {
    expect(parseShowinfoTimeBase('[Parsed_showinfo_1 @ 0x1] [info] config in time_base: 1/12288, frame_rate: 120/1')).toEqual({
      numerator: 1,
      denominator: 12288,
    })
    expect(parseShowinfoTimeBase('[Parsed_showinfo_1 @ 0x1] [info] config out time_base: 0/0, frame_rate: 0/0')).toBeNull()
  })
})

describe('framecrc', () => {
  test('reads packets with and without side data, and skips headers', () => {
    expect(parseFramecrcTimeBase('#tb 0: 1/1000')).toEqual({ stream: 0, timeBase: { numerator: 1, denominator: 1000 } })
    expect(parseFramecrcPacket('1,        -13,        -13,       20,      437, 0x3b9cd83c, S=1,       10')).toEqual({
      stream: 1,
      presentationTicks: -13,
      durationTicks: 20,
    })
    expect(parseFramecrcPacket('0,      NOPTS,         42,        0,      437, 0x3b9cd83c')).toEqual({
      stream: 0,
      presentationTicks: 42,
      durationTicks: 0,
    })
    expect(parseFramecrcPacket('#dimensions 0: 64x64')).toBeNull()
  })
})

test('ticks become microseconds exactly, rounded half up, also beyond 2^53', () => {
  expect(ticksToMicroseconds(168, { numerator: 1, denominator: 12288 })).toBe(13672)
  expect(ticksToMicroseconds(-1, { numerator: 1, denominator: 3 })).toBe(-333333)
  const timeBase = fc.record({ numerator: fc.integer({ min: 1, max: 2000 }), denominator: fc.integer({ min: 1, max: 1_000_000_000 }) })
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 45), max: 2 ** 45 }), timeBase, (ticks, base) => {
      // floor((2 a + d) / 2 d) in whole numbers
      const a = 2n * BigInt(ticks) * BigInt(base.numerator) * 1_000_000n + BigInt(base.denominator)
      const d = 2n * BigInt(base.denominator)
      const floor = a / d - (a < 0n && a % d !== 0n ? 1n : 0n)
      fc.pre(floor < 2n ** 53n && floor > -(2n ** 53n))
      expect(ticksToMicroseconds(ticks, base)).toBe(Number(floor))
    }),
  )
})
