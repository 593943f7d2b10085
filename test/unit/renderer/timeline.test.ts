// The arithmetic of the timeline: pixels and frames, zooming, dragging, hit tests, lanes, curves.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LabelSpan } from '@shared/labels'
import { clampShift, dragSpan, hitLabel, labelsBetween, labelsWithin } from '@renderer/features/coding/timeline/hitTest'
import { firstVisible, makeLanes } from '@renderer/features/coding/timeline/lanes'
import { buildColumn, buildPyramid, fromByte, levelFor, maxOver } from '@renderer/features/coding/timeline/pyramid'
import {
  clampView,
  frameToX,
  panView,
  revealFrame,
  tickFrames,
  tickSeconds,
  xToFrame,
  xToPosition,
  zoomView,
} from '@renderer/features/coding/timeline/scale'

const label = (startFrame: number, endFrame: number, more: Partial<LabelSpan> = {}): LabelSpan => ({
  id: `${startFrame}-${endFrame}-${more.coder ?? 'AB'}`,
  videoId: 'v',
  au: 12,
  side: 'both',
  coder: 'AB',
  startFrame,
  endFrame,
  state: 'present',
  intensity: null,
  apexFrame: null,
  source: 'manual',
  modelId: null,
  wasPredictionVisible: false,
  note: null,
  createdAt: '2026-01-01T00:00:00Z',
  ...more,
})

const view = fc.record({ start: fc.double({ min: 0, max: 90_000, noNaN: true }), length: fc.double({ min: 8, max: 10_000, noNaN: true }) })

describe('scale', () => {
  it('finds the frame of the middle of its own pixels', () => {
    fc.assert(
      fc.property(view, fc.integer({ min: 100, max: 4000 }), ({ start, length }, width) => {
        const shown = { start, end: start + length }
        const frame = Math.ceil(start + length / 2)
        expect(xToFrame(shown, width, frameToX(shown, width, frame + 0.5), 100_000)).toBe(frame)
      }),
    )
  })

  it('keeps the frame under the pointer while zooming inside the video', () => {
    const before = { start: 400, end: 600 }
    const after = zoomView(before, 2, 500, 10_000)
    expect(after.end - after.start).toBeCloseTo(100)
    expect(frameToX(after, 1000, 500)).toBeCloseTo(frameToX(before, 1000, 500))
  })

  it('never leaves the video nor shows fewer frames than the least', () => {
    fc.assert(
      fc.property(
        view,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        ({ start, length }, factor, by) => {
          for (const next of [
            zoomView({ start, end: start + length }, factor, start, 20_000),
            panView({ start, end: start + length }, by, 20_000),
          ]) {
            expect(next.start).toBeGreaterThanOrEqual(0)
            expect(next.end).toBeLessThanOrEqual(20_000 + 1e-6)
            expect(next.end - next.start).toBeGreaterThanOrEqual(8 - 1e-6)
          }
        },
      ),
    )
    expect(clampView({ start: 3, end: 90 }, 4)).toEqual({ start: 0, end: 4 })
  })

  it('turns the page only when the frame is out of sight', () => {
    const shown = { start: 100, end: 200 }
    expect(revealFrame(shown, 150, 1000)).toBe(shown)
    const turned = revealFrame(shown, 200, 1000)
    expect(turned.start).toBeLessThanOrEqual(200)
    expect(turned.end).toBeGreaterThanOrEqual(201)
    expect(xToPosition(shown, 50, 25)).toBe(150)
  })

  it('spaces ticks by round steps', () => {
    expect(tickSeconds(0.01, 70)).toBe(1)
    expect(tickFrames(0.1, 60)).toBe(10)
    expect(tickFrames(1, 60)).toBe(100)
  })
})

describe('dragging', () => {
  it('moves one edge and never crosses the other', () => {
    const span = { startFrame: 10, endFrame: 20 }
    expect(dragSpan(span, 'start', -4, 100)).toEqual({ startFrame: 6, endFrame: 20 })
    expect(dragSpan(span, 'start', 50, 100)).toEqual({ startFrame: 20, endFrame: 20 })
    expect(dragSpan(span, 'end', 500, 100)).toEqual({ startFrame: 10, endFrame: 99 })
    expect(dragSpan(span, 'end', -50, 100)).toEqual({ startFrame: 10, endFrame: 10 })
  })
  it('moves a body without changing its length, at the ends of the video too', () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), (by) => {
        const moved = dragSpan({ startFrame: 10, endFrame: 20 }, 'body', by, 100)
        expect(moved.endFrame - moved.startFrame).toBe(10)
        expect(moved.startFrame).toBeGreaterThanOrEqual(0)
        expect(moved.endFrame).toBeLessThan(100)
      }),
    )
  })
})

