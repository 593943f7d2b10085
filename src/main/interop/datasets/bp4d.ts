// BP4D and BP4D+: one table per clip (F001_T1.csv), a header of AU numbers, frames from 1; 1 present, 0 absent, 9 not known.
import { parse } from 'csv-parse/sync'
import { frameFromOne, invalid, subjectCode, type ClipLabels } from './datasetLabels'

/** Subject and task of a label file's name; null when it is none. */
export function bp4dClip(fileName: string): { subject: string; task: string; clip: string } | null {
  const match = /^([FM])(\d{1,3})_T(\d{1,2})\.csv$/i.exec(fileName)
  if (!match) return null
  const [, letters, number, task] = match as unknown as [string, string, string, string]
  const subject = subjectCode(letters, number)
  return { subject, task: `T${Number(task)}`, clip: `${subject}_T${Number(task)}` }
}

/** Clip of a video file or a folder of frames: `F001_T1`, `2F01_T1`, `F001/T1`; null when the name says none. */
export function bp4dMedia(name: string): string | null {
  const match = /(?:^|[^A-Za-z0-9]|2)([FM])(\d{1,3})[_/\\-]T?(\d{1,2})$/i.exec(name.replace(/\.[A-Za-z0-9]+$/, ''))
  if (!match) return null
  const [, letters, number, task] = match as unknown as [string, string, string, string]
  return `${subjectCode(letters, number)}_T${Number(task)}`
}

/** @throws AppError DATASET_INVALID, naming the line */
export function readBp4dCsv(text: string, name: string): ClipLabels {
  const rows = parse(text, { bom: true, skip_empty_lines: true, relax_column_count: true, trim: true }) as string[][]
  const [header, ...records] = rows
  const columns = (header ?? []).flatMap((cell, column) =>
    column > 0 && /^(AU)?\d{1,2}$/i.test(cell) ? [{ au: Number(cell.replace(/^AU/i, '')), column }] : [],
  )
  if (columns.length === 0) throw invalid(name, 'its first line names no AUs')
  const labels: ClipLabels = { states: new Map(), unknown: 0 }
  const seen = new Set<number>()
  records.forEach((record, index) => {
    const where = `${name}, line ${index + 2}`
    const frame = frameFromOne(record[0] ?? '', where)
    if (seen.has(frame)) throw invalid(where, `frame ${frame + 1} stands there twice`)
    seen.add(frame)
    for (const { au, column } of columns) {
      const cell = record[column] ?? ''
      if (cell === '' || cell === '9') labels.unknown++
      else if (cell === '0' || cell === '1') stateOf(labels, au).set(frame, cell === '1' ? 'present' : 'absent')
      else throw invalid(where, `AU${au} is "${cell.slice(0, 40)}", but only 1, 0 and 9 mean something`)
    }
  })
  return labels
}

function stateOf(labels: ClipLabels, au: number) {
  const found = labels.states.get(au)
  if (found) return found
  const made = new Map<number, 'present' | 'absent'>()
  labels.states.set(au, made)
  return made
}
