// The AU-only table of OpenFace 2.2 (`FeatureExtraction -aus`): frames from 1, `_r` intensities 0-5, `_c` presence. Values that OpenFace has and
// this product does not (gaze, its landmarks) are left out. Layout: AffectAnalysisGroup/OpenFace@ecd320c RecorderCSV.cpp.
import { INTENSITIES, type Side } from '@shared/facs'
import { fixed, joinLines } from './csvFields'
import { checkCells, type ExportCell, type ExportLane, type ExportRow, type ExportRows } from './exportRow'

/** AUs with an intensity column, in OpenFace's order. */
export const OPENFACE_INTENSITY_AUS: readonly number[] = [1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45]
/** AUs with a presence column, in OpenFace's order. */
export const OPENFACE_PRESENCE_AUS: readonly number[] = [1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 28, 45]

export interface OpenfaceOptions {
  /** All 40 columns, a number in every cell: 0 also where the value is not known, for programs that need it so. */
  isStrict?: boolean
}

/** Names of all columns, in order; without `isStrict` those of AUs that neither model nor coders give are left out, since a 0 would read as absent. */
export function openfaceColumns(lanes: readonly ExportLane[], options: OpenfaceOptions = {}): string[] {
  return ['frame', 'face_id', 'timestamp', 'confidence', 'success', ...auColumns(groupLanes(lanes), options).map(({ name }) => name)]
}

/**
 * The table as text in pieces of about 64 KB. `_r` comes from labels only (A-E as 1-5, absent 0; the stronger side where sides were coded apart),
 * `_c` from the label, else from the prediction. Not scorable and not known are empty; a frame of which every coded AU is not scorable has success 0.
 * @throws AppError INTERNAL where a row's cells do not match the lanes
 */
export function openfaceCsv(lanes: readonly ExportLane[], rows: ExportRows, options: OpenfaceOptions = {}): AsyncGenerator<string> {
  return joinLines(openfaceColumns(lanes, options).join(','), openfaceLines(lanes, rows, options))
}

/** The lanes of one AU, by their position among all lanes. */
interface AuGroup {
  au: number
  lanes: Partial<Record<Side, number>>
  isPredicted: boolean
  isCoded: boolean
}

interface AuColumn {
  name: string
  group: AuGroup
  valueOf: (cells: SideCells) => number | null
  digits: number
}

type SideCells = Partial<Record<Side, ExportCell>>

async function* openfaceLines(lanes: readonly ExportLane[], rows: ExportRows, options: OpenfaceOptions): AsyncGenerator<string> {
  const groups = groupLanes(lanes)
  const columns = auColumns(groups, options)
  const unknown = options.isStrict ? 0 : null
  for await (const row of rows) {
    checkCells(row, lanes)
    const isUsable = row.success && !isUnscorable(groups, row)
    // this layout has no way to leave confidence out: OpenFace writes 0 without a face
    const fields = [
      String(row.frameIndex + 1),
      '0',
      fixed(row.timestampSeconds, 3),
      fixed(row.faceConfidence ?? 0, 2),
      isUsable ? '1' : '0',
    ]
    for (const { group, valueOf, digits } of columns) fields.push(fixed(valueOf(cellsOf(group, row)) ?? unknown, digits))
    yield fields.join(',')
  }
}

function groupLanes(lanes: readonly ExportLane[]): Map<number, AuGroup> {
  const groups = new Map<number, AuGroup>()
  for (const [index, lane] of lanes.entries()) {
    const group = groups.get(lane.au) ?? { au: lane.au, lanes: {}, isPredicted: false, isCoded: false }
    group.lanes[lane.side] = index
    group.isPredicted ||= lane.isPredicted
    group.isCoded ||= lane.isCoded
    groups.set(lane.au, group)
  }
  return groups
}

function auColumns(groups: Map<number, AuGroup>, { isStrict = false }: OpenfaceOptions): AuColumn[] {
  const groupOf = (au: number): AuGroup => groups.get(au) ?? { au, lanes: {}, isPredicted: false, isCoded: false }
  const name = (au: number, kind: 'r' | 'c') => `AU${String(au).padStart(2, '0')}_${kind}`
  const isGiven = ({ isCoded, isPredicted }: AuGroup): boolean => isStrict || isCoded || isPredicted
  const intensities = OPENFACE_INTENSITY_AUS.map(groupOf)
    .filter(isGiven)
    .map((group): AuColumn => ({ name: name(group.au, 'r'), group, valueOf: intensityOf, digits: 2 }))
  const presences = OPENFACE_PRESENCE_AUS.map(groupOf)
    .filter(isGiven)
    .map((group): AuColumn => ({ name: name(group.au, 'c'), group, valueOf: presenceOf, digits: 1 }))
  return [...intensities, ...presences]
}

function cellsOf(group: AuGroup, row: ExportRow): SideCells {
  const cells: SideCells = {}
  for (const [side, index] of Object.entries(group.lanes) as [Side, number][]) cells[side] = row.cells[index] as ExportCell
  return cells
}

/** Whoever coded this frame could score nothing in it. */
function isUnscorable(groups: Map<number, AuGroup>, row: ExportRow): boolean {
  const coded = [...groups.values()].filter(({ isCoded }) => isCoded)
  return coded.length > 0 && coded.every((group) => labelOf(cellsOf(group, row)) === 'NS')
}

/** 0-5 from the labels; null where it was not coded, is not scorable, or is present without a grade. */
function intensityOf(cells: SideCells): number | null {
  const label = labelOf(cells)
  if (label !== 1) return label === 0 ? 0 : null
  const grades = Object.values(cells).flatMap(({ label: own, intensity }) =>
    own === 1 && intensity !== null ? [INTENSITIES.indexOf(intensity) + 1] : [],
  )
  return grades.length === 0 ? null : Math.max(...grades)
}

function presenceOf(cells: SideCells): number | null {
  const label = labelOf(cells)
  if (label !== null) return label === 'NS' ? null : label
  const predicted = cells.both?.predicted ?? null
  return predicted === null ? null : Number(predicted)
}

/** One label for the whole face: present if either side is, else the bilateral code, else absent only if both sides are. */
function labelOf({ both, left, right }: SideCells): ExportCell['label'] {
  const sides = [left?.label ?? null, right?.label ?? null]
  if (both?.label === 1 || sides.includes(1)) return 1
  if (both && both.label !== null) return both.label
  if (sides.includes('NS')) return 'NS'
  return sides.every((label) => label === 0) ? 0 : null
}
