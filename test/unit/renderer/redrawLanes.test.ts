// Scrolled lanes are the same pixels as lanes drawn anew, whatever was scrolled, how often and which way; anything else that changed is drawn anew.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LabelSpan } from '@shared/labels'
import type { AuProposal } from '@renderer/features/coding/assist/proposalList'
import { coderLooks } from '@renderer/features/coding/labels/coders'
import { makeLanes } from '@renderer/features/coding/timeline/lanes'
import type { TimelineColours } from '@renderer/features/coding/timeline/paint/colours'
import type { LanesPicture } from '@renderer/features/coding/timeline/paint/lanesPicture'
import { PixelLayer, type Colour } from '@renderer/features/coding/timeline/paint/pixels'
import { redrawLanes } from '@renderer/features/coding/timeline/paint/redrawLanes'
import { buildPyramid } from '@renderer/features/coding/timeline/pyramid'

const WIDTH = 64
const HEIGHT = 70
const FRAMES = 4096
const AUS = [1, 2, 4, 6, 12]

const colour = (red: number, green: number, blue: number, alpha = 1): Colour => ({ red, green, blue, alpha })
const colours = {
  background: colour(0, 0, 0),
  lane: colour(10, 10, 10),
  line: colour(40, 40, 40),
  text: colour(255, 255, 255),
  dim: colour(120, 120, 120),
  accent: colour(0, 0, 255),
  accentSoft: colour(0, 0, 255, 0.1),
  curve: colour(60, 60, 60),
  curveHot: colour(200, 200, 200),
  corrected: colour(255, 0, 0),
  threshold: colour(150, 150, 0, 0.7),
} as unknown as TimelineColours

/** Spans of one coder and AU, apart from one another, of every state. */
const spans = (coder: string, au: number) =>
  fc.array(fc.tuple(fc.nat(40), fc.nat(60), fc.constantFrom('present', 'absent', 'not-scorable')), { maxLength: 60 }).map((parts) => {
    let at = 0
    return parts.map(([gap, length, state], index): LabelSpan => {
      const startFrame = at + gap
      at = startFrame + length + 1
      return {
        id: `${coder}-${au}-${index}`,
        videoId: 'v',
        au,
        side: 'both',
        coder,
        startFrame,
        endFrame: at - 1,
        state: state as LabelSpan['state'],
        intensity: null,
        apexFrame: null,
        source: 'manual',
        modelId: null,
        wasPredictionVisible: false,
        note: null,
        createdAt: '2026-01-01T00:00:00Z',
      }
    })
  })

const labels = fc.tuple(...['AB', 'CD', 'EF'].flatMap((coder) => AUS.map((au) => spans(coder, au)))).map((lists) => lists.flat())
const probabilities = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })).map((stream) => {
  const coarse = Float32Array.from({ length: FRAMES / 16 }, () => stream.next().value as number)
  return Float32Array.from({ length: FRAMES }, (_, frame) => (frame % 97 < 5 ? Number.NaN : (coarse[frame >> 4] ?? 0)))
})

/** Powers of two keep the frames of a pixel exact, so that equal pictures are equal to the last bit. */
const zoom = fc.constantFrom(16, 64, 256, 1024, 4096)
const moves = fc.array(fc.record({ x: fc.integer({ min: -80, max: 80 }), y: fc.integer({ min: -90, max: 90 }) }), {
  minLength: 1,
  maxLength: 8,
})

function pictureOf(all: LabelSpan[], values: Float32Array, length: number, scale: number): LanesPicture {
  const pyramid = buildPyramid(values)
  const proposals = all
    .filter((label) => label.coder === 'EF')
    .map((label) => ({ ...label, key: label.id, isDoubtful: label.startFrame % 2 === 0 }))
  return {
    width: WIDTH / scale,
    height: HEIGHT / scale,
    scale,
    scrollTop: 0,
    laneHeight: 24,
    view: { start: 1024, end: 1024 + length },
    lanes: makeLanes(AUS, all),
    curves: new Map(AUS.map((au) => [au, { pyramid, threshold: 0.5, corrected: pyramid }])),
    isCorrectedShown: true,
    coder: 'AB',
    others: ['CD', 'EF'],
    looks: coderLooks(['AB', 'CD', 'EF']),
    isBlind: false,
    selectedIds: new Set(all.slice(0, 3).map((label) => label.id)),
    proposals: Map.groupBy(proposals as unknown as AuProposal[], (event) => event.au),
    selectedProposal: proposals[0]?.key ?? null,
    activeLaneKey: '2:both',
    selection: { startFrame: 1040, endFrame: 1100 },
    drafts: [],
    openEvents: new Map(),
    frame: 0,
    band: null,
    colours,
  }
}

const emptyLayer = (): PixelLayer => new PixelLayer(new Uint32Array(WIDTH * HEIGHT), WIDTH, HEIGHT)

describe('redrawing lanes', () => {
  it('gives by scrolling the same pixels as by drawing anew', () => {
    fc.assert(
      fc.property(labels, probabilities, zoom, fc.constantFrom(1, 2), moves, (all, values, length, scale, steps) => {
        const scrolled = emptyLayer()
        let before: LanesPicture | null = null
        let now = pictureOf(all, values, length, scale)
        let [x, y] = [0, 0]
        for (const step of [{ x: 0, y: 0 }, ...steps]) {
          x += step.x
          y = Math.max(0, y + step.y)
          const start = 1024 + (x / WIDTH) * length
          now = { ...now, view: { start, end: start + length }, scrollTop: y / scale }
          redrawLanes(scrolled, before, now)
          before = now
        }
        // Patterns count from where the scrolling began, so the other layer is moved there before it is drawn anew.
        const anew = emptyLayer()
        anew.scroll(x, y)
        redrawLanes(anew, null, now)
        expect(scrolled.words).toEqual(anew.words)
      }),
      { numRuns: 150 },
    )
  })

  it('draws only the bare edge after a scroll, and all after anything else', () => {
    const first = pictureOf([], new Float32Array(FRAMES).fill(0.7), 64, 1)
    const layer = emptyLayer()
    redrawLanes(layer, null, first)
    const MARK = 0xff123456
    const marksAfter = (next: LanesPicture): number => {
      layer.words.fill(MARK)
      redrawLanes(layer, first, next)
      return layer.words.filter((word) => word === MARK).length
    }
    expect(marksAfter({ ...first, view: { start: 1027, end: 1091 } })).toBe((WIDTH - 3) * HEIGHT)
    expect(marksAfter({ ...first, scrollTop: 5 })).toBe(WIDTH * (HEIGHT - 5))
    expect(marksAfter({ ...first, scrollTop: 5, view: { start: 1020, end: 1084 } })).toBe((WIDTH - 4) * (HEIGHT - 5))
    expect(marksAfter({ ...first, frame: 9 })).toBe(WIDTH * HEIGHT)
    // A zoom, part of a pixel, another selection, a rubber band.
    expect(marksAfter({ ...first, view: { start: 1024, end: 1089 } })).toBe(0)
    expect(marksAfter({ ...first, view: { start: 1024.5, end: 1088.5 } })).toBe(0)
    expect(marksAfter({ ...first, selection: null })).toBe(0)
    expect(marksAfter({ ...first, openEvents: new Map([[12, 3]]) })).toBe(0)
    expect(marksAfter({ ...first, scrollTop: 1, band: { left: 0, top: 0, right: 9, bottom: 9 } })).toBe(0)
  })
})
