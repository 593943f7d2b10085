// Pretraining runs of a project: the same folders as training runs, read as what they are.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import {
  PRETRAINING_FORMAT,
  PICTURES_FOLDER,
  pictureName,
  type PretrainingData,
  type PretrainingDetail,
  type PretrainingReport,
  type PretrainingRunConfig,
  type PretrainingSummary,
} from '@shared/pretraining'
import { Runs, thinnedMetrics } from '../training/runs'

export class PretrainingRuns {
  readonly runs: Runs

  constructor(store: ProjectStore) {
    this.runs = new Runs(store)
  }

  /** @throws AppError RUN_NOT_FOUND, also for a training run */
  config(id: string): PretrainingRunConfig {
    const found = this.read<PretrainingRunConfig>(id, 'config.json')
    if (found?.format === PRETRAINING_FORMAT) return found
    throw new AppError(
      'RUN_NOT_FOUND',
      `There is no pretraining run ${id} in this project. "auw pretrain DIR --list" shows those there are.`,
      {
        runId: id,
      },
    )
  }

  data(id: string): PretrainingData {
    const found = this.read<PretrainingData>(id, 'data.json')
    if (found) return found
    throw new AppError('RUN_NOT_FOUND', 'The file data.json of this run is missing or damaged. Start it anew.', { runId: id })
  }

  report(id: string): PretrainingReport | null {
    return this.read<PretrainingReport>(id, 'report.json')
  }

  /** Newest first. */
  list(): PretrainingSummary[] {
    return this.runs.idsOf(PRETRAINING_FORMAT).map((id) => this.summary(id))
  }

  summary(id: string): PretrainingSummary {
    const run = this.config(id)
    return {
      id,
      name: run.name,
      createdAt: run.createdAt,
      ...this.runs.standing(id),
      parentName: run.parent?.name ?? null,
      device: run.device,
      steps: run.steps,
      loss: this.report(id)?.figures.loss ?? null,
    }
  }

  detail(id: string): PretrainingDetail {
    const summary = this.summary(id)
    return {
      summary,
      run: this.config(id),
      sources: sourcesOf(this.data(id)),
      metrics: thinnedMetrics(this.runs.metrics(id), 'pretraining'),
      report: this.report(id),
    }
  }

  /** File of the reconstructions of a step. @throws AppError RUN_NOT_FOUND */
  picture(id: string, step: number): string {
    this.config(id)
    if (!Number.isInteger(step) || step < 0) throw new AppError('RUN_NOT_FOUND', 'There are no reconstructions of that step.')
    return join(this.runs.folder(id), PICTURES_FOLDER, pictureName(step))
  }

  private read<T>(id: string, name: string): T | null {
    try {
      return JSON.parse(readFileSync(join(this.runs.folder(id), name), 'utf8')) as T
    } catch (error) {
      if (error instanceof AppError) throw error
      return null
    }
  }
}

/** What a run looks at, without the pictures themselves. */
export function sourcesOf(data: PretrainingData): PretrainingDetail['sources'] {
  return data.sources.map(({ kind, name, share, isSynthetic, licence, series }) => ({
    kind,
    name,
    frames: series.reduce((sum, one) => sum + one.count, 0),
    share,
    isSynthetic,
    licence,
  }))
}
