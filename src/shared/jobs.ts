// Long work as the jobs table knows it.
import type { ErrorBody } from './errors'

export type JobKind =
  | 'import'
  | 'proxy'
  | 'analyse'
  | 'predict'
  | 'export'
  | 'import-model'
  | 'device-check'
  | 'train'
  | 'evaluate'
  | 'compare-precisions'
  | 'probe'
  | 'pretrain'
  | 'distil'
  | 'study'
  | 'embed'
export type JobStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted'
/** `compute` runs one job at a time in the compute process; `media` is ffmpeg and files. */
export type JobLane = 'compute' | 'media'

export interface JobProgress {
  /** Work done and to do, in `unit`; total is null while unknown. */
  done: number
  total: number | null
  unit: 'frames' | 'bytes' | 'videos' | 'steps' | 'rows'
  /** What is happening now, one short phrase. */
  phase: string
  /** Seconds left at the present rate, null while unknown. */
  remainingSeconds: number | null
}

export interface JobRow {
  id: string
  kind: JobKind
  lane: JobLane
  status: JobStatus
  /** What it works on, for lists: `Analyse interview_2.mp4`. */
  title: string
  videoId: string | null
  modelId: string | null
  progress: JobProgress | null
  error: ErrorBody | null
  /** What came out, when it succeeded; shape by kind. */
  result: unknown
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
}
