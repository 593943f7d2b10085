// The row that every per-frame writer takes: what is known of one frame of one video. Knows no format.
import type { Intensity, Side } from '@shared/facs'
import { AppError } from '@shared/errors'
import type { HeadPose, TrustReason } from '@shared/faces'
import type { LabelSource } from '@shared/labels'

/** An AU, or one side of it, that gets columns of its own. */
export interface ExportLane {
  au: number
  side: Side
  /** The model gives values for it. */
  isPredicted: boolean
  /** The project codes it, or somebody has labelled it. */
  isCoded: boolean
}

/** `predicted` where there is a prediction and nobody has coded. */
export type ExportSource = 'predicted' | LabelSource

/** What is known of one lane in one frame; null means not known. */
export interface ExportCell {
  /** 0-1. */
  probability: number | null
  predicted: boolean | null
  /** Coded present, absent or not scorable. */
  label: 1 | 0 | 'NS' | null
  /** Of a present label. */
  intensity: Intensity | null
  source: ExportSource | null
}

export interface ExportRow {
  /** File name of the video. */
  video: string
  /** Code of the subject. */
  subject: string
  /** From 0. */
  frameIndex: number
  /** Presentation time, from the video's own clock. */
  timestampSeconds: number
  /** Whether a face was found. */
  success: boolean
  /** Detector score, 0-1. */
  faceConfidence: number | null
  /** Whether the face's values may be believed; null before analysis. */
  trusted: boolean | null
  trustReason: TrustReason | null
  /** Radians. */
  pose: HeadPose | null
  /** Probabilities of expression classes, in the order of the model's; absent or null where there are none. */
  expressions?: readonly (number | null)[] | null
  /** Parallel to the lanes that the writer was given. */
  cells: readonly ExportCell[]
}

/** Rows as they come, one at a time. */
export type ExportRows = AsyncIterable<ExportRow> | Iterable<ExportRow>

/** A row with too few or too many cells would shift every column after it. */
export function checkCells(row: ExportRow, lanes: readonly ExportLane[]): void {
  if (row.cells.length === lanes.length) return
  throw new AppError(
    'INTERNAL',
    `Frame ${row.frameIndex} of "${row.video}" has ${row.cells.length} values for ${lanes.length} AUs; it was not exported.`,
  )
}
