// Cutting spans of frames. Ranges include both ends; spans of one lane never overlap. Pure.
import type { LabelSpan } from '@shared/labels'

export interface FrameRange {
  startFrame: number
  endFrame: number
}

export const overlaps = (a: FrameRange, b: FrameRange): boolean => a.startFrame <= b.endFrame && a.endFrame >= b.startFrame

/**
 * Takes a range out of spans. What is left of a span keeps its attributes and its id; when two pieces are left, the second gets a new id.
 * An apex stays with the piece that contains it. Spans that the range does not touch are returned as they are, the same objects.
 */
export function cutOut(spans: readonly LabelSpan[], range: FrameRange, newId: () => string): LabelSpan[] {
  return spans.flatMap((span) => {
    if (!overlaps(span, range)) return [span]
    const pieces = [
      { startFrame: span.startFrame, endFrame: range.startFrame - 1 },
      { startFrame: range.endFrame + 1, endFrame: span.endFrame },
    ].filter((piece) => piece.startFrame <= piece.endFrame)
    return pieces.map((piece, index) => ({
      ...span,
      ...piece,
      id: index === 0 ? span.id : newId(),
      apexFrame: isInside(span.apexFrame, piece) ? span.apexFrame : null,
    }))
  })
}

/** Parts of a range that no span covers, ascending. */
export function gaps(spans: readonly FrameRange[], range: FrameRange): FrameRange[] {
  const found: FrameRange[] = []
  let next = range.startFrame
  for (const span of spans.filter((each) => overlaps(each, range)).sort((a, b) => a.startFrame - b.startFrame)) {
    if (span.startFrame > next) found.push({ startFrame: next, endFrame: span.startFrame - 1 })
    next = Math.max(next, span.endFrame + 1)
  }
  if (next <= range.endFrame) found.push({ startFrame: next, endFrame: range.endFrame })
  return found
}

/** Whether a marked frame lies in a range; false for none. */
export function isInside(frame: number | null, range: FrameRange): boolean {
  return frame !== null && frame >= range.startFrame && frame <= range.endFrame
}
