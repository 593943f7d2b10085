// The queue asks about what would teach most, never about what is coded or cannot be seen.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noveltyOf, orderQueue, reviewSegments, type ReviewInput, type ReviewItem } from '@shared/reviewQueue'

const input = (change: Partial<ReviewInput> & { probabilities: number[] }): ReviewInput => {
  const length = change.probabilities.length
  return {
    videoId: 'v',
    subjectCode: 'S',
    au: 12,
    threshold: 0.5,
    otherDecisions: null,
    isDisputed: null,
    novelty: null,
    column: 0,
    isTrusted: new Uint8Array(length).fill(1),
    isCoded: new Uint8Array(length),
    proposals: [],
    presentFrames: 1000,
    subjectCodedFrames: 100,
    meanCodedFrames: 100,
    ...change,
  }
}
const flat = (value: number, length = 40): number[] => Array<number>(length).fill(value)

describe('segments', () => {
  it('are where the probability stays near the threshold', () => {
    const probabilities = [...flat(0.02, 20), ...flat(0.48, 10), ...flat(0.02, 20)]
    expect(reviewSegments(input({ probabilities }))).toMatchObject([{ startFrame: 20, endFrame: 29, reason: 'uncertain', au: 12 }])
    expect(reviewSegments(input({ probabilities: flat(0.97) }))).toEqual([])
  })

  it('are where two models disagree, before all else', () => {
    const [item] = reviewSegments(input({ probabilities: flat(0.55), otherDecisions: new Float32Array(40) }))
    expect(item).toMatchObject({ reason: 'disagreement', startFrame: 0, endFrame: 39 })
  })

  it('are where coders contradict each other, coded or not, and not where edges differ by a frame', () => {
    const isDisputed = [...flat(0, 10), ...flat(1, 12), ...flat(0, 10), 1, 1, ...flat(0, 6)]
    const [item, ...rest] = reviewSegments(input({ probabilities: flat(0.97), isDisputed, isCoded: flat(1) }))
    expect(item).toMatchObject({ reason: 'coders', startFrame: 10, endFrame: 21, explanation: 'coders disagree over 12 frames' })
    expect(rest).toEqual([])
    expect(reviewSegments(input({ probabilities: flat(0.97), isDisputed, isTrusted: flat(0) }))).toEqual([])
  })

  it('are faces unlike all that is coded, under the AU that differs most', () => {
    // Two AUs; coded are a neutral face and one with the first AU; frames 10 to 19 have the second.
    const rows = Array.from({ length: 30 }, (_, frame) => (frame >= 10 && frame < 20 ? [0, 0.9] : frame < 25 ? [0, 0] : [1, 0])).flat()
    const novelty = noveltyOf(rows, 2, [0, 0, 1, 0])
    expect(novelty.distances[0]).toBe(0)
    expect(novelty.distances[27]).toBe(0)
    expect(novelty.distances[12]).toBeCloseTo(0.9 / Math.sqrt(2), 5)
    const values = (column: number): number[] => Array.from({ length: 30 }, (_, frame) => rows[frame * 2 + column] ?? 0)
    expect(reviewSegments(input({ probabilities: values(1), novelty, column: 1 }))).toMatchObject([
      { reason: 'novelty', startFrame: 10, endFrame: 19 },
    ])
    expect(reviewSegments(input({ probabilities: values(0), novelty, column: 0 }))).toEqual([])
    const event = { startFrame: 10, endFrame: 19, apexFrame: 14, peak: 0.9, confidence: 0.9, isDoubtful: false }
    const [rare] = reviewSegments(input({ probabilities: values(1), novelty, column: 1, proposals: [event], presentFrames: 0 }))
    expect(rare).toMatchObject({ reason: 'rare-au', score: expect.closeTo(0.95) as number })
    expect(rare?.explanation).toMatch(/^no frame is coded as present so far; the face is unlike/)
    expect([...noveltyOf(rows, 2, []).distances].every(Number.isNaN)).toBe(true)
    expect(noveltyOf([Number.NaN, Number.NaN], 2, [0, 0]).distances[0]).toBeNaN()
  })

  it('are events of rare AUs and of subjects of whom little is coded', () => {
    const event = { startFrame: 5, endFrame: 20, apexFrame: 12, peak: 0.95, confidence: 0.9, isDoubtful: false }
    const probabilities = flat(0.95)
    expect(reviewSegments(input({ probabilities, proposals: [event], presentFrames: 3 }))[0]).toMatchObject({
      reason: 'rare-au',
      explanation: expect.stringContaining('3 frames') as string,
    })
    expect(reviewSegments(input({ probabilities, proposals: [event], subjectCodedFrames: 0 }))[0]).toMatchObject({ reason: 'new-subject' })
    expect(reviewSegments(input({ probabilities, proposals: [event] }))).toEqual([])
  })

  it('never touch coded, untrusted or missing frames, and never overlap', () => {
    const row = fc.record({
      p: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN)),
      trusted: fc.boolean(),
      coded: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), (rows) => {
        const items = reviewSegments(
          input({
            probabilities: rows.map((one) => one.p),
            isTrusted: rows.map((one) => Number(one.trusted)),
            isCoded: rows.map((one) => Number(one.coded)),
          }),
        )
        const seen = new Set<number>()
        for (const item of items) {
          for (let frame = item.startFrame; frame <= item.endFrame; frame++) {
            expect(rows[frame]).toMatchObject({ trusted: true, coded: false })
            expect(rows[frame]?.p).not.toBeNaN()
            expect(seen.has(frame)).toBe(false)
            seen.add(frame)
          }
          expect(item.score).toBeGreaterThan(0)
          expect(item.score).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})

describe('the order', () => {
  const item = (au: number, score: number, videoId = 'v'): ReviewItem => ({
    id: `${videoId} ${au} ${score}`,
    videoId,
    au,
    startFrame: 0,
    endFrame: 9,
    peakFrame: 5,
    reason: 'uncertain',
    score,
    explanation: '',
  })

  it('mixes AUs and videos instead of asking the same thing again and again', () => {
    const items = [item(12, 0.9), item(12, 0.89), item(12, 0.88), item(4, 0.8, 'w')]
    expect(orderQueue(items, 10).map((one) => one.au)).toEqual([12, 4, 12, 12])
    expect(orderQueue(items, 2)).toHaveLength(2)
    expect(items).toHaveLength(4)
  })
})
