// Studies (several runs with one thing changed) and pictures of features. `start` writes the plan and queues one job that trains run after run; `resume` goes on
// where it was interrupted, by the crash of a computer too: finished runs are kept and an unfinished one continues from its checkpoint. `get` has what is there so far.
import { oc, type } from '@orpc/contract'
import { z } from 'zod'
import type { JobRow } from '../jobs'
import { STUDY_KINDS, studyArmSchema, type Embedding, type PublishedStudy, type StudySummary } from '../studies'
import { au, id, inProject } from './schemas'

const ofStudy = inProject.extend({ studyId: id })

export interface StudyDetail extends StudySummary {
  /** The paper's table beside it; null where it has none. */
  published: PublishedStudy | null
}

export const studyContract = {
  list: oc.input(inProject).output(type<StudySummary[]>()),
  get: oc.input(ofStudy).output(type<StudyDetail>()),
  start: oc
    .input(
      inProject.extend({
        kind: z.enum(STUDY_KINDS),
        name: z.string().trim().min(1).max(200).optional(),
        arms: z.array(studyArmSchema).min(2).max(20),
        seeds: z
          .array(
            z
              .number()
              .int()
              .min(0)
              .max(2 ** 32 - 1),
          )
          .min(1)
          .max(20),
        presetId: z.string().optional(),
        /** Part of TrainingConfig, shared by all arms. */
        configuration: z.record(z.string(), z.unknown()).optional(),
        fromModelId: id.nullable().optional(),
        aus: z.array(au).min(1).optional(),
        device: z.string().optional(),
      }),
    )
    .output(type<{ studyId: string; job: JobRow }>()),
  resume: oc.input(ofStudy).output(type<{ studyId: string; job: JobRow }>()),
  /** Stops its job; what has finished stays and the study can be resumed. */
  stop: oc.input(ofStudy).output(type<StudySummary>()),
  /** Deletes the plan and its figures; its runs and their models stay. */
  remove: oc.input(ofStudy).output(type<{ isRemoved: true }>()),
  /** A page of HTML without scripts. `preface` are paragraphs that come first. */
  report: oc
    .input(ofStudy.extend({ title: z.string().max(200).optional(), preface: z.array(z.string().max(2000)).max(20).optional() }))
    .output(type<{ html: string }>()),
  /** A job whose result is an {@link Embedding}; it is kept with the run that made the model. */
  embed: oc
    .input(
      inProject.extend({
        modelId: id.optional(),
        framesPerSubject: z.number().int().min(2).max(500).default(40),
        perplexity: z.number().min(2).max(200).default(30),
        seed: z
          .number()
          .int()
          .min(0)
          .max(2 ** 32 - 1)
          .default(0),
        device: z.string().optional(),
      }),
    )
    .output(type<JobRow>()),
  /** The kept picture of a model's features; null before `embed`. */
  embedding: oc.input(inProject.extend({ modelId: id })).output(type<Embedding | null>()),
}
