// Draws the timeline on canvases from plain values; keeps nothing between calls.
import type { LabelSpan } from '@shared/labels'
import type { FrameTable } from '../frames/frameTable'
import { frameAtOrBefore, frameSeconds } from '../frames/frameTable'
import type { FrameSpan } from '../codingStore'
import type { AuProposal } from '../assist/proposalList'
import { firstVisible, type Lane } from './lanes'
import { FANOUT, fromByte, levelFor, maxOver, type Pyramid } from './pyramid'
import { frameToX, tickFrames, tickSeconds, xToPosition, type View } from './scale'

/** Colours of the current theme, read from the page's custom properties. */
export interface TimelineColours {
  background: string
  lane: string
  line: string
  text: string
  dim: string
  accent: string
  accentSoft: string
  curve: string
  curveHot: string
  threshold: string
  font: string
}

export function readColours(element: Element): TimelineColours {
  const style = getComputedStyle(element)
  const get = (name: string): string => style.getPropertyValue(name).trim()
  return {
    background: get('--bg-0'),
    lane: get('--bg-1'),
    line: get('--line'),
    text: get('--text'),
    dim: get('--text-3'),
    accent: get('--accent'),
    accentSoft: get('--accent-soft'),
    curve: get('--curve-fill'),
    curveHot: get('--curve'),
    threshold: get('--threshold'),
    font: get('--font-ui'),
  }
}

export interface Curve {
  pyramid: Pyramid
  threshold: number
}

/** A span being drawn or dragged, not yet written. */
export interface Draft {
  laneKey: string
  /** Label that is being changed, or null for a new one. */
  labelId: string | null
  startFrame: number
  endFrame: number
}

export interface LanesPicture {
  width: number
  height: number
  scrollTop: number
  laneHeight: number
  view: View
  lanes: readonly Lane[]
  curves: ReadonlyMap<number, Curve>
  coder: string
  coderColours: ReadonlyMap<string, string>
  /** Hides predictions and other coders. */
  isBlind: boolean
  selectedIds: readonly string[]
  proposals: ReadonlyMap<number, readonly AuProposal[]>
  selectedProposal: string | null
  activeLaneKey: string | null
  selection: FrameSpan | null
  draft: Draft | null
  /** Events begun and not ended, by AU, and the frame on screen that they reach. */
  openEvents: ReadonlyMap<number, number>
  frame: number
  colours: TimelineColours
}

const LETTER_MIN_WIDTH = 12

/** Probability as a filled curve, stronger where it reaches the threshold, with the threshold as a hairline. */
function drawCurve(context: CanvasRenderingContext2D, picture: LanesPicture, curve: Curve, top: number): void {
  const { width, view, laneHeight, colours } = picture
  const framesPerPixel = (view.end - view.start) / width
  const inner = laneHeight - 3
  const base = top + laneHeight - 1
  const all = new Path2D()
  const hot = new Path2D()
  const thresholdByte = 1 + Math.round(curve.threshold * 254)
  const bar = (x: number, w: number, byte: number): void => {
    if (byte === 0) return
    const h = fromByte(byte) * inner
    if (h < 0.5) return
    ;(byte >= thresholdByte ? hot : all).rect(x, base - h, w, h)
  }
  const values = curve.pyramid.levels[0]
  if (!values) return
  if (framesPerPixel <= 1) {
    const first = Math.max(0, Math.floor(view.start))
    const last = Math.min(values.length - 1, Math.ceil(view.end))
    for (let frame = first; frame <= last; frame++) {
      const x = frameToX(view, width, frame)
      bar(x, frameToX(view, width, frame + 1) - x, values[frame] ?? 0)
    }
  } else {
    const level = levelFor(curve.pyramid, framesPerPixel / FANOUT)
    for (let x = 0; x < width; x++) bar(x, 1, maxOver(curve.pyramid, level, xToPosition(view, width, x), xToPosition(view, width, x + 1)))
  }
  context.fillStyle = colours.curve
  context.fill(all)
  context.fillStyle = colours.curveHot
  context.globalAlpha = 0.75
  context.fill(hot)
  context.globalAlpha = 1
  context.fillStyle = colours.threshold
  context.fillRect(0, Math.round(base - curve.threshold * inner), width, 1)
}

