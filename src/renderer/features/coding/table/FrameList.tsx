// The table of frames: every frame a row, sorted and filtered; only the rows in sight are drawn. A row goes to its frame; rows are copied as text.
import {
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react'
import { strings } from '../../../app/strings'
import { Button } from '../../../ui/Button'
import { notify } from '../../../ui/notify'
import { useCoding } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import { useColours } from '../timeline/paint/colours'
import { useCanvas, useSize } from '../timeline/useCanvas'
import { drawRows } from './drawRows'
import { listFrames, toTabSeparated, type FrameColumns, type SortKey, type Sorting } from './frameColumns'
import { readFilter } from './frameFilter'
import './frameList.css'
import { FrameRows } from './FrameRows'
import { columnsInSight, placedColumns } from './placedColumns'
import { HEAD_HEIGHT, ROW_HEIGHT, rowsInSight } from './placedRows'
import { chooseAll, chooseRow, NO_ROWS, rowAfterKey, type RowSelection } from './rowSelection'

const t = strings.coding
/** Scrolling rests after so many milliseconds without a move. */
const REST_MS = 120

/** Where a list is scrolled to, told when it rests; the painting reads the place itself. */
function useRestingPlace(scroller: RefObject<HTMLElement | null>): { top: number; left: number } {
  const [place, setPlace] = useState({ top: 0, left: 0 })
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    let timer = 0
    const onScroll = (): void => {
      clearTimeout(timer)
      timer = window.setTimeout(() => setPlace({ top: element.scrollTop, left: element.scrollLeft }), REST_MS)
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      clearTimeout(timer)
      element.removeEventListener('scroll', onScroll)
    }
  }, [scroller])
  return place
}

