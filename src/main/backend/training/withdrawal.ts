// Consent withdrawn: which run folders of every kind tell of a subject, and cleaning them. A subject that was given another code since is known by its videos.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ProjectStore } from '@main/store/index'
import { DISTILLATION_FORMAT } from '@shared/distillation'
import { PICTURES_FOLDER, PRETRAINING_FORMAT, type PretrainingData, type PretrainingReport } from '@shared/pretraining'
import type { Embedding } from '@shared/studies'
import { MODEL_FOLDER } from '@shared/trainingCommands'
import type { RunData } from '@shared/trainingRun'
import { Runs, writeWhole } from './runs'
import { Studies } from './studies'
import { redacted, redactedHtml, rewrite, withdrawFromRun } from './withdrawFromRuns'

/** What tells of a subject. */
export interface Traces {
  /** Training and distillation runs that learned from the subject or tested on them, with the codes they know them by. */
  training: { id: string; name: string; codes: string[] }[]
  /** Pretraining runs that looked at the subject's face. */
  pretraining: { id: string; name: string; codes: string[] }[]
  /** Pretraining runs that only say that the subject was left out. */
  leftOut: string[]
  /** Jobs of these runs and of studies that name the subject. */
  jobIds: string[]
  /** Every code that the subject has had in them, and has. */
  codes: string[]
  videoIds: ReadonlySet<string>
}

/** Reads only. @throws AppError SUBJECT_NOT_FOUND */
export function tracesOf(store: ProjectStore, code: string): Traces {
  const runs = new Runs(store)
  const subject = store.subjects.getByCode(code)
  const present = store.videos.list()
  const videos = { own: idsOf(store.videos.list({ subjectId: subject.id })), all: idsOf(present) }
  const codeOf = new Map(present.map(({ id, subjectCode }) => [id, subjectCode]))
  // distillation's data are those of training
  const distilled = runs.idsOf(DISTILLATION_FORMAT).map((id) => ({ id, name: runs.config(id).name }))
  const training = [...runs.list(), ...distilled].flatMap(({ id, name }) => {
    const codes = codesIn(runs.data(id), code, videos)
    return codes.length > 0 ? [{ id, name, codes }] : []
  })
  const others = [...new Set(training.flatMap(({ codes }) => codes))]
  const pretraining = runs.idsOf(PRETRAINING_FORMAT).flatMap((id) => {
    const data = pretrainingDataOf(runs, id)
    const codes = data.subjects.filter((one) => one === code || others.includes(one))
    const series = ownSeries(data)
    const isSeen = series.some((one) => videos.own.has(one.id))
    const mayBeSeen = codes.length > 0 && series.some((one) => !videos.all.has(one.id))
    // seen under a code that was changed since: it is among those that no other subject's videos explain
    const explained = new Set(series.filter((one) => !videos.own.has(one.id)).map((one) => codeOf.get(one.id)))
    const earlier = isSeen && codes.length === 0 ? data.subjects.filter((one) => !explained.has(one)) : []
    return isSeen || mayBeSeen ? [{ id, name: runs.config(id).name, codes: [...new Set([code, ...codes, ...earlier])] }] : []
  })
  const seen = new Set(pretraining.map(({ id }) => id))
  const leftOut = runs.idsOf(PRETRAINING_FORMAT).filter((id) => !seen.has(id) && names(runs.config(id), code))
  // one unexplained code is the subject's; of several it is not known whose they are
  const alone = pretraining.flatMap(({ codes: own }) => (own.length === 2 ? own : []))
  const codes = [...new Set([code, ...others, ...alone])]
  const jobsOfRuns = [...training, ...pretraining].map(({ id }) => runs.status(id).jobId)
  const jobsOfStudies = new Studies(store).list().flatMap(({ study }) => (codes.some((one) => names(study, one)) ? [study.jobId] : []))
  const jobIds = [...new Set([...jobsOfRuns, ...jobsOfStudies].filter((id) => id !== null))]
  return { training, pretraining, leftOut, jobIds, codes, videoIds: videos.own }
}

/** Cleans everything that {@link tracesOf} found. Jobs must have ended. Repeating it after an interruption is harmless. */
export function withdraw(store: ProjectStore, { training, pretraining, leftOut, codes, videoIds }: Traces): void {
  const runs = new Runs(store)
  for (const { file, embedding } of embeddingsOf(store))
    if (embedding.subjects.some((one) => codes.includes(one)) || embedding.frames.some((frame) => videoIds.has(frame.videoId)))
      rmSync(file, { force: true })
  for (const { id, codes: own } of pretraining) withdrawFromPretraining(runs, store, id, own, videoIds)
  for (const id of leftOut) redactFiles(runs.folder(id), codes)
  const runIds = training.map(({ id }) => id)
  for (const code of codes) redactStudies(store, code, runIds)
  // last, because the runs are how a subject's earlier codes are known
  for (const { id, codes: own } of training) for (const code of own) withdrawFromRun(runs, id, code)
}

const idsOf = (rows: readonly { id: string }[]): Set<string> => new Set(rows.map(({ id }) => id))

/** Codes by which a run knows the subject: those whose videos are the subject's now, and the present one where its videos are gone. */
function codesIn({ subjects, videos }: RunData, code: string, { own, all }: { own: Set<string>; all: Set<string> }): string[] {
  return subjects.filter((one, place) => {
    const present = videos.filter(({ id, subject }) => subject === place && all.has(id))
    if (one === code) return present.length === 0 || present.some(({ id }) => own.has(id))
    return present.length > 0 && present.every(({ id }) => own.has(id))
  })
}