describe('hit test', () => {
  const shown = { start: 0, end: 100 }
  it('tells body from edges', () => {
    const labels = [label(10, 29)]
    expect(hitLabel(labels, shown, 1000, 200, [])?.part).toBe('body')
    expect(hitLabel(labels, shown, 1000, 102, [])?.part).toBe('start')
    expect(hitLabel(labels, shown, 1000, 298, [])?.part).toBe('end')
    expect(hitLabel(labels, shown, 1000, 400, [])).toBeNull()
  })
  it('prefers the selected label where edges meet', () => {
    const labels = [label(10, 19), label(20, 29)]
    expect(hitLabel(labels, shown, 1000, 200, [labels[1]?.id ?? ''])?.label.startFrame).toBe(20)
    expect(hitLabel(labels, shown, 1000, 200, [labels[0]?.id ?? ''])?.label.startFrame).toBe(10)
  })
})

describe('several at once', () => {
  const own = [label(0, 5), label(10, 20), label(30, 40)]
  const idsOf = (labels: LabelSpan[]): number[] => labels.map((found) => found.startFrame)
  it('takes the range between two events of a lane in either order', () => {
    expect(idsOf(labelsBetween(own, own[0]?.id, own[2]?.id ?? ''))).toEqual([0, 10, 30])
    expect(idsOf(labelsBetween(own, own[2]?.id, own[1]?.id ?? ''))).toEqual([10, 30])
    expect(idsOf(labelsBetween(own, 'elsewhere', own[1]?.id ?? ''))).toEqual([10])
  })
  it('takes by a rubber band what it touches, of one coder', () => {
    const lanes = makeLanes([12], [...own, label(12, 14, { coder: 'CD' })])
    expect(idsOf(labelsWithin(lanes, 'AB', { startFrame: 5, endFrame: 15 }))).toEqual([0, 10])
    expect(labelsWithin(lanes, 'AB', { startFrame: 6, endFrame: 9 })).toEqual([])
  })
  it('moves several together only as far as none leaves the video', () => {
    expect(clampShift(own, -5, 100)).toBe(0)
    expect(clampShift(own, 80, 100)).toBe(59)
    expect(clampShift(own, 3, 100)).toBe(3)
  })
})

describe('lanes', () => {
  it('orders by region and number, and opens a lane for a side that was coded apart', () => {
    const lanes = makeLanes([12, 1, 45, 25], [label(1, 2, { side: 'left' }), label(5, 9, { au: 99 })])
    expect(lanes.map((lane) => lane.key)).toEqual(['1:both', '45:both', '12:both', '12:left', '25:both', '99:both'])
    expect(lanes[3]?.byCoder.get('AB')).toHaveLength(1)
  })
  it('keeps what reaches into the view, coder by coder', () => {
    const [lane] = makeLanes([12], [label(30, 40), label(0, 400, { coder: 'CD' }), label(0, 5), label(10, 20)])
    const from = (coder: string, frame: number): number[] => {
      const spans = lane?.byCoder.get(coder) ?? []
      return spans.slice(firstVisible(spans, frame)).map((found) => found.startFrame)
    }
    expect(from('AB', 0)).toEqual([0, 10, 30])
    expect(from('AB', 20)).toEqual([10, 30])
    expect(from('AB', 21)).toEqual([30])
    expect(from('AB', 41)).toEqual([])
    expect(from('CD', 399)).toEqual([0])
  })
})

describe('pyramid', () => {
  it('keeps the largest value of any range at every level', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN)), { minLength: 600, maxLength: 3000 }),
        fc.nat(500),
        (values, from) => {
          const pyramid = buildPyramid(Float32Array.from(values))
          const level = levelFor(pyramid, 16)
          const step = 4 ** level
          const start = Math.floor(from / step) * step
          const end = Math.min(values.length, start + step * 3)
          const known = values.slice(start, end).filter((value) => !Number.isNaN(value))
          const most = maxOver(pyramid, level, start, end)
          if (known.length === 0) expect(most).toBe(0)
          else expect(fromByte(most)).toBeCloseTo(Math.max(...known), 2)
        },
      ),
    )
  })
  it('reads its own column of several', () => {
    const pyramid = buildColumn(Float32Array.from([0, 1, Number.NaN, 0.5]), 2, 1)
    expect([...(pyramid.levels[0] ?? [])].map((byte) => Math.round(fromByte(byte) * 100) / 100)).toEqual([1, 0.5])
  })
})
