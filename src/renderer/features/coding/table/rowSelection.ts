// Which rows of a list are chosen, and how clicks and keys change that. Pure; rows are places in the list as it is sorted now.

export interface RowSelection {
  /** Row where a range began. */
  anchor: number
  /** Row that keys move from. */
  active: number
  rows: ReadonlySet<number>
}

export const NO_ROWS: RowSelection = { anchor: 0, active: 0, rows: new Set() }

function range(a: number, b: number): Set<number> {
  const from = Math.min(a, b)
  return new Set(Array.from({ length: Math.abs(a - b) + 1 }, (_, index) => from + index))
}

/** @param how 'one' alone, 'range' from the anchor, 'toggle' in addition */
export function chooseRow(selection: RowSelection, row: number, how: 'one' | 'range' | 'toggle'): RowSelection {
  if (how === 'range') return { anchor: selection.anchor, active: row, rows: range(selection.anchor, row) }
  if (how === 'one') return { anchor: row, active: row, rows: new Set([row]) }
  const rows = new Set(selection.rows)
  if (!rows.delete(row)) rows.add(row)
  return { anchor: row, active: row, rows }
}

export const chooseAll = (count: number): RowSelection =>
  count === 0 ? NO_ROWS : { anchor: 0, active: count - 1, rows: range(0, count - 1) }

/** Row after a key, or null for keys that do not move. */
export function rowAfterKey(key: string, row: number, count: number, pageRows: number): number | null {
  const moves: Record<string, number> = {
    ArrowUp: row - 1,
    ArrowDown: row + 1,
    PageUp: row - pageRows,
    PageDown: row + pageRows,
    Home: 0,
    End: count - 1,
  }
  const to = moves[key]
  return to === undefined || count === 0 ? null : Math.max(0, Math.min(count - 1, to))
}
