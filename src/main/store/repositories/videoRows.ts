// Videos as their rows have them: the query that joins subject, analysis and prediction, where the files are, and the row as the video that windows know.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { StageState, Video } from '@shared/project'
import { findVideoFile } from '../videoPaths'

/** A row of {@link SELECT}. */
export interface VideoRow {
  id: string
  subject_id: string
  subject_code: string
  condition: string | null
  session: string | null
  file_name: string
  path: string
  relative_path: string | null
  content_hash: string
  bytes: number
  width: number
  height: number
  duration_seconds: number
  frame_count: number
  nominal_frame_rate: number | null
  is_variable_frame_rate: number
  has_audio: number
  codec: string
  mime_type: string
  container: string
  container_start_seconds: number
  time_base: string
  start_microseconds: number
  proxy_file: string | null
  added_at: string
  analysis_frames: number | null
  analysis_completed: string | null
  main_track: number | null
  prediction_frames: number | null
  prediction_completed: string | null
  label_count: number
  reviewed_at: string | null
}

// -1 stands for "no face was found", the track of predictions of such a video.
export const SELECT = `
  SELECT v.*, s.code AS subject_code,
    a.frames_done AS analysis_frames, a.completed_at AS analysis_completed, a.main_track,
    p.frames_done AS prediction_frames, p.completed_at AS prediction_completed,
    (SELECT count(*) FROM label l WHERE l.video_id = v.id) AS label_count
  FROM video v JOIN subject s ON s.id = v.subject_id
  LEFT JOIN analysis a ON a.video_id = v.id
  LEFT JOIN prediction p ON p.video_id = v.id AND p.track = coalesce(a.main_track, -1)
    AND p.model_id = (SELECT active_model_id FROM project)`

/** Where a video's file is now; null when it is missing. */
export const videoFile = (root: string, row: VideoRow): string | null =>
  findVideoFile(root, { absolute: row.path, relative: row.relative_path }, row.bytes)

/** Path of a video's proxy; null when there is none. */
export function proxyFile(root: string, row: VideoRow): string | null {
  if (row.proxy_file === null) return null
  const path = join(root, 'proxies', row.proxy_file)
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : null
}

export function toVideo(root: string, row: VideoRow): Video {
  return {
    id: row.id,
    subjectId: row.subject_id,
    subjectCode: row.subject_code,
    condition: row.condition,
    session: row.session,
    fileName: row.file_name,
    width: row.width,
    height: row.height,
    durationSeconds: row.duration_seconds,
    frameCount: row.frame_count,
    nominalFrameRate: row.nominal_frame_rate,
    isVariableFrameRate: row.is_variable_frame_rate === 1,
    hasAudio: row.has_audio === 1,
    codec: row.codec,
    mimeType: row.mime_type,
    hasProxy: proxyFile(root, row) !== null,
    isMissing: videoFile(root, row) === null,
    analysis: stage(row.analysis_frames, row.analysis_completed),
    prediction: stage(row.prediction_frames, row.prediction_completed),
    labelCount: row.label_count,
    isReviewed: row.reviewed_at !== null,
    mainTrack: row.main_track,
    bytes: row.bytes,
    addedAt: row.added_at,
  }
}

function stage(framesDone: number | null, completedAt: string | null): StageState {
  if (completedAt !== null) return 'done'
  return framesDone === null || framesDone === 0 ? 'none' : 'partial'
}
