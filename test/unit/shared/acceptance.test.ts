// Accepting writes exactly the frames it may, with the state that the threshold gives.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { acceptedRuns } from '@shared/acceptance'

it('writes present at and above the threshold, absent below, and leaves the rest alone', () => {
  const runs = acceptedRuns({
    probabilities: [0.1, 0.5, 0.9, Number.NaN, 0.9, 0.9, 0.2],
    startFrame: 10,
    threshold: 0.5,
    isTrusted: [1, 1, 1, 1, 0, 1, 1],
    isOccupied: [0, 0, 0, 0, 0, 0, 1],
  })
  expect(runs).toEqual([
    { startFrame: 10, endFrame: 10, state: 'absent' },
    { startFrame: 11, endFrame: 12, state: 'present' },
    { startFrame: 15, endFrame: 15, state: 'present' },
  ])
})

it('agrees with a frame-by-frame reading for any input', () => {
  const frames = fc.array(
    fc.record({
      p: fc.oneof(fc.float({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN)),
      trusted: fc.integer({ min: 0, max: 1 }),
      occupied: fc.integer({ min: 0, max: 1 }),
    }),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(frames, fc.float({ min: 0, max: 1, noNaN: true }), (rows, threshold) => {
      const runs = acceptedRuns({
        probabilities: rows.map((row) => row.p),
        startFrame: 0,
        threshold,
        isTrusted: rows.map((row) => row.trusted),
        isOccupied: rows.map((row) => row.occupied),
      })
      rows.forEach((row, frame) => {
        const covering = runs.filter((run) => run.startFrame <= frame && frame <= run.endFrame)
        const expected = Number.isNaN(row.p) || row.trusted === 0 || row.occupied === 1 ? [] : [row.p >= threshold ? 'present' : 'absent']
        expect(covering.map((run) => run.state)).toEqual(expected)
      })
      runs.slice(1).forEach((run, i) => {
        const before = runs[i]
        expect(before && (before.endFrame + 1 < run.startFrame || before.state !== run.state)).toBe(true)
      })
    }),
  )
})
