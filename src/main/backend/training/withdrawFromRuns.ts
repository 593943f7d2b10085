// Consent withdrawn: a subject's rows, codes and cached features out of the run folders. Figures that were measured with the subject among others stay,
// as averages do not tell of a person, and say so; models are the caller's to name.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BEFORE_FILE, MODEL_FOLDER } from '@shared/trainingCommands'
import type { RunConfig, RunData } from '@shared/trainingRun'
import { type Runs, writeWhole } from './runs'

/** Stands in run files where the code stood. */
const WITHDRAWN = 'withdrawn'
const WARNING =
  'A subject has withdrawn since: the rows of that person were taken out, and the figures over all subjects still include them.'

/** Cleans one run's folder. Its checkpoints go, so an unfinished run ends here. Repeating it after an interruption is harmless. */
export function withdrawFromRun(runs: Runs, id: string, code: string): void {
  const folder = runs.folder(id)
  // frozen features and tokens are computed from the subject's face, weights in the making from the labels
  for (const name of ['checkpoints', MODEL_FOLDER]) rmSync(join(folder, name), { recursive: true, force: true })
  rmSync(join(folder, BEFORE_FILE), { force: true })
  for (const name of namesIn(join(folder, 'folds'))) if (name.endsWith('.f32')) rmSync(join(folder, 'folds', name))
  const status = runs.status(id)
  if (status.state !== 'finished') runs.setStatus(id, { ...status, state: 'stopped' })
  const report = runs.report(id)
  if (report) rewrite(folder, 'report.json', withoutSubject(report, code))
  for (const name of ['result.json', 'before.json', 'status.json', ...namesIn(join(folder, 'folds')).map((one) => join('folds', one))])
    if (name.endsWith('.json') && existsSync(join(folder, name)))
      rewrite(folder, name, redacted(JSON.parse(readFileSync(join(folder, name), 'utf8')), code))
  const html = join(folder, 'report.html')
  if (existsSync(html)) writeWhole(html, redactedHtml(readFileSync(html, 'utf8'), code))
  rewrite(folder, 'config.json', { ...(redacted(runs.config(id), code) as RunConfig), hasWithdrawals: true })
  // last, because it is how a run is known to hold the subject
  rewrite(folder, 'data.json', dataWithout(runs.data(id), code))
}

/** The samples of everybody else, their places counted anew. */
export function dataWithout(data: RunData, code: string): RunData {
  const gone = data.subjects.indexOf(code)
  const videos = data.videos.map((video, place) => ({ video, place })).filter(({ video }) => video.subject !== gone)
  const newPlace = new Map(videos.map(({ place }, index) => [place, index]))
  const kept = data.samples.video.flatMap((place, sample) => (newPlace.has(place) ? [sample] : []))
  const of = <T>(values: readonly T[]): T[] => kept.map((sample) => values[sample] as T)
  return {
    ...data,
    subjects: data.subjects.filter((one) => one !== code),
    videos: videos.map(({ video }) => ({ ...video, subject: video.subject > gone ? video.subject - 1 : video.subject })),
    samples: {
      video: of(data.samples.video).map((place) => newPlace.get(place) as number),
      frame: of(data.samples.frame),
      labels: of(data.samples.labels),
      isTrained: of([...data.samples.isTrained]).join(''),
    },
  }
}

/** What reports of all kinds hold. */
interface AnyReport {
  warnings: string[]
}

function withoutSubject(report: AnyReport, code: string): AnyReport {
  const cleaned = redacted(withoutRows(report, code), code) as AnyReport
  return { ...cleaned, warnings: [...new Set([...cleaned.warnings, WARNING])] }
}

/** Every table by subject without the subject's row, wherever in a report it stands. */
function withoutRows(value: unknown, code: string): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutRows(one, code))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key === 'perSubject' && Array.isArray(one)
        ? one.filter((row: { subject?: unknown }) => row.subject !== code)
        : withoutRows(one, code),
    ]),
  )
}

/** Every string that is the code, and the code in sentences; fields of whole objects keep their shape. */
export function redacted(value: unknown, code: string): unknown {
  if (typeof value === 'string') return value === code ? WITHDRAWN : value.replace(mentions(code), WITHDRAWN)
  if (Array.isArray(value)) return value.map((one) => redacted(one, code))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key === code ? WITHDRAWN : key, redacted(one, code)]))
}

/** The code as a word of its own. A code of digits alone is only taken for one in a list of codes, as it may be any number. */
function mentions(code: string): RegExp {
  const escaped = code.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return /^\d+$/.test(code)
    ? new RegExp(`(?<=(?:\\(|, |and ))${escaped}(?=(?:\\)|, | and ))`, 'g')
    : new RegExp(`(?<![\\p{L}\\p{N}_-])${escaped}(?![\\p{L}\\p{N}_-])`, 'gu')
}

/** Rows that begin with the code go as a whole. */
export function redactedHtml(html: string, code: string): string {
  const shown = code.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  const rows = html.replace(/<tr>\s*<t[hd][^>]*>([^<]*)<\/t[hd]>(?:(?!<\/tr>)[\s\S])*<\/tr>/g, (row, first: string) =>
    first.trim() === shown ? '' : row,
  )
  return rows.replace(mentions(shown), WITHDRAWN)
}

export function rewrite(folder: string, name: string, value: unknown): void {
  writeWhole(join(folder, name), `${JSON.stringify(value, null, 2)}\n`)
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])
