// One label per frame and AU out of coders' spans: what is not known stays so, sides are one face, contradictions follow the policy that was chosen.
import { describe, expect, it } from 'vitest'
import { thinned } from '@main/backend/training/collectData'
import { ABSENT, frameLabels, PRESENT, UNKNOWN } from '@main/backend/training/frameLabels'
import type { LabelSpan } from '@shared/labels'
import type { CoderPolicy } from '@shared/training'

const FRAMES = 6
type Said = Partial<LabelSpan> & { at: [number, number]; state: LabelSpan['state'] }

function span({ at, state, ...rest }: Said): LabelSpan {
  const [startFrame, endFrame] = at
  return { au: 12, side: 'both', coder: 'AB', startFrame, endFrame, state, ...rest } as LabelSpan
}

function of(said: readonly Said[], policy: CoderPolicy = { kind: 'refuse' }) {
  const { byAu, contradictions } = frameLabels(said.map(span), FRAMES, [12], policy)
  return { labels: [...(byAu.get(12) ?? [])], contradictions }
}

describe('one coder', () => {
  it('leaves uncoded and unscorable frames unknown, which is not absent', () => {
    const { labels } = of([
      { at: [0, 1], state: 'present' },
      { at: [2, 2], state: 'absent' },
      { at: [3, 4], state: 'not-scorable' },
    ])
    expect(labels).toEqual([PRESENT, PRESENT, ABSENT, UNKNOWN, UNKNOWN, UNKNOWN])
  })

  it('takes one side for present, but needs both for absent', () => {
    const { labels } = of([
      { at: [0, 0], state: 'present', side: 'left' },
      { at: [0, 0], state: 'absent', side: 'right' },
      { at: [1, 2], state: 'absent', side: 'left' },
      { at: [2, 2], state: 'absent', side: 'right' },
      { at: [3, 3], state: 'absent', side: 'both' },
    ])
    expect(labels).toEqual([PRESENT, UNKNOWN, ABSENT, ABSENT, UNKNOWN, UNKNOWN])
  })

  it('gives an AU without spans no labels at all', () => {
    expect([...(frameLabels([], 3, [4], { kind: 'refuse' }).byAu.get(4) ?? [])]).toEqual([UNKNOWN, UNKNOWN, UNKNOWN])
  })
})

describe('coders who contradict each other', () => {
  const said: Said[] = [
    { at: [0, 2], state: 'present', coder: 'AB' },
    { at: [1, 3], state: 'absent', coder: 'CD' },
    { at: [2, 2], state: 'absent', coder: 'EF' },
    { at: [4, 4], state: 'not-scorable', coder: 'AB' },
    { at: [4, 4], state: 'present', coder: 'CD' },
  ]

  it('are listed frame by frame with who said what, and unknown while nobody has decided', () => {
    const { labels, contradictions } = of(said)
    expect(labels).toEqual([PRESENT, UNKNOWN, UNKNOWN, ABSENT, PRESENT, UNKNOWN])
    expect(contradictions).toEqual([
      { au: 12, frame: 1, present: ['AB'], absent: ['CD'] },
      { au: 12, frame: 2, present: ['AB'], absent: ['CD', 'EF'] },
    ])
  })

  it('go by the majority where that is asked for; a tie stays unknown', () => {
    expect(of(said, { kind: 'majority' }).labels).toEqual([PRESENT, UNKNOWN, ABSENT, ABSENT, PRESENT, UNKNOWN])
  })

  it('do not exist when one coder counts', () => {
    const { labels, contradictions } = of(said, { kind: 'coder', coder: 'AB' })
    expect(labels).toEqual([PRESENT, PRESENT, PRESENT, UNKNOWN, UNKNOWN, UNKNOWN])
    expect(contradictions).toEqual([])
  })
})

describe('thinning', () => {
  const frames = (text: string): { frame: number; labels: string }[] =>
    [...text].flatMap((labels, frame) => (labels === '-' ? [] : [{ frame, labels }]))
  const kept = (text: string, step: number): number[] => {
    const all = frames(text)
    return [...thinned(all, step)].map((place) => all[place]?.frame ?? -1)
  }

  it('keeps the first of each run of equal labels and then every n-th', () => expect(kept('0000000111', 3)).toEqual([0, 3, 6, 7]))
  it('keeps every change of labels', () => expect(kept('0101', 10)).toEqual([0, 1, 2, 3]))
  it('starts anew after a gap', () => expect(kept('000-000', 10)).toEqual([0, 4]))
  it('keeps all at 1', () => expect(kept('0011', 1)).toEqual([0, 1, 2, 3]))
})
