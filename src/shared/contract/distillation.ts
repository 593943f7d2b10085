// Distillation of a large model into a small one. Runs live in the project's folder of runs: `start` returns run and job at once, `metrics` streams losses and
// agreement with the teacher; pausing, resuming and stopping are as for training, and a finished run's student is a model in `model.list`.
import { eventIterator, oc, type } from '@orpc/contract'
import { z } from 'zod'
import type { DistillationConfig, DistillationDetail, DistillationSummary } from '../distillation'
import type { JobRow } from '../jobs'
import type { RunMetric } from '../runMetrics'
import { code, id, inProject } from './schemas'

const ofRun = inProject.extend({ runId: id })

const distillation = inProject.extend({
  /** Model that is learned from. */
  teacherId: id,
  /** Model that the student starts from; null or absent from nothing. */
  studentId: id.nullable().optional(),
  /** Any part of DistillationConfig, laid over the defaults. */
  configuration: z.record(z.string(), z.unknown()).optional(),
  /** Subjects whose frames the student does not see. */
  leaveOut: z.array(code).optional(),
  device: z.string().optional(),
  name: z.string().trim().min(1).max(200).optional(),
})
export type DistillationRequest = Omit<z.infer<typeof distillation>, 'project'>

/** What a start with the same request would use. */
export interface DistillationFigures {
  /** Frames that the student learns from, and that the teacher looks at in all. */
  frames: number
  teacherFrames: number
  subjects: string[]
  leftOut: string[]
  /** Labelled frames of subjects that the student sees, and of those left out. */
  labelled: { seen: number; leftOut: number }
  stepsPerEpoch: number
  steps: number
  config: DistillationConfig
}

export const distillationContract = {
  /** What there is to learn from, before starting. */
  data: oc.input(distillation).output(type<DistillationFigures>()),
  start: oc.input(distillation).output(type<{ runId: string; job: JobRow }>()),
  pause: oc.input(ofRun).output(type<DistillationSummary>()),
  resume: oc.input(ofRun).output(type<{ runId: string; job: JobRow }>()),
  stop: oc.input(ofRun).output(type<DistillationSummary>()),
  runs: oc.input(inProject).output(type<DistillationSummary[]>()),
  run: oc.input(ofRun).output(type<DistillationDetail>()),
  metrics: oc.input(ofRun).output(eventIterator(type<RunMetric>())),
  report: oc.input(ofRun).output(type<{ html: string }>()),
  remove: oc.input(ofRun).output(type<{ isRemoved: true }>()),
}
