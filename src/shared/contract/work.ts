// Jobs, models, devices, exports and facts about this installation.
import { eventIterator, oc, type } from '@orpc/contract'
import { z } from 'zod'
import type { JobRow } from '../jobs'
import { PRECISIONS, type ModelCard, type ModelSummary } from '../model'
import type { AgreementRow } from '../project'
import { au, code, fileToken, id, inProject, ofVideo } from './schemas'

export const jobContract = {
  list: oc.input(inProject).output(type<JobRow[]>()),
  analyse: oc.input(inProject.extend({ videoIds: z.array(id).optional() })).output(type<JobRow[]>()),
  predict: oc
    .input(
      inProject.extend({
        videoIds: z.array(id).optional(),
        modelId: id.optional(),
        device: z.string().optional(),
        /** int8 runs a ViT on the processor. Where absent, predictions keep the precision they have; new ones are in float32. */
        precision: z.enum(PRECISIONS).optional(),
      }),
    )
    .output(type<JobRow[]>()),
  cancel: oc.input(inProject.extend({ jobId: id })).output(type<JobRow>()),
  /** What the job said while it ran in this process, oldest line first; empty for jobs of earlier sessions. */
  log: oc.input(inProject.extend({ jobId: id })).output(type<{ lines: string[] }>()),
  /** Every change of any job of the project, the present rows first. */
  watch: oc.input(inProject).output(eventIterator(type<JobRow>())),
}

export const modelContract = {
  list: oc.input(inProject).output(type<ModelSummary[]>()),
  get: oc.input(inProject.extend({ modelId: id })).output(type<ModelCard>()),
  /** Who of the project's subjects a model learned from, by their recordings; `isTrainingKnown` is false where it may have learned from others of them too. */
  trainedOn: oc.input(inProject.extend({ modelId: id })).output(type<{ trainedOn: string[]; isTrainingKnown: boolean }>()),
  import: oc
    .input(
      inProject.extend({
        file: fileToken,
        name: z.string().optional(),
        aus: z.array(au).optional(),
        heads: z.number().int().positive().optional(),
      }),
    )
    .output(type<ModelSummary>()),
  activate: oc.input(inProject.extend({ modelId: id })).output(type<ModelSummary>()),
  remove: oc.input(inProject.extend({ modelId: id })).output(type<{ isRemoved: true }>()),
  /** Frame-by-frame agreement of stored predictions with stored labels, per AU. */
  agreement: oc
    .input(inProject.extend({ modelId: id.optional(), subjects: z.array(code).optional(), coder: code.optional() }))
    .output(type<{ modelId: string; rows: AgreementRow[]; meanF1: number | null; leftOut: number[] }>()),
}

export interface DeviceInfo {
  /** `cpu`, `webgpu`, `dml`, `coreml`, `cuda`, `wasm`, `tensorflow-cpu`, `tensorflow-cuda`. */
  id: string
  name: string
  runtime: 'onnx' | 'tensorflow' | 'wasm'
  isAvailable: boolean
  /** A GPU interface that a program emulates on the processor. */
  isSoftware: boolean
  /** Why it is not available, or a caution. */
  note: string | null
  check: DeviceVerdict | null
}

export interface DeviceVerdict {
  hasPassed: boolean
  /** Largest relative error seen and what was allowed. */
  worstError: number | null
  tolerance: number
  /** Images a second in the small forward pass. */
  imagesPerSecond: number | null
  /** The same of a training step; null where the check did not get as far, and the speed for emulated devices too. */
  trainingError: number | null
  trainingTolerance: number
  trainingImagesPerSecond: number | null
  reason: string
  checkedAt: string
}

export const deviceContract = {
  list: oc.output(type<DeviceInfo[]>()),
  check: oc.output(type<DeviceInfo[]>()),
}

export interface ExportFile {
  fileName: string
  rows: number
  bytes: number
  /** URL under which this window can fetch the file. */
  url: string
}

/** Whose expressions stand beside the AUs; null for none, absent for the newest model that has predicted one of the videos. */
const expressionModelId = id.nullable().optional()

export const exportContract = {
  start: oc
    .input(
      inProject.extend({
        format: z.enum(['csv', 'openface']),
        /** A folder; without it the project's own exports folder. */
        directory: fileToken.optional(),
        videoIds: z.array(id).optional(),
        modelId: id.optional(),
        expressionModelId,
        coder: code.optional(),
        isStrict: z.boolean().default(false),
      }),
    )
    .output(type<{ directory: string; files: ExportFile[] }>()),
  /** Header and first rows, as they would be written. */
  preview: oc
    .input(
      ofVideo.extend({
        format: z.enum(['csv', 'openface']),
        modelId: id.optional(),
        expressionModelId,
        coder: code.optional(),
        isStrict: z.boolean().default(false),
        rows: z.number().int().min(1).max(200).default(20),
      }),
    )
    .output(type<{ columns: string[]; rows: string[][] }>()),
}

export interface DoctorItem {
  name: string
  status: 'ok' | 'warning' | 'failed'
  detail: string
  /** What to do about it; null where nothing need be done. */
  advice: string | null
}

export interface SystemInfo {
  version: string
  platform: string
  host: 'electron' | 'loopback' | 'cli'
  ffmpeg: { source: string; version: string } | null
}

/** Names and values that a window keeps of itself: place, panel sizes, keys. Bounded, because windows send it often. */
const windowState = z.object({
  savedAt: z.iso.datetime(),
  entries: z.record(z.string().max(200), z.string().max(50_000)).refine((all) => Object.keys(all).length <= 1000, 'too many entries'),
})
export type WindowState = z.infer<typeof windowState>

export const systemContract = {
  info: oc.output(type<SystemInfo>()),
  doctor: oc.output(type<DoctorItem[]>()),
  /** What windows remembered, and when; null where nothing was. */
  windowState: oc.output(type<WindowState | null>()),
  keepWindowState: oc.input(windowState).output(type<{ isKept: true }>()),
}
