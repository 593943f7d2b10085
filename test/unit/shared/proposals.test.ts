// Proposed events: where they begin and end, what joins and parts them, and that they never overlap.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_PROPOSALS, proposeEvents, smooth, type ProposalSettings } from '@shared/proposals'

const clock = (count: number, step = 0.04): Float64Array => Float64Array.from({ length: count }, (_, index) => index * step)
/** No smoothing and no merging, so that edges can be told exactly. */
const plain: ProposalSettings = { ...DEFAULT_PROPOSALS, smoothSeconds: 0, mergeSeconds: 0, minSeconds: 0 }

describe('proposed events', () => {
  it('reach from the peak to where the curve has fallen to the edge', () => {
    const values = [0, 0.1, 0.3, 0.45, 0.6, 0.9, 0.7, 0.42, 0.2, 0, 0]
    const [event] = proposeEvents(values, clock(values.length), 0.5, plain)
    // Edge: 0.7 x threshold 0.5 = 0.35, less than 0.4 x peak 0.9 = 0.36.
    expect(event).toMatchObject({ startFrame: 3, endFrame: 7, apexFrame: 5 })
    expect(event?.peak).toBeCloseTo(0.9)
  })

  it('are not proposed where nothing reaches the threshold, or for a moment only', () => {
    expect(proposeEvents([0, 0.4, 0.45, 0.4, 0], clock(5), 0.5, plain)).toEqual([])
    expect(proposeEvents([0, 0, 0.9, 0, 0], clock(5), 0.5, { ...plain, minSeconds: 0.1 })).toEqual([])
  })

  it('are parted by a valley and joined over a short gap', () => {
    const two = [0, 0.9, 0.9, 0.36, 0.9, 0.9, 0]
    expect(proposeEvents(two, clock(7), 0.5, plain).map((event) => [event.startFrame, event.endFrame])).toEqual([
      [1, 2],
      [4, 5],
    ])
    expect(proposeEvents(two, clock(7), 0.5, { ...plain, mergeSeconds: 0.1 })).toHaveLength(1)
  })

  it('measure by time, not by frames', () => {
    const values = [0, 0.9, 0.9, 0, 0]
    expect(proposeEvents(values, clock(5, 0.01), 0.5, { ...plain, minSeconds: 0.05 })).toHaveLength(0)
    expect(proposeEvents(values, clock(5, 0.1), 0.5, { ...plain, minSeconds: 0.05 })).toHaveLength(1)
  })

  it('end where values end', () => {
    const events = proposeEvents([0.9, 0.9, Number.NaN, 0.9, 0.9], clock(5), 0.5, plain)
    expect(events.map((event) => [event.startFrame, event.endFrame])).toEqual([
      [0, 1],
      [3, 4],
    ])
  })

  it('ascend, never overlap, hold their apex and stay inside for any curve', () => {
    const curve = fc.array(
      fc.oneof({ weight: 8, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }, { weight: 1, arbitrary: fc.constant(Number.NaN) }),
      { maxLength: 200 },
    )
    fc.assert(
      fc.property(curve, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (values, threshold) => {
        let last = -1
        for (const event of proposeEvents(values, clock(values.length), threshold)) {
          expect(event.startFrame).toBeGreaterThan(last)
          expect(event.apexFrame).toBeGreaterThanOrEqual(event.startFrame)
          expect(event.apexFrame).toBeLessThanOrEqual(event.endFrame)
          expect(event.endFrame).toBeLessThan(values.length)
          expect(event.confidence).toBeGreaterThanOrEqual(0)
          expect(event.confidence).toBeLessThanOrEqual(1)
          last = event.endFrame
        }
      }),
    )
  })
})

describe('smoothing', () => {
  it('averages over time around each frame and leaves gaps as gaps', () => {
    expect([...smooth([0, 1, 0, Number.NaN, 1], clock(5), 0.08)].map((value) => Math.round(value * 100) / 100)).toEqual([
      0.5,
      0.33,
      0.5,
      Number.NaN,
      1,
    ])
  })
})
