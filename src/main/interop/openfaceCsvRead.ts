// Reads OpenFace 2.x tables of either dialect (`frame, face_id, ...` with blanks, `frame,face_id,...` without) row by row, keeping the lead columns,
// head pose and AUs. Gaze, landmarks and shape parameters are skipped; the order of columns does not matter.
import { parse } from 'csv-parse'
import { AppError } from '@shared/errors'
import type { HeadPose } from '@shared/faces'

export interface OpenfaceHeader {
  /** `spaced`: comma and blank, as up to OpenFace 2.1; `compact`: comma alone. */
  dialect: 'spaced' | 'compact'
  /** Blanks stripped; upper and lower case matter (`x_0` and `X_0` differ). */
  columns: string[]
  /** AUs with an `_r` column, in the file's order. */
  intensityAus: number[]
  /** AUs with a `_c` column, in the file's order. */
  presenceAus: number[]
}

export interface OpenfaceRow {
  /** From 0; the file counts from 1. */
  frameIndex: number
  /** 0 where the file has no such column. */
  faceId: number
  /** To the millisecond, as OpenFace writes it. */
  timestampSeconds: number | null
  confidence: number | null
  success: boolean
  /** Radians, OpenFace's own signs (pose_Rx, pose_Ry, pose_Rz). */
  pose: HeadPose | null
  /** `_r`, 0-5, by AU; null where the cell is empty. May contradict `presences`: OpenFace's two models are independent. */
  intensities: ReadonlyMap<number, number | null>
  /** `_c` by AU; null where the cell is empty. */
  presences: ReadonlyMap<number, boolean | null>
}

export interface OpenfaceTable {
  header: OpenfaceHeader
  /** To be iterated once. */
  rows: AsyncIterable<OpenfaceRow>
}

interface Columns {
  frame: number
  faceId: number
  timestamp: number
  confidence: number
  success: number
  pose: [x: number, y: number, z: number]
  intensities: [au: number, column: number][]
  presences: [au: number, column: number][]
}

/**
 * @param source the file's text, whole or in pieces
 * @throws AppError INPUT_INVALID where it is no OpenFace table of a video; iterating `rows` throws the same for a bad line, naming it
 */
export async function readOpenfaceCsv(source: string | AsyncIterable<string | Uint8Array> | Iterable<string>): Promise<OpenfaceTable> {
  const records = parseRecords(typeof source === 'string' ? [source] : source)
  const first = await records.next()
  if (first.done) throw invalid('it is empty')
  const raw = first.value
  const columns = raw.map((name) => name.trim())
  const places = findColumns(columns)
  const header: OpenfaceHeader = {
    dialect: raw.slice(1).some((name) => name.startsWith(' ')) ? 'spaced' : 'compact',
    columns,
    intensityAus: places.intensities.map(([au]) => au),
    presenceAus: places.presences.map(([au]) => au),
  }
  return { header, rows: readRows(records, columns, places) }
}

async function* parseRecords(source: AsyncIterable<string | Uint8Array> | Iterable<string>): AsyncGenerator<string[]> {
  const parser = parse({ bom: true, skip_empty_lines: true, relax_column_count: true })
  const feeding = feed(source, parser)
  // a failing source reaches the reader through the destroyed parser
  feeding.catch((error: unknown) => parser.destroy(error as Error))
  try {
    for await (const record of parser as AsyncIterable<string[]>) yield record
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('CSV_')) throw invalid((error as Error).message)
    throw error
  } finally {
    parser.destroy()
  }
}

async function feed(source: AsyncIterable<string | Uint8Array> | Iterable<string>, parser: ReturnType<typeof parse>): Promise<void> {
  for await (const piece of source) {
    if (parser.destroyed) return
    await new Promise<void>((resolve) => parser.write(piece, () => resolve()))
  }
  parser.end()
}

function findColumns(columns: string[]): Columns {
  const duplicate = columns.find((name, index) => columns.indexOf(name) !== index)
  if (duplicate !== undefined) throw invalid(`its column "${duplicate}" stands there twice`)
  const place = (name: string): number => columns.indexOf(name)
  const ofKind = (kind: 'r' | 'c'): [number, number][] =>
    columns.flatMap((name, index): [number, number][] => {
      const au = new RegExp(`^AU(\\d{2})_${kind}$`).exec(name)?.[1]
      return au === undefined ? [] : [[Number(au), index]]
    })
  const found: Columns = {
    frame: place('frame'),
    faceId: place('face_id'),
    timestamp: place('timestamp'),
    confidence: place('confidence'),
    success: place('success'),
    pose: [place('pose_Rx'), place('pose_Ry'), place('pose_Rz')],
    intensities: ofKind('r'),
    presences: ofKind('c'),
  }
  if (found.frame < 0 && place('face') >= 0) throw invalid('it is of single images and has no frame numbers')
  if (found.frame < 0 || found.success < 0) throw invalid('it has no columns "frame" and "success"')
  if (found.intensities.length + found.presences.length === 0) throw invalid('it has no AU columns (run FeatureExtraction with -aus)')
  return found
}

async function* readRows(records: AsyncGenerator<string[]>, columns: string[], places: Columns): AsyncGenerator<OpenfaceRow> {
  let line = 1
  for await (const record of records) {
    line++
    if (record.length !== columns.length) throw invalid(`line ${line} has ${record.length} values for ${columns.length} columns`)
    const cell = (index: number): number | null => (index < 0 ? null : readNumber(record[index] as string, line, columns[index] as string))
    const required = (index: number): number => {
      const value = cell(index)
      if (value === null) throw invalid(`line ${line} has no value for "${columns[index]}"`)
      return value
    }
    const frame = required(places.frame)
    if (!Number.isInteger(frame) || frame < 1) throw invalid(`line ${line} has the frame number ${frame}; they are whole and count from 1`)
    const [pitch, yaw, roll] = places.pose.map(cell)
    yield {
      frameIndex: frame - 1,
      faceId: cell(places.faceId) ?? 0,
      timestampSeconds: cell(places.timestamp),
      confidence: cell(places.confidence),
      success: required(places.success) !== 0,
      pose: pitch == null || yaw == null || roll == null ? null : { pitch, yaw, roll },
      intensities: new Map(places.intensities.map(([au, index]) => [au, cell(index)])),
      presences: new Map(
        places.presences.map(([au, index]) => {
          const value = cell(index)
          return [au, value === null ? null : value !== 0]
        }),
      ),
    }
  }
}

/** A number with a decimal point, or null for an empty cell and for the ways in which "no number" is spelt. */
function readNumber(text: string, line: number, column: string): number | null {
  const trimmed = text.trim()
  if (trimmed === '' || /^[+-]?nan(\(ind\))?$/i.test(trimmed)) return null
  const value = Number(trimmed)
  if (!Number.isFinite(value)) throw invalid(`line ${line} has "${trimmed.slice(0, 40)}" under "${column}", which is no number`)
  return value
}

function invalid(problem: string): AppError {
  return new AppError('INPUT_INVALID', `The OpenFace table cannot be read: ${problem}. Choose the CSV that FeatureExtraction wrote.`)
}
