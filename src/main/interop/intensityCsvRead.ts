// Turns a table of AU intensities per frame (`frame,AU01,AU02,...`, 0-1, frames from 0) into label spans of presence and absence.
// FACS grades A-E are not derived: a continuous intensity is not a coder's judgement on that scale.
import { parse } from 'csv-parse/sync'
import { AppError } from '@shared/errors'

export interface IntensityOptions {
  /** Present at and above this intensity, absent below. */
  threshold?: number
  /** Frames of the video the table is for; rows beyond them are an error. */
  frameCount?: number
}

/** Frames are inclusive and count from 0. */
export interface ImportedSpan {
  au: number
  startFrame: number
  endFrame: number
  state: 'present' | 'absent'
}

/** The demo tables' own convention. */
export const DEFAULT_INTENSITY_THRESHOLD = 0.3

/**
 * @param text the whole table; an empty cell and a frame without a row are not coded
 * @returns spans by AU, then by frame; neighbours of one AU differ in state or have a gap between them
 * @throws AppError INPUT_INVALID, naming line and column
 */
export function readIntensityCsv(text: string, options: IntensityOptions = {}): ImportedSpan[] {
  const { threshold = DEFAULT_INTENSITY_THRESHOLD, frameCount = Infinity } = options
  const [header, ...records] = parseTable(text)
  if (!header) throw invalid('it is empty')
  const frameColumn = header.indexOf('frame')
  if (frameColumn < 0) throw invalid('it has no column "frame"')
  const auColumns = findAuColumns(header)
  const lines = new Map<number, { record: string[]; line: number }>()
  for (const [index, record] of records.entries()) {
    const line = index + 2
    if (record.length !== header.length) throw invalid(`line ${line} has ${record.length} values for ${header.length} columns`)
    const frame = Number(record[frameColumn] || NaN)
    if (!Number.isSafeInteger(frame) || frame < 0)
      throw invalid(`line ${line} has "${record[frameColumn]?.slice(0, 40)}" as its frame; frames count from 0`)
    if (frame >= frameCount) throw invalid(`line ${line} is of frame ${frame}, but the video has ${frameCount} frames, counted from 0`)
    if (lines.has(frame)) throw invalid(`frame ${frame} stands there twice, again in line ${line}`)
    lines.set(frame, { record, line })
  }
  const frames = [...lines.keys()].sort((a, b) => a - b)
  return auColumns.flatMap(({ au, column }) => {
    const spans: ImportedSpan[] = []
    for (const frame of frames) {
      const { record, line } = lines.get(frame) as { record: string[]; line: number }
      const intensity = readIntensity(record[column] as string, line, header[column] as string)
      if (intensity === null) continue
      const state = intensity >= threshold ? 'present' : 'absent'
      const last = spans.at(-1)
      if (last && last.endFrame === frame - 1 && last.state === state) last.endFrame = frame
      else spans.push({ au, startFrame: frame, endFrame: frame, state })
    }
    return spans
  })
}

function parseTable(text: string): string[][] {
  try {
    return parse(text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true })
  } catch (error) {
    throw invalid((error as Error).message)
  }
}

/** `AU12` or `AU1`. Other columns (times, names) are ignored, but not what looks like an AU and means something else. */
function findAuColumns(header: readonly string[]): { au: number; column: number }[] {
  const columns = header.flatMap((name, column) => {
    const au = /^AU(\d{1,2})$/.exec(name)?.[1]
    if (au === undefined && /^AU\d/.test(name))
      throw invalid(`its column "${name}" is not an AU's intensity from 0 to 1; such columns are named AU12`)
    return au === undefined ? [] : [{ au: Number(au), column }]
  })
  if (columns.length === 0) throw invalid('it has no columns such as AU12')
  const twice = columns.find(({ au }, index) => columns.findIndex((other) => other.au === au) !== index)
  if (twice) throw invalid(`AU${twice.au} stands there twice`)
  return columns.sort((a, b) => a.au - b.au)
}

function readIntensity(text: string, line: number, column: string): number | null {
  if (text === '') return null
  const value = Number(text)
  if (!(value >= 0 && value <= 1))
    throw invalid(`line ${line} has "${text.slice(0, 40)}" under "${column}"; intensities are numbers from 0 to 1`)
  return value
}

function invalid(problem: string): AppError {
  return new AppError('INPUT_INVALID', `The table of intensities cannot be read: ${problem}. Correct the file and import it again.`)
}
