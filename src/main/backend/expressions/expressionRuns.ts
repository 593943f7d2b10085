// Runs on expression sets of a project: the same folders as training runs, read as what they are.
import type { ProjectStore } from '@main/store/index'
import {
  EXPRESSION_RUN_FORMAT,
  type ExpressionReport,
  type ExpressionRunConfig,
  type ExpressionRunDetail,
  type ExpressionRunSummary,
} from '@shared/expressions'
import { RunsOfKind } from '../training/runsOfKind'

export class ExpressionRuns extends RunsOfKind<ExpressionRunConfig, object, ExpressionReport> {
  constructor(store: ProjectStore) {
    super(store, { format: EXPRESSION_RUN_FORMAT, name: 'expression', listedBy: 'auw expressions runs DIR', step: 'expressions' })
  }

  /** Newest first. */
  list(): ExpressionRunSummary[] {
    return this.ids.map((id) => this.summary(id))
  }

  summary(id: string): ExpressionRunSummary {
    return { ...this.row(id), setName: this.config(id).setName, accuracy: this.report(id)?.test.accuracy ?? null }
  }

  detail(id: string): ExpressionRunDetail {
    return { summary: this.summary(id), metrics: this.metrics(id), report: this.report(id) }
  }
}
