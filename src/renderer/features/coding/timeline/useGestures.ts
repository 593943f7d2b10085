// The pointer in the lanes: draws spans, moves labels and their edges, adjusts the chosen proposal, selects frames and events, scrubs and pans.
import { useRef, useState, type PointerEvent as ReactPointerEvent } from 'react'
import type { AuProposal } from '../assist/proposalList'
import type { ProposalState } from '../assist/useProposals'
import { useAssist } from '../assist/assistStore'
import { useCoding } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import type { LabelActions } from '../labels/useLabels'
import type { LabelSpan } from '@shared/labels'
import { clearGesture, useGesture } from './gestureStore'
import { clampShift, dragSpan, hitLabel, labelsBetween, labelsWithin, partAt, spanBetween, type LaneHit, type SpanPart } from './hitTest'
import { laneKey, type Lane } from './lanes'
import type { Draft } from './paint/lanesPicture'
import { panView, xToFrame } from './scale'

interface GestureInput {
  lanes: readonly Lane[]
  width: number
  scrollTop: number
  player: FramePlayer | null
  actions: LabelActions
  canChange: boolean
  proposals: ProposalState
}

/** What a pointer that is down is doing. */
type Drag =
  | { kind: 'scrub' }
  | { kind: 'select'; from: number }
  | { kind: 'band'; x: number; y: number; hit: LaneHit | null }
  | { kind: 'pan'; x: number }
  | { kind: 'draw'; lane: Lane; from: number }
  | { kind: 'adjust'; proposal: AuProposal; part: SpanPart; from: number }
  /** `moved` are the labels that go along: all selected ones with a body, one with an edge. */
  | { kind: 'move'; hit: LaneHit; moved: readonly LabelSpan[]; from: number; hasMoved: boolean }

interface Point {
  x: number
  y: number
  frame: number
  lane: Lane | undefined
}

/** Pixels that a pointer may tremble before a click is a rubber band. */
const TREMBLE = 3