const pretrainingDataOf = (runs: Runs, id: string): PretrainingData => runs.data(id) as unknown as PretrainingData
const ownSeries = ({ sources }: PretrainingData): PretrainingData['sources'][number]['series'] =>
  sources.flatMap(({ kind, series }) => (kind === 'project' ? series : []))

/** Reconstructions show faces, and whose is not noted, so all of a run's go. Its checkpoints go as well, so an unfinished run ends here. */
function withdrawFromPretraining(
  runs: Runs,
  store: ProjectStore,
  id: string,
  codes: readonly string[],
  videoIds: ReadonlySet<string>,
): void {
  const folder = runs.folder(id)
  for (const name of ['checkpoints', MODEL_FOLDER, PICTURES_FOLDER]) rmSync(join(folder, name), { recursive: true, force: true })
  const status = runs.status(id)
  if (status.state !== 'finished') runs.setStatus(id, { ...status, state: 'stopped' })
  const metrics = join(folder, 'metrics.jsonl')
  if (existsSync(metrics)) {
    const kept = runs.metrics(id).filter(({ kind }) => kind !== 'reconstructions')
    writeWhole(metrics, kept.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  const clean = <T>(value: T): T => codes.reduce<unknown>((left, code) => redacted(left, code), value) as T
  const report = runs.report(id) as unknown as PretrainingReport | null
  if (report) {
    const cleaned = clean(report)
    rewrite(folder, 'report.json', { ...cleaned, warnings: [...new Set([...cleaned.warnings, SEEN])] })
  }
  for (const name of ['result.json', 'status.json', 'config.json']) {
    const path = join(folder, name)
    if (!existsSync(path)) continue
    const more = name === 'config.json' ? { hasWithdrawals: true } : {}
    rewrite(folder, name, { ...(clean(JSON.parse(readFileSync(path, 'utf8'))) as object), ...more })
  }
  const html = join(folder, 'report.html')
  if (existsSync(html)) {
    const bare = readFileSync(html, 'utf8').replace(/<figure><img [\s\S]*?<\/figure>/g, '')
    writeWhole(html, codes.reduce((left, code) => redactedHtml(left, code), bare)) // prettier-ignore
  }
  const data = pretrainingDataOf(runs, id)
  const present = new Set(store.videos.list().map((video) => video.id))
  const sources = data.sources.map((source) =>
    source.kind === 'project'
      ? { ...source, series: source.series.filter((series) => present.has(series.id) && !videoIds.has(series.id)) }
      : source,
  )
  // last, because it is how a run is known to hold the subject
  rewrite(folder, 'data.json', { ...data, sources, subjects: data.subjects.filter((one) => !codes.includes(one)) })
}

/** A run that learned nothing from the subject and goes on: only what it says is changed. */
function redactFiles(folder: string, codes: readonly string[]): void {
  for (const name of ['config.json', 'report.json']) {
    const path = join(folder, name)
    if (!existsSync(path)) continue
    rewrite(folder, name, codes.reduce<unknown>((left, code) => redacted(left, code), JSON.parse(readFileSync(path, 'utf8')) as unknown) as object) // prettier-ignore
  }
  const html = join(folder, 'report.html')
  if (existsSync(html))
    writeWhole(
      html,
      codes.reduce((left, code) => redactedHtml(left, code), readFileSync(html, 'utf8')),
    )
}

const SEEN = 'A subject has withdrawn since: pictures, checkpoints and the code were taken out; the backbone has seen that person.'

function embeddingsOf(store: ProjectStore): { file: string; embedding: Embedding }[] {
  const root = store.paths.runs
  const filesIn = (folder: string, matches: (name: string) => boolean): string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter(matches)
          .map((name) => join(folder, name))
      : []
  const beside = filesIn(root, (name) => existsSync(join(root, name, 'embedding.json'))).map((folder) => join(folder, 'embedding.json'))
  const alone = filesIn(join(root, 'embeddings'), (name) => name.endsWith('.json'))
  return [...beside, ...alone].map((file) => ({ file, embedding: JSON.parse(readFileSync(file, 'utf8')) as Embedding }))
}

/** Figures of studies stay as they were computed, over several people; a study that had not ended cannot go on, as its runs would be of other people. */
function redactStudies(store: ProjectStore, code: string, runIds: readonly string[]): void {
  const studies = new Studies(store)
  for (const { study, figures } of studies.list()) {
    const isTouched = study.runs.some(({ runId }) => runId !== null && runIds.includes(runId))
    if (isTouched || names(study, code)) studies.write({ ...(redacted(study, code) as typeof study), hasWithdrawals: true })
    if (figures && names(figures, code)) studies.writeFigures(study.id, redacted(figures, code) as typeof figures)
  }
}

const names = (value: object, code: string): boolean => JSON.stringify(redacted(value, code)) !== JSON.stringify(value)

/** Models of the registry that learned from the subject, whatever code their cards know them by, and those that were made from such a model. */
export function modelsOf(store: ProjectStore, { pretraining, codes }: Traces): { id: string; name: string }[] {
  // a training run may only have tested on the subject; its card names those it learned from
  const runIds = new Set(pretraining.map(({ id }) => id))
  const cards = store.models.list()
  const found = new Set<string>()
  let before = -1
  // a model may have been added before the one it was made from, as when that was imported again
  while (found.size > before) {
    before = found.size
    for (const { id, training: own } of cards) {
      const madeFrom = [own.parentId, own.teacher?.id ?? null]
      const hasLearned = own.subjects.some((one) => codes.includes(one)) || (own.runId !== null && runIds.has(own.runId))
      if (hasLearned || madeFrom.some((one) => one !== null && found.has(one))) found.add(id)
    }
  }
  return cards.filter(({ id }) => found.has(id)).map(({ id, name }) => ({ id, name }))
}
