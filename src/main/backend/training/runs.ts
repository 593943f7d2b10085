// The project's run folders: making, listing, reading, removing. What is in them beside these files is the compute process's.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { ProjectStore } from '@main/store/index'
import type { RunDetail } from '@shared/contract/training'
import { AppError } from '@shared/errors'
import { PAUSE_FILE, type TrainResult } from '@shared/trainingCommands'
import { summariseData } from '@shared/trainingData'
import type { RunMetric } from '@shared/runMetrics'
import type { RunConfig, RunData, RunReport, RunStatus, RunSummary } from '@shared/trainingRun'

/** Steps sent to a window at most; evaluations all are. */
const MOST_STEPS = 2000

const TRAINING_FORMAT = 'au-workbench-run/1'

const notFound = (id: string): AppError =>
  new AppError('RUN_NOT_FOUND', `There is no training run ${id} in this project. "auw runs list" shows those there are.`, { runId: id })

export class Runs {
  constructor(private readonly store: ProjectStore) {}

  folder(id: string): string {
    if (!/^[\w-]{1,64}$/.test(id)) throw new AppError('INPUT_INVALID', `${id} cannot be the id of a run.`)
    return join(this.store.paths.runs, id)
  }

  /** Writes a new run's folder, whole or not at all. @throws AppError DISK_FULL */
  create(run: { id: string }, data: object): void {
    const folder = this.folder(run.id)
    const partial = `${folder}.part-${randomBytes(6).toString('hex')}`
    try {
      mkdirSync(partial, { recursive: true })
      writeDurably(join(partial, 'config.json'), `${JSON.stringify(run, null, 2)}\n`)
      writeDurably(join(partial, 'data.json'), `${JSON.stringify(data)}\n`)
      renameSync(partial, folder)
    } catch (error) {
      rmSync(partial, { recursive: true, force: true })
      throw diskError(error)
    }
  }

  /** @throws AppError RUN_NOT_FOUND */
  config(id: string): RunConfig {
    return this.read<RunConfig>(id, 'config.json')
  }

  /** Takes a run to another device; what it is else stays. */
  setDevice(id: string, device: string): RunConfig {
    const run = { ...this.config(id), device }
    writeWhole(join(this.folder(id), 'config.json'), `${JSON.stringify(run, null, 2)}\n`)
    return run
  }

  data(id: string): RunData {
    return this.read<RunData>(id, 'data.json')
  }

  status(id: string): RunStatus {
    const stored = this.readOptional<RunStatus>(id, 'status.json')
    if (!stored) return { state: 'interrupted', jobId: null, modelId: null, error: null, updatedAt: '' }
    const status = stored.jobId === null ? null : this.store.jobs.find(stored.jobId)?.status
    const isAlive = status === 'queued' || status === 'running'
    return stored.state === 'running' && !isAlive ? { ...stored, state: 'interrupted' } : stored
  }

  setStatus(id: string, status: Omit<RunStatus, 'updatedAt'>): void {
    writeWhole(join(this.folder(id), 'status.json'), `${JSON.stringify({ ...status, updatedAt: new Date().toISOString() }, null, 2)}\n`)
  }

  report(id: string): RunReport | null {
    return this.readOptional<RunReport>(id, 'report.json')
  }

  result(id: string): TrainResult | null {
    return this.readOptional<TrainResult>(id, 'result.json')
  }

  reportHtml(id: string): string {
    this.config(id)
    const path = join(this.folder(id), 'report.html')
    if (!existsSync(path)) throw new AppError('RUN_NOT_FOUND', 'This run has no report yet; it is written when the run has finished.')
    return readFileSync(path, 'utf8')
  }

  askPause(id: string): void {
    writeWhole(join(this.folder(id), PAUSE_FILE), '')
  }

  clearPause(id: string): void {
    rmSync(join(this.folder(id), PAUSE_FILE), { force: true })
  }

  /** Newest first. */
  list(): RunSummary[] {
    return this.idsOf(TRAINING_FORMAT).map((id) => this.summary(id))
  }

