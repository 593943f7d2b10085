// The table of frames: every frame a row, sorted and filtered; only the rows in sight are drawn. A row goes to its frame; rows are copied as text.
import { memo, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { strings } from '../../../app/strings'
import { Button } from '../../../ui/Button'
import { figureText } from '../../../ui/figureText'
import { formatCount, formatTime } from '../../../ui/format'
import { notify } from '../../../ui/notify'
import { useCoding } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import { useSize } from '../timeline/useCanvas'
import { listFrames, toTabSeparated, type FrameColumns, type SortKey, type Sorting } from './frameColumns'
import { readFilter } from './frameFilter'
import './frameList.css'
import { chooseAll, chooseRow, NO_ROWS, rowAfterKey, type RowSelection } from './rowSelection'

const t = strings.coding
const ROW_HEIGHT = 24
const HEAD_HEIGHT = 26
/** Rows drawn beyond both edges, so that scrolling does not show their making. */
const OVERSCAN = 8

interface Column {
  key: SortKey
  name: string
  width: number
}

/** One table cell a value: what stands in it, and a class that says the same by form. */
function cellOf(columns: FrameColumns, key: SortKey, frame: number): { text: string; look: string } {
  const face = columns.face(frame)
  const au = Number(key.slice(1))
  switch (key) {
    case 'frame':
      return { text: `${formatCount(frame)}  ${formatTime(columns.seconds(frame))}`, look: '' }
    case 'trusted':
      return { text: t.trustReasons[face?.trust ?? 'no-face'], look: columns.isTrusted(frame) ? '' : 'warn' }
    case 'pitch':
    case 'yaw':
    case 'roll':
      // Adding 0 makes a rounded -0 a plain 0.
      return { text: face ? `${figureText(columns.angle(frame, key), 0)}°` : '–', look: '' }
  }
  if (key.startsWith('p')) {
    const value = columns.probability(frame, au)
    const isPredicted = columns.isPredicted(frame, au)
    return { text: Number.isNaN(value) ? '–' : `${isPredicted ? '● ' : ''}${value.toFixed(2)}`, look: isPredicted ? 'over' : '' }
  }
  const state = columns.state(frame, au)
  const intensity = ' ABCDE'[columns.intensity(frame, au)]?.trim()
  return {
    text: state === null ? '' : state === 'present' && intensity ? intensity : t.stateShort[state],
    look: state === 'present' ? 'present' : '',
  }
}

interface RowProps {
  row: number
  frame: number
  columns: FrameColumns
  shown: readonly Column[]
  isChosen: boolean
  isActive: boolean
  isNow: boolean
}

const Row = memo(function Row({ row, frame, columns, shown, isChosen, isActive, isNow }: RowProps) {
  const looks = `frame-row ${isChosen ? 'chosen' : ''} ${isActive ? 'active' : ''} ${isNow ? 'now' : ''}`
  return (
    <div
      role="row"
      id={`frame-row-${row}`}
      aria-rowindex={row + 2}
      aria-selected={isChosen}
      aria-current={isNow || undefined}
      className={looks}
      style={{ top: HEAD_HEIGHT + row * ROW_HEIGHT }}
      data-row={row}
      data-frame={frame}
    >
      {shown.map(({ key, width }) => {
        const { text, look } = cellOf(columns, key, frame)
        return (
          <span key={key} role="gridcell" className={`num ${look}`} style={{ width }}>
            {text}
          </span>
        )
      })}
    </div>
  )
})

function shownColumns(columns: FrameColumns): Column[] {
  const angles = (['pitch', 'yaw', 'roll'] as const).map((key) => ({ key, name: t.angles[key], width: 52 }))
  const perAu = columns.aus.flatMap((au): Column[] => [
    ...(columns.hasProbabilities ? [{ key: `p${au}` as const, name: `AU${au} ${t.listProbability}`, width: 84 }] : []),
    { key: `l${au}` as const, name: `AU${au} ${t.columns.label}`, width: 84 },
  ])
  return [{ key: 'frame', name: t.listFrame, width: 136 }, { key: 'trusted', name: t.listTrusted, width: 104 }, ...angles, ...perAu]
}

export function FrameList({ columns, player }: { columns: FrameColumns; player: FramePlayer | null }) {
  const scroller = useRef<HTMLDivElement>(null)
  const { height } = useSize(scroller)
  const filter = useCoding((state) => state.frameFilter)
  const sorting = useCoding((state) => state.frameSorting)
  const frameNow = useCoding((state) => state.frame)
  const patch = useCoding((state) => state.patch)
  const [scrollTop, setScrollTop] = useState(0)
  const [selection, setSelection] = useState<RowSelection>(NO_ROWS)
  const reading = useMemo(() => readFilter(filter), [filter])
  // While a filter is half written the list stays as it last was.
  const [lastTest, setLastTest] = useState(() => (reading.isValid ? reading.test : () => true))
  useEffect(() => {
    if (reading.isValid) setLastTest(() => reading.test)
  }, [reading])
  const test = useDeferredValue(lastTest)
  const frames = useMemo(() => listFrames(columns, (frame) => test(frame, columns), sorting), [columns, test, sorting])
  const shown = useMemo(() => shownColumns(columns), [columns])
  const width = shown.reduce((sum, column) => sum + column.width, 0)
  useEffect(() => setSelection(NO_ROWS), [frames])

  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - OVERSCAN)
  const end = Math.min(frames.length, Math.ceil((scrollTop + height) / ROW_HEIGHT) + OVERSCAN)
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
        aria-colcount={shown.length}
        aria-multiselectable
        aria-activedescendant={selection.rows.size > 0 ? `frame-row-${selection.active}` : undefined}
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <div className="frame-list-rows" role="rowgroup" style={{ height: HEAD_HEIGHT + frames.length * ROW_HEIGHT, width }}>
          <div role="row" aria-rowindex={1} className="frame-list-head" style={{ width }}>
            {shown.map((column) => (
              <button
                key={column.key}
                type="button"
                role="columnheader"
                aria-sort={sorting.key === column.key ? (sorting.isDescending ? 'descending' : 'ascending') : 'none'}
                style={{ width: column.width }}
                onClick={() => sortBy(column.key)}
              >
                {column.name}
                {sorting.key === column.key ? (sorting.isDescending ? ' ▾' : ' ▴') : ''}
              </button>
            ))}
          </div>
          {Array.from(frames.subarray(first, end), (frame, index) => (
            <Row
              key={first + index}
              row={first + index}
              frame={frame}
              columns={columns}
              shown={shown}
              isChosen={selection.rows.has(first + index)}
              isActive={selection.rows.size > 0 && selection.active === first + index}
              isNow={frame === frameNow}
            />
          ))}
        </div>
        {frames.length === 0 ? <p className="frame-list-none small soft">{t.noFramesListed}</p> : null}
      </div>
    </section>
  )
}
