// The ruler: times above, frame numbers below, bookmarks and the selected range.
import type { FrameSpan } from '../../codingStore'
import { frameAtOrBefore, frameSeconds, type FrameTable } from '../../frames/frameTable'
import { frameToX, tickFrames, tickSeconds, type View } from '../scale'
import type { TimelineColours } from './colours'

export interface RulerPicture {
  width: number
  height: number
  view: View
  table: FrameTable
  selection: FrameSpan | null
  bookmarks: readonly { frame: number }[]
  colours: TimelineColours
}

const tickLabel = (seconds: number, step: number): string => {
  const minutes = Math.floor(seconds / 60)
  const rest = seconds - minutes * 60
  const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0
  return `${minutes}:${rest.toFixed(digits).padStart(digits === 0 ? 2 : digits + 3, '0')}`
}

/** A small flag; its point is on the frame. */
function drawBookmarks(context: CanvasRenderingContext2D, { view, width, bookmarks, colours }: RulerPicture): void {
  context.fillStyle = colours.css.accent
  for (const { frame } of bookmarks) {
    const x = frameToX(view, width, frame + 0.5)
    context.beginPath()
    context.moveTo(x - 4, 0)
    context.lineTo(x + 4, 0)
    context.lineTo(x + 4, 9)
    context.lineTo(x, 6)
    context.lineTo(x - 4, 9)
    context.fill()
  }
}

function drawTimes(context: CanvasRenderingContext2D, { view, width, height, table, colours }: RulerPicture): void {
  const lastFrame = table.seconds.length - 1
  const from = frameSeconds(table, Math.max(0, Math.floor(view.start)))
  const to = frameSeconds(table, Math.min(lastFrame, Math.ceil(view.end)))
  const step = tickSeconds(Math.max(1e-6, to - from) / width, 70)
  for (let index = Math.ceil(from / step); index * step <= to + 1e-9; index++) {
    const seconds = index * step
    const frame = frameAtOrBefore(table, seconds + 1e-9)
    const start = frameSeconds(table, frame)
    const length = frame < lastFrame ? frameSeconds(table, frame + 1) - start : 1
    const x = Math.round(frameToX(view, width, frame + Math.min(1, (seconds - start) / Math.max(1e-9, length))))
    context.fillStyle = colours.css.line
    context.fillRect(x, 0, 1, height / 2 + 3)
    context.fillStyle = colours.css.text
    context.fillText(tickLabel(seconds, step), x + 4, height / 4 + 1)
  }
}

function drawFrames(context: CanvasRenderingContext2D, { view, width, height, table, colours }: RulerPicture): void {
  const lastFrame = table.seconds.length - 1
  const step = tickFrames((view.end - view.start) / width, 60)
  for (let frame = Math.ceil(Math.max(0, view.start) / step) * step; frame <= Math.min(view.end, lastFrame); frame += step) {
    const x = Math.round(frameToX(view, width, frame))
    context.fillStyle = colours.css.line
    context.fillRect(x, height / 2 + 2, 1, height / 2)
    context.fillStyle = colours.css.dim
    context.fillText(String(frame), x + 4, (height * 3) / 4 + 1)
  }
}

export function drawRuler(context: CanvasRenderingContext2D, picture: RulerPicture): void {
  const { width, height, view, selection, colours } = picture
  context.clearRect(0, 0, width, height)
  drawBookmarks(context, picture)
  if (selection) {
    const left = frameToX(view, width, selection.startFrame)
    context.fillStyle = colours.css.accentSoft
    context.fillRect(left, 0, frameToX(view, width, selection.endFrame + 1) - left, height)
  }
  context.font = `11px ${colours.font}`
  context.textBaseline = 'middle'
  drawTimes(context, picture)
  drawFrames(context, picture)
  context.fillStyle = colours.css.line
  context.fillRect(0, height - 1, width, 1)
}