  /** Ids of the runs of one kind, newest first; all kinds lie in the same folder. */
  idsOf(format: string): string[] {
    if (!existsSync(this.store.paths.runs)) return []
    return readdirSync(this.store.paths.runs)
      .filter((name) => /^[\w-]+$/.test(name) && existsSync(join(this.store.paths.runs, name, 'config.json')))
      .filter((id) => (this.config(id).format as string) === format)
      .sort()
      .reverse()
  }

  /** How far a run of any kind is; a model that was removed since is none. */
  standing(id: string): Pick<RunSummary, 'state' | 'job' | 'modelId' | 'error'> {
    const { state, jobId, modelId, error } = this.status(id)
    return {
      state,
      job: jobId === null ? null : this.store.jobs.find(jobId),
      modelId: modelId !== null && this.store.models.find(modelId) ? modelId : null,
      error,
    }
  }

  /** @throws AppError RUN_NOT_FOUND, also for a run of another kind */
  summary(id: string): RunSummary {
    const run = this.config(id)
    if ((run.format as string) !== TRAINING_FORMAT) throw notFound(id)
    const report = this.report(id)
    return {
      id,
      name: run.name,
      createdAt: run.createdAt,
      ...this.standing(id),
      presetId: run.presetId,
      parentName: run.parent?.name ?? null,
      lambda: run.config.identity.lambda,
      device: run.device,
      aus: report?.after.aus.map(({ au }) => au) ?? this.data(id).aus,
      foldCount: run.folds.length,
      meanF1: report?.after.means.f1 ?? null,
      meanF1Interval: report?.after.meanF1Interval ?? null,
      beforeMeanF1: report?.before?.means.f1 ?? null,
    }
  }

  detail(id: string): RunDetail {
    return {
      summary: this.summary(id),
      run: this.config(id),
      data: summariseData(this.data(id)),
      metrics: thinnedMetrics(this.metrics(id), 'step'),
      report: this.report(id),
    }
  }

  metrics(id: string): RunMetric[] {
    return this.metricsFrom(id, 0).lines
  }

  /** Whole lines from a byte on, and where the next begin. A file that became shorter was rewound by a resumed run: then all lines come anew. */
  metricsFrom(id: string, from: number): { lines: RunMetric[]; next: number } {
    const path = join(this.folder(id), 'metrics.jsonl')
    if (!existsSync(path)) return { lines: [], next: 0 }
    const bytes = readFileSync(path)
    const start = bytes.length < from ? 0 : from
    const end = bytes.lastIndexOf(0x0a) + 1
    if (end <= start) return { lines: [], next: start }
    const lines = bytes
      .toString('utf8', start, end)
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as RunMetric]))
    return { lines, next: end }
  }

  remove(id: string): void {
    this.config(id)
    if (this.status(id).state === 'running') throw new AppError('JOB_ACTIVE', 'The run is still going. Stop it before removing it.')
    rmSync(this.folder(id), { recursive: true, force: true })
  }

  private read<T>(id: string, name: string): T {
    const value = this.readOptional<T>(id, name)
    if (value === null) throw notFound(id)
    return value
  }

  private readOptional<T>(id: string, name: string): T | null {
    try {
      return JSON.parse(readFileSync(join(this.folder(id), name), 'utf8')) as T
    } catch (error) {
      if (error instanceof AppError) throw error
      return null
    }
  }
}

/** At most 2,000 lines of the kind that comes with every step, evenly thinned to the last, and all other lines. */
export function thinnedMetrics(metrics: readonly RunMetric[], kind: RunMetric['kind']): RunMetric[] {
  const steps = metrics.filter((line) => line.kind === kind)
  const every = Math.max(1, Math.ceil(steps.length / MOST_STEPS))
  const kept = new Set(steps.filter((_, index) => index % every === 0 || index === steps.length - 1))
  return metrics.filter((line) => line.kind !== kind || kept.has(line))
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'w')
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

export function writeWhole(path: string, content: string): void {
  const partial = `${path}.part-${randomBytes(6).toString('hex')}`
  try {
    writeDurably(partial, content)
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw diskError(error)
  }
}

function diskError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new AppError(
    'DISK_FULL',
    'The disk is full, so the run could not be written. Free some space and try again.',
    {},
    { cause: error },
  )
}
