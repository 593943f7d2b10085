// What the lanes draw, read from the pixels: curves and thresholds, the four looks of a label, other coders' rows, blindness, proposals, corrected values.
import { describe, expect, it } from 'vitest'
import type { LabelSpan } from '@shared/labels'
import { coderLooks } from '@renderer/features/coding/labels/coders'
import { baselineOf, correct, correctedColumn } from '@renderer/features/coding/timeline/corrected'
import { makeLanes } from '@renderer/features/coding/timeline/lanes'
import { drawCurve } from '@renderer/features/coding/timeline/paint/curves'
import type { TimelineColours } from '@renderer/features/coding/timeline/paint/colours'
import { fillLanes } from '@renderer/features/coding/timeline/paint/drawLanes'
import type { LanesPicture } from '@renderer/features/coding/timeline/paint/lanesPicture'
import { hatched, PixelLayer, wordOf, wordOver, type Colour } from '@renderer/features/coding/timeline/paint/pixels'
import { buildPyramid } from '@renderer/features/coding/timeline/pyramid'

const WIDTH = 100
const LANE = 24
const grey = (value: number, alpha = 1): Colour => ({ red: value, green: value, blue: value, alpha })
const colours = {
  background: grey(0),
  lane: grey(10),
  line: grey(40),
  text: grey(255),
  dim: grey(120),
  accent: { red: 0, green: 0, blue: 255, alpha: 1 },
  accentSoft: { red: 0, green: 0, blue: 255, alpha: 0.1 },
  curve: grey(60),
  curveHot: grey(200),
  corrected: { red: 255, green: 0, blue: 0, alpha: 1 },
  threshold: grey(150),
} as unknown as TimelineColours

