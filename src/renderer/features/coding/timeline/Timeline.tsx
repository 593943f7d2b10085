// The timeline: overview, ruler and lanes on canvases, lane names beside them, and the pointer and key handling that draws, drags and selects.
import type { Bookmark } from '@shared/coding'
import { auLabel, auName } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent as ReactPointerEvent } from 'react'
import { openAtlas } from '../../../app/help'
import { strings } from '../../../app/strings'
import { useTheme } from '../../../app/theme'
import type { ProposalState } from '../assist/useProposals'
import { useAssist } from '../assist/assistStore'
import { useCoding } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import type { FrameTable } from '../frames/frameTable'
import type { LabelActions } from '../labels/useLabels'
import { drawLanes, drawOverview, drawRuler, readColours, type Curve, type Draft, type TimelineColours } from './draw'
import { dragSpan, hitLabel, spanBetween, type LaneHit } from './hitTest'
import { laneKey, type Lane } from './lanes'
import { frameToX, panView, revealFrame, xToFrame, xToPosition, zoomView } from './scale'
import './timeline.css'
import { useCanvas, useSize } from './useCanvas'

const t = strings.coding

interface TimelineProps {
  table: FrameTable
  lanes: readonly Lane[]
  curves: ReadonlyMap<number, Curve>
  coderColours: ReadonlyMap<string, string>
  player: FramePlayer | null
  actions: LabelActions
  canChange: boolean
  proposals: ProposalState
  bookmarks: readonly Bookmark[]
}

/** What a pointer that is down is doing. */
type Drag =
  | { kind: 'scrub' }
  | { kind: 'select'; from: number }
  | { kind: 'pan'; x: number }
  | { kind: 'draw'; lane: Lane; from: number }
  | { kind: 'move'; lane: Lane; hit: LaneHit; from: number; hasMoved: boolean }

const RULER_HEIGHT = 32
const OVERVIEW_HEIGHT = 34

/** Colours follow the theme; read after the page has it. */
function useColours(): TimelineColours {
  const theme = useTheme((state) => state.theme)
  return useMemo(() => {
    void theme
    return readColours(document.documentElement)
  }, [theme])
}

function Playhead({ width }: { width: number }) {
  const frame = useCoding((state) => state.frame)
  const view = useCoding((state) => state.view)
  if (frame < 0) return null
  const left = frameToX(view, width, frame)
  const right = frameToX(view, width, frame + 1)
  if (right < 0 || left > width) return null
  return <div className="playhead" style={{ transform: `translateX(${left}px)`, width: Math.max(1.5, right - left) }} aria-hidden />
}

function Overview({ lanes, curves, colours, player }: Pick<TimelineProps, 'lanes' | 'curves' | 'player'> & { colours: TimelineColours }) {
  const box = useRef<HTMLDivElement>(null)
  const size = useSize(box)
  const view = useCoding((state) => state.view)
  const frame = useCoding((state) => state.frame)
  const frameCount = useCoding((state) => state.frameCount)
  const selection = useCoding((state) => state.selection)
  const isBlind = useCoding((state) => state.isBlind)
  const coder = useCoding((state) => state.coder)
  const paint = useCallback(
    (context: CanvasRenderingContext2D) =>
      drawOverview(context, size, { frameCount, lanes, curves, coder, isBlind, view, selection }, colours),
    [size, frameCount, lanes, curves, coder, isBlind, view, selection, colours],
  )
  const canvas = useCanvas(size, paint)
  const go = (event: ReactPointerEvent<HTMLDivElement>): void => {
    if (event.buttons !== 1) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const whole = { start: 0, end: frameCount }
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left
    const state = useCoding.getState()
    const length = state.view.end - state.view.start
    const centre = xToPosition(whole, size.width, x)
    state.setView({ start: centre - length / 2, end: centre + length / 2 })
    void player?.seekTo(xToFrame(whole, size.width, x, frameCount))
  }
  return (
    <div ref={box} className="overview" onPointerDown={go} onPointerMove={go} role="img" aria-label={t.overview}>
      <canvas ref={canvas} />
      <div
        className="overview-head"
        style={{ transform: `translateX(${frameToX({ start: 0, end: Math.max(1, frameCount) }, size.width, Math.max(0, frame) + 0.5)}px)` }}
      />
    </div>
  )
}

