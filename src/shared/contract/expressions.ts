// Expression classes: sets of labelled images taken into the project, and runs on them, whose models predict videos beside the AU models.
import { eventIterator, oc, type } from '@orpc/contract'
import { z } from 'zod'
import { EXPRESSION_LAYOUTS, type ExpressionLook, type ExpressionRunDetail, type ExpressionRunSummary } from '../expressions'
import type { JobRow } from '../jobs'
import type { RunMetric } from '../runMetrics'
import { fileToken, id, inProject } from './schemas'

const ofRun = inProject.extend({ runId: id })

const setName = z
  .string()
  .trim()
  .regex(/^[\w-]{1,64}$/, 'letters, digits, - and _ only')

/** A set without its list of images. */
export interface ExpressionSetSummary {
  name: string
  layout: (typeof EXPRESSION_LAYOUTS)[number]
  classes: { name: string; images: number }[]
  images: number
  pixels: number
  hasTestPart: boolean
  /** Null where the subjects are not known. */
  subjects: number | null
  unreadable: number
}

export const expressionContract = {
  /** What a folder would give, by its names alone; nothing is taken in. */
  look: oc.input(z.object({ source: fileToken, layout: z.enum(EXPRESSION_LAYOUTS) })).output(type<ExpressionLook>()),
  /** A job whose result is an ExpressionSetSummary. */
  import: oc
    .input(
      inProject.extend({
        source: fileToken,
        name: setName,
        layout: z.enum(EXPRESSION_LAYOUTS),
        pixels: z.number().int().min(16).max(1024).optional(),
      }),
    )
    .output(type<JobRow>()),
  sets: oc.input(inProject).output(type<ExpressionSetSummary[]>()),
  removeSet: oc.input(inProject.extend({ name: setName })).output(type<{ isRemoved: true }>()),
  train: oc
    .input(
      inProject.extend({
        set: setName,
        /** Null or absent from nothing. */
        fromModelId: id.nullable().optional(),
        /** Part of TrainingConfig. */
        configuration: z.record(z.string(), z.unknown()).optional(),
        device: z.string().optional(),
        name: z.string().trim().min(1).max(200).optional(),
      }),
    )
    .output(type<{ runId: string; job: JobRow }>()),
  pause: oc.input(ofRun).output(type<ExpressionRunSummary>()),
  resume: oc.input(ofRun).output(type<{ runId: string; job: JobRow }>()),
  stop: oc.input(ofRun).output(type<ExpressionRunSummary>()),
  runs: oc.input(inProject).output(type<ExpressionRunSummary[]>()),
  run: oc.input(ofRun).output(type<ExpressionRunDetail>()),
  metrics: oc.input(ofRun).output(eventIterator(type<RunMetric>())),
  /** Deletes a run's folder; its model stays. */
  remove: oc.input(ofRun).output(type<{ isRemoved: true }>()),
}
