// Paints the rows in sight of the table of frames: plain cells first, then the strong ones, because changing the font costs more than a cell.
import type { TimelineColours } from '../timeline/paint/colours'
import { cellOf } from './cells'
import type { FrameColumns } from './frameColumns'
import type { PlacedColumn } from './placedColumns'
import { ROW_HEIGHT, rowsInSight } from './placedRows'
import type { RowSelection } from './rowSelection'

export interface RowsPicture {
  /** Of the whole list, its head included; CSS pixels. */
  width: number
  height: number
  scrollTop: number
  scrollLeft: number
  /** Frames of all rows, in the order of the list. */
  frames: Uint32Array
  columns: FrameColumns
  /** Columns in sight; the one with index 0 stays at the left edge. */
  shown: readonly PlacedColumn[]
  selection: RowSelection
  /** Frame on screen. */
  frameNow: number
  /** Of the letters, CSS pixels. */
  fontSize: number
  colours: TimelineColours
}

/** Free space beside the letters of a cell. */
const PADDING = 8

/** Coordinates are CSS pixels from under the head. */
export function drawRows(context: CanvasRenderingContext2D, picture: RowsPicture): void {
  const { width, height, scrollTop, scrollLeft, frames, columns, shown, colours, fontSize } = picture
  const { first, end } = rowsInSight(scrollTop, height, frames.length)
  const [pinned, ...others] = shown
  context.fillStyle = colours.css.background
  context.fillRect(0, 0, width, height)
  for (let row = first; row < end; row++) drawGround(context, picture, row)
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  context.font = `400 ${fontSize}px ${colours.font}`
  context.fillStyle = colours.css.softText
  const middleOf = (row: number): number => row * ROW_HEIGHT - scrollTop + ROW_HEIGHT / 2
  const strong: { text: string; right: number; middle: number }[] = []
  context.save()
  context.beginPath()
  context.rect(pinned?.width ?? 0, 0, width, height)
  context.clip()
  for (let row = first; row < end; row++) {
    const frame = frames[row] ?? 0
    const middle = middleOf(row)
    for (const { key, left, width: wide } of others) {
      const { text, look } = cellOf(columns, key, frame)
      if (text === '') continue
      const right = left + wide - PADDING - scrollLeft
      if (look === 'strong') strong.push({ text, right, middle })
      else if (look === 'plain') context.fillText(text, right, middle)
      else {
        context.fillStyle = colours.css.warn
        context.fillText(text, right, middle)
        context.fillStyle = colours.css.softText
      }
    }
  }
  context.fillStyle = colours.css.text
  context.font = `600 ${fontSize}px ${colours.font}`
  for (const { text, right, middle } of strong) context.fillText(text, right, middle)
  context.restore()
  if (!pinned) return
  context.fillStyle = colours.css.line
  context.fillRect(pinned.width, 0, 1, (end - first) * ROW_HEIGHT)
  context.fillStyle = colours.css.softText
  context.font = `400 ${fontSize}px ${colours.font}`
  for (let row = first; row < end; row++)
    context.fillText(cellOf(columns, pinned.key, frames[row] ?? 0).text, pinned.width - PADDING, middleOf(row))
}

/** What lies behind a row's letters: chosen, active, on screen, and the line below. */
function drawGround(context: CanvasRenderingContext2D, picture: RowsPicture, row: number): void {
  const { width, scrollTop, frames, selection, frameNow, colours } = picture
  const top = row * ROW_HEIGHT - scrollTop
  if (selection.rows.has(row)) {
    context.fillStyle = colours.css.accentSoft
    context.fillRect(0, top, width, ROW_HEIGHT)
  }
  context.fillStyle = colours.css.line
  context.fillRect(0, top + ROW_HEIGHT - 1, width, 1)
  if (selection.rows.size > 0 && selection.active === row) {
    context.strokeStyle = colours.css.accent
    context.lineWidth = 1
    context.strokeRect(0.5, top + 0.5, width - 1, ROW_HEIGHT - 2)
  }
  if (frames[row] === frameNow) {
    context.fillStyle = colours.css.playhead
    context.fillRect(0, top, 2, ROW_HEIGHT - 1)
  }
}
