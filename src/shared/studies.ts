// Studies: the same training several times with one thing changed, as in the paper's ablations (its Tables 5 to 7 and Figures 2, 3 and 5), and pictures of
// what a model sees (Figure 4). Types, defaults and the published figures' places; nothing here trains.
import { z } from 'zod'
import type { JobRow } from './jobs'
import type { Interval } from './figures'

export const STUDY_KINDS = ['lambda', 'identity-head', 'start'] as const
/** `lambda`: weight of the adversary. `identity-head`: its depth. `start`: model size and what it was pretrained on. */
export type StudyKind = (typeof STUDY_KINDS)[number]

/** One value of what is changed. */
export const studyArmSchema = z.strictObject({
  label: z.string().trim().min(1).max(100),
  /** Laid over the study's configuration. */
  configuration: z.record(z.string(), z.unknown()),
  /** Model to start from; null from nothing, absent as the study says. */
  fromModelId: z.string().nullable().optional(),
})
export type StudyArm = z.infer<typeof studyArmSchema>

/** What every arm shares, as for a single run. */
export interface StudyBase {
  presetId?: string
  configuration?: Record<string, unknown>
  fromModelId?: string | null
  aus?: number[]
  device?: string
}

/** `study.json`: what is compared and how far it is. Written before anything runs, and after every run that was begun. */
export interface Study {
  format: 'au-workbench-study/1'
  id: string
  name: string
  kind: StudyKind
  createdAt: string
  base: StudyBase
  /** The first is what the others are compared with. */
  arms: StudyArm[]
  seeds: number[]
  /** Arms by seeds, seeds outermost, so that every arm has been run once before any is run twice. */
  runs: { arm: number; seed: number; runId: string | null }[]
  jobId: string | null
  /** A subject of its runs has withdrawn since: figures stay, and it cannot go on. */
  hasWithdrawals?: true
}

export type StudyState = 'running' | 'interrupted' | 'finished'

export interface StudySummary {
  study: Study
  state: StudyState
  job: JobRow | null
  finishedRuns: number
  figures: StudyFigures | null
}

/** A mean over seeds with a 95 % interval by drawing subjects and seeds anew. */
export interface Estimate {
  value: number | null
  interval: Interval | null
}

export interface StudyRunFigures {
  runId: string
  seed: number
  meanF1: number | null
  meanF1AtHalf: number | null
  meanAuc: number | null
  chosenEpoch: number | null
  /** At the chosen epoch; null without an identity head. */
  identityLoss: number | null
  probe: number | null
  probeBefore: number | null
}

export interface StudyArmFigures {
  label: string
  runs: StudyRunFigures[]
  meanF1: Estimate
  meanF1AtHalf: Estimate
  meanAuc: Estimate
  /** Less the first arm, drawn together with it; null for the first arm. */
  difference: { meanF1: Estimate; meanF1AtHalf: Estimate; meanAuc: Estimate } | null
  aus: { au: number; f1: Estimate; auc: Estimate }[]
  /** Accuracy of the identity probe: mean and range over seeds. */
  probe: { mean: number; low: number; high: number; chance: number; before: number | null } | null
  /** Means over seeds, epoch by epoch. */
  curve: { epoch: number; testF1: number | null; validationF1: number | null; probe: number | null; identityLoss: number | null }[]
}

export interface StudyFigures {
  arms: StudyArmFigures[]
  heldOut: string[]
  resamples: number
}

/** Where the published figures of a kind of study stand in resources/reference/paper-tables.json. */
export interface PublishedStudy {
  caption: string
  columns: string[]
  rows: (string | number | null)[][]
}

/** `summariseStudy` of the compute process -> {@link StudyFigures}. */
export interface SummariseStudySpec {
  arms: { label: string; runs: { runId: string; seed: number; directory: string }[] }[]
  resamples: number
  seed: number
}

/** A frame as a point in a picture of features. */
export interface EmbeddedFrame {
  videoId: string
  frame: number
  /** Place in `subjects`. */
  subject: number
}

export interface EmbeddingLayout {
  /** x, y of every frame. */
  points: [number, number][]
  perplexity: number
  divergence: number
  /** Share of frames whose nearest neighbour on the plane is of the same person: 1 where people form islands. */
  sameNeighbour: number
}

/** `embedding.json` of a run, or of a model. */
export interface Embedding {
  format: 'au-workbench-embedding/1'
  modelId: string
  modelName: string
  createdAt: string
  subjects: string[]
  /** Codes of subjects whose frames the model was not trained on. */
  heldOut: string[]
  frames: EmbeddedFrame[]
  /** Of the network as training started; null where that is not known any more. */
  before: EmbeddingLayout | null
  after: EmbeddingLayout
  seed: number
}

/** `studyReport` of the compute process -> {html}. */
export interface StudyReportSpec {
  title: string
  preface: string[]
  study: Study
  figures: StudyFigures
  published: PublishedStudy | null
  /** Pictures of features of arms that have one. */
  embeddings: { label: string; embedding: Embedding }[]
  product: string
}
