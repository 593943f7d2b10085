// How time stamps that are missing, repeated or going backwards become a table that is strictly increasing and says what was done.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameCollector } from '@main/media/frameTable'

function tableOf(ticks: readonly (number | null)[], rate: number | null = 25) {
  const collector = new FrameCollector()
  collector.take('[Parsed_showinfo_1 @ 0x1] [info] config in time_base: 1/1000, frame_rate: 25/1')
  ticks.forEach((value, index) => collector.take(`[Parsed_showinfo_1 @ 0x1] [info] n:${index} pts:${value ?? 'NOPTS'} pts_time:x`))
  return collector.finish(rate)
}

test('times are relative to the first frame, whose own time is kept', () => {
  const table = tableOf([500, 540, 580, 700])
  expect([...table.timestampsMicroseconds]).toEqual([0, 40_000, 80_000, 200_000])
  expect(table).toMatchObject({
    count: 4,
    firstFrameMediaTimeMicroseconds: 500_000,
    isVariableFrameRate: true,
    durationMicroseconds: 240_000,
  })
  expect(table.repairs).toEqual({ missingCount: 0, duplicateCount: 0, backwardsCount: 0, firstFrame: null })
})

test('millisecond rounding of 30 frames a second is no variable rate', () => {
  expect(tableOf([0, 33, 67, 100, 133, 167, 200], 30).isVariableFrameRate).toBe(false)
})

test('missing, repeated and backward times are repaired and counted', () => {
  const table = tableOf([0, 40, 40, 30, null, 200])
  expect([...table.timestampsMicroseconds]).toEqual([0, 40_000, 40_001, 40_002, 80_002, 200_000])
  expect(table.repairs).toEqual({ missingCount: 1, duplicateCount: 1, backwardsCount: 1, firstFrame: 2 })
})

test('a first frame without a time is reckoned back from the next one that has one', () => {
  const table = tableOf([null, 40, 80])
  expect([...table.timestampsMicroseconds]).toEqual([0, 40_000, 80_000])
  expect(table.firstFrameMediaTimeMicroseconds).toBe(0)
})

test('damage messages are counted, the null output’s complaints are not', () => {
  const collector = new FrameCollector()
  collector.take('[Parsed_showinfo_1 @ 0x1] [info] config in time_base: 1/1000, frame_rate: 25/1')
  collector.take('[Parsed_showinfo_1 @ 0x1] [info] n:0 pts:0 pts_time:0')
  collector.take('[h264 @ 0x5] [error] error while decoding MB 35 5, bytestream -6')
  collector.take('[null @ 0x6] [error] Application provided invalid, non monotonically increasing dts to muxer in stream 0: 71 >= 71')
  expect(collector.finish(25)).toMatchObject({
    decodeErrorCount: 1,
    decodeErrors: ['[h264 ] [error] error while decoding MB 35 5, bytestream -6'],
  })
})

test('any sequence gives a strictly increasing table of the same length, beginning at 0', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: -5000, max: 5000 })), { minLength: 1, maxLength: 60 }), (ticks) => {
      const times = tableOf(ticks).timestampsMicroseconds
      expect(times.length).toBe(ticks.length)
      expect(times[0]).toBe(0)
      times.forEach((time, index) => expect(index === 0 || time > (times[index - 1] ?? Number.NaN)).toBe(true))
    }),
  )
})

test('a repaired sequence of more frames than one allocation keeps every frame', () => {
  const table = tableOf(Array.from({ length: 10_000 }, (_, index) => index * 40))
  expect(table.count).toBe(10_000)
  expect(table.timestampsMicroseconds[9_999]).toBe(9_999 * 40_000)
})
