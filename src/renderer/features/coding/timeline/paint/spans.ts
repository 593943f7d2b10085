// Bars of the lanes as pixels: one's own labels, other coders' rows, proposals, and what is being drawn. Letters and marks are in marks.ts.
import type { LabelSpan } from '@shared/labels'
import type { AuProposal } from '../../assist/proposalList'
import type { FrameSpan } from '../../codingStore'
import { firstVisible } from '../lanes'
import { frameToX, xToPosition } from '../scale'
import { OTHER_ROW, barBounds, otherRowTop, shownSpan, type CoderPattern, type LanesPicture } from './lanesPicture'
import { crossHatched, dashed, hatched, type Box, type Colour, type PixelLayer } from './pixels'

/** Narrower bars, in device pixels, have no outline: it would be all that is seen. */
const OUTLINE_FROM = 4

/** The box of a span in device pixels. @param top and bottom in CSS pixels of the view */
function boxOf(picture: LanesPicture, layer: PixelLayer, span: FrameSpan, top: number, bottom: number): Box {
  return {
    left: frameToX(picture.view, layer.width, span.startFrame),
    right: frameToX(picture.view, layer.width, span.endFrame + 1),
    top: top * picture.scale,
    bottom: bottom * picture.scale,
  }
}

/** Spans as far beyond the clip as this, in device pixels, are gone through, so that a part is drawn as it is in the whole. */
const AROUND = 8

/** First and last position of the frames that the clip shows, with a margin. */
function framesIn({ view }: LanesPicture, { width, clip }: PixelLayer): { first: number; last: number } {
  return { first: Math.floor(xToPosition(view, width, clip.left - AROUND)), last: xToPosition(view, width, clip.right + AROUND) }
}

/** Calls back with the spans in view, leaving out those that would only repeat a column of pixels already drawn in the same state. */
function eachVisible(
  picture: LanesPicture,
  layer: PixelLayer,
  spans: readonly LabelSpan[],
  /** @param left and right in device pixels, not rounded; of where the span was before a drag */
  take: (label: LabelSpan, left: number, right: number) => void,
): void {
  const { view, selectedIds } = picture
  const perFrame = layer.width / (view.end - view.start)
  const { first, last } = framesIn(picture, layer)
  let column = Number.NEGATIVE_INFINITY
  let state = ''
  for (let at = firstVisible(spans, first); at < spans.length; at++) {
    const label = spans[at]
    if (!label || label.startFrame > last) return
    const right = (label.endFrame + 1 - view.start) * perFrame
    const rounded = Math.round(right)
    if (rounded <= column && label.state === state && !selectedIds.has(label.id)) continue
    const left = (label.startFrame - view.start) * perFrame
    take(label, left, right)
    column = Math.max(rounded, Math.round(left) + 1)
    state = label.state
  }
}

/** One's own labels: present as an outlined bar, absent as a low line with end caps (somebody looked and saw nothing), not scorable cross-hatched. */
export function drawOwnSpans(layer: PixelLayer, picture: LanesPicture, spans: readonly LabelSpan[], laneTop: number): void {
  const { colours, scale, laneHeight, selectedIds } = picture
  const look = picture.looks.get(picture.coder)
  const colour = look?.colour ?? colours.accent
  const bounds = barBounds(laneHeight, picture.others.length)
  const line = Math.max(1, Math.round(scale))
  const [narrowTop, narrowBottom] = [(laneTop + bounds.top) * scale, (laneTop + bounds.bottom) * scale]
  const hasDrafts = picture.drafts.length > 0
  eachVisible(picture, layer, spans, (label, left, right) => {
    const strength = label.source === 'confirmed' ? 0.38 : 0.6
    if (label.state === 'present' && right - left < OUTLINE_FROM * scale && !hasDrafts && !selectedIds.has(label.id)) {
      layer.blendBetween(left, right, narrowTop, narrowBottom, colour, strength)
      return
    }
    const box = boxOf(picture, layer, shownSpan(picture, label.id, label), laneTop + bounds.top, laneTop + bounds.bottom)
    const isWide = box.right - box.left >= OUTLINE_FROM * scale
    if (label.state === 'present') {
      layer.blend(box, colour, strength)
      if (isWide) layer.frame(box, colour, line)
    } else if (label.state === 'absent') {
      layer.blend({ ...box, top: box.bottom - 2 * scale }, colour, 0.8)
      if (isWide) {
        layer.blend({ ...box, right: box.left + line, top: box.bottom - 5 * scale }, colour, 0.8)
        layer.blend({ ...box, left: box.right - line, top: box.bottom - 5 * scale }, colour, 0.8)
      }
    } else {
      layer.blend(box, colours.dim, 1, crossHatched(Math.round(5 * scale), line))
      if (isWide) layer.frame(box, colours.dim, line)
    }
    if (selectedIds.has(label.id)) layer.frame({ ...box, right: Math.max(box.right, box.left + 3 * scale) }, colours.text, 2 * line)
  })
}