/** Diagonal hatching over a rectangle. */
function hatch(context: CanvasRenderingContext2D, x: number, y: number, w: number, h: number, step: number, isCrossed: boolean): void {
  context.save()
  context.beginPath()
  context.rect(x, y, w, h)
  context.clip()
  context.beginPath()
  const from = Math.floor((x - h) / step) * step
  for (let at = from; at < x + w; at += step) {
    context.moveTo(at, y + h)
    context.lineTo(at + h, y)
    if (isCrossed) {
      context.moveTo(at, y)
      context.lineTo(at + h, y + h)
    }
  }
  context.stroke()
  context.restore()
}

function drawLabel(context: CanvasRenderingContext2D, picture: LanesPicture, label: LabelSpan, top: number, isOwn: boolean): void {
  const { view, width, laneHeight, colours } = picture
  const draft = picture.draft?.labelId === label.id ? picture.draft : null
  const start = draft?.startFrame ?? label.startFrame
  const end = draft?.endFrame ?? label.endFrame
  const left = Math.max(-4, frameToX(view, width, start))
  const right = Math.min(width + 4, frameToX(view, width, end + 1))
  if (right < 0 || left > width) return
  const w = Math.max(1.5, right - left)
  const colour = picture.coderColours.get(label.coder) ?? colours.accent
  // Other coders run as thin bars along the lower edge, so that one's own events keep the lane.
  const y = isOwn ? top + 3 : top + laneHeight - 5
  const h = isOwn ? laneHeight - 6 : 3
  context.lineWidth = 1
  context.strokeStyle = colour
  context.fillStyle = colour
  if (!isOwn) {
    context.globalAlpha = label.state === 'present' ? 0.9 : 0.35
    context.fillRect(left, y, w, h)
    context.globalAlpha = 1
    return
  }
  if (label.state === 'present') {
    context.globalAlpha = label.source === 'confirmed' ? 0.38 : 0.6
    context.beginPath()
    context.roundRect(left, y, w, h, Math.min(3, w / 2))
    context.fill()
    context.globalAlpha = 1
    context.stroke()
  } else if (label.state === 'absent') {
    // Absent is a low line with end caps: somebody looked and saw nothing.
    const line = y + h - 2
    context.globalAlpha = 0.8
    context.fillRect(left, line, w, 2)
    if (w > 6) {
      context.fillRect(left, line - 3, 1.5, 5)
      context.fillRect(left + w - 1.5, line - 3, 1.5, 5)
    }
    context.globalAlpha = 1
  } else {
    context.strokeStyle = colours.dim
    hatch(context, left, y, w, h, 5, true)
    context.strokeRect(left + 0.5, y + 0.5, w - 1, h - 1)
  }
  if (label.apexFrame !== null && label.state === 'present') {
    const apex = frameToX(view, width, label.apexFrame + 0.5)
    context.fillStyle = colours.text
    context.beginPath()
    context.moveTo(apex - 3.5, y - 2)
    context.lineTo(apex + 3.5, y - 2)
    context.lineTo(apex, y + 3)
    context.fill()
  }
  const letter = label.state === 'present' ? (label.intensity ?? '') : label.state === 'not-scorable' ? 'NS' : ''
  if (letter !== '' && w >= LETTER_MIN_WIDTH && laneHeight >= 15) {
    context.font = `600 11px ${colours.font}`
    context.textBaseline = 'middle'
    context.fillStyle = colours.text
    context.fillText(letter, Math.max(left, 0) + 4, y + h / 2 + 0.5)
  }
  if (label.note && w >= 8) {
    context.fillStyle = colours.text
    context.beginPath()
    context.arc(right - 5, y + 4, 1.8, 0, 2 * Math.PI)
    context.fill()
  }
  if (picture.selectedIds.includes(label.id)) {
    context.strokeStyle = colours.text
    context.lineWidth = 2
    context.beginPath()
    context.roundRect(left, y, w, h, 3)
    context.stroke()
    context.lineWidth = 1
  }
}

