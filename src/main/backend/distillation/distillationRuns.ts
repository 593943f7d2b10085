// Distillation runs of a project: the same folders as training runs, read as what they are.
import type { ProjectStore } from '@main/store/index'
import {
  DISTILLATION_FORMAT,
  type DistillationDetail,
  type DistillationReport,
  type DistillationRunConfig,
  type DistillationSummary,
} from '@shared/distillation'
import type { RunData } from '@shared/trainingRun'
import { RunsOfKind } from '../training/runsOfKind'

export class DistillationRuns extends RunsOfKind<DistillationRunConfig, RunData, DistillationReport> {
  constructor(store: ProjectStore) {
    super(store, { format: DISTILLATION_FORMAT, name: 'distillation', listedBy: 'auw distil DIR --list', step: 'distillation' })
  }

  /** Newest first. */
  list(): DistillationSummary[] {
    return this.ids.map((id) => this.summary(id))
  }

  summary(id: string): DistillationSummary {
    const { teacher, steps } = this.config(id)
    return { ...this.row(id), steps, teacherName: teacher.name, sentence: this.report(id)?.sentence ?? null }
  }

  detail(id: string): DistillationDetail {
    const run = this.config(id)
    return {
      summary: this.summary(id),
      run,
      ...framesOf(this.data(id), run.config.frames.leaveOut),
      metrics: this.metrics(id),
      report: this.report(id),
    }
  }
}

/** How many frames are learned from, and of whom. */
export function framesOf(data: RunData, leaveOut: readonly string[]): { frames: number; subjects: string[]; leftOut: string[] } {
  return {
    frames: [...data.samples.isTrained].filter((flag) => flag === '1').length,
    subjects: data.subjects.filter((code) => !leaveOut.includes(code)),
    leftOut: data.subjects.filter((code) => leaveOut.includes(code)),
  }
}