export function FrameList({ columns, player }: { columns: FrameColumns; player: FramePlayer | null }) {
  const scroller = useRef<HTMLDivElement>(null)
  const { width, height } = useSize(scroller)
  const colours = useColours()
  const filter = useCoding((state) => state.frameFilter)
  const sorting = useCoding((state) => state.frameSorting)
  const frameNow = useCoding((state) => state.frame)
  const patch = useCoding((state) => state.patch)
  const place = useRestingPlace(scroller)
  const [selection, setSelection] = useState<RowSelection>(NO_ROWS)
  const reading = useMemo(() => readFilter(filter), [filter])
  // While a filter is half written the list stays as it last was.
  const [lastTest, setLastTest] = useState(() => (reading.isValid ? reading.test : () => true))
  useEffect(() => {
    if (reading.isValid) setLastTest(() => reading.test)
  }, [reading])
  const test = useDeferredValue(lastTest)
  const frames = useMemo(() => listFrames(columns, (frame) => test(frame, columns), sorting), [columns, test, sorting])
  const all = useMemo(() => placedColumns(columns), [columns])
  const shown = useMemo(() => columnsInSight(all, place.left, width), [all, place.left, width])
  const fullWidth = all.reduce((sum, column) => sum + column.width, 0)
  useEffect(() => setSelection(NO_ROWS), [frames])

  const { first, end } = rowsInSight(place.top, height, frames.length)
  const paint = useCallback(
    (context: CanvasRenderingContext2D) => {
      const element = scroller.current
      if (!element) return
      const { scrollTop, scrollLeft } = element
      drawRows(context, {
        width,
        height,
        scrollTop,
        scrollLeft,
        frames,
        columns,
        shown: columnsInSight(all, scrollLeft, width),
        selection,
        frameNow,
        fontSize: Number.parseFloat(getComputedStyle(element).fontSize),
        colours,
      })
    },
    [width, height, frames, columns, all, selection, frameNow, colours],
  )
  const subscribe = useCallback((request: () => void) => {
    const element = scroller.current
    element?.addEventListener('scroll', request, { passive: true })
    return () => element?.removeEventListener('scroll', request)
  }, [])
  const canvasSize = useMemo(() => ({ width, height: Math.max(0, height - HEAD_HEIGHT) }), [width, height])
  const canvas = useCanvas(canvasSize, paint, subscribe)
  const go = useCallback(
    (next: RowSelection) => {
      setSelection(next)
      const frame = frames[next.active]
      if (frame !== undefined) void player?.seekTo(frame)
      const element = scroller.current
      if (!element) return
      const top = next.active * ROW_HEIGHT
      const room = element.clientHeight - HEAD_HEIGHT - ROW_HEIGHT
      if (top < element.scrollTop) element.scrollTop = top
      else if (top > element.scrollTop + room) element.scrollTop = top - room
    },
    [frames, player],
  )
  const copy = (): void => {
    const rows = [...selection.rows].sort((a, b) => a - b)
    const text = toTabSeparated(
      columns,
      rows.map((row) => frames[row] ?? 0),
    )
    void navigator.clipboard.writeText(text).then(
      () => notify(t.rowsCopied(rows.length)),
      () => notify(t.rowsNotCopied),
    )
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const isCommand = event.ctrlKey || event.metaKey
    const key = event.key.toLowerCase()
    if (isCommand && key === 'c' && selection.rows.size > 0) copy()
    else if (isCommand && key === 'a') setSelection(chooseAll(frames.length))
    else {
      const pageRows = Math.max(1, Math.floor((height - HEAD_HEIGHT) / ROW_HEIGHT) - 1)
      const row = isCommand || event.altKey ? null : rowAfterKey(event.key, selection.active, frames.length, pageRows)
      if (row === null) return
      go(
        chooseRow(
          selection,
          selection.rows.size === 0 && event.key.startsWith('Arrow') ? selection.active : row,
          event.shiftKey ? 'range' : 'one',
        ),
      )
    }
    event.preventDefault()
  }
  const onClick = (event: MouseEvent<HTMLDivElement>): void => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset.row
    if (row !== undefined)
      go(chooseRow(selection, Number(row), event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'one'))
  }
  const sortBy = (key: SortKey): void => {
    const next: Sorting = sorting.key !== key ? { key, isDescending: key !== 'frame' } : { key, isDescending: !sorting.isDescending }
    patch({ frameSorting: next })
  }
  return (
    <section className="frame-list" aria-label={t.frameList}>
      <div className="frame-list-bar">
        <input
          className="input small"
          type="search"
          aria-label={t.frameFilter}
          aria-invalid={!reading.isValid}
          placeholder={t.frameFilterHint}
          value={filter}
          spellCheck={false}
          onChange={(event) => patch({ frameFilter: event.target.value })}
        />
        <span className={`small truncate ${reading.isValid ? 'soft' : 'filter-error'}`} role="status">
          {reading.isValid ? reading.says : t.filterUnread(reading.near)}
        </span>
        <span className="grow" />
        <span className="small num soft" data-testid="frame-list-count">
          {t.framesListed(frames.length, columns.count)}
        </span>
        <Button className="small" disabled={selection.rows.size === 0} onClick={copy}>
          {t.copyRows(selection.rows.size)}
        </Button>
      </div>
      <div
        ref={scroller}
        className="frame-list-scroll"
        role="grid"
        tabIndex={0}
        aria-label={t.frameList}
        aria-rowcount={frames.length + 1}
        aria-colcount={all.length}
        aria-multiselectable
        aria-activedescendant={selection.rows.size > 0 ? `frame-row-${selection.active}` : undefined}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <div className="frame-list-rows" role="rowgroup" style={{ height: HEAD_HEIGHT + frames.length * ROW_HEIGHT, width: fullWidth }}>
          <div role="row" aria-rowindex={1} className="frame-list-head" style={{ width: fullWidth }}>
            {all.map((column) => (
              <button
                key={column.key}
                type="button"
                role="columnheader"
                aria-colindex={column.index + 1}
                className={column.index === 0 ? 'pinned' : undefined}
                aria-sort={sorting.key === column.key ? (sorting.isDescending ? 'descending' : 'ascending') : 'none'}
                style={{ width: column.width }}
                onClick={() => sortBy(column.key)}
              >
                {column.name}
                {sorting.key === column.key ? (sorting.isDescending ? ' ▾' : ' ▴') : ''}
              </button>
            ))}
          </div>
          <canvas ref={canvas} className="frame-list-picture" style={canvasSize} aria-hidden />
          <FrameRows {...{ frames, first, end, columns, shown, selection, frameNow }} />
        </div>
        {frames.length === 0 ? <p className="frame-list-none small soft">{t.noFramesListed}</p> : null}
      </div>
    </section>
  )
}
