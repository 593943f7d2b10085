// The whole video in one strip: how many AUs are predicted at once, where labels are, what the queue asks about. Drawn when these change;
// what is in view lies over it and is drawn with every move.
import type { FrameSpan } from '../../codingStore'
import type { Lane } from '../lanes'
import { FANOUT, levelFor, maxOver } from '../pyramid'
import { frameToX, xToPosition, type View } from '../scale'
import type { TimelineColours } from './colours'
import type { Curve } from './lanesPicture'
import { wordOf, wordOver, type PixelLayer } from './pixels'

export interface OverviewPicture {
  frameCount: number
  lanes: readonly Lane[]
  curves: ReadonlyMap<number, Curve>
  coder: string
  isBlind: boolean
  /** First and last frame of the segments that the queue asks about in this video. */
  queued: readonly FrameSpan[]
  bookmarks: readonly { frame: number }[]
  colours: TimelineColours
}

/** Rows at the foot for the queue's marks, CSS pixels. */
const QUEUE_HEIGHT = 3

interface Counted {
  frameCount: number
  width: number
  counts: Uint8Array
}

/** Last count of each set of curves: labels change with every edit, predictions hardly ever. */
const counted = new WeakMap<OverviewPicture['curves'], Counted>()

/** AUs predicted present at once, by column of pixels. */
function predictedAtOnce(curves: OverviewPicture['curves'], whole: View, width: number): Uint8Array {
  const known = counted.get(curves)
  if (known?.frameCount === whole.end && known.width === width) return known.counts
  const counts = new Uint8Array(width)
  for (const { pyramid, threshold } of curves.values()) {
    const level = levelFor(pyramid, whole.end / width / FANOUT)
    const byte = 1 + Math.round(threshold * 254)
    for (let x = 0; x < width; x++)
      if (maxOver(pyramid, level, xToPosition(whole, width, x), xToPosition(whole, width, x + 1)) >= byte) counts[x] = (counts[x] ?? 0) + 1
  }
  counted.set(curves, { frameCount: whole.end, width, counts })
  return counts
}

/** Everything but the view, as pixels. @param scale device pixels per CSS pixel */
export function fillOverview(layer: PixelLayer, picture: OverviewPicture, scale: number): void {
  const { colours, lanes, isBlind, coder } = picture
  const { width, height } = layer
  const whole = { start: 0, end: Math.max(1, picture.frameCount) }
  const ground = wordOf(colours.background)
  layer.words.fill(ground)
  const foot = height - (QUEUE_HEIGHT + 1) * scale
  if (!isBlind) {
    const counts = predictedAtOnce(picture.curves, whole, width)
    const most = counts.reduce((a, b) => Math.max(a, b), 4)
    const word = wordOver(colours.curve, ground)
    counts.forEach((count, x) => layer.fill({ left: x, right: x + 1, top: foot - (count / most) * (foot - 3 * scale), bottom: foot }, word))
  }
  const step = (foot - 3 * scale) / Math.max(1, lanes.length)
  const bar = wordOf(colours.accent)
  lanes.forEach((lane, index) => {
    const top = 3 * scale + index * step
    for (const [who, spans] of lane.byCoder) {
      if (isBlind && who !== coder) continue
      let column = -1
      for (const label of spans) {
        if (label.state !== 'present') continue
        const right = Math.round(frameToX(whole, width, label.endFrame + 1))
        if (right <= column) continue
        const left = Math.max(column, frameToX(whole, width, label.startFrame))
        layer.fill({ left, right, top, bottom: Math.max(top + 1, top + step * 0.8) }, bar)
        column = Math.max(right, Math.round(left) + 1)
      }
    }
  })
  if (isBlind) return
  for (const { startFrame, endFrame } of picture.queued) {
    const left = frameToX(whole, width, startFrame)
    const right = Math.max(left + 2 * scale, frameToX(whole, width, endFrame + 1))
    layer.fill({ left, right, top: height - QUEUE_HEIGHT * scale, bottom: height }, wordOf(colours.text))
  }
}

/** Bookmarks, the selected range and the part in view, over the strip. */
export function drawOverviewPlace(
  context: CanvasRenderingContext2D,
  size: { width: number; height: number },
  picture: OverviewPicture,
  view: View,
  selection: FrameSpan | null,
): void {
  const { width, height } = size
  const { colours } = picture
  const whole = { start: 0, end: Math.max(1, picture.frameCount) }
  context.fillStyle = colours.css.accent
  for (const { frame } of picture.bookmarks) {
    const x = frameToX(whole, width, frame + 0.5)
    context.beginPath()
    context.moveTo(x - 3, 0)
    context.lineTo(x + 3, 0)
    context.lineTo(x, 4)
    context.fill()
  }
  if (selection) {
    const left = frameToX(whole, width, selection.startFrame)
    context.fillStyle = colours.css.accent
    context.fillRect(left, 0, Math.max(2, frameToX(whole, width, selection.endFrame + 1) - left), 2)
  }
  const left = frameToX(whole, width, view.start)
  const right = frameToX(whole, width, view.end)
  context.fillStyle = colours.css.background
  context.globalAlpha = 0.6
  context.fillRect(0, 0, left, height)
  context.fillRect(right, 0, width - right, height)
  context.globalAlpha = 1
  context.strokeStyle = colours.css.dim
  context.strokeRect(left + 0.5, 0.5, Math.max(2, right - left - 1), height - 1)
}
