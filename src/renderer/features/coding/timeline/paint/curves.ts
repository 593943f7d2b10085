// Probabilities behind a lane: filled columns, stronger where the threshold is reached, the threshold as a hairline, the corrected value as a line.
import { FANOUT, levelFor, maxIn, type Pyramid } from '../pyramid'
import { xToPosition } from '../scale'
import type { Curve, LanesPicture } from './lanesPicture'
import { wordOver, type PixelLayer } from './pixels'

/** Calls back with the largest byte of each device column of the clip, and of the one before it; columns without a value are left out. */
function eachColumn(picture: LanesPicture, layer: PixelLayer, pyramid: Pyramid, take: (x: number, byte: number) => void): void {
  const { view } = picture
  const { width, clip } = layer
  const perColumn = (view.end - view.start) / width
  const level = levelFor(pyramid, perColumn / FANOUT)
  const values = pyramid.levels[level]
  if (!values) return
  const step = FANOUT ** level
  let next = xToPosition(view, width, clip.left - 1)
  for (let x = clip.left - 1; x < clip.right; x++) {
    const from = Math.floor(next)
    next = xToPosition(view, width, x + 1)
    const byte = maxIn(values, step, from, Math.max(from + 1, next))
    if (byte > 0) take(x, byte)
  }
}

/** @param top of the lane in device pixels @param ground the lane's opaque background */
export function drawCurve(layer: PixelLayer, picture: LanesPicture, curve: Curve, top: number, ground: number): void {
  const { colours, scale, laneHeight } = picture
  const { words, width, clip } = layer
  const base = Math.round(top + (laneHeight - 1) * scale)
  const inner = (laneHeight - 3) * scale
  const soft = wordOver(colours.curve, ground)
  const hot = wordOver(colours.curveHot, ground, 0.75)
  const thresholdByte = 1 + Math.round(curve.threshold * 254)
  const last = Math.min(clip.bottom, base)
  eachColumn(picture, layer, curve.pyramid, (x, byte) => {
    if (x < clip.left) return
    const first = Math.max(clip.top, base - Math.round(((byte - 1) / 254) * inner))
    const word = byte >= thresholdByte ? hot : soft
    for (let y = first, at = first * width + x; y < last; y++, at += width) words[at] = word
  })
  const line = base - curve.threshold * inner
  layer.blend({ left: 0, top: line, right: width, bottom: line + Math.max(1, Math.round(scale)) }, colours.threshold)
  if (picture.isCorrectedShown && curve.corrected) drawCorrected(layer, picture, curve.corrected, base, inner)
}

/** A line that joins the columns' heights, so that steep rises stay connected. */
function drawCorrected(layer: PixelLayer, picture: LanesPicture, pyramid: Pyramid, base: number, inner: number): void {
  const { width, clip } = layer
  const word = wordOver({ ...picture.colours.corrected, alpha: 1 }, 0)
  const weight = Math.max(1, Math.round(picture.scale))
  let before = -1
  let beforeX = -2
  eachColumn(picture, layer, pyramid, (x, byte) => {
    const y = base - 1 - Math.round(((byte - 1) / 254) * inner)
    const from = beforeX === x - 1 ? Math.min(y, before) : y
    const to = beforeX === x - 1 ? Math.max(y, before) : y
    if (x >= clip.left)
      for (let row = Math.max(clip.top, from); row < Math.min(clip.bottom, to + weight); row++) layer.words[row * width + x] = word
    before = y
    beforeX = x
  })
}
