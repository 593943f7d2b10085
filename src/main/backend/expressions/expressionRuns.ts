// Runs on expression sets of a project: the same folders as training runs, read as what they are.
import type { ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import {
  EXPRESSION_RUN_FORMAT,
  type ExpressionReport,
  type ExpressionRunConfig,
  type ExpressionRunDetail,
  type ExpressionRunSummary,
} from '@shared/expressions'
import { Runs, thinnedMetrics } from '../training/runs'

export class ExpressionRuns {
  readonly runs: Runs

  constructor(store: ProjectStore) {
    this.runs = new Runs(store)
  }

  /** @throws AppError RUN_NOT_FOUND, also for a run of another kind */
  config(id: string): ExpressionRunConfig {
    const run = this.runs.config(id) as unknown as ExpressionRunConfig
    if (run.format === EXPRESSION_RUN_FORMAT) return run
    throw new AppError(
      'RUN_NOT_FOUND',
      `There is no run ${id} on expressions in this project. "auw expressions runs DIR" shows those there are.`,
      { runId: id },
    )
  }

  report(id: string): ExpressionReport | null {
    return this.runs.report(id) as unknown as ExpressionReport | null
  }

  /** Newest first. */
  list(): ExpressionRunSummary[] {
    return this.runs.idsOf(EXPRESSION_RUN_FORMAT).map((id) => this.summary(id))
  }

  summary(id: string): ExpressionRunSummary {
    const { name, createdAt, setName, parent, device } = this.config(id)
    return {
      id,
      name,
      createdAt,
      ...this.runs.standing(id),
      setName,
      parentName: parent?.name ?? null,
      device,
      accuracy: this.report(id)?.test.accuracy ?? null,
    }
  }

  detail(id: string): ExpressionRunDetail {
    return { summary: this.summary(id), metrics: thinnedMetrics(this.runs.metrics(id), 'expressions'), report: this.report(id) }
  }

  remove(id: string): void {
    this.config(id)
    this.runs.remove(id)
  }
}