export function useGestures({ lanes, width, scrollTop, player, actions, canChange, proposals }: GestureInput) {
  const drag = useRef<Drag | null>(null)
  const [cursor, setCursor] = useState('crosshair')

  const pointAt = (event: ReactPointerEvent<HTMLElement>): Point => {
    const { view, frameCount, laneHeight } = useCoding.getState()
    const box = event.currentTarget.getBoundingClientRect()
    const x = event.clientX - box.left
    const y = event.clientY - box.top
    return { x, y, frame: xToFrame(view, width, x, frameCount), lane: lanes[Math.floor((y + scrollTop) / laneHeight)] }
  }
  const hitAt = (lane: Lane, x: number): LaneHit | null => {
    const { view, coder, selectedIds } = useCoding.getState()
    return hitLabel(lane.byCoder.get(coder) ?? [], view, width, x, selectedIds)
  }
  const seek = (frame: number): void => void player?.seekTo(frame)

  /** The chosen proposal's edge or body under the pointer. */
  const chosenPart = (lane: Lane, x: number): { proposal: AuProposal; part: SpanPart } | null => {
    const proposal = proposals.selected
    if (!proposal || proposal.au !== lane.au || lane.side !== 'both') return null
    const part = partAt(proposal, useCoding.getState().view, width, x)
    return part ? { proposal, part } : null
  }
  const proposalAt = (lane: Lane, at: number): AuProposal | undefined =>
    lane.side === 'both'
      ? proposals.drawn.find((event) => event.au === lane.au && event.startFrame <= at && event.endFrame >= at)
      : undefined

  const pressLabel = (event: ReactPointerEvent, lane: Lane, hit: LaneHit, at: number): void => {
    const { selectedIds, coder, patch } = useCoding.getState()
    if (event.shiftKey) {
      const range = labelsBetween(lane.byCoder.get(coder) ?? [], selectedIds.at(-1), hit.label.id)
      patch({ selectedIds: [...new Set([...selectedIds, ...range.map((label) => label.id)])], chain: null })
      return
    }
    const isSelected = selectedIds.includes(hit.label.id)
    if (!isSelected) patch({ selectedIds: [hit.label.id], chain: null })
    // A bar's body moves only once it is selected, so that a careless drag cannot shift an onset.
    if (!canChange || (hit.part === 'body' && !isSelected)) return seek(at)
    const own = lanes.flatMap((other) => other.byCoder.get(coder) ?? [])
    const moved = hit.part === 'body' ? own.filter((label) => selectedIds.includes(label.id)) : [hit.label]
    drag.current = { kind: 'move', hit, moved, from: at, hasMoved: false }
  }

  const onPointerDown = (event: ReactPointerEvent<HTMLDivElement>): void => {
    const { x, y, frame: at, lane } = pointAt(event)
    const state = useCoding.getState()
    event.currentTarget.setPointerCapture(event.pointerId)
    event.currentTarget.focus({ preventScroll: true })
    if (event.button === 1) drag.current = { kind: 'pan', x: event.clientX }
    if (event.button !== 0) return
    if (event.ctrlKey || event.metaKey) {
      drag.current = { kind: 'band', x, y, hit: lane ? hitAt(lane, x) : null }
      return
    }
    if (!lane) {
      drag.current = { kind: 'scrub' }
      return seek(at)
    }
    state.patch({ activeLane: { au: lane.au, side: lane.side } })
    const chosen = canChange ? chosenPart(lane, x) : null
    if (chosen && chosen.part !== 'body') {
      drag.current = { kind: 'adjust', ...chosen, from: at }
      return
    }
    const hit = hitAt(lane, x)
    if (hit) return pressLabel(event, lane, hit, at)
    state.patch({ selectedIds: [], chain: null })
    if (event.shiftKey) {
      drag.current = { kind: 'select', from: at }
      state.patch({ selection: { startFrame: at, endFrame: at } })
      return
    }
    const proposal = proposalAt(lane, at)
    if (proposal && proposal.key !== proposals.selected?.key) return proposals.show(proposal)
    if (!proposal && proposals.selected) useAssist.getState().patch({ selectedKey: null })
    drag.current = { kind: 'draw', lane, from: at }
    seek(at)
  }

  const hover = ({ x, lane }: Point): void => {
    const hit = lane ? hitAt(lane, x) : null
    const part = (lane && canChange ? chosenPart(lane, x)?.part : null) ?? hit?.part
    const isSelected = hit !== null && useCoding.getState().selectedIds.includes(hit.label.id)
    setCursor(!part ? 'crosshair' : part !== 'body' ? 'ew-resize' : isSelected ? 'grab' : 'pointer')
  }

  const onPointerMove = (event: ReactPointerEvent<HTMLDivElement>): void => {
    const point = pointAt(event)
    const now = drag.current
    if (!now) return hover(point)
    const { x, y, frame: at } = point
    const { view, frameCount, patch, setView } = useCoding.getState()
    switch (now.kind) {
      case 'scrub':
        return seek(at)
      case 'select':
        return patch({ selection: spanBetween(now.from, at) })
      case 'pan':
        setView(panView(view, ((now.x - event.clientX) * (view.end - view.start)) / width, frameCount))
        now.x = event.clientX
        return
      case 'band':
        if (useGesture.getState().band === null && Math.abs(x - now.x) + Math.abs(y - now.y) < TREMBLE) return
        return useGesture.setState({
          band: { left: Math.min(x, now.x), right: Math.max(x, now.x), top: Math.min(y, now.y), bottom: Math.max(y, now.y) },
        })
      case 'draw':
        if (canChange && (useGesture.getState().drafts.length > 0 || at !== now.from))
          useGesture.setState({ drafts: [{ laneKey: now.lane.key, of: null, ...spanBetween(now.from, at) }] })
        return seek(at)
      case 'adjust': {
        const span = dragSpan(now.proposal, now.part, at - now.from, frameCount)
        useGesture.setState({ drafts: [{ laneKey: laneKey({ au: now.proposal.au, side: 'both' }), of: now.proposal.key, ...span }] })
        return seek(now.part === 'end' ? span.endFrame : span.startFrame)
      }
      case 'move': {
        if (at !== now.from) now.hasMoved = true
        if (!now.hasMoved) return
        const shift = now.hit.part === 'body' ? clampShift(now.moved, at - now.from, frameCount) : at - now.from
        const drafts = now.moved.map((label): Draft => ({
          laneKey: laneKey(label),
          of: label.id,
          ...dragSpan(label, now.hit.part, shift, frameCount),
        }))
        useGesture.setState({ drafts })
        const shown = drafts.find((draft) => draft.of === now.hit.label.id)
        // The picture shows the edge that moves: that is what decides where it belongs.
        if (shown) seek(now.hit.part === 'end' ? shown.endFrame : shown.startFrame)
      }
    }
  }

  const endBand = (now: Extract<Drag, { kind: 'band' }>): void => {
    const { view, frameCount, laneHeight, coder, selectedIds, patch } = useCoding.getState()
    const { band } = useGesture.getState()
    if (band) {
      const within = lanes.slice(
        Math.max(0, Math.floor((band.top + scrollTop) / laneHeight)),
        Math.floor((band.bottom + scrollTop) / laneHeight) + 1,
      )
      const span = { startFrame: xToFrame(view, width, band.left, frameCount), endFrame: xToFrame(view, width, band.right, frameCount) }
      patch({ selectedIds: labelsWithin(within, coder, span).map((label) => label.id), chain: null })
    } else if (now.hit) {
      const { id } = now.hit.label
      patch({ selectedIds: selectedIds.includes(id) ? selectedIds.filter((other) => other !== id) : [...selectedIds, id], chain: null })
    }
  }

  const onPointerUp = (event: ReactPointerEvent<HTMLDivElement>): void => {
    const now = drag.current
    drag.current = null
    if (!now) return
    const { frame: at } = pointAt(event)
    const { drafts } = useGesture.getState()
    const [draft] = drafts
    if (now.kind === 'band') endBand(now)
    if (now.kind === 'select' && at === now.from) useCoding.getState().patch({ selection: null })
    if (now.kind === 'move' && !now.hasMoved) {
      if (now.moved.length > 1) useCoding.getState().patch({ selectedIds: [now.hit.label.id] })
      seek(at)
    }
    if (now.kind === 'draw' && draft) {
      const { startFrame, endFrame } = draft
      const { au, side } = now.lane
      void actions
        .add({ au, side, state: 'present', startFrame, endFrame })
        .then((label) => label && useCoding.getState().patch({ selectedIds: [label.id] }))
        .finally(clearGesture)
    } else if (now.kind === 'adjust' && draft) {
      void proposals.adjust(now.proposal, draft).finally(clearGesture)
    } else if (now.kind === 'move' && draft) {
      const changed = drafts.filter((other) => {
        const label = now.moved.find((each) => each.id === other.of)
        return label && (label.startFrame !== other.startFrame || label.endFrame !== other.endFrame)
      })
      void actions
        .changeAll(changed.map(({ of, startFrame, endFrame }) => ({ labelId: of ?? '', startFrame, endFrame })))
        .finally(clearGesture)
    } else clearGesture()
  }

  return {
    cursor,
    isDragging: () => drag.current !== null,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp },
  }
}
