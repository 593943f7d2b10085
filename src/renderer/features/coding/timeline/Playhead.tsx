// The frame on screen as a line over ruler and lanes, as wide as the frame is.
import { useCoding } from '../codingStore'
import { frameToX } from './scale'

export function Playhead({ width }: { width: number }) {
  const frame = useCoding((state) => state.frame)
  const view = useCoding((state) => state.view)
  if (frame < 0) return null
  const left = frameToX(view, width, frame)
  const right = frameToX(view, width, frame + 1)
  if (right < 0 || left > width) return null
  return <div className="playhead" style={{ transform: `translateX(${left}px)`, width: Math.max(1.5, right - left) }} aria-hidden />
}
