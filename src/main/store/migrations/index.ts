// Every step of the project database's layout, in order. A step that has been released is never edited; the next change is a new file.
import type { Migration } from '../migrate'
import { initial } from './001_initial'
import { codingTime } from './002_coding_time'
import { compactLandmarks } from './003_compact_landmarks'

export const MIGRATIONS: readonly Migration[] = [initial, codingTime, compactLandmarks]

/** The layout that this version of the program reads and writes. */
export const SCHEMA_VERSION: number = MIGRATIONS.length

/** Tables that a whole project database has; a missing one means damage. */
export const TABLES: readonly string[] = [
  'project',
  'subject',
  'video',
  'frame_time',
  'analysis',
  'face_chunk',
  'prediction',
  'prediction_chunk',
  'label',
  'edit_log',
  'edit_span',
  'neutral',
  'job',
  'metric',
  'model',
  'setting',
  'removal',
  'coding_time',
  'bookmark',
]

/** Tables whose rows are large arrays; checking them page by page would make opening slow, so a full check does that on demand. */
export const BLOB_TABLES: ReadonlySet<string> = new Set(['frame_time', 'face_chunk', 'prediction_chunk', 'metric'])
