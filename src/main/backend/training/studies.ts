// The project's studies: plans and figures in `runs/studies/ID/`, pictures of features beside the runs that made them. What runs them is in studyJob.ts.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import type { Embedding, Study, StudyFigures, StudySummary } from '@shared/studies'
import { Runs, writeWhole } from './runs'

const FOLDER = 'studies'
const EMBEDDINGS = 'embeddings'

export class Studies {
  private readonly runs: Runs

  constructor(private readonly store: ProjectStore) {
    this.runs = new Runs(store)
  }

  write(study: Study): void {
    mkdirSync(this.folder(study.id), { recursive: true })
    writeWhole(join(this.folder(study.id), 'study.json'), `${JSON.stringify(study, null, 2)}\n`)
  }

  writeFigures(id: string, figures: StudyFigures): void {
    writeWhole(join(this.folder(id), 'figures.json'), `${JSON.stringify(figures)}\n`)
  }

  /** @throws AppError STUDY_NOT_FOUND */
  read(id: string): Study {
    const study = readJson<Study>(join(this.folder(id), 'study.json'))
    if (!study)
      throw new AppError('STUDY_NOT_FOUND', `There is no study ${id} in this project. "auw study list" shows those there are.`, {
        studyId: id,
      })
    return study
  }

  /** Newest first. */
  list(): StudySummary[] {
    const root = join(this.store.paths.runs, FOLDER)
    if (!existsSync(root)) return []
    return readdirSync(root)
      .filter((name) => existsSync(join(root, name, 'study.json')))
      .sort()
      .reverse()
      .map((id) => this.summary(id))
  }

  /** @throws AppError STUDY_NOT_FOUND */
  summary(id: string): StudySummary {
    const study = this.read(id)
    const finishedRuns = study.runs.filter(({ runId }) => runId !== null && this.isFinished(runId)).length
    const job = study.jobId === null ? null : this.store.jobs.find(study.jobId)
    const isAlive = job?.status === 'running' || job?.status === 'queued'
    return {
      study,
      state: isAlive ? 'running' : finishedRuns === study.runs.length ? 'finished' : 'interrupted',
      job,
      finishedRuns,
      figures: readJson<StudyFigures>(join(this.folder(id), 'figures.json')),
    }
  }

  isFinished(runId: string): boolean {
    return existsSync(join(this.runs.folder(runId), 'config.json')) && this.runs.status(runId).state === 'finished'
  }

  /** @throws AppError STUDY_NOT_FOUND, JOB_ACTIVE */
  remove(id: string): void {
    if (this.summary(id).state === 'running') throw new AppError('JOB_ACTIVE', 'The study is still going. Stop it before removing it.')
    rmSync(this.folder(id), { recursive: true, force: true })
  }

  embedding(modelId: string, runId: string | null): Embedding | null {
    return readJson<Embedding>(this.embeddingPath(modelId, runId))
  }

  writeEmbedding(embedding: Embedding, runId: string | null): void {
    const path = this.embeddingPath(embedding.modelId, runId)
    mkdirSync(join(path, '..'), { recursive: true })
    writeWhole(path, `${JSON.stringify(embedding)}\n`)
  }

  /** With the run that made the model while there is one, else with other models' pictures. */
  private embeddingPath(modelId: string, runId: string | null): string {
    if (runId !== null && existsSync(this.runs.folder(runId))) return join(this.runs.folder(runId), 'embedding.json')
    if (!/^[\w-]{1,64}$/.test(modelId)) throw new AppError('INPUT_INVALID', `${modelId} cannot be the id of a model.`)
    return join(this.store.paths.runs, EMBEDDINGS, `${modelId}.json`)
  }

  private folder(id: string): string {
    if (!/^[\w-]{1,64}$/.test(id)) throw new AppError('INPUT_INVALID', `${id} cannot be the id of a study.`)
    return join(this.store.paths.runs, FOLDER, id)
  }
}

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T
  } catch {
    return null
  }
}
