// The table of frames paints what its rows hold: every cell in sight at its place, strong and doubtful ones as such, nothing under the column that stays.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LabelSpan } from '@shared/labels'
import { drawRows, type RowsPicture } from '@renderer/features/coding/table/drawRows'
import { FrameColumns } from '@renderer/features/coding/table/frameColumns'
import { columnsInSight, placedColumns } from '@renderer/features/coding/table/placedColumns'
import { HEAD_HEIGHT, ROW_HEIGHT, rowsInSight } from '@renderer/features/coding/table/placedRows'
import { chooseRow, NO_ROWS } from '@renderer/features/coding/table/rowSelection'
import type { TimelineColours } from '@renderer/features/coding/timeline/paint/colours'

const FRAMES = 500
const AUS = [1, 2, 4, 6, 12]
const label = { au: 6, side: 'both', coder: 'AB', startFrame: 10, endFrame: 19, state: 'present', intensity: 'C' } as LabelSpan
const columns = new FrameColumns({
  table: { seconds: Float64Array.from({ length: FRAMES }, (_, frame) => frame / 25) } as never,
  faces: null,
  predictions: { aus: AUS, values: Float32Array.from({ length: FRAMES * AUS.length }, (_, at) => (at % 100) / 100) } as never,
  thresholds: new Map([[12, 0.9]]),
  labels: [label],
  coder: 'AB',
  aus: AUS,
})
const all = placedColumns(columns)
const css = {
  background: 'ground',
  line: 'line',
  text: 'strong',
  softText: 'plain',
  accent: 'accent',
  accentSoft: 'soft',
  warn: 'warn',
  playhead: 'now',
}

interface Said {
  text: string
  x: number
  y: number
  colour: string
}

/** What a picture says and which boxes it fills; stands where a canvas would. */
function paint(more: Partial<RowsPicture>): { said: Said[]; filled: { colour: string; top: number; height: number }[] } {
  const said: Said[] = []
  const filled: { colour: string; top: number; height: number }[] = []
  const context = {
    fillStyle: '',
    fillText(text: string, x: number, y: number) {
      said.push({ text, x, y, colour: this.fillStyle })
    },
    fillRect(_x: number, top: number, _width: number, height: number) {
      filled.push({ colour: this.fillStyle, top, height })
    },
    ...Object.fromEntries(['save', 'restore', 'beginPath', 'rect', 'clip', 'strokeRect'].map((name) => [name, () => undefined])),
  }
  const picture: RowsPicture = {
    width: 400,
    height: 200,
    scrollTop: 0,
    scrollLeft: 0,
    frames: Uint32Array.from({ length: FRAMES }, (_, frame) => frame),
    columns,
    shown: columnsInSight(all, more.scrollLeft ?? 0, 400),
    selection: NO_ROWS,
    frameNow: -1,
    fontSize: 12,
    colours: { css, font: 'x' } as unknown as TimelineColours,
    ...more,
  }
  drawRows(context as unknown as CanvasRenderingContext2D, picture)
  return { said, filled }
}

describe('rows of the table of frames', () => {
  it('finds exactly the rows and columns in sight', () => {
    fc.assert(
      fc.property(
        fc.nat(FRAMES * ROW_HEIGHT),
        fc.integer({ min: 30, max: 900 }),
        fc.nat(900),
        fc.integer({ min: 200, max: 900 }),
        (top, height, left, width) => {
          const { first, end } = rowsInSight(top, height, FRAMES)
          for (let row = 0; row < FRAMES; row++) {
            const isSeen = (row + 1) * ROW_HEIGHT > top && row * ROW_HEIGHT < top + height - HEAD_HEIGHT
            if (isSeen !== (row >= first && row < end)) return false
          }
          const shown = new Set(columnsInSight(all, left, width).map((column) => column.key))
          const pinned = all[0]?.width ?? 0
          return all.every((column) => shown.has(column.key) || column.left + column.width <= left + pinned || column.left >= left + width)
        },
      ),
    )
  })

  it('says the frame of each row in sight, in the order of the list', () => {
    const frames = Uint32Array.from([7, 300, 42])
    const { said } = paint({ frames })
    const first = said.filter((one) => one.x === (all[0]?.width ?? 0) - 8)
    expect(first.map((one) => one.text.split(' ')[0])).toEqual(['7', '300', '42'])
    expect(first.map((one) => one.y)).toEqual([12, 36, 60])
  })

  it('puts strong words where something is present, at the place where the column is after scrolling', () => {
    const column = all.find((one) => one.key === 'l6')
    const left = column?.left ?? 0
    const { said } = paint({ scrollTop: 12 * ROW_HEIGHT, scrollLeft: left - 200 })
    const letters = said.filter((one) => one.text === 'C' && one.colour === 'strong')
    expect(letters).toHaveLength(8)
    expect(letters[0]).toMatchObject({ x: 200 + (column?.width ?? 0) - 8, y: 12 })
    expect(said.filter((one) => one.colour === 'warn').length).toBe(0)
    expect(paint({}).said.some((one) => one.text === 'no face' && one.colour === 'warn')).toBe(true)
  })

  it('marks the chosen rows and the frame on screen', () => {
    const selection = chooseRow(chooseRow(NO_ROWS, 2, 'one'), 3, 'range')
    const { filled } = paint({ selection, frameNow: 5 })
    expect(filled.filter((box) => box.colour === 'soft').map((box) => box.top)).toEqual([2 * ROW_HEIGHT, 3 * ROW_HEIGHT])
    expect(filled.filter((box) => box.colour === 'now').map((box) => box.top)).toEqual([5 * ROW_HEIGHT])
  })
})
