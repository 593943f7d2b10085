// Training, evaluation and data sets. How a window uses it: `data` and `presets` fill the screen; `estimate` measures before `start`, which returns the run
// and its job at once; `metrics` streams what is written so far and then every new line until the run ends; `pause` saves a checkpoint and ends the job,
// `resume` goes on from the last checkpoint (also after a crash: state `interrupted`), `stop` gives the run up and keeps its folder. When a run has
// finished, `run` has its report (before and after on the same held-out subjects, with intervals) and `report` the same as a page of HTML without scripts
// for an iframe; the new model is in `model.list`, where it is activated and removed. `configuration` is any part of TrainingConfig, laid over the preset.
import { eventIterator, oc, type } from '@orpc/contract'
import { z } from 'zod'
import type { JobRow } from '../jobs'
import type { TrainingConfig } from '../training'
import { coderPolicySchema } from '../training'
import type { TrainingPreset } from '../trainingPresets'
import type { SettingText } from '../trainingSettings'
import type { ModelFigures, PrecisionFigures, ProbeFigures } from '../figures'
import type { RunMetric } from '../runMetrics'
import type { RunConfig, RunReport, RunSummary, TrainingDataSummary, TrainingEstimate } from '../trainingRun'
import { au, code, fileToken, id, inProject } from './schemas'

const settings = inProject.extend({
  presetId: z.string().optional(),
  /** Part of TrainingConfig. */
  configuration: z.record(z.string(), z.unknown()).optional(),
  /** Model to start from; null from nothing. Absent: the active model where it can be trained, else nothing. */
  fromModelId: id.nullable().optional(),
  /** Default: the project's AUs that have labels. */
  aus: z.array(au).min(1).optional(),
  device: z.string().optional(),
})
const ofRun = inProject.extend({ runId: id })

export interface RunDetail {
  summary: RunSummary
  run: RunConfig
  data: TrainingDataSummary
  /** At most 2,000 steps, evenly thinned, and every evaluation. */
  metrics: RunMetric[]
  report: RunReport | null
}

export interface EvaluationResult {
  modelId: string
  subjects: string[]
  figures: ModelFigures
  /** Subjects that the model was trained on and that were evaluated all the same. */
  trainedOn: string[]
  /** False where the model or one that it was made from was imported, so that it may have learned from any of them. */
  isTrainingKnown: boolean
  warnings: string[]
}

export interface PrecisionComparison {
  modelId: string
  device: string
  subjects: string[]
  figures: PrecisionFigures
  /** As of {@link EvaluationResult}. */
  trainedOn: string[]
  isTrainingKnown: boolean
  warnings: string[]
}

export interface ProbeResult {
  modelId: string
  figures: ProbeFigures
}

export interface ModelComparison {
  models: {
    id: string
    name: string
    runId: string | null
    subjects: string[]
    lambda: number | null
    meanF1: number | null
    meanAuc: number | null
  }[]
  /** F1 per AU and model, null where it was not measured. */
  rows: { au: number; f1: (number | null)[] }[]
  /** Whether all were measured on the same held-out subjects; only then may they be compared. */
  isSameSubjects: boolean
}

export interface ModelExport {
  fileName: string
  bytes: number
  sha256: string
  /** Largest relative difference of the written file's outputs from the model's, where it was run. */
  worstError: number | null
}

export interface DatasetImport {
  videos: number
  subjects: number
  labels: number
  /** What was left out, one sentence each. */
  notes: string[]
}

export const trainingContract = {
  data: oc
    .input(
      inProject.extend({
        coders: coderPolicySchema.optional(),
        aus: z.array(au).min(1).optional(),
        thinning: z.number().int().min(1).optional(),
      }),
    )
    .output(type<TrainingDataSummary>()),
  presets: oc.output(type<{ presets: TrainingPreset[]; settings: SettingText[]; defaults: TrainingConfig; defaultPresetId: string }>()),
  estimate: oc.input(settings).output(type<TrainingEstimate>()),
  start: oc
    .input(
      settings.extend({
        name: z.string().trim().min(1).max(200).optional(),
        /** A name that the runs of one ablation share: their reports then show each other. */
        ablation: id.optional(),
      }),
    )
    .output(type<{ runId: string; job: JobRow }>()),
  pause: oc.input(ofRun).output(type<RunSummary>()),
  /** On the device it ran on unless another is named. */
  resume: oc.input(ofRun.extend({ device: z.string().optional() })).output(type<{ runId: string; job: JobRow }>()),
  stop: oc.input(ofRun).output(type<RunSummary>()),
  runs: oc.input(inProject).output(type<RunSummary[]>()),
  run: oc.input(ofRun).output(type<RunDetail>()),
  metrics: oc.input(ofRun).output(eventIterator(type<RunMetric>())),
  report: oc.input(ofRun).output(type<{ html: string }>()),
  /** Deletes a run's folder; its model stays. */
  remove: oc.input(ofRun).output(type<{ isRemoved: true }>()),
  compare: oc.input(inProject.extend({ modelIds: z.array(id).min(1).max(20) })).output(type<ModelComparison>()),
  /** A job whose result is a PrecisionComparison: what int8 does to a model on the project's own labels, to be looked at before int8 is used. */
  comparePrecisions: oc
    .input(inProject.extend({ modelId: id.optional(), subjects: z.array(code).min(1).optional(), coders: coderPolicySchema.optional() }))
    .output(type<JobRow>()),
  /** Jobs whose result is an EvaluationResult or ProbeResult. */
  evaluate: oc
    .input(
      inProject.extend({
        modelId: id.optional(),
        subjects: z.array(code).min(1).optional(),
        coders: coderPolicySchema.optional(),
        device: z.string().optional(),
      }),
    )
    .output(type<JobRow>()),
  probe: oc.input(inProject.extend({ modelId: id.optional(), device: z.string().optional() })).output(type<JobRow>()),
  exportModel: oc
    .input(inProject.extend({ modelId: id, format: z.enum(['safetensors', 'onnx']), isHalf: z.boolean().optional(), file: fileToken }))
    .output(type<ModelExport>()),
  /** Takes a published data set in: its videos with their labels. */
  importDataset: oc
    .input(
      inProject.extend({
        kind: z.enum(['bp4d', 'bp4d+', 'disfa', 'fmae-jsonl']),
        directory: fileToken,
        /** DISFA: intensity from which an AU counts as present. */
        threshold: z.number().int().min(1).max(5).default(2),
      }),
    )
    .output(type<DatasetImport>()),
}
