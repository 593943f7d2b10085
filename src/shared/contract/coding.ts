// Labels with their history, faces and predictions of a video. Large arrays (probabilities, boxes, landmarks, timestamps) go by data URL, see dataUrls.ts.
import { oc, type } from '@orpc/contract'
import { z } from 'zod'
import type { FaceTrack } from '../faces'
import type { EditSummary, LabelSpan } from '../labels'
import { au, code, fileToken, frame, frameRange, id, intensity, labelState, ofVideo, inProject, side } from './schemas'

/** Undo and redo as menus show them. */
export interface HistoryState {
  undo: EditSummary | null
  redo: EditSummary | null
}

/** What a step did to the labels, small however many there are: a window puts it into the list it has. */
export interface LabelDelta {
  /** Number of the step in the project's log, which ascends; null when nothing changed. */
  revision: number | null
  /** Ids that are gone, or are written anew by the same step. */
  removed: string[]
  written: LabelSpan[]
}

export interface LabelChange extends LabelDelta {
  history: HistoryState
}

/** What undoing or redoing did, in every video that it touched. */
export interface HistoryChange extends HistoryState, LabelDelta {
  videoIds: string[]
}

/** What accepting did. */
export interface Acceptance extends LabelChange {
  presentFrames: number
  absentFrames: number
  /** Frames left not coded because no face was trusted there. */
  untrustedFrames: number
  aus: number[]
  /** AUs left out because their trust is not `shown`. */
  skippedAus: number[]
}

/** What of a span changes; what is absent stays as it is. */
const patch = {
  startFrame: frame.optional(),
  endFrame: frame.optional(),
  state: labelState.optional(),
  intensity: intensity.nullable().optional(),
  apexFrame: frame.nullable().optional(),
  side: side.optional(),
  au: au.optional(),
  note: z.string().nullable().optional(),
}

/** Most spans that one step changes or copies. */
const MOST_LABELS = 10_000

const coding = { coder: code, wasPredictionVisible: z.boolean().default(true), isBlind: z.boolean().default(false) }

export const labelContract = {
  list: oc.input(ofVideo).output(type<LabelSpan[]>()),
  /** Everybody who has labels in the project, by name. */
  coders: oc.input(inProject).output(type<string[]>()),
  /** Writes a span; what the same coder had there for the AU and side is replaced, in one undoable step. */
  set: oc
    .input(
      ofVideo
        .extend({
          au,
          side: side.default('both'),
          state: labelState,
          intensity: intensity.nullable().default(null),
          apexFrame: frame.nullable().default(null),
          note: z.string().nullable().default(null),
          modelId: id.nullable().default(null),
          ...coding,
        })
        .and(frameRange),
    )
    .output(type<LabelChange>()),
  /** Moves, trims or re-grades a span; null fields of the input that are absent stay as they are. */
  change: oc.input(ofVideo.extend({ labelId: id, ...patch, ...coding })).output(type<LabelChange>()),
  /** The same for several spans in one undoable step. */
  changeAll: oc
    .input(
      ofVideo.extend({
        changes: z
          .array(z.object({ labelId: id, ...patch }))
          .min(1)
          .max(MOST_LABELS),
        ...coding,
      }),
    )
    .output(type<LabelChange>()),
  /** Writes spans once more for the coder, on another AU or side, or out of another coder's track, in one undoable step. */
  copy: oc
    .input(ofVideo.extend({ labelIds: z.array(id).min(1).max(MOST_LABELS), au: au.optional(), side: side.optional(), ...coding }))
    .output(type<LabelChange>()),
  remove: oc.input(ofVideo.extend({ labelIds: z.array(id).min(1), coder: code.optional() })).output(type<LabelChange>()),
  /** Clears part of a lane: frames become not coded for this coder. */
  clear: oc.input(ofVideo.extend({ au, side: side.default('both'), coder: code }).and(frameRange)).output(type<LabelChange>()),
  accept: oc
    .input(
      ofVideo.extend({
        modelId: id.optional(),
        startFrame: frame.optional(),
        endFrame: frame.optional(),
        aus: z.array(au).optional(),
        coder: code,
      }),
    )
    .output(type<Acceptance>()),
  /** Takes labels in from a table of intensities per frame (`frame,AU01,AU02,...`, 0-1): present from `threshold`, absent below. */
  import: oc
    .input(ofVideo.extend({ file: fileToken, threshold: z.number().gt(0).max(1).default(0.3), coder: code }))
    .output(type<LabelChange>()),
}

export const historyContract = {
  get: oc.input(inProject).output(type<HistoryState>()),
  list: oc.input(inProject.extend({ limit: z.number().int().min(1).max(1000).default(100) })).output(type<EditSummary[]>()),
  /** With `stepId` only that step is undone: HISTORY_MOVED where another window wrote or undid something meanwhile. */
  undo: oc.input(inProject.extend({ stepId: z.number().int().optional() })).output(type<HistoryChange>()),
  redo: oc.input(inProject.extend({ stepId: z.number().int().optional() })).output(type<HistoryChange>()),
}

export const faceContract = {
  tracks: oc.input(ofVideo).output(type<{ tracks: FaceTrack[]; mainTrack: number | null }>()),
  setMainTrack: oc.input(ofVideo.extend({ track: z.number().int().min(0) })).output(type<{ mainTrack: number }>()),
}
