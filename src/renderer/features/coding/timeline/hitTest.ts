// What lies under the pointer in a lane: nothing, a label, a proposal, or one of their edges; and spans after a drag. Pure.
import type { LabelSpan } from '@shared/labels'
import type { FrameSpan } from '../codingStore'
import { firstVisible, type Lane } from './lanes'
import type { View } from './scale'
import { frameToX, xToPosition } from './scale'

export type SpanPart = 'body' | 'start' | 'end'

export interface LaneHit {
  label: LabelSpan
  part: SpanPart
}

/** Pixels on either side of an edge that take hold of it; narrower on short bars so that the body stays reachable. */
const GRIP = 5

interface PartHit {
  part: SpanPart
  /** Smaller is nearer. */
  score: number
}

function hitPart(span: FrameSpan, view: View, width: number, x: number): PartHit | null {
  const left = frameToX(view, width, span.startFrame)
  const right = frameToX(view, width, span.endFrame + 1)
  const grip = Math.min(GRIP, Math.max(2, (right - left) / 4))
  if (x < left - grip || x > right + grip) return null
  const toStart = Math.abs(x - left)
  const toEnd = Math.abs(x - right)
  const nearest = Math.min(toStart, toEnd)
  if (nearest > grip) return { part: 'body', score: 100 }
  return { part: toStart <= toEnd ? 'start' : 'end', score: nearest }
}

/** The part of one span at `x`, or null. */
export const partAt = (span: FrameSpan, view: View, width: number, x: number): SpanPart | null =>
  hitPart(span, view, width, x)?.part ?? null

/** The label at `x` among one coder's labels by first frame. Edges win over bodies, and the selected label over its neighbour when their edges meet. */
export function hitLabel(own: readonly LabelSpan[], view: View, width: number, x: number, selectedIds: readonly string[]): LaneHit | null {
  let best: LaneHit | null = null
  let bestScore = Infinity
  const from = xToPosition(view, width, x - GRIP)
  const to = xToPosition(view, width, x + GRIP)
  for (let at = firstVisible(own, Math.floor(from) - 1); at < own.length; at++) {
    const label = own[at]
    if (!label || label.startFrame > to) break
    const hit = hitPart(label, view, width, x)
    if (!hit) continue
    const score = hit.score - (selectedIds.includes(label.id) ? 50 : 0)
    if (score < bestScore) {
      bestScore = score
      best = { label, part: hit.part }
    }
  }
  return best
}

/** One coder's labels in a block of lanes that touch a range of frames. */
export function labelsWithin(lanes: readonly Lane[], coder: string, span: FrameSpan): LabelSpan[] {
  return lanes.flatMap((lane) =>
    (lane.byCoder.get(coder) ?? []).filter((label) => label.startFrame <= span.endFrame && label.endFrame >= span.startFrame),
  )
}

/** The labels from one to another of the same lane, both included; only the second where the first is not in the lane. */
export function labelsBetween(own: readonly LabelSpan[], fromId: string | undefined, toId: string): LabelSpan[] {
  const to = own.findIndex((label) => label.id === toId)
  const from = own.findIndex((label) => label.id === fromId)
  return own.slice(from < 0 ? to : Math.min(from, to), Math.max(from, to) + 1)
}

/** Span between two frames in either order. */
export function spanBetween(a: number, b: number): FrameSpan {
  return { startFrame: Math.min(a, b), endFrame: Math.max(a, b) }
}

/** A span after its edge or body was dragged by some frames; never empty, never outside the video. */
export function dragSpan(span: FrameSpan, part: SpanPart, frames: number, frameCount: number): FrameSpan {
  const last = frameCount - 1
  if (part === 'start') return { startFrame: Math.max(0, Math.min(span.startFrame + frames, span.endFrame)), endFrame: span.endFrame }
  if (part === 'end') return { startFrame: span.startFrame, endFrame: Math.min(last, Math.max(span.endFrame + frames, span.startFrame)) }
  const shift = Math.max(-span.startFrame, Math.min(frames, last - span.endFrame))
  return { startFrame: span.startFrame + shift, endFrame: span.endFrame + shift }
}

/** How far several spans can be moved together without one leaving the video. */
export function clampShift(spans: readonly FrameSpan[], frames: number, frameCount: number): number {
  const first = Math.min(...spans.map((span) => span.startFrame))
  const last = Math.max(...spans.map((span) => span.endFrame))
  return Math.max(0 - first, Math.min(frames, frameCount - 1 - last))
}
