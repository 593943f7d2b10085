// Pretraining runs of a project: the same folders as training runs, read as what they are.
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
import { RunsOfKind } from '../training/runsOfKind'

export class PretrainingRuns extends RunsOfKind<PretrainingRunConfig, PretrainingData, PretrainingReport> {
  constructor(store: ProjectStore) {
    super(store, { format: PRETRAINING_FORMAT, name: 'pretraining', listedBy: 'auw pretrain DIR --list', step: 'pretraining' })
  }

  /** Newest first. */
  list(): PretrainingSummary[] {
    return this.ids.map((id) => this.summary(id))
  }

  summary(id: string): PretrainingSummary {
    return { ...this.row(id), steps: this.config(id).steps, loss: this.report(id)?.figures.loss ?? null }
  }

  detail(id: string): PretrainingDetail {
    return {
      summary: this.summary(id),
      run: this.config(id),
      sources: sourcesOf(this.data(id)),
      metrics: this.metrics(id),
      report: this.report(id),
    }
  }

  /** File of the reconstructions of a step. @throws AppError RUN_NOT_FOUND */
  picture(id: string, step: number): string {
    this.config(id)
    if (!Number.isInteger(step) || step < 0) throw new AppError('RUN_NOT_FOUND', 'There are no reconstructions of that step.')
    return join(this.runs.folder(id), PICTURES_FOLDER, pictureName(step))
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
