// The lanes on one canvas, drawn from the newest state at most once a frame of the screen, with pointer, wheel and keys.
import { useCallback, useEffect, useMemo, useRef, type RefObject } from 'react'
import { strings } from '../../../app/strings'
import { useAssist } from '../assist/assistStore'
import { useCoding } from '../codingStore'
import { useGesture } from './gestureStore'
import { laneKey } from './lanes'
import type { TimelineColours } from './paint/colours'
import { markLanes } from './paint/drawLanes'
import type { LanesPicture } from './paint/lanesPicture'
import { redrawLanes } from './paint/redrawLanes'
import { Playhead } from './Playhead'
import { revealFrame } from './scale'
import type { TimelineProps } from './Timeline'
import { layerFor, useCanvas, type CanvasSize, type LayerPicture } from './useCanvas'
import { useGestures } from './useGestures'
import { laneKeys } from './useLaneKeys'
import { useWheel } from './useWheel'

interface LanesViewProps extends Omit<TimelineProps, 'table' | 'bookmarks' | 'queued'> {
  viewport: RefObject<HTMLDivElement | null>
  size: CanvasSize
  scrollTop: number
  colours: TimelineColours
}

/** State that the lanes show; the frame matters only while an event is being coded by key and grows with it. */
function subscribe(request: () => void): () => void {
  const ends = [
    useCoding.subscribe((now, before) => {
      if (
        now.view !== before.view ||
        now.selection !== before.selection ||
        now.selectedIds !== before.selectedIds ||
        now.activeLane !== before.activeLane ||
        now.openEvents !== before.openEvents ||
        now.laneHeight !== before.laneHeight ||
        (now.frame !== before.frame && now.openEvents.size > 0)
      )
        request()
    }),
    useGesture.subscribe(request),
    useAssist.subscribe((now, before) => now.selectedKey !== before.selectedKey && request()),
  ]
  return () => ends.forEach((end) => end())
}

/** While playing the view turns its page when the playhead leaves it; not while something is being dragged. */
function useReveal(isDragging: () => boolean): void {
  const frame = useCoding((state) => state.frame)
  const dragging = useRef(isDragging)
  useEffect(() => {
    dragging.current = isDragging
  })
  // A player shows its first frame before it goes to the remembered one; the remembered view must outlive that.
  const hasArrived = useRef(false)
  useEffect(() => {
    const state = useCoding.getState()
    if (state.frame < 0 || dragging.current()) return
    hasArrived.current ||= state.frame === state.initialFrame || state.isPlaying
    if (!hasArrived.current) return
    const next = revealFrame(state.view, state.frame, state.frameCount)
    if (next !== state.view) state.setView(next)
  }, [frame])
}

export function LanesView({
  viewport,
  size,
  scrollTop,
  colours,
  lanes,
  curves,
  looks,
  others,
  player,
  actions,
  canChange,
  proposals,
}: LanesViewProps) {
  const coder = useCoding((state) => state.coder)
  const isBlind = useCoding((state) => state.isBlind)
  const isCorrectedShown = useCoding((state) => state.isCorrectedShown)
  const proposalsByAu = useMemo(() => Map.groupBy(proposals.drawn, (event) => event.au), [proposals.drawn])
  const kept = useRef<{ of: LanesPicture; picture: LayerPicture } | null>(null)
  const selectedSet = useRef<{ of: readonly string[]; set: ReadonlySet<string> }>({ of: [], set: new Set() })
  const paint = useCallback(
    (context: CanvasRenderingContext2D, scale: number) => {
      const { view, laneHeight, selectedIds, activeLane, selection, openEvents, frame } = useCoding.getState()
      if (selectedSet.current.of !== selectedIds) selectedSet.current = { of: selectedIds, set: new Set(selectedIds) }
      const picture: LanesPicture = {
        ...size,
        scale,
        scrollTop,
        laneHeight,
        view,
        lanes,
        curves,
        isCorrectedShown,
        coder,
        others,
        looks,
        isBlind,
        selectedIds: selectedSet.current.set,
        proposals: proposalsByAu,
        selectedProposal: useAssist.getState().selectedKey,
        activeLaneKey: activeLane ? laneKey(activeLane) : null,
        selection,
        ...useGesture.getState(),
        openEvents,
        frame,
        colours,
      }
      const before = kept.current
      const next = layerFor(context, before?.picture ?? null)
      redrawLanes(next.layer, before?.picture === next ? before.of : null, picture)
      kept.current = { of: picture, picture: next }
      context.putImageData(next.image, 0, 0)
      markLanes(context, picture)
    },
    [size, scrollTop, lanes, curves, isCorrectedShown, coder, others, looks, isBlind, proposalsByAu, colours],
  )
  const canvas = useCanvas(size, paint, subscribe, true)
  useWheel(viewport)
  const { cursor, isDragging, handlers } = useGestures({ lanes, width: size.width, scrollTop, player, actions, canChange, proposals })
  useReveal(isDragging)
  const onKeyDown = useMemo(() => laneKeys(lanes, player), [lanes, player])
  return (
    <div
      ref={viewport}
      className="lanes-view"
      style={{ cursor }}
      tabIndex={0}
      role="application"
      aria-label={strings.coding.timelineHelp}
      {...handlers}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} />
      <Playhead width={size.width} />
    </div>
  )
}
