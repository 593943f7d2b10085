// The label lists of the published FMAE code: one JSON object a line, a picture's path and its AUs in the data set's order, each its own number where
// present and 999 where not. That format wrote "not known" as 999 too, which nothing can undo; the importer says so.
import { BP4D_AUS, DISFA_AUS } from '@shared/facs'
import { invalid } from './datasetLabels'

export interface ListedPicture {
  /** As it stands there, relative to the folder of pictures. */
  path: string
  subject: string
  /** Folder of the picture: pictures of a clip share it. */
  clip: string
  /** Number in the picture's name, which orders a clip. */
  order: number
  present: number[]
  absent: number[]
}

/** Stands for absent, or not known. */
const ABSENT = 999

/** @throws AppError DATASET_INVALID, naming the line */
export function readFmaeJsonl(text: string, name: string): ListedPicture[] {
  return text.split(/\r?\n/).flatMap((line, index) => (line.trim() === '' ? [] : [picture(line, `${name}, line ${index + 1}`)]))
}

function picture(line: string, where: string): ListedPicture {
  let entry: { img_path?: unknown; AUs?: unknown; subject?: unknown }
  try {
    entry = JSON.parse(line) as typeof entry
  } catch {
    throw invalid(where, 'it is no JSON')
  }
  const { img_path: path, AUs: labels } = entry
  if (typeof path !== 'string' || path === '' || !Array.isArray(labels)) throw invalid(where, 'it has no img_path and AUs')
  if (path.split(/[\\/]/).includes('..')) throw invalid(where, 'its img_path leads out of the folder')
  const aus = auOrder(labels.length, where)
  const present: number[] = []
  const absent: number[] = []
  aus.forEach((au, place) => {
    const value: unknown = labels[place]
    if (value === au || (value === 1 && au !== 1)) present.push(au)
    else if (value === ABSENT || value === 0) absent.push(au)
    else if (value !== 9) throw invalid(where, `AU${au} is ${JSON.stringify(value)}, but only ${au} and 999 mean something`)
  })
  const parts = path.split(/[\\/]/)
  const file = parts.pop() as string
  const clip = parts.join('/')
  return {
    path,
    clip,
    subject: subjectOf(entry.subject, path, where),
    order: Number(/(\d+)\D*$/.exec(file.replace(/\.[A-Za-z0-9]+$/, ''))?.[1] ?? 0),
    present,
    absent,
  }
}

function auOrder(count: number, where: string): readonly number[] {
  if (count === BP4D_AUS.length) return BP4D_AUS
  if (count === DISFA_AUS.length) return DISFA_AUS
  throw invalid(where, `it lists ${count} AUs; BP4D has ${BP4D_AUS.length} and DISFA ${DISFA_AUS.length}`)
}

/** `2F01_T5/frame_7.jpg` is of F01, `SN001/7.jpg` of SN001. */
function subjectOf(named: unknown, path: string, where: string): string {
  if (typeof named === 'string' && named.trim() !== '') return named.trim()
  const match = /(?:^|[^A-Za-z])(SN|[FM])(\d{1,3})(?!\d)/i.exec(path)
  if (!match) throw invalid(where, 'its img_path names no subject such as F001 or SN001')
  return `${(match[1] as string).toUpperCase()}${(match[2] as string).padStart(3, '0')}`
}
