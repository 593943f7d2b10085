// The columns of the table of frames, where each lies, and which of them are in sight. Pure.
import { strings } from '../../../app/strings'
import type { FrameColumns, SortKey } from './frameColumns'

const t = strings.coding

interface Column {
  key: SortKey
  name: string
  /** CSS pixels. */
  width: number
}

export interface PlacedColumn extends Column {
  /** Among all columns, from 0. */
  index: number
  /** CSS pixels from the table's left edge. */
  left: number
}

/** Columns drawn beyond both edges. */
const OVERSCAN = 1

export function placedColumns(columns: FrameColumns): PlacedColumn[] {
  const angles = (['pitch', 'yaw', 'roll'] as const).map((key) => ({ key, name: t.angles[key], width: 52 }))
  const perAu = columns.aus.flatMap((au): Column[] => [
    ...(columns.hasProbabilities ? [{ key: `p${au}` as const, name: `AU${au} ${t.listProbability}`, width: 84 }] : []),
    { key: `l${au}` as const, name: `AU${au} ${t.columns.label}`, width: 84 },
  ])
  const all: Column[] = [
    { key: 'frame', name: t.listFrame, width: 136 },
    { key: 'trusted', name: t.listTrusted, width: 104 },
    ...angles,
    ...perAu,
  ]
  let left = 0
  return all.map((column, index) => {
    const placed = { ...column, index, left }
    left += column.width
    return placed
  })
}

/** The columns that show in a window of the table, and always the first, which stays at the left edge. */
export function columnsInSight(all: readonly PlacedColumn[], scrollLeft: number, width: number): PlacedColumn[] {
  const [pinned, ...others] = all
  if (!pinned) return []
  const first = others.findIndex((column) => column.left + column.width > scrollLeft + pinned.width)
  const last = others.findLastIndex((column) => column.left < scrollLeft + width)
  return [pinned, ...others.slice(Math.max(0, first - OVERSCAN), last + 1 + OVERSCAN)]
}
