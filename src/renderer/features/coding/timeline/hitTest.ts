// What lies under the pointer in a lane: nothing, a label, or one of its edges. Pure.
import type { LabelSpan } from '@shared/labels'
import type { View } from './scale'
import { frameToX } from './scale'

export interface LaneHit {
  label: LabelSpan
  part: 'body' | 'start' | 'end'
}

/** Pixels on either side of an edge that take hold of it; narrower on short bars so that the body stays reachable. */
const GRIP = 5

/** The label at `x` of one coder. Edges win over bodies, and the selected label over its neighbour when their edges meet. */
export function hitLabel(
  labels: readonly LabelSpan[],
  coder: string,
  view: View,
  width: number,
  x: number,
  selectedIds: readonly string[],
): LaneHit | null {
  let best: LaneHit | null = null
  let bestScore = Infinity
  for (const label of labels) {
    if (label.coder !== coder) continue
    const left = frameToX(view, width, label.startFrame)
    const right = frameToX(view, width, label.endFrame + 1)
    const grip = Math.min(GRIP, Math.max(2, (right - left) / 4))
    if (x < left - grip || x > right + grip) continue
    const toStart = Math.abs(x - left)
    const toEnd = Math.abs(x - right)
    const part = Math.min(toStart, toEnd) > grip ? 'body' : toStart <= toEnd ? 'start' : 'end'
    const score = (part === 'body' ? 100 : Math.min(toStart, toEnd)) - (selectedIds.includes(label.id) ? 50 : 0)
    if (score < bestScore) {
      bestScore = score
      best = { label, part }
    }
  }
  return best
}

/** Span between two frames in either order. */
export function spanBetween(a: number, b: number): { startFrame: number; endFrame: number } {
  return { startFrame: Math.min(a, b), endFrame: Math.max(a, b) }
}

/** A span after its edge or body was dragged by some frames; never empty, never outside the video. */
export function dragSpan(
  span: { startFrame: number; endFrame: number },
  part: LaneHit['part'],
  frames: number,
  frameCount: number,
): { startFrame: number; endFrame: number } {
  const last = frameCount - 1
  if (part === 'start') return { startFrame: Math.max(0, Math.min(span.startFrame + frames, span.endFrame)), endFrame: span.endFrame }
  if (part === 'end') return { startFrame: span.startFrame, endFrame: Math.min(last, Math.max(span.endFrame + frames, span.startFrame)) }
  const shift = Math.max(-span.startFrame, Math.min(frames, last - span.endFrame))
  return { startFrame: span.startFrame + shift, endFrame: span.endFrame + shift }
}
