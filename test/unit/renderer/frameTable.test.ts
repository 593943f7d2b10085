// Frames and the player's clock: every frame is found again from the moment that is sought for it, at constant and variable rates.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  frameAtOrBefore,
  frameInterval,
  isExactMatch,
  matchFrame,
  parseMoment,
  seekTime,
  spanSeconds,
  type FrameTable,
} from '@renderer/features/coding/frames/frameTable'

const tableOf = (gaps: readonly number[], startSeconds = 0): FrameTable => {
  const seconds = new Float64Array(gaps.length + 1)
  gaps.forEach((gap, index) => (seconds[index + 1] = (seconds[index] ?? 0) + gap))
  return { seconds, startSeconds }
}
const gaps = fc.array(
  fc.integer({ min: 2000, max: 500_000 }).map((micros) => micros / 1e6),
  { minLength: 1, maxLength: 200 },
)

describe('frames by time', () => {
  it('puts the sought moment inside the frame for any distances between frames', () => {
    fc.assert(
      fc.property(gaps, fc.double({ min: 0, max: 5, noNaN: true }), (distances, start) => {
        const table = tableOf(distances, start)
        for (let frame = 0; frame < table.seconds.length; frame++) {
          const sought = seekTime(table, frame) - start
          expect(frameAtOrBefore(table, sought)).toBe(frame)
        }
      }),
    )
  })

  it("knows a presented frame by its own time, rounded as a browser rounds it, and none by its neighbour's", () => {
    fc.assert(
      fc.property(gaps, (distances) => {
        const table = tableOf(distances, 0.08)
        for (let frame = 0; frame < table.seconds.length; frame++) {
          const mediaTime = Math.floor(((table.seconds[frame] ?? 0) + 0.08) * 1e6) / 1e6
          const match = matchFrame(table, mediaTime)
          expect(match.frame).toBe(frame)
          expect(isExactMatch(table, match)).toBe(true)
        }
      }),
    )
  })

  it('does not take a moment between two frames for either', () => {
    const table = tableOf([0.04, 0.04, 0.04])
    expect(isExactMatch(table, matchFrame(table, 0.06))).toBe(false)
  })

  it('gives the last frame the length of the one before it', () => {
    expect(frameInterval(tableOf([0.04, 0.1]), 2)).toBeCloseTo(0.1)
    expect(spanSeconds(tableOf([0.04, 0.1]), 0, 2)).toBeCloseTo(0.24)
  })
})

describe('typed moments', () => {
  const table = tableOf(Array.from({ length: 100 }, () => 0.04))
  it.each([
    ['0', 0],
    ['42', 42],
    ['5000', 100],
    ['0:01.000', 25],
    ['1.0', 25],
    ['1.039s', 25],
    ['1.04 s', 26],
    ['0:00:02.5', 62],
    ['9:00', 100],
  ])('%s is frame %i', (text, frame) => expect(parseMoment(text, table)).toBe(frame))
  it.each(['', 'x', '1:', '-3', '1:2:3:4', '12f'])('refuses "%s"', (text) => expect(parseMoment(text, table)).toBeNull())
})