const span = (startFrame: number, endFrame: number, more: Partial<LabelSpan> = {}): LabelSpan => ({
  id: `${startFrame}-${more.coder ?? 'AB'}`,
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

/** One lane of AU 12 over frames 0 to 99, a pixel each. */
function picture(labels: LabelSpan[], more: Partial<LanesPicture> = {}): LanesPicture {
  return {
    width: WIDTH,
    height: LANE,
    scale: 1,
    scrollTop: 0,
    laneHeight: LANE,
    view: { start: 0, end: WIDTH },
    lanes: makeLanes([12], labels),
    curves: new Map(),
    isCorrectedShown: false,
    coder: 'AB',
    others: [],
    looks: coderLooks(['AB', 'CD', 'EF']),
    isBlind: false,
    selectedIds: new Set(),
    proposals: new Map(),
    selectedProposal: null,
    activeLaneKey: null,
    selection: null,
    drafts: [],
    openEvents: new Map(),
    frame: 0,
    band: null,
    colours,
    ...more,
  }
}

function draw(facts: LanesPicture): { at(x: number, y: number): number; column(x: number): number[] } {
  const layer = new PixelLayer(new Uint32Array(WIDTH * LANE), WIDTH, LANE)
  fillLanes(layer, facts)
  const at = (x: number, y: number): number => layer.words[y * WIDTH + x] ?? -1
  return { at, column: (x) => Array.from({ length: LANE }, (_, y) => at(x, y)) }
}

const GROUND = wordOf(colours.lane)

describe('lanes as pixels', () => {
  it('fills a present label from its first to its last frame, that one included', () => {
    const { at } = draw(picture([span(20, 39)]))
    expect(at(19, 10)).toBe(GROUND)
    expect(at(20, 10)).not.toBe(GROUND)
    expect(at(39, 10)).not.toBe(GROUND)
    expect(at(40, 10)).toBe(GROUND)
  })

  it('shows the states by shape: absent low, not scorable hatched', () => {
    const absent = draw(picture([span(20, 39, { state: 'absent' })]))
    expect(absent.at(30, 8)).toBe(GROUND)
    expect(absent.column(30).filter((word) => word !== GROUND)).toHaveLength(3)
    const hidden = draw(picture([span(20, 39, { state: 'not-scorable' })]))
    const row = Array.from({ length: 18 }, (_, x) => hidden.at(21 + x, 10))
    expect(new Set(row).size).toBe(2)
  })

  it('draws a label narrower than a pixel, and a moved one where the pointer has it', () => {
    const far = draw(picture([span(200, 201)], { view: { start: 0, end: 10_000 } }))
    expect(far.at(2, 10)).not.toBe(GROUND)
    const moved = draw(picture([span(20, 29)], { drafts: [{ laneKey: '12:both', of: '20-AB', startFrame: 60, endFrame: 69 }] }))
    expect(moved.at(25, 10)).toBe(GROUND)
    expect(moved.at(65, 10)).not.toBe(GROUND)
  })

  it('gives every other coder a row and a pattern of its own, and hides them when blind', () => {
    const labels = [span(0, 99, { coder: 'CD' }), span(0, 99, { coder: 'EF' })]
    const seen = draw(picture(labels, { others: ['CD', 'EF'] }))
    const rowsOf = (colour: Colour): number => seen.column(0).filter((word) => word === wordOver(colour, GROUND, 0.95)).length
    const looks = coderLooks(['AB', 'CD', 'EF'])
    for (const coder of ['CD', 'EF']) expect(rowsOf(looks.get(coder)?.colour ?? grey(0))).toBeGreaterThan(0)
    expect(looks.get('CD')?.pattern).not.toBe(looks.get('EF')?.pattern)
    const gaps = (y: number): number[] => Array.from({ length: WIDTH }, (_, x) => x).filter((x) => seen.at(x, y) === GROUND)
    expect(gaps(17)).not.toEqual(gaps(20))
    const blind = draw(picture(labels, { others: ['CD', 'EF'], isBlind: true }))
    expect(new Set(blind.column(0).slice(0, -1))).toEqual(new Set([GROUND]))
  })

  it('hatches doubtful proposals only, and none when blind', () => {
    const event = { key: '12:20', au: 12, trust: 'shown', startFrame: 20, endFrame: 59, apexFrame: 30, peak: 0.5, confidence: 0.2 } as const
    const inside = (isDoubtful: boolean, isBlind = false): number => {
      const { at } = draw(picture([], { proposals: new Map([[12, [{ ...event, isDoubtful }]]]), isBlind }))
      let drawn = 0
      for (let x = 25; x < 55; x++) if (at(x, 10) !== GROUND) drawn++
      return drawn
    }
    expect(inside(false)).toBe(0)
    expect(inside(true)).toBeGreaterThan(3)
    expect(inside(true, true)).toBe(0)
  })

  it('raises the curve with the probability and marks what reaches the threshold', () => {
    const values = Float32Array.from({ length: WIDTH }, (_, frame) => frame / 99)
    const curves = new Map([[12, { pyramid: buildPyramid(values), threshold: 0.5, corrected: null }]])
    const { column } = draw(picture([], { curves }))
    const heightAt = (x: number): number =>
      column(x).filter((word) => word === wordOf(grey(60)) || word === wordOver(grey(200), GROUND, 0.75)).length
    expect(heightAt(99)).toBeGreaterThan(heightAt(60))
    expect(heightAt(60)).toBeGreaterThan(heightAt(20))
    expect(column(40)).not.toContain(wordOver(grey(200), GROUND, 0.75))
    expect(column(60)).toContain(wordOver(grey(200), GROUND, 0.75))
    expect(
      new Set(
        draw(picture([], { curves, isBlind: true }))
          .column(60)
          .slice(0, -1),
      ),
    ).toEqual(new Set([GROUND]))
  })

  it('keeps the highest value of frames that share a pixel', () => {
    const values = new Float32Array(10_000)
    values[5000] = 1
    const layer = new PixelLayer(new Uint32Array(WIDTH * LANE).fill(GROUND), WIDTH, LANE)
    const facts = picture([], { view: { start: 0, end: 10_000 } })
    drawCurve(layer, facts, { pyramid: buildPyramid(values), threshold: 0.5, corrected: null }, 0, GROUND)
    expect(layer.words[5 * WIDTH + 50]).not.toBe(GROUND)
    expect(layer.words[5 * WIDTH + 48]).toBe(GROUND)
  })
})

describe('values above the neutral face', () => {
  it('is nothing at the baseline and one at one, and says nothing where there is nothing', () => {
    expect(correct(0.2, 0.2)).toBe(0)
    expect(correct(0.1, 0.2)).toBe(0)
    expect(correct(1, 0.2)).toBe(1)
    expect(correct(0.6, 0.2)).toBeCloseTo(0.5)
    expect(correct(Number.NaN, 0.2)).toBeNaN()
  })
  it('takes the mean of the neutral span of its own AU', () => {
    const values = Float32Array.from([0.1, 9, 0.3, 9, Number.NaN, 9, 0.8, 9])
    expect(baselineOf(values, 2, 0, { startFrame: 0, endFrame: 2 })).toBeCloseTo(0.2)
    expect(baselineOf(values, 2, 0, { startFrame: 2, endFrame: 2 })).toBeNull()
    expect([...correctedColumn(values, 2, 0, 0.2)].map((value) => Math.round(value * 100) / 100)).toEqual([0, 0.13, Number.NaN, 0.75])
  })
  it('is drawn as a line over the curve', () => {
    const raw = new Float32Array(WIDTH).fill(0.4)
    const curves = new Map([
      [12, { pyramid: buildPyramid(raw), threshold: 0.9, corrected: buildPyramid(new Float32Array(WIDTH).fill(0.7)) }],
    ])
    const red = wordOf(colours.corrected)
    expect(draw(picture([], { curves, isCorrectedShown: true })).column(50)).toContain(red)
    expect(draw(picture([], { curves })).column(50)).not.toContain(red)
  })
})

describe('pixel layer', () => {
  it('cuts what reaches over its edges and draws patterns that line up', () => {
    const layer = new PixelLayer(new Uint32Array(16), 4, 4)
    layer.fill({ left: -5, top: 2, right: 9, bottom: 99 }, 7)
    expect([...layer.words]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7])
    layer.fill({ left: 8, top: 0, right: 9, bottom: 4 }, 1)
    expect(layer.words).not.toContain(1)
    expect([0, 1, 2, 3].map((x) => hatched(2, 1)(x, 1))).toEqual([false, true, false, true])
  })
})