/** Proposed events: an outline in the neutral colour, hatched where confidence is low, so that none is taken for a label. */
function drawProposals(context: CanvasRenderingContext2D, picture: LanesPicture, proposals: readonly AuProposal[], top: number): void {
  const { view, width, laneHeight, colours } = picture
  for (const event of proposals) {
    if (event.endFrame < view.start || event.startFrame > view.end) continue
    const left = Math.max(-4, frameToX(view, width, event.startFrame))
    const w = Math.max(2, Math.min(width + 4, frameToX(view, width, event.endFrame + 1)) - left)
    const y = top + 3
    const h = laneHeight - 6
    const isChosen = event.key === picture.selectedProposal
    context.strokeStyle = isChosen ? colours.accent : colours.dim
    context.lineWidth = isChosen ? 2 : 1
    if (isChosen) {
      context.fillStyle = colours.accentSoft
      context.fillRect(left, y, w, h)
    }
    if (event.isDoubtful) {
      context.globalAlpha = 0.55
      hatch(context, left, y, w, h, 6, false)
      context.globalAlpha = 1
    }
    context.setLineDash([3, 2])
    context.strokeRect(left + 0.5, y + 0.5, Math.max(1, w - 1), h - 1)
    context.setLineDash([])
    context.lineWidth = 1
  }
}

/** The spans of one coder that are in view. */
function drawSpans(
  context: CanvasRenderingContext2D,
  picture: LanesPicture,
  spans: readonly LabelSpan[],
  top: number,
  isOwn: boolean,
): void {
  for (let at = firstVisible(spans, Math.floor(picture.view.start)); at < spans.length; at++) {
    const label = spans[at]
    if (!label || label.startFrame > picture.view.end) break
    drawLabel(context, picture, label, top, isOwn)
  }
}

/** All visible lanes: background, curve, labels of every coder, the draft, the selected range. */
export function drawLanes(context: CanvasRenderingContext2D, picture: LanesPicture): void {
  const { width, height, laneHeight, view, lanes, colours } = picture
  context.clearRect(0, 0, width, height)
  const first = Math.max(0, Math.floor(picture.scrollTop / laneHeight))
  const last = Math.min(lanes.length - 1, Math.floor((picture.scrollTop + height) / laneHeight))
  for (let index = first; index <= last; index++) {
    const lane = lanes[index]
    if (!lane) continue
    const top = index * laneHeight - picture.scrollTop
    context.fillStyle = lane.key === picture.activeLaneKey ? colours.accentSoft : index % 2 === 0 ? colours.lane : colours.background
    context.fillRect(0, top, width, laneHeight)
    const curve = picture.curves.get(lane.au)
    if (curve && !picture.isBlind && lane.side === 'both') drawCurve(context, picture, curve, top)
    if (!picture.isBlind && lane.side === 'both') drawProposals(context, picture, picture.proposals.get(lane.au) ?? [], top)
    for (const [coder, spans] of lane.byCoder)
      if (coder !== picture.coder && !picture.isBlind) drawSpans(context, picture, spans, top, false)
    drawSpans(context, picture, lane.byCoder.get(picture.coder) ?? [], top, true)
    const open = lane.side === 'both' ? picture.openEvents.get(lane.au) : undefined
    const draft = picture.draft?.laneKey === lane.key && picture.draft.labelId === null ? picture.draft : null
    const span =
      draft ?? (open === undefined ? null : { startFrame: Math.min(open, picture.frame), endFrame: Math.max(open, picture.frame) })
    if (span) {
      const left = frameToX(view, width, span.startFrame)
      const right = frameToX(view, width, span.endFrame + 1)
      context.strokeStyle = colours.accent
      context.fillStyle = colours.accentSoft
      context.fillRect(left, top + 3, right - left, laneHeight - 6)
      context.setLineDash([4, 3])
      context.strokeRect(left + 0.5, top + 3.5, right - left - 1, laneHeight - 7)
      context.setLineDash([])
    }
    context.fillStyle = colours.line
    context.fillRect(0, top + laneHeight - 1, width, 1)
  }
  if (picture.selection) {
    const left = frameToX(view, width, picture.selection.startFrame)
    const right = frameToX(view, width, picture.selection.endFrame + 1)
    context.fillStyle = colours.accentSoft
    context.fillRect(left, 0, right - left, height)
    context.fillStyle = colours.accent
    context.fillRect(left, 0, 1, height)
    context.fillRect(right - 1, 0, 1, height)
  }
}

const tickLabel = (seconds: number, step: number): string => {
  const minutes = Math.floor(seconds / 60)
  const rest = seconds - minutes * 60
  const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0
  return `${minutes}:${rest.toFixed(digits).padStart(digits === 0 ? 2 : digits + 3, '0')}`
}