const PATTERNS: Readonly<Record<CoderPattern, ((scale: number) => (x: number, y: number) => boolean) | null>> = {
  solid: null,
  dashes: (scale) => (x) => x % (7 * scale) < 5 * scale,
  dots: (scale) => (x) => x % (4 * scale) < 2 * scale,
  pairs: (scale) => (x) => x % (9 * scale) < 2 * scale || (x % (9 * scale) >= 4 * scale && x % (9 * scale) < 6 * scale),
}

/** Other coders as thin rows at the foot of the lane, each with a colour and a pattern of its own; absent is fainter. */
export function drawOtherSpans(
  layer: PixelLayer,
  picture: LanesPicture,
  coder: string,
  row: number,
  spans: readonly LabelSpan[],
  laneTop: number,
): void {
  const look = picture.looks.get(coder)
  const top = laneTop + otherRowTop(picture.laneHeight, picture.others.length, row)
  const pattern = PATTERNS[look?.pattern ?? 'solid']?.(picture.scale) ?? undefined
  const colour = look?.colour ?? picture.colours.dim
  const [rowTop, rowBottom] = [top * picture.scale, (top + OTHER_ROW - 0.5) * picture.scale]
  eachVisible(picture, layer, spans, (label, left, right) => {
    const strength = label.state === 'present' ? 0.95 : label.state === 'absent' ? 0.3 : 0.5
    layer.blendBetween(left, right, rowTop, rowBottom, colour, strength, pattern)
  })
}

/** Proposed events: a dashed outline in the neutral colour, hatched where confidence is low, so that none is taken for a label. */
export function drawProposals(layer: PixelLayer, picture: LanesPicture, proposals: readonly AuProposal[], laneTop: number): void {
  const { scale, colours } = picture
  const { first, last } = framesIn(picture, layer)
  const bounds = barBounds(picture.laneHeight, picture.others.length)
  const line = Math.max(1, Math.round(scale))
  const outline = dashed(Math.round(3 * scale), Math.round(2 * scale))
  const doubt = hatched(Math.round(6 * scale), line)
  let column = Number.NEGATIVE_INFINITY
  for (let at = firstVisible(proposals, first); at < proposals.length; at++) {
    const event = proposals[at]
    if (!event || event.startFrame > last) break
    const box = boxOf(picture, layer, shownSpan(picture, event.key, event), laneTop + bounds.top, laneTop + bounds.bottom)
    const isChosen = event.key === picture.selectedProposal
    if (Math.round(box.right) <= column && !isChosen) continue
    column = Math.max(Math.round(box.right), Math.round(box.left) + 1)
    if (isChosen) layer.blend(box, colours.accentSoft)
    if (event.isDoubtful) layer.blend(box, colours.dim, 0.55, doubt)
    layer.frame(box, isChosen ? colours.accent : colours.dim, isChosen ? 2 * line : line, isChosen ? undefined : outline)
  }
}

/** A span that is being drawn or coded by key. */
export function drawGrowing(layer: PixelLayer, picture: LanesPicture, span: FrameSpan, laneTop: number): void {
  const { colours, scale } = picture
  const bounds = barBounds(picture.laneHeight, picture.others.length)
  const box = boxOf(picture, layer, span, laneTop + bounds.top, laneTop + bounds.bottom)
  layer.blend(box, colours.accentSoft, 1)
  layer.frame(box, colours.accent, Math.max(1, Math.round(scale)), dashed(Math.round(4 * scale), Math.round(3 * scale)))
}

/** A selected range or a rubber band over all lanes. */
export function drawRange(layer: PixelLayer, box: Box, colour: Colour, soft: Colour, line: number): void {
  layer.blend(box, soft)
  layer.blend({ ...box, right: box.left + line }, colour)
  layer.blend({ ...box, left: box.right - line }, colour)
}