function Ruler({
  table,
  colours,
  player,
  bookmarks,
}: Pick<TimelineProps, 'table' | 'player' | 'bookmarks'> & { colours: TimelineColours }) {
  const box = useRef<HTMLDivElement>(null)
  const size = useSize(box)
  const view = useCoding((state) => state.view)
  const frameCount = useCoding((state) => state.frameCount)
  const selection = useCoding((state) => state.selection)
  const from = useRef<number | null>(null)
  const paint = useCallback(
    (context: CanvasRenderingContext2D) => drawRuler(context, size, view, table, selection, bookmarks, colours),
    [size, view, table, selection, bookmarks, colours],
  )
  const canvas = useCanvas(size, paint)
  const frameOf = (event: ReactPointerEvent<HTMLDivElement>): number =>
    xToFrame(view, size.width, event.clientX - event.currentTarget.getBoundingClientRect().left, frameCount)
  return (
    <div
      ref={box}
      className="ruler"
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        from.current = frameOf(event)
        if (!event.shiftKey) void player?.seekTo(frameOf(event))
      }}
      onPointerMove={(event) => {
        if (from.current === null || event.buttons !== 1) return
        const frame = frameOf(event)
        if (event.shiftKey) useCoding.getState().patch({ selection: spanBetween(from.current, frame) })
        else void player?.seekTo(frame)
      }}
      onPointerUp={() => {
        from.current = null
      }}
    >
      <canvas ref={canvas} />
      <Playhead width={size.width} />
    </div>
  )
}

