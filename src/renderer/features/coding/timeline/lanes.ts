// The lanes of the timeline: one per AU, and one more per side where sides were coded apart. Pure.
import { auRegion, type FaceRegion } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import type { FrameSpan, LaneId } from '../codingStore'

export interface Lane extends LaneId {
  key: string
  /** Labels of this lane by first frame, every coder. */
  labels: readonly LabelSpan[]
  /** The same by coder; spans of one coder never overlap, so their ends ascend as well. */
  byCoder: ReadonlyMap<string, readonly LabelSpan[]>
}

export const laneKey = (lane: LaneId): string => `${lane.au}:${lane.side}`

const SIDE_ORDER = { both: 0, left: 1, right: 2 } as const
const REGION_ORDER: Record<FaceRegion, number> = { upper: 0, lower: 1, other: 2 }

/** AUs in the order in which the screen lists them: by region of the face, then by number. */
export function orderAus(aus: Iterable<number>): number[] {
  return [...new Set(aus)].sort((a, b) => REGION_ORDER[auRegion(a)] - REGION_ORDER[auRegion(b)] || a - b)
}

/** Lanes of the given AUs and of any other AU that has labels. */
export function makeLanes(aus: Iterable<number>, labels: readonly LabelSpan[]): Lane[] {
  const byKey = new Map<string, LabelSpan[]>()
  const ids = new Map<string, LaneId>()
  for (const au of aus) ids.set(laneKey({ au, side: 'both' }), { au, side: 'both' })
  for (const label of labels) {
    const key = laneKey(label)
    if (!ids.has(laneKey({ au: label.au, side: 'both' }))) ids.set(laneKey({ au: label.au, side: 'both' }), { au: label.au, side: 'both' })
    ids.set(key, { au: label.au, side: label.side })
    const list = byKey.get(key)
    if (list) list.push(label)
    else byKey.set(key, [label])
  }
  const rank = new Map(orderAus([...ids.values()].map((lane) => lane.au)).map((au, index) => [au, index]))
  return [...ids.values()]
    .sort((a, b) => (rank.get(a.au) ?? 0) - (rank.get(b.au) ?? 0) || SIDE_ORDER[a.side] - SIDE_ORDER[b.side])
    .map((lane) => {
      const inLane = (byKey.get(laneKey(lane)) ?? []).sort((a, b) => a.startFrame - b.startFrame)
      return { ...lane, key: laneKey(lane), labels: inLane, byCoder: Map.groupBy(inLane, (label) => label.coder) }
    })
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
