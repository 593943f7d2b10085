// The table of frames: what a filter means, how columns sort, what is copied.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FACE_SUMMARY_FIELDS } from '@shared/dataUrls'
import { TRUST_REASONS } from '@shared/faces'
import type { LabelSpan } from '@shared/labels'
import { FrameColumns, listFrames, toTabSeparated } from '@renderer/features/coding/table/frameColumns'
import { readFilter } from '@renderer/features/coding/table/frameFilter'
import { chooseRow, NO_ROWS, rowAfterKey } from '@renderer/features/coding/table/rowSelection'

const COUNT = 10

/** Ten frames: AU12's probability is frame / 10, AU4's is 1 - frame / 10 and unknown at 9; no face at 0, turned away at 1. */
function columns(): FrameColumns {
  const faces = new Float32Array(COUNT * FACE_SUMMARY_FIELDS.length).fill(Number.NaN)
  for (let frame = 1; frame < COUNT; frame++) {
    const trust = TRUST_REASONS.indexOf(frame === 1 ? 'turned-away' : 'none')
    faces.set([10, 10, 50, 50, 0.9, 0.9, 0, (frame * 5 * Math.PI) / 180, (-2 * Math.PI) / 180, trust], frame * FACE_SUMMARY_FIELDS.length)
  }
  const values = Float32Array.from({ length: COUNT * 2 }, (_, index) => {
    const frame = index >> 1
    return index % 2 === 0 ? frame / 10 : frame === 9 ? Number.NaN : 1 - frame / 10
  })
  const span = (au: number, startFrame: number, endFrame: number, more: Partial<LabelSpan>): LabelSpan =>
    ({
      id: `${au}-${startFrame}`,
      au,
      startFrame,
      endFrame,
      side: 'both',
      coder: 'AB',
      state: 'present',
      intensity: null,
      ...more,
    }) as LabelSpan
  return new FrameColumns({
    table: { seconds: Float64Array.from({ length: COUNT }, (_, frame) => frame / 25), startSeconds: 0 },
    faces: { values: faces },
    predictions: { modelId: 'm', aus: [12, 4], values },
    thresholds: new Map([
      [12, 0.65],
      [4, 0.5],
    ]),
    labels: [
      span(12, 6, 7, { intensity: 'C' }),
      span(12, 8, 8, { state: 'absent' }),
      span(4, 2, 3, { state: 'not-scorable' }),
      span(12, 0, 9, { coder: 'CD' }),
    ],
    coder: 'AB',
    aus: [4, 12],
  })
}

function passing(text: string): number[] {
  const reading = readFilter(text)
  if (!reading.isValid) throw new Error(`Not read: ${reading.near}`)
  const all = columns()
  return [...listFrames(all, (frame) => reading.test(frame, all), { key: 'frame', isDescending: false })]
}

describe('a filter', () => {
  it.each([
    ['', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['AU12 prob > 0.55 and not coded', [9]],
    ['not trusted', [0, 1]],
    ['face and not trusted', [1]],
    ['AU12 predicted', [7, 8, 9]],
    ['au 4 >= 0.5 and au4 predicted', [0, 1, 2, 3, 4, 5]],
    ['coded', [2, 3, 6, 7, 8]],
    ['AU12 present or AU4 unscorable', [2, 3, 6, 7]],
    ['AU12 absent', [8]],
    ['yaw > 40 or frame = 0', [0, 9]],
    ['time < 0.05 or (frame >= 8 and not AU12 coded)', [0, 1, 9]],
  ] as [string, number[]][])('%s', (text, frames) => expect(passing(text)).toEqual(frames))

  it('says how it was understood', () => {
    expect(readFilter('AU12 probability > .5 and not coded')).toMatchObject({ says: 'AU12 prob > 0.5 and not AU12 coded' })
    expect(readFilter('coded or AU4 present')).toMatchObject({ says: 'any AU coded or AU4 present' })
  })

  it.each([
    ['AU12 prob >', '> '],
    ['AU12 smile', 'smile'],
    ['trusted and', ''],
    ['trusted face', 'face'],
    ['(trusted', ''],
  ])('%s is not understood, and where is said', (text, near) => expect(readFilter(text)).toEqual({ isValid: false, near }))

  it('never throws, whatever is typed', () => {
    const words = fc.constantFrom(
      'AU12',
      'au4',
      'prob',
      '>',
      '<=',
      '0.5',
      'and',
      'or',
      'not',
      '(',
      ')',
      'coded',
      'trusted',
      'yaw',
      '=',
      '%',
    )
    const all = columns()
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((list) => list.join(' ')),
        ),
        (text) => {
          const reading = readFilter(text)
          if (reading.isValid) for (let frame = 0; frame < COUNT; frame++) expect(typeof reading.test(frame, all)).toBe('boolean')
        },
      ),
    )
  })
})

describe('the list', () => {
  const every = (): boolean => true
  it('sorts both ways, unknown values last', () => {
    expect([...listFrames(columns(), every, { key: 'p4', isDescending: false })]).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0, 9])
    expect([...listFrames(columns(), every, { key: 'p4', isDescending: true })]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect([...listFrames(columns(), every, { key: 'l12', isDescending: true })].slice(0, 3)).toEqual([6, 7, 8])
  })
  it('is copied with a line of names and empty cells for what is not known', () => {
    const lines = toTabSeparated(columns(), [6, 0]).split('\n')
    expect(lines[0]).toBe(
      'frame\ttime_s\ttrust\tpitch_deg\tyaw_deg\troll_deg\tAU4_prob\tAU4_pred\tAU4_label\tAU12_prob\tAU12_pred\tAU12_label',
    )
    expect(lines[1]).toBe('6\t0.240000\ttrusted\t0.00\t30.00\t-2.00\t0.4000\t0\t\t0.6000\t0\tpresent C')
    expect(lines[2]).toBe('0\t0.000000\tno-face\t\t\t\t1.0000\t1\t\t0.0000\t0\t')
  })
})

describe('rows', () => {
  it('are chosen alone, in ranges and one by one', () => {
    const one = chooseRow(NO_ROWS, 4, 'one')
    expect([...chooseRow(one, 2, 'range').rows]).toEqual([2, 3, 4])
    expect([...chooseRow(chooseRow(one, 9, 'toggle'), 4, 'toggle').rows]).toEqual([9])
  })
  it('are reached by keys and never beyond the ends', () => {
    expect(rowAfterKey('ArrowDown', 9, 10, 5)).toBe(9)
    expect(rowAfterKey('PageUp', 3, 10, 5)).toBe(0)
    expect(rowAfterKey('End', 3, 10, 5)).toBe(9)
    expect(rowAfterKey('x', 3, 10, 5)).toBeNull()
  })
})
