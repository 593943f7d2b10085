// The product's own per-frame table: every frame a row, every AU five columns, empty where not known. dataPackage.ts describes the same columns.
import { auLabel } from '@shared/facs'
import { csvField, fixed, flag, joinLines } from './csvFields'
import { expressionColumns, expressionFields } from './expressionColumns'
import { checkCells, type ExportLane, type ExportRow, type ExportRows } from './exportRow'

/** Columns before those of the AUs. */
export const CSV_FRAME_COLUMNS = [
  'video',
  'subject',
  'frame',
  'timestamp_s',
  'success',
  'face_confidence',
  'trusted',
  'trust_reason',
  'pose_pitch',
  'pose_yaw',
  'pose_roll',
] as const

/** Columns of each AU, after its name: `AU12_prob`. */
export const CSV_AU_COLUMNS = ['prob', 'pred', 'label', 'intensity', 'source'] as const

/** Names of all columns, in order. @param expressions classes of an expression model that predicted; none leave their columns out */
export function csvColumns(lanes: readonly ExportLane[], expressions: readonly string[] = []): string[] {
  const aus = lanes.flatMap(({ au, side }) => CSV_AU_COLUMNS.map((column) => `${auLabel(au, side)}_${column}`))
  return [...CSV_FRAME_COLUMNS, ...aus, ...expressionColumns(expressions)]
}

/**
 * The table as UTF-8 text in pieces of about 64 KB. Probabilities, scores and angles (radians) have 6 digits, times go to the microsecond.
 * @throws AppError INTERNAL where a row's cells do not match the lanes
 */
export function csvExport(lanes: readonly ExportLane[], rows: ExportRows, expressions: readonly string[] = []): AsyncGenerator<string> {
  return joinLines(csvColumns(lanes, expressions).join(','), csvLines(lanes, rows, expressions))
}

async function* csvLines(lanes: readonly ExportLane[], rows: ExportRows, expressions: readonly string[]): AsyncGenerator<string> {
  for await (const row of rows) {
    checkCells(row, lanes)
    yield csvLine(row, expressions)
  }
}

function csvLine(row: ExportRow, expressions: readonly string[]): string {
  const { pose } = row
  const fields = [
    csvField(row.video),
    csvField(row.subject),
    String(row.frameIndex),
    fixed(row.timestampSeconds, 6),
    flag(row.success),
    fixed(row.faceConfidence, 6),
    flag(row.trusted),
    row.trustReason ?? '',
    fixed(pose?.pitch ?? null, 6),
    fixed(pose?.yaw ?? null, 6),
    fixed(pose?.roll ?? null, 6),
  ]
  for (const cell of row.cells) {
    fields.push(
      fixed(cell.probability, 6),
      flag(cell.predicted),
      cell.label === null ? '' : String(cell.label),
      cell.intensity ?? '',
      cell.source ?? '',
    )
  }
  fields.push(...expressionFields(expressions, row.expressions ?? null))
  return fields.join(',')
}
