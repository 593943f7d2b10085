// All visible lanes, back to front: ground, probabilities, proposals, other coders, own labels, what is being drawn, the selected range; then the marks.
import { frameToX } from '../scale'
import { drawCurve } from './curves'
import { drawMarks, prepareMarks } from './marks'
import type { LanesPicture } from './lanesPicture'
import { wordOf, wordOver, type PixelLayer } from './pixels'
import { drawGrowing, drawOtherSpans, drawOwnSpans, drawProposals, drawRange } from './spans'

/** Indices of the lanes that lie between two heights of the view, CSS pixels. */
function lanesBetween({ scrollTop, laneHeight, lanes }: LanesPicture, top: number, bottom: number): { first: number; last: number } {
  return {
    first: Math.max(0, Math.floor((scrollTop + top) / laneHeight)),
    last: Math.min(lanes.length - 1, Math.floor((scrollTop + bottom) / laneHeight)),
  }
}

/** The part that is pixels, inside the layer's clip. */
export function fillLanes(layer: PixelLayer, picture: LanesPicture): void {
  const { scale, laneHeight, colours, isBlind } = picture
  // A pixel more on either side, for what is rounded.
  const { first, last } = lanesBetween(picture, layer.clip.top / scale - 1, layer.clip.bottom / scale + 1)
  const ground = wordOf(colours.background)
  layer.fill(layer.clip, ground)
  for (let index = first; index <= last; index++) {
    const lane = picture.lanes[index]
    if (!lane) continue
    const top = index * laneHeight - picture.scrollTop
    const plain = index % 2 === 0 ? wordOf(colours.lane) : ground
    const own = lane.key === picture.activeLaneKey ? wordOver(colours.accentSoft, plain) : plain
    layer.fill({ left: 0, right: layer.width, top: top * scale, bottom: (top + laneHeight) * scale }, own)
    const curve = lane.side === 'both' && !isBlind ? picture.curves.get(lane.au) : undefined
    if (curve) drawCurve(layer, picture, curve, top * scale, own)
    if (lane.side === 'both' && !isBlind) drawProposals(layer, picture, picture.proposals.get(lane.au) ?? [], top)
    if (!isBlind)
      picture.others.forEach((coder, row) => {
        const spans = lane.byCoder.get(coder)
        if (spans) drawOtherSpans(layer, picture, coder, row, spans, top)
      })
    drawOwnSpans(layer, picture, lane.byCoder.get(picture.coder) ?? [], top)
    const begun = lane.side === 'both' ? picture.openEvents.get(lane.au) : undefined
    if (begun !== undefined)
      drawGrowing(layer, picture, { startFrame: Math.min(begun, picture.frame), endFrame: Math.max(begun, picture.frame) }, top)
    for (const draft of picture.drafts) if (draft.laneKey === lane.key && draft.of === null) drawGrowing(layer, picture, draft, top)
    layer.fill(
      { left: 0, right: layer.width, top: (top + laneHeight - 1) * scale, bottom: (top + laneHeight) * scale },
      wordOf(colours.line),
    )
  }
  const line = Math.max(1, Math.round(scale))
  if (picture.selection) {
    const left = frameToX(picture.view, layer.width, picture.selection.startFrame)
    const right = frameToX(picture.view, layer.width, picture.selection.endFrame + 1)
    drawRange(layer, { left, right, top: 0, bottom: layer.height }, colours.accent, colours.accentSoft, line)
  }
  if (picture.band) {
    const { left, top, right, bottom } = picture.band
    const box = { left: left * scale, right: right * scale, top: top * scale, bottom: bottom * scale }
    layer.blend(box, colours.accentSoft)
    layer.frame(box, colours.accent, line)
  }
}

/** The part that is letters, over the pixels. */
export function markLanes(context: CanvasRenderingContext2D, picture: LanesPicture): void {
  const { first, last } = lanesBetween(picture, 0, picture.height)
  prepareMarks(context, picture)
  for (let index = first; index <= last; index++) {
    const spans = picture.lanes[index]?.byCoder.get(picture.coder)
    if (spans) drawMarks(context, picture, spans, index * picture.laneHeight - picture.scrollTop)
  }
}
