// What is written on bars: intensity letters, apex ticks, dots for notes. Only where there is room, so few enough for canvas calls.
import type { LabelSpan } from '@shared/labels'
import { firstVisible } from '../lanes'
import { frameToX } from '../scale'
import { barBounds, shownSpan, type LanesPicture } from './lanesPicture'

/** Bars narrower than this, in CSS pixels, carry nothing. */
const MARKS_FROM = 8
const LETTER_FROM = 12
const LETTER_HEIGHT = 9

const letterOf = (label: LabelSpan): string =>
  label.state === 'present' ? (label.intensity ?? '') : label.state === 'not-scorable' ? 'NS' : ''

/** Marks of one's own labels in a lane. @param laneTop CSS pixels of the view */
export function drawMarks(context: CanvasRenderingContext2D, picture: LanesPicture, spans: readonly LabelSpan[], laneTop: number): void {
  const { view, width } = picture
  if ((view.end - view.start) / width > 400) return
  const bounds = barBounds(picture.laneHeight, picture.others.length)
  const top = laneTop + bounds.top
  const height = bounds.bottom - bounds.top
  for (let at = firstVisible(spans, Math.floor(view.start)); at < spans.length; at++) {
    const label = spans[at]
    if (!label || label.startFrame > view.end) return
    const span = shownSpan(picture, label.id, label)
    const left = frameToX(view, width, span.startFrame)
    const right = frameToX(view, width, span.endFrame + 1)
    if (right - left < MARKS_FROM) continue
    if (label.apexFrame !== null && label.state === 'present') {
      const apex = frameToX(view, width, label.apexFrame + 0.5)
      context.beginPath()
      context.moveTo(apex - 3.5, top - 1)
      context.lineTo(apex + 3.5, top - 1)
      context.lineTo(apex, top + 4)
      context.fill()
    }
    const letter = letterOf(label)
    if (letter !== '' && right - left >= LETTER_FROM && height >= LETTER_HEIGHT)
      context.fillText(letter, Math.max(left, 0) + 4, top + height / 2 + 0.5)
    if (label.note) {
      context.beginPath()
      context.arc(Math.min(right, width) - 5, top + 4, 1.8, 0, 2 * Math.PI)
      context.fill()
    }
  }
}

/** Font and colour of all marks; set once a picture. */
export function prepareMarks(context: CanvasRenderingContext2D, picture: LanesPicture): void {
  context.font = `600 11px ${picture.colours.font}`
  context.textBaseline = 'middle'
  context.fillStyle = picture.colours.css.text
}
