// Projects, subjects and videos as every room names them.
import type { HeadPose } from './faces'

export interface ProjectInfo {
  /** Random, made at creation; survives moving the folder. */
  id: string
  name: string
  /** AUs that the project codes, ascending. */
  aus: number[]
  createdAt: string
  schemaVersion: number
  /** False when another process holds the writer's lock; everything can then be read and nothing changed. */
  isWritable: boolean
  subjectCount: number
  videoCount: number
  frameCount: number
  labelCount: number
  /** Videos whose file is not where it was. */
  missingVideos: { id: string; fileName: string }[]
  activeModelId: string
  storage: StorageUse
}

/** Bytes on disk by what they hold. */
export interface StorageUse {
  database: number
  crops: number
  models: number
  runs: number
  proxies: number
  /** Copies of videos that came in through a browser window. */
  videos: number
  exports: number
  total: number
}

/** What a list of projects says of one that is not open. */
export interface ProjectSummary {
  id: string
  subjectCount: number
  videoCount: number
  /** Videos with at least one label. */
  codedVideoCount: number
  /** Videos that somebody called coded to the end. */
  reviewedVideoCount: number
  missingVideoCount: number
}

/** Labelled frames of one AU in one video, by any coder on any side; each frame counts once. */
export interface LabelCoverage {
  videoId: string
  au: number
  /** Frames that are present, absent or not scorable: somebody looked. */
  codedFrames: number
  presentFrames: number
}

/** What may be cleared because it can be made again from the videos. */
export type CacheKind = 'crops' | 'proxies'

export interface Subject {
  id: string
  /** Free text, unique within the project. */
  code: string
  note: string | null
  videoCount: number
  /** Span of frames chosen by a person as the subject's neutral face. */
  neutral: NeutralSpan | null
}

export interface NeutralSpan {
  videoId: string
  startFrame: number
  endFrame: number
}

/** How far a video has come. */
export type StageState = 'none' | 'partial' | 'done'

export interface Video {
  id: string
  subjectId: string
  subjectCode: string
  condition: string | null
  session: string | null
  /** Name without folders; may hold any character a file name can. */
  fileName: string
  /** Upright (display) size in pixels. */
  width: number
  height: number
  durationSeconds: number
  frameCount: number
  /** Frames per second as the container states it; never used for time. */
  nominalFrameRate: number | null
  isVariableFrameRate: boolean
  hasAudio: boolean
  codec: string
  /** For canPlayType, e.g. `video/mp4; codecs="avc1.640028"`. */
  mimeType: string
  hasProxy: boolean
  isMissing: boolean
  analysis: StageState
  /** Prediction state of the active model. */
  prediction: StageState
  labelCount: number
  /** Somebody said that the video is coded to the end. */
  isReviewed: boolean
  /** Track whose face is the subject's. */
  mainTrack: number | null
  bytes: number
  addedAt: string
}

/** Everything known about one frame besides pixels; what a row of an export is made of. */
export interface FrameFacts {
  frame: number
  /** Seconds from the first frame. */
  timestampSeconds: number
  hasFace: boolean
  score: number | null
  pose: HeadPose | null
}

/** F1 table of one model against one set of labels. */
export interface AgreementRow {
  au: number
  /** Frames with a known label. */
  known: number
  /** Share of known frames that are present, 0-1. */
  baseRate: number | null
  f1: number | null
  precision: number | null
  recall: number | null
}
