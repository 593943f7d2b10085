// What the command `synth` and its worker threads say to each other.
import type { ErrorBody } from '@shared/errors'
import type { SynthRole, SynthSpec, SynthSubject } from '@shared/synth'

/** Told to the worker at its start. */
export interface SynthWorkerData {
  kind: 'synth'
  spec: SynthSpec
  /** One Int32; 1 asks every worker to stop after the frame under way. */
  stop: SharedArrayBuffer
  /** Hash of the face model's files. */
  modelHash: string
}

/** Which subject to render next. */
export interface SubjectOrder {
  role: SynthRole
  /** From 1. */
  index: number
}

export type ToSynthWorker = { type: 'subject'; order: SubjectOrder } | { type: 'end' }

export type FromSynthWorker =
  | { type: 'ready' }
  /** Frames finished since the last message. */
  | { type: 'frames'; count: number }
  | { type: 'subject'; subject: SynthSubject }
  | { type: 'failed'; error: ErrorBody }
