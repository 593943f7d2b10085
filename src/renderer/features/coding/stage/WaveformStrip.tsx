// The sound of what the timeline shows, above its lanes and in step with them. A click goes to the moment.
import type { Video } from '@shared/project'
import { useCallback, useEffect, useRef, useState, type PointerEvent as ReactPointerEvent, type RefObject } from 'react'
import { strings } from '../../../app/strings'
import { useCoding } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import { frameInterval, frameSeconds, type FrameTable } from '../frames/frameTable'
import { frameToX, xToFrame, xToPosition } from '../timeline/scale'
import { useCanvas, useSize } from '../timeline/useCanvas'
import { readWaveform, Waveform } from './waveform'

const t = strings.coding
/** How often the outline is drawn anew while it arrives. */
const REDRAW_MS = 150

interface WaveformStripProps {
  project: string
  video: Video
  table: FrameTable
  player: FramePlayer | null
}

function useWaveform(project: string, videoId: string): { waveform: Waveform | null; version: number; hasFailed: boolean } {
  const [state, setState] = useState<{ waveform: Waveform | null; version: number; hasFailed: boolean }>({
    waveform: null,
    version: 0,
    hasFailed: false,
  })
  useEffect(() => {
    const abort = new AbortController()
    const waveform = new Waveform()
    let drawnAt = 0
    const show = (): void => setState((before) => ({ waveform, version: before.version + 1, hasFailed: false }))
    const onMore = (): void => {
      if (performance.now() - drawnAt < REDRAW_MS) return
      drawnAt = performance.now()
      show()
    }
    readWaveform(project, videoId, waveform, onMore, abort.signal).then(show, () => {
      if (!abort.signal.aborted) setState((before) => ({ ...before, hasFailed: true }))
    })
    return () => abort.abort()
  }, [project, videoId])
  return state
}

/** Follows the frame on screen without drawing the outline again. */
function Playhead({ width }: { width: number }) {
  const frame = useCoding((state) => state.frame)
  const view = useCoding((state) => state.view)
  const x = frameToX(view, width, frame)
  if (frame < 0 || x < 0 || x > width) return null
  return <div className="overview-head" style={{ transform: `translateX(${x}px)` }} />
}

/** The lanes are narrower than the strip by their names and, where there is one, the scroll bar. */
function useLanesWidth(strip: RefObject<HTMLElement | null>): number {
  const { width } = useSize(strip)
  const [lanes, setLanes] = useState(0)
  useEffect(() => {
    const element = document.querySelector('.lanes-view')
    if (!element) return
    const observer = new ResizeObserver(([entry]) => setLanes(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [width])
  return Math.min(lanes, width)
}

export function WaveformStrip({ project, video, table, player }: WaveformStripProps) {
  const box = useRef<HTMLDivElement>(null)
  const { height } = useSize(box)
  const width = useLanesWidth(box)
  const view = useCoding((state) => state.view)
  const isMuted = useCoding((state) => state.isMuted)
  const { waveform, version, hasFailed } = useWaveform(project, video.id)
  const paint = useCallback(
    (context: CanvasRenderingContext2D) => {
      void version
      context.clearRect(0, 0, width, height)
      if (!waveform) return
      const secondsAt = (position: number): number => {
        const frame = Math.max(0, Math.min(video.frameCount - 1, Math.floor(position)))
        return table.startSeconds + frameSeconds(table, frame) + (position - frame) * frameInterval(table, frame)
      }
      const middle = height / 2
      const style = getComputedStyle(context.canvas)
      context.fillStyle = style.getPropertyValue(isMuted ? '--text-3' : '--accent')
      let from = secondsAt(view.start)
      for (let x = 0; x < width; x++) {
        const to = secondsAt(xToPosition(view, width, x + 1))
        const found = waveform.between(from, to)
        from = to
        if (!found) continue
        const top = middle - found.greatest * (middle - 1)
        context.fillRect(x, top, 1, Math.max(1, (found.greatest - found.least) * (middle - 1)))
      }
    },
    [waveform, version, width, height, view, table, video.frameCount, isMuted],
  )
  const canvas = useCanvas({ width, height }, paint)
  const go = (event: ReactPointerEvent<HTMLDivElement>): void => {
    if (event.buttons !== 1 || width === 0) return
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left
    void player?.seekTo(xToFrame(view, width, x, video.frameCount))
  }
  return (
    <div className="waveform">
      <span className="waveform-name small soft">{hasFailed ? t.soundUnread : t.waveform}</span>
      <div ref={box} className="waveform-view" onPointerDown={go} onPointerMove={go}>
        <canvas ref={canvas} style={{ width }} role="img" aria-label={t.waveform} />
        <Playhead width={width} />
      </div>
    </div>
  )
}
