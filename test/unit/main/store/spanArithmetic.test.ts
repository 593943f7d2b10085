import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutOut, gaps } from '@main/store/spanArithmetic'
import type { LabelSpan } from '@shared/labels'

const span = (id: string, startFrame: number, endFrame: number, apexFrame: number | null = null): LabelSpan => ({
  id,
  videoId: 'v',
  au: 12,
  side: 'both',
  coder: 'AB',
  startFrame,
  endFrame,
  state: 'present',
  intensity: null,
  apexFrame,
  source: 'manual',
  modelId: null,
  wasPredictionVisible: false,
  note: null,
  createdAt: '2026-01-01T00:00:00.000Z',
})
const brief = (spans: readonly LabelSpan[]): unknown => spans.map((one) => [one.id, one.startFrame, one.endFrame, one.apexFrame])
const newId = () => 'new'

describe('cutting a range out of spans', () => {
  it('trims, splits and removes by whole frames, both ends included', () => {
    const spans = [span('a', 0, 9), span('b', 10, 19, 19), span('c', 30, 39)]
    expect(brief(cutOut(spans, { startFrame: 9, endFrame: 10 }, newId))).toEqual([
      ['a', 0, 8, null],
      ['b', 11, 19, 19],
      ['c', 30, 39, null],
    ])
    expect(brief(cutOut(spans, { startFrame: 10, endFrame: 19 }, newId))).toEqual([
      ['a', 0, 9, null],
      ['c', 30, 39, null],
    ])
    expect(brief(cutOut(spans, { startFrame: 12, endFrame: 12 }, newId))).toEqual([
      ['a', 0, 9, null],
      ['b', 10, 11, null],
      ['new', 13, 19, 19],
      ['c', 30, 39, null],
    ])
  })

  it('returns untouched spans as the same objects', () => {
    const spans = [span('a', 0, 9)]
    expect(cutOut(spans, { startFrame: 10, endFrame: 12 }, newId)[0]).toBe(spans[0])
  })
})

it('gaps are the frames of a range that no span covers', () => {
  const range = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => ({ startFrame: Math.min(a, b), endFrame: Math.max(a, b) }))
  const framesOf = (one: { startFrame: number; endFrame: number }): number[] =>
    Array.from({ length: one.endFrame - one.startFrame + 1 }, (_, i) => one.startFrame + i)
  fc.assert(
    fc.property(fc.array(range, { maxLength: 6 }), range, (spans, within) => {
      const covered = new Set(spans.flatMap(framesOf))
      expect(gaps(spans, within).flatMap(framesOf)).toEqual(framesOf(within).filter((frame) => !covered.has(frame)))
    }),
  )
})
