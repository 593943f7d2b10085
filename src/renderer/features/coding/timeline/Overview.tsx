// The strip with the whole video: click or drag to go there.
import { useCallback, useMemo, useRef, type PointerEvent as ReactPointerEvent } from 'react'
import { strings } from '../../../app/strings'
import { useCoding, type FrameSpan } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import type { Lane } from './lanes'
import { drawOverviewPlace, fillOverview, type OverviewPicture } from './paint/drawOverview'
import type { TimelineColours } from './paint/colours'
import type { Curve } from './paint/lanesPicture'
import { frameToX, xToFrame, xToPosition } from './scale'
import { layerFor, useCanvas, useSize, type LayerPicture } from './useCanvas'

interface OverviewProps {
  lanes: readonly Lane[]
  curves: ReadonlyMap<number, Curve>
  queued: readonly FrameSpan[]
  bookmarks: readonly { frame: number }[]
  colours: TimelineColours
  player: FramePlayer | null
}

const subscribePlace = (request: () => void): (() => void) =>
  useCoding.subscribe((state, before) => {
    if (state.view !== before.view || state.selection !== before.selection) request()
  })

function Head({ width }: { width: number }) {
  const frame = useCoding((state) => state.frame)
  const frameCount = useCoding((state) => state.frameCount)
  const x = frameToX({ start: 0, end: Math.max(1, frameCount) }, width, Math.max(0, frame) + 0.5)
  return <div className="overview-head" style={{ transform: `translateX(${x}px)` }} />
}

export function Overview({ lanes, curves, queued, bookmarks, colours, player }: OverviewProps) {
  const box = useRef<HTMLDivElement>(null)
  const size = useSize(box)
  const frameCount = useCoding((state) => state.frameCount)
  const isBlind = useCoding((state) => state.isBlind)
  const coder = useCoding((state) => state.coder)
  const picture = useMemo<OverviewPicture>(
    () => ({ frameCount, lanes, curves, coder, isBlind, queued, bookmarks, colours }),
    [frameCount, lanes, curves, coder, isBlind, queued, bookmarks, colours],
  )
  const kept = useRef<{ of: OverviewPicture; picture: LayerPicture } | null>(null)
  const paint = useCallback(
    (context: CanvasRenderingContext2D, scale: number) => {
      const before = kept.current
      const next = layerFor(context, before?.picture ?? null)
      if (before?.of !== picture || before.picture !== next) fillOverview(next.layer, picture, scale)
      kept.current = { of: picture, picture: next }
      context.putImageData(next.image, 0, 0)
      const { view, selection } = useCoding.getState()
      drawOverviewPlace(context, size, picture, view, selection)
    },
    [picture, size],
  )
  const canvas = useCanvas(size, paint, subscribePlace, true)
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
    <div ref={box} className="overview" onPointerDown={go} onPointerMove={go} role="img" aria-label={strings.coding.overview}>
      <canvas ref={canvas} />
      <Head width={size.width} />
    </div>
  )
}