export function Timeline({ table, lanes, curves, coderColours, player, actions, canChange, proposals, bookmarks }: TimelineProps) {
  const colours = useColours()
  const scroller = useRef<HTMLDivElement>(null)
  const viewport = useRef<HTMLDivElement>(null)
  const size = useSize(viewport)
  const [scrollTop, setScrollTop] = useState(0)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [cursor, setCursor] = useState('crosshair')
  const drag = useRef<Drag | null>(null)
  const view = useCoding((state) => state.view)
  const frameCount = useCoding((state) => state.frameCount)
  const laneHeight = useCoding((state) => state.laneHeight)
  const selection = useCoding((state) => state.selection)
  const selectedIds = useCoding((state) => state.selectedIds)
  const activeLane = useCoding((state) => state.activeLane)
  const openEvents = useCoding((state) => state.openEvents)
  const coder = useCoding((state) => state.coder)
  const isBlind = useCoding((state) => state.isBlind)
  // The lanes are drawn again on every frame only while an event is being coded and grows with the frame.
  const openFrame = useCoding((state) => (state.openEvents.size > 0 ? state.frame : 0))
  const activeLaneKey = activeLane ? laneKey(activeLane) : null
  const proposalsByAu = useMemo(() => Map.groupBy(proposals.drawn, (event) => event.au), [proposals.drawn])
  const selectedProposal = useAssist((state) => state.selectedKey)

  const paint = useCallback(
    (context: CanvasRenderingContext2D) =>
      drawLanes(context, {
        width: size.width,
        height: size.height,
        scrollTop,
        laneHeight,
        view,
        lanes,
        curves,
        coder,
        coderColours,
        isBlind,
        selectedIds,
        proposals: proposalsByAu,
        selectedProposal,
        activeLaneKey,
        selection,
        draft,
        openEvents,
        frame: openFrame,
        colours,
      }),
    [
      size,
      scrollTop,
      laneHeight,
      view,
      lanes,
      curves,
      coder,
      coderColours,
      isBlind,
      selectedIds,
      proposalsByAu,
      selectedProposal,
      activeLaneKey,
      selection,
      draft,
      openEvents,
      openFrame,
      colours,
    ],
  )
  const canvas = useCanvas(size, paint)

  // While playing the view turns its page when the playhead leaves it.
  const frame = useCoding((state) => state.frame)
  // A player shows its first frame before it goes to the remembered one; the remembered view must outlive that.
  const hasArrived = useRef(false)
  useEffect(() => {
    const state = useCoding.getState()
    if (state.frame < 0 || drag.current) return
    hasArrived.current ||= state.frame === state.initialFrame || state.isPlaying
    if (!hasArrived.current) return
    const next = revealFrame(state.view, state.frame, state.frameCount)
    if (next !== state.view) state.setView(next)
  }, [frame])

  // React listens to wheels passively; zooming must keep the page still.
  useEffect(() => {
    const element = viewport.current
    if (!element) return
    const onWheel = (event: WheelEvent): void => {
      const state = useCoding.getState()
      const width = element.clientWidth
      const framesPerPixel = (state.view.end - state.view.start) / Math.max(1, width)
      if (event.altKey) return
      event.preventDefault()
      const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
      if (isSideways || event.shiftKey) {
        state.setView(panView(state.view, (isSideways ? event.deltaX : event.deltaY) * framesPerPixel, state.frameCount))
        return
      }
      const anchor = xToPosition(state.view, width, event.clientX - element.getBoundingClientRect().left)
      state.setView(zoomView(state.view, Math.exp(-event.deltaY * 0.0022), anchor, state.frameCount))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [])

  const pointAt = (event: ReactPointerEvent<HTMLElement>): { x: number; frame: number; lane: Lane | undefined } => {
    const box = event.currentTarget.getBoundingClientRect()
    const x = event.clientX - box.left
    const index = Math.floor((event.clientY - box.top + scrollTop) / laneHeight)
    return { x, frame: xToFrame(view, size.width, x, frameCount), lane: lanes[index] }
  }
  const hitAt = (lane: Lane, x: number): LaneHit | null => hitLabel(lane.labels, coder, view, size.width, x, selectedIds)

  const proposalAt = (lane: Lane, at: number) =>
    lane.side === 'both' ? proposalsByAu.get(lane.au)?.find((event) => event.startFrame <= at && event.endFrame >= at) : undefined

  const onPointerDown = (event: ReactPointerEvent<HTMLDivElement>): void => {
    const { x, frame: at, lane } = pointAt(event)
    const state = useCoding.getState()
    event.currentTarget.setPointerCapture(event.pointerId)
    viewport.current?.focus({ preventScroll: true })
    if (event.button === 1) {
      drag.current = { kind: 'pan', x: event.clientX }
      return
    }
    if (event.button !== 0) return
    if (!lane) {
      drag.current = { kind: 'scrub' }
      void player?.seekTo(at)
      return
    }
    const hit = hitAt(lane, x)
    state.patch({ activeLane: { au: lane.au, side: lane.side } })
    if (hit) {
      const isSelected = selectedIds.includes(hit.label.id)
      if (event.shiftKey || event.ctrlKey || event.metaKey) {
        state.patch({ selectedIds: isSelected ? selectedIds.filter((id) => id !== hit.label.id) : [...selectedIds, hit.label.id] })
        return
      }
      if (!isSelected) state.patch({ selectedIds: [hit.label.id], chain: null })
      // A bar's body moves only once it is selected, so that a careless drag cannot shift an onset.
      if (canChange && (hit.part !== 'body' || isSelected)) drag.current = { kind: 'move', lane, hit, from: at, hasMoved: false }
      else void player?.seekTo(at)
      return
    }
    state.patch({ selectedIds: [], chain: null })
    const proposal = event.shiftKey ? undefined : proposalAt(lane, at)
    if (!proposal && selectedProposal !== null) useAssist.getState().patch({ selectedKey: null })
    if (proposal && proposal.key !== selectedProposal) {
      proposals.show(proposal)
      return
    }
    if (event.shiftKey) {
      drag.current = { kind: 'select', from: at }
      state.patch({ selection: { startFrame: at, endFrame: at } })
      return
    }
    drag.current = { kind: 'draw', lane, from: at }
    void player?.seekTo(at)
  }

  const onPointerMove = (event: ReactPointerEvent<HTMLDivElement>): void => {
    const { x, frame: at, lane } = pointAt(event)
    const now = drag.current
    const state = useCoding.getState()
    if (!now) {
      const hit = lane ? hitAt(lane, x) : null
      setCursor(!hit ? 'crosshair' : hit.part !== 'body' ? 'ew-resize' : selectedIds.includes(hit.label.id) ? 'grab' : 'pointer')
      return
    }
    if (now.kind === 'scrub') void player?.seekTo(at)
    else if (now.kind === 'select') state.patch({ selection: spanBetween(now.from, at) })
    else if (now.kind === 'pan') {
      state.setView(panView(state.view, ((now.x - event.clientX) * (view.end - view.start)) / size.width, frameCount))
      now.x = event.clientX
    } else if (now.kind === 'draw') {
      if (canChange && (draft !== null || at !== now.from)) setDraft({ laneKey: now.lane.key, labelId: null, ...spanBetween(now.from, at) })
      void player?.seekTo(at)
    } else {
      if (at !== now.from) now.hasMoved = true
      if (!now.hasMoved) return
      const span = dragSpan(now.hit.label, now.hit.part, at - now.from, frameCount)
      setDraft({ laneKey: now.lane.key, labelId: now.hit.label.id, ...span })
      // The picture shows the edge that moves: that is what decides where it belongs.
      void player?.seekTo(now.hit.part === 'end' ? span.endFrame : span.startFrame)
    }
  }

  const onPointerUp = (event: ReactPointerEvent<HTMLDivElement>): void => {
    const now = drag.current
    drag.current = null
    if (!now) return
    const { frame: at } = pointAt(event)
    if (now.kind === 'draw' && draft) {
      void actions
        .add({ au: now.lane.au, side: now.lane.side, state: 'present', startFrame: draft.startFrame, endFrame: draft.endFrame })
        .then((label) => label && useCoding.getState().patch({ selectedIds: [label.id] }))
        .finally(() => setDraft(null))
      return
    }
    if (now.kind === 'move' && draft) {
      const { startFrame, endFrame } = draft
      const hasChanged = startFrame !== now.hit.label.startFrame || endFrame !== now.hit.label.endFrame
      if (hasChanged) void actions.change(now.hit.label.id, { startFrame, endFrame }).finally(() => setDraft(null))
      else setDraft(null)
      return
    }
    if (now.kind === 'move') void player?.seekTo(at)
    if (now.kind === 'select' && at === now.from) useCoding.getState().patch({ selection: null })
    setDraft(null)
  }

  /** Up and down choose a lane; Tab goes through its events and leaves the timeline at either end. */
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const index = lanes.findIndex((lane) => lane.key === activeLaneKey)
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const next = lanes[Math.max(0, Math.min(lanes.length - 1, index + (event.key === 'ArrowDown' ? 1 : -1)))]
      if (next) useCoding.getState().patch({ activeLane: { au: next.au, side: next.side } })
      event.preventDefault()
      return
    }
    if (event.key !== 'Tab' || index < 0) return
    const own = (lanes[index]?.labels ?? []).filter((label) => label.coder === coder)
    const next = nextEvent(own, selectedIds[0], event.shiftKey ? -1 : 1)
    if (!next) return
    event.preventDefault()
    useCoding.getState().patch({ selectedIds: [next.id] })
    void player?.seekTo(next.startFrame)
  }

  // A lane that was chosen by key is brought into sight.
  useEffect(() => {
    const index = lanes.findIndex((lane) => lane.key === activeLaneKey)
    const element = scroller.current
    if (index < 0 || !element) return
    const top = index * laneHeight
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + laneHeight > element.scrollTop + element.clientHeight) element.scrollTop = top + laneHeight - element.clientHeight
  }, [activeLaneKey, laneHeight, lanes])

  // Overview and ruler are exactly as wide as the lanes, whatever the scroll bar takes.
  const head = { gridTemplateColumns: `${size.width}px` }
  return (
    <section className="timeline" aria-label={t.timeline}>
      <div className="timeline-head" style={{ height: OVERVIEW_HEIGHT, ...head }}>
        <Overview lanes={lanes} curves={curves} colours={colours} player={player} />
      </div>
      <div className="timeline-head" style={{ height: RULER_HEIGHT, ...head }}>
        <Ruler table={table} colours={colours} player={player} bookmarks={bookmarks} />
      </div>
      <div ref={scroller} className="lanes-scroll" onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}>
        <div className="lanes-inner" style={{ height: lanes.length * laneHeight }}>
          <ul className="lane-names" aria-label={t.timeline}>
            {lanes.map((lane) => (
              <li key={lane.key} style={{ height: laneHeight }}>
                <button
                  type="button"
                  className={`lane-name ${lane.key === activeLaneKey ? 'active' : ''}`}
                  tabIndex={-1}
                  title={strings.help.laneHint(auLabel(lane.au, lane.side), auName(lane.au))}
                  onClick={() => useCoding.getState().patch({ activeLane: { au: lane.au, side: lane.side } })}
                  onDoubleClick={() => openAtlas(lane.au)}
                >
                  <span className="mono">{auLabel(lane.au, lane.side)}</span>
                  <span className="truncate small">{auName(lane.au)}</span>
                </button>
              </li>
            ))}
          </ul>
          <div
            ref={viewport}
            className="lanes-view"
            style={{ cursor }}
            tabIndex={0}
            role="application"
            aria-label={t.timelineHelp}
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onPointerUp={onPointerUp}
            onPointerCancel={onPointerUp}
            onKeyDown={onKeyDown}
          >
            <canvas ref={canvas} />
            <Playhead width={size.width} />
          </div>
        </div>
      </div>
    </section>
  )
}

/** The event after or before the selected one; the first or last when none is; undefined at the end, so that Tab leaves. */
function nextEvent(own: readonly LabelSpan[], selectedId: string | undefined, direction: 1 | -1): LabelSpan | undefined {
  const index = own.findIndex((label) => label.id === selectedId)
  if (index < 0) return direction === 1 ? own[0] : own.at(-1)
  return own[index + direction]
}
