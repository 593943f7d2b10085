// Times and frames above the lanes: drag to scrub, Shift-drag to select a range, a click on a flag goes to its bookmark.
import { useCallback, useRef, type PointerEvent as ReactPointerEvent } from 'react'
import { useCoding } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import type { FrameTable } from '../frames/frameTable'
import { spanBetween } from './hitTest'
import type { TimelineColours } from './paint/colours'
import { drawRuler } from './paint/drawRuler'
import { Playhead } from './Playhead'
import { frameToX, xToFrame } from './scale'
import { useCanvas, useSize } from './useCanvas'

interface RulerProps {
  table: FrameTable
  bookmarks: readonly { frame: number; note: string }[]
  colours: TimelineColours
  player: FramePlayer | null
}

const subscribe = (request: () => void): (() => void) =>
  useCoding.subscribe((state, before) => {
    if (state.view !== before.view || state.selection !== before.selection) request()
  })

/** Half the width of a bookmark's flag and a little more, CSS pixels. */
const FLAG = 5

export function Ruler({ table, bookmarks, colours, player }: RulerProps) {
  const box = useRef<HTMLDivElement>(null)
  const size = useSize(box)
  const from = useRef<number | null>(null)
  const paint = useCallback(
    (context: CanvasRenderingContext2D) => {
      const { view, selection } = useCoding.getState()
      drawRuler(context, { ...size, view, table, selection, bookmarks, colours })
    },
    [size, table, bookmarks, colours],
  )
  const canvas = useCanvas(size, paint, subscribe)
  const pointAt = (event: ReactPointerEvent<HTMLDivElement>) => {
    const { view, frameCount } = useCoding.getState()
    const rectangle = event.currentTarget.getBoundingClientRect()
    const x = event.clientX - rectangle.left
    const flag =
      event.clientY - rectangle.top < 10
        ? bookmarks.find((bookmark) => Math.abs(frameToX(view, size.width, bookmark.frame + 0.5) - x) <= FLAG)
        : undefined
    return { frame: xToFrame(view, size.width, x, frameCount), flag }
  }
  return (
    <div
      ref={box}
      className="ruler"
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        const { frame, flag } = pointAt(event)
        if (flag) return void player?.seekTo(flag.frame)
        from.current = frame
        if (!event.shiftKey) void player?.seekTo(frame)
      }}
      onPointerMove={(event) => {
        const { frame, flag } = pointAt(event)
        event.currentTarget.title = flag?.note ?? ''
        if (from.current === null || event.buttons !== 1) return
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