/** Times above, frame numbers below. */
export function drawRuler(
  context: CanvasRenderingContext2D,
  size: { width: number; height: number },
  view: View,
  table: FrameTable,
  selection: FrameSpan | null,
  bookmarks: readonly { frame: number }[],
  colours: TimelineColours,
): void {
  const { width, height } = size
  context.clearRect(0, 0, width, height)
  for (const { frame } of bookmarks) {
    const x = frameToX(view, width, frame + 0.5)
    context.fillStyle = colours.accent
    context.beginPath()
    context.moveTo(x - 4, 0)
    context.lineTo(x + 4, 0)
    context.lineTo(x + 4, 9)
    context.lineTo(x, 6)
    context.lineTo(x - 4, 9)
    context.fill()
  }
  if (selection) {
    const left = frameToX(view, width, selection.startFrame)
    context.fillStyle = colours.accentSoft
    context.fillRect(left, 0, frameToX(view, width, selection.endFrame + 1) - left, height)
  }
  context.font = `11px ${colours.font}`
  context.textBaseline = 'middle'
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
    context.fillStyle = colours.line
    context.fillRect(x, 0, 1, height / 2 + 3)
    context.fillStyle = colours.text
    context.fillText(tickLabel(seconds, step), x + 4, height / 4 + 1)
  }
  const framesPerPixel = (view.end - view.start) / width
  const frameStep = tickFrames(framesPerPixel, 60)
  for (let frame = Math.ceil(Math.max(0, view.start) / frameStep) * frameStep; frame <= Math.min(view.end, lastFrame); frame += frameStep) {
    const x = Math.round(frameToX(view, width, frame))
    context.fillStyle = colours.line
    context.fillRect(x, height / 2 + 2, 1, height / 2)
    context.fillStyle = colours.dim
    context.fillText(String(frame), x + 4, (height * 3) / 4 + 1)
  }
  context.fillStyle = colours.line
  context.fillRect(0, height - 1, width, 1)
}

/** The whole video: where labels are, how many AUs are predicted at once, what is in view. */
export function drawOverview(
  context: CanvasRenderingContext2D,
  size: { width: number; height: number },
  facts: {
    frameCount: number
    lanes: readonly Lane[]
    curves: ReadonlyMap<number, Curve>
    coder: string
    isBlind: boolean
    view: View
    selection: FrameSpan | null
  },
  colours: TimelineColours,
): void {
  const { width, height } = size
  const whole = { start: 0, end: Math.max(1, facts.frameCount) }
  context.clearRect(0, 0, width, height)
  const density = new Float32Array(Math.ceil(width))
  if (!facts.isBlind) {
    for (const curve of facts.curves.values()) {
      const level = levelFor(curve.pyramid, whole.end / width / FANOUT)
      const byte = 1 + Math.round(curve.threshold * 254)
      for (let x = 0; x < density.length; x++) {
        if (maxOver(curve.pyramid, level, xToPosition(whole, width, x), xToPosition(whole, width, x + 1)) >= byte)
          density[x] = (density[x] ?? 0) + 1
      }
    }
    const most = Math.max(4, ...density)
    context.fillStyle = colours.curve
    for (let x = 0; x < density.length; x++) {
      const h = ((density[x] ?? 0) / most) * (height - 8)
      if (h > 0) context.fillRect(x, height - 5 - h, 1, h)
    }
  }
  context.fillStyle = colours.accent
  const step = Math.max(1, (height - 10) / Math.max(1, facts.lanes.length))
  facts.lanes.forEach((lane, index) => {
    for (const label of lane.labels) {
      if (label.state !== 'present' || (facts.isBlind && label.coder !== facts.coder)) continue
      const left = frameToX(whole, width, label.startFrame)
      context.fillRect(left, 3 + index * step, Math.max(1, frameToX(whole, width, label.endFrame + 1) - left), Math.max(1, step * 0.8))
    }
  })
  if (facts.selection) {
    const left = frameToX(whole, width, facts.selection.startFrame)
    context.fillStyle = colours.accent
    context.fillRect(left, height - 3, Math.max(2, frameToX(whole, width, facts.selection.endFrame + 1) - left), 3)
  }
  const left = frameToX(whole, width, facts.view.start)
  const right = frameToX(whole, width, facts.view.end)
  context.fillStyle = colours.background
  context.globalAlpha = 0.6
  context.fillRect(0, 0, left, height)
  context.fillRect(right, 0, width - right, height)
  context.globalAlpha = 1
  context.strokeStyle = colours.dim
  context.strokeRect(left + 0.5, 0.5, Math.max(2, right - left - 1), height - 1)
}
