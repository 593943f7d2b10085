// What a coder says of one AU over a span of frames, and where the saying came from.
import type { Intensity, Side } from './facs'

/** `absent` means that somebody looked. A frame without any span is *not coded*, which differs from all three. */
export type LabelState = 'present' | 'absent' | 'not-scorable'
export const LABEL_STATES: readonly LabelState[] = ['present', 'absent', 'not-scorable']

/**
 * How a label came to be: `confirmed` a model's proposal accepted as it was, `corrected` a proposal that a person changed,
 * `manual` coded by a person who could see predictions, `blind` coded while predictions and other coders were hidden, `imported` from a file.
 */
export type LabelSource = 'confirmed' | 'corrected' | 'manual' | 'blind' | 'imported'

/** A span of frames of one video, AU, side and coder. Spans of one (video, AU, side, coder) never overlap. */
export interface LabelSpan {
  id: string
  videoId: string
  au: number
  side: Side
  coder: string
  /** First frame, counted from 0. */
  startFrame: number
  /** Last frame, included. */
  endFrame: number
  state: LabelState
  /** Only with `present`. */
  intensity: Intensity | null
  /** Peak frame inside the span, when marked. */
  apexFrame: number | null
  source: LabelSource
  /** The model whose proposal this confirms or corrects. */
  modelId: string | null
  /** Whether the coder could see a prediction while coding (for tests of automation bias). */
  wasPredictionVisible: boolean
  note: string | null
  /** ISO 8601, UTC. */
  createdAt: string
}

/** One undoable step in the append-only log. */
export interface EditSummary {
  id: number
  kind: 'edit' | 'undo' | 'redo'
  /** One phrase for menus: `AU12 present 120-180 by AB`. */
  description: string
  coder: string | null
  madeAt: string
  /** The edit that an undo or redo refers to. */
  targetId: number | null
}
