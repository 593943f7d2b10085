// Faces found in frames: what is stored per face, and the rules by which a face's values are trusted.

/** Number of FaceMesh landmarks; each has x, y in pixels of the upright frame and z on the same scale. */
export const LANDMARK_COUNT = 468

/** Why a frame's values should not be believed, `none` when they may be. Ordered from worst. */
export type TrustReason = 'none' | 'no-face' | 'low-score' | 'small-face' | 'turned-away' | 'blurred'
export const TRUST_REASONS: readonly TrustReason[] = ['none', 'no-face', 'low-score', 'small-face', 'turned-away', 'blurred']

/** Head rotation in radians from a rigid fit of stable landmarks; pitch up, yaw to the subject's left and roll are positive as in docs/csv.md. */
export interface HeadPose {
  pitch: number
  yaw: number
  roll: number
}

/** An axis-parallel box in pixels of the upright frame. */
export interface FaceBox {
  x: number
  y: number
  width: number
  height: number
}

/** One accepted face in one frame. */
export interface FaceObservation {
  /** Index of the frame, from 0. */
  frame: number
  /** Tracks are numbered from 0 in order of first appearance in the video. */
  track: number
  /** Box of the landmarks. */
  box: FaceBox
  /** Detector score, 0-1; between detections the last detection's. */
  score: number
  /** Landmark network's face flag, 0-1. */
  flag: number
  pose: HeadPose
  /** Variance-of-Laplacian sharpness of the 112-pixel crop; larger is sharper. */
  sharpness: number
  /** Mean luminance of the crop, 0-255. */
  brightness: number
  trust: TrustReason
  /** (468, 3) x, y, z in pixels, row by row. */
  landmarks: Float32Array
}

/** A face followed through a video. */
export interface FaceTrack {
  track: number
  firstFrame: number
  lastFrame: number
  frameCount: number
  /** Mean box width in pixels. */
  meanWidth: number
  /** Mean score x width x frames share; the largest is proposed as the main track. */
  prominence: number
}

/** How analysis runs; stored with its results. */
export interface AnalysisSettings {
  /** Frames between full detections while every track is held. */
  redetectEvery: number
  minScore: number
  minFlag: number
  /** Below this box width in pixels values are kept but not trusted. */
  minTrustedWidth: number
  /** Beyond this absolute yaw in radians values are kept but not trusted. */
  maxTrustedYaw: number
  /** Tracks per frame, at most. */
  maxFaces: number
}

export const DEFAULT_ANALYSIS: AnalysisSettings = {
  redetectEvery: 10,
  minScore: 0.7,
  minFlag: 0.5,
  minTrustedWidth: 100,
  maxTrustedYaw: Math.PI / 6,
  maxFaces: 8,
}

/** Frames per stored chunk of faces and predictions; the unit of resuming. */
export const CHUNK_FRAMES = 256
