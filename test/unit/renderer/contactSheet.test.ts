// Which events of an AU the contact sheet shows, and which of them a click chooses.
import { expect, it } from 'vitest'
import type { LabelSpan } from '@shared/labels'
import { chooseInSheet, sheetOf } from '../../../src/renderer/features/coding/assist/contactSheet'
import type { AuProposal } from '../../../src/renderer/features/coding/assist/proposalList'

const label = (id: string, startFrame: number, rest: Partial<LabelSpan> = {}): LabelSpan => ({
  id,
  videoId: 'v',
  au: 12,
  side: 'both',
  coder: 'AB',
  startFrame,
  endFrame: startFrame + 10,
  state: 'present',
  intensity: null,
  apexFrame: null,
  source: 'manual',
  modelId: null,
  wasPredictionVisible: true,
  note: null,
  createdAt: '',
  ...rest,
})
const proposal: AuProposal = {
  key: '12:30',
  au: 12,
  trust: 'shown',
  startFrame: 30,
  endFrame: 40,
  apexFrame: 33,
  confidence: 0.5,
  peak: 0.8,
  isDoubtful: false,
}

it('holds what is present and what is proposed of one AU in the order of frames, and of one coder alone while blind', () => {
  const labels = [
    label('late', 60, { apexFrame: 62 }),
    label('cd', 10, { coder: 'CD' }),
    label('no', 0, { state: 'absent' }),
    label('other', 5, { au: 4 }),
  ]
  expect(sheetOf(labels, [proposal, { ...proposal, key: '4:1', au: 4 }], 12, null).map(({ id, frame }) => [id, frame])).toEqual([
    ['cd', 15],
    ['12:30', 33],
    ['late', 62],
  ])
  expect(sheetOf(labels, [], 12, 'AB').map(({ id }) => id)).toEqual(['late'])
})

it('chooses one, some, or a row of them', () => {
  const items = sheetOf([label('a', 0), label('b', 20), label('c', 40), label('d', 60)], [], 12, null)
  const choose = (chosen: string[], anchor: string | null, id: string, how: 'only' | 'toggle' | 'range') => [
    ...chooseInSheet(items, new Set(chosen), anchor, id, how),
  ]
  expect(choose(['a', 'b'], 'a', 'c', 'only')).toEqual(['c'])
  expect(choose(['a'], 'a', 'c', 'toggle')).toEqual(['a', 'c'])
  expect(choose(['a', 'c'], 'a', 'c', 'toggle')).toEqual(['a'])
  expect(choose(['d'], 'd', 'b', 'range').sort()).toEqual(['b', 'c', 'd'])
  expect(choose([], null, 'b', 'range')).toEqual(['a', 'b'])
})
