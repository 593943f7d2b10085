// Keys that hold only while the lanes have the focus: up and down choose a lane, Tab goes through its events and leaves at either end.
import type { LabelSpan } from '@shared/labels'
import type { KeyboardEvent } from 'react'
import { useCoding } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import { laneKey, type Lane } from './lanes'

/** The event after or before the selected one; the first or last when none is; undefined at the end, so that Tab leaves. */
export function nextEvent(own: readonly LabelSpan[], selectedId: string | undefined, direction: 1 | -1): LabelSpan | undefined {
  const index = own.findIndex((label) => label.id === selectedId)
  if (index < 0) return direction === 1 ? own[0] : own.at(-1)
  return own[index + direction]
}

export function laneKeys(lanes: readonly Lane[], player: FramePlayer | null) {
  return (event: KeyboardEvent<HTMLDivElement>): void => {
    const { activeLane, coder, selectedIds, patch } = useCoding.getState()
    const index = activeLane ? lanes.findIndex((lane) => lane.key === laneKey(activeLane)) : -1
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey
    if (isPlain && !event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      const next = lanes[Math.max(0, Math.min(lanes.length - 1, index + (event.key === 'ArrowDown' ? 1 : -1)))]
      if (next) patch({ activeLane: { au: next.au, side: next.side } })
      event.preventDefault()
      return
    }
    if (event.key !== 'Tab' || !isPlain) return
    // Without a chosen lane, the first that has an event of one's own.
    const lane = lanes[index] ?? lanes.find((other) => other.byCoder.get(coder)?.length)
    const next = nextEvent(lane?.byCoder.get(coder) ?? [], selectedIds[0], event.shiftKey ? -1 : 1)
    if (!next) return
    event.preventDefault()
    patch({ selectedIds: [next.id], activeLane: { au: next.au, side: next.side }, chain: null })
    void player?.seekTo(next.startFrame)
  }
}
