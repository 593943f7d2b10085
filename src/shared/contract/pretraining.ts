// Masked pretraining and the stores of pictures it reads. Runs live in the project's folder of runs: `start` returns run and job at once, `metrics` streams
// losses and says when reconstructions were written (their picture is at runPictureUrl), pausing, resuming and stopping are as for training, and a
// finished run's encoder is a backbone in `model.list`. Curating is outside of any project; stopping the stream cancels, the same request goes on.
import { eventIterator, oc, type } from '@orpc/contract'
import { z } from 'zod'
import type { CurationProgress, CurationResult } from '../curation'
import type { JobRow } from '../jobs'
import type { PretrainingConfig, PretrainingDetail, PretrainingSummary } from '../pretraining'
import type { RunMetric } from '../runMetrics'
import { code, fileToken, id, inProject } from './schemas'

const weight = z.number().gt(0).max(1e6)
const ofRun = inProject.extend({ runId: id })

const pretraining = inProject.extend({
  /** Any part of PretrainingConfig, laid over the defaults. */
  configuration: z.record(z.string(), z.unknown()).optional(),
  /** Model whose encoder is pretrained further; null or absent from nothing. */
  fromModelId: id.nullable().optional(),
  /** Curated stores; `weight` is the share in what is drawn, absent: by the number of frames. */
  stores: z
    .array(z.object({ directory: fileToken, weight: weight.optional() }))
    .max(64)
    .optional(),
  /** The project's own analysed faces; weight 0 or null leaves them out, absent: by the number of frames. */
  ownWeight: z.number().min(0).max(1e6).nullable().optional(),
  leaveOut: z.array(code).optional(),
  device: z.string().optional(),
  name: z.string().trim().min(1).max(200).optional(),
})
export type PretrainingRequest = Omit<z.infer<typeof pretraining>, 'project'>

/** What a start with the same request would use. */
export interface PretrainingData {
  sources: { kind: 'store' | 'project'; name: string; frames: number; share: number; isSynthetic: boolean; licence: string | null }[]
  frames: number
  subjects: string[]
  stepsPerEpoch: number
  steps: number
  config: PretrainingConfig
}

export type CurationEvent = { kind: 'progress'; progress: CurationProgress } | { kind: 'done'; result: CurationResult }

export const pretrainingContract = {
  /** What there is to pretrain on, before starting. */
  data: oc.input(pretraining).output(type<PretrainingData>()),
  start: oc.input(pretraining).output(type<{ runId: string; job: JobRow }>()),
  pause: oc.input(ofRun).output(type<PretrainingSummary>()),
  resume: oc.input(ofRun).output(type<{ runId: string; job: JobRow }>()),
  stop: oc.input(ofRun).output(type<PretrainingSummary>()),
  runs: oc.input(inProject).output(type<PretrainingSummary[]>()),
  run: oc.input(ofRun).output(type<PretrainingDetail>()),
  metrics: oc.input(ofRun).output(eventIterator(type<RunMetric>())),
  report: oc.input(ofRun).output(type<{ html: string }>()),
  remove: oc.input(ofRun).output(type<{ isRemoved: true }>()),
}

export const curationContract = {
  /** Progress events, then one `done`. `settings` is any part of CurationSettings. */
  curate: oc
    .input(
      z.object({
        sources: z
          .array(z.object({ path: fileToken, weight: weight.optional() }))
          .min(1)
          .max(1000),
        directory: fileToken,
        settings: z.record(z.string(), z.unknown()).optional(),
        licence: z.string().trim().min(1).max(500).optional(),
      }),
    )
    .output(eventIterator(type<CurationEvent>())),
}
