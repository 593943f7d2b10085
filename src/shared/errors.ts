// Errors that cross process and network borders as {code, message, data}. Codes are stable; messages are sentences for people.

/** Every error code of the product. The renderer and the command line branch on these, never on messages. */
export type ErrorCode =
  // projects and storage
  | 'PROJECT_NOT_FOUND'
  | 'PROJECT_EXISTS'
  | 'PROJECT_TOO_NEW'
  | 'PROJECT_CORRUPT'
  | 'PROJECT_LOCKED'
  | 'PROJECT_READ_ONLY'
  | 'DISK_FULL'
  | 'FILE_NOT_FOUND'
  | 'FILE_UNREADABLE'
  | 'FILE_EXISTS'
  // things in a project
  | 'SUBJECT_NOT_FOUND'
  | 'VIDEO_NOT_FOUND'
  | 'VIDEO_DUPLICATE'
  | 'VIDEO_MISSING'
  | 'VIDEO_CONTENT_DIFFERS'
  | 'LABEL_NOT_FOUND'
  | 'LABEL_CONFLICT'
  | 'RANGE_INVALID'
  | 'NOTHING_TO_UNDO'
  | 'HISTORY_MOVED'
  | 'NOTHING_TO_REDO'
  | 'TRACK_NOT_FOUND'
  | 'JOB_NOT_FOUND'
  | 'JOB_ACTIVE'
  | 'NOT_ANALYSED'
  // media
  | 'MEDIA_NOT_VIDEO'
  | 'MEDIA_NO_FRAMES'
  | 'MEDIA_TRUNCATED'
  | 'MEDIA_DECODE_FAILED'
  | 'FFMPEG_NOT_FOUND'
  | 'FFMPEG_FAILED'
  // models
  | 'MODEL_NOT_FOUND'
  | 'MODEL_EXISTS'
  | 'MODEL_IN_USE'
  | 'MODEL_CANNOT_PREDICT'
  | 'MODEL_FILE_INVALID'
  | 'MODEL_FILE_TRUNCATED'
  | 'MODEL_FILE_LEGACY'
  | 'MODEL_FILE_UNSAFE'
  | 'MODEL_ARCHITECTURE_UNKNOWN'
  | 'MODEL_HEADS_UNKNOWN'
  | 'MODEL_AUS_UNKNOWN'
  | 'MODEL_NOT_FINITE'
  | 'MODEL_CARD_INVALID'
  // computing
  | 'DEVICE_UNAVAILABLE'
  | 'DEVICE_CHECK_FAILED'
  | 'COMPUTE_CRASHED'
  | 'COMPUTE_PROTOCOL'
  | 'KERNEL_MISSING'
  | 'OUT_OF_MEMORY'
  // training
  | 'NO_LABELS'
  | 'STUDY_NOT_FOUND'
  | 'TOO_FEW_SUBJECTS'
  | 'SUBJECT_LEAK'
  | 'LOSS_NOT_FINITE'
  | 'CONFIG_INVALID'
  | 'RUN_NOT_FOUND'
  | 'CHECKPOINT_INVALID'
  | 'DATASET_INVALID'
  | 'WILL_NOT_FIT'
  | 'LABELS_CONTRADICT'
  // everything
  | 'INPUT_INVALID'
  | 'USAGE'
  | 'CANCELLED'
  | 'UNAUTHORIZED'
  | 'INTERNAL'

/** An error whose message may be shown to a person as it stands. `data` holds facts for details and branching; it must be JSON. */
export class AppError extends Error {
  override readonly name = 'AppError'
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly data: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

/** The wire form of an error. */
export interface ErrorBody {
  code: ErrorCode
  message: string
  data: Record<string, unknown>
}

/** Narrows anything caught to the wire form; what is not an AppError becomes INTERNAL with its own message. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof AppError) return { code: error.code, message: error.message, data: { ...error.data } }
  if (error instanceof Error) return { code: error.name === 'AbortError' ? 'CANCELLED' : 'INTERNAL', message: error.message, data: {} }
  return { code: 'INTERNAL', message: String(error), data: {} }
}

/** The reverse of {@link toErrorBody}. */
export function fromErrorBody(body: ErrorBody): AppError {
  return new AppError(body.code, body.message, body.data)
}
