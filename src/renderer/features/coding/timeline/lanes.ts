// The lanes of the timeline: one per AU, and one more per side where sides were coded apart. Pure.
import { auRegion, type FaceRegion } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import type { FrameSpan, LaneId } from '../codingStore'

export interface Lane extends LaneId {
  key: string
  /** Labels by coder and first frame; spans of one coder never overlap, so their ends ascend as well. */
  byCoder: ReadonlyMap<string, readonly LabelSpan[]>
}

export const laneKey = (lane: LaneId): string => `${lane.au}:${lane.side}`

const SIDE_ORDER = { both: 0, left: 1, right: 2 } as const
const REGION_ORDER: Record<FaceRegion, number> = { upper: 0, lower: 1, other: 2 }

/** AUs in the order in which the screen lists them: by region of the face, then by number. */
export function orderAus(aus: Iterable<number>): number[] {
  return [...new Set(aus)].sort((a, b) => REGION_ORDER[auRegion(a)] - REGION_ORDER[auRegion(b)] || a - b)
}

/** Lanes of the given AUs and of any other AU that has labels. Quick for labels in the backend's order, right for any. */
export function makeLanes(aus: Iterable<number>, labels: readonly LabelSpan[]): Lane[] {
  const ids = new Map<string, Omit<Lane, 'byCoder'> & { byCoder: Map<string, LabelSpan[]> }>()
  const laneOf = (au: number, side: LaneId['side']) => {
    const key = laneKey({ au, side })
    const known = ids.get(key)
    if (known) return known
    const lane = { au, side, key, byCoder: new Map<string, LabelSpan[]>() }
    ids.set(key, lane)
    return lane
  }
  for (const au of aus) laneOf(au, 'both')
  const unordered = new Set<LabelSpan[]>()
  let last: LabelSpan | undefined
  let list: LabelSpan[] = []
  for (const label of labels) {
    if (label.au !== last?.au || label.side !== last.side || label.coder !== last.coder) {
      laneOf(label.au, 'both')
      const { byCoder } = laneOf(label.au, label.side)
      list = byCoder.get(label.coder) ?? []
      byCoder.set(label.coder, list)
    }
    if ((list.at(-1)?.startFrame ?? 0) > label.startFrame) unordered.add(list)
    list.push(label)
    last = label
  }
  for (const spans of unordered) spans.sort((a, b) => a.startFrame - b.startFrame)
  const rank = new Map(orderAus([...ids.values()].map((lane) => lane.au)).map((au, index) => [au, index]))
  return [...ids.values()].sort((a, b) => (rank.get(a.au) ?? 0) - (rank.get(b.au) ?? 0) || SIDE_ORDER[a.side] - SIDE_ORDER[b.side])
}

/** Index of the first of some spans that ends at or after a frame; the spans are in order and do not overlap. */
export function firstVisible(labels: readonly FrameSpan[], frame: number): number {
  let low = 0
  let high = labels.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((labels[middle]?.endFrame ?? 0) < frame) low = middle + 1
    else high = middle
  }
  return low
}
