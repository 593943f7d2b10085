// The rows in sight of the table of frames as elements, for pointers, keys and screen readers. They carry no ink: drawRows.ts paints what is seen,
// because elements cost so much more that scrolling would wait for them. They follow when the scrolling rests.
import { memo } from 'react'
import { cellOf } from './cells'
import type { FrameColumns } from './frameColumns'
import type { PlacedColumn } from './placedColumns'
import { HEAD_HEIGHT, ROW_HEIGHT } from './placedRows'
import type { RowSelection } from './rowSelection'

interface RowProps {
  row: number
  frame: number
  columns: FrameColumns
  shown: readonly PlacedColumn[]
  isChosen: boolean
  isNow: boolean
}

const Row = memo(function Row({ row, frame, columns, shown, isChosen, isNow }: RowProps) {
  return (
    <div
      role="row"
      id={`frame-row-${row}`}
      aria-rowindex={row + 2}
      aria-selected={isChosen}
      aria-current={isNow || undefined}
      className="frame-row"
      style={{ top: HEAD_HEIGHT + row * ROW_HEIGHT }}
      data-row={row}
      data-frame={frame}
    >
      {shown.map(({ key, index, left, width }) => (
        <span key={key} role="gridcell" aria-colindex={index + 1} style={{ left, width }}>
          {cellOf(columns, key, frame).text}
        </span>
      ))}
    </div>
  )
})

interface RowsProps {
  /** Frames of all rows of the list, in its order. */
  frames: Uint32Array
  first: number
  end: number
  columns: FrameColumns
  shown: readonly PlacedColumn[]
  selection: RowSelection
  frameNow: number
}

export const FrameRows = memo(function FrameRows({ frames, first, end, columns, shown, selection, frameNow }: RowsProps) {
  return Array.from(frames.subarray(first, end), (frame, index) => {
    const row = first + index
    return (
      <Row
        key={row}
        row={row}
        frame={frame}
        columns={columns}
        shown={shown}
        isChosen={selection.rows.has(row)}
        isNow={frame === frameNow}
      />
    )
  })
})
