// How good a face's picture is, and whether its values may be trusted.
import type { AnalysisSettings, FaceBox, HeadPose, TrustReason } from '@shared/faces'

/** Side of the crop on which quality is measured, so that figures of large and small faces compare. */
export const QUALITY_CROP_SIZE = 112

/**
 * Below this variance of the Laplacian a face counts as blurred. Sharp faces of consumer video lie above 100, faces out of focus or in fast motion below 15.
 */
const MIN_SHARPNESS = 12

/** Sharpness and brightness of one crop. */
export interface PictureQuality {
  /** Variance of the 4-neighbour Laplacian of the luminance (0-255). */
  sharpness: number
  /** Mean luminance, 0-255. */
  brightness: number
}

/** @param crop (size, size, 3) bytes */
export function pictureQuality(crop: Uint8Array, size: number): PictureQuality {
  const luminance = new Float32Array(size * size)
  let total = 0
  for (let i = 0; i < luminance.length; i++) {
    // ITU-R BT.601
    const value = 0.299 * crop[3 * i]! + 0.587 * crop[3 * i + 1]! + 0.114 * crop[3 * i + 2]!
    luminance[i] = value
    total += value
  }
  let sum = 0
  let squares = 0
  for (let y = 1; y < size - 1; y++) {
    for (let x = 1; x < size - 1; x++) {
      const i = y * size + x
      const laplacian = luminance[i - 1]! + luminance[i + 1]! + luminance[i - size]! + luminance[i + size]! - 4 * luminance[i]!
      sum += laplacian
      squares += laplacian * laplacian
    }
  }
  const count = (size - 2) ** 2
  return { sharpness: squares / count - (sum / count) ** 2, brightness: total / luminance.length }
}

/** The first reason, from worst, why a face's values should not be believed. */
export function trustOf(face: { score: number; box: FaceBox; pose: HeadPose; sharpness: number }, settings: AnalysisSettings): TrustReason {
  if (face.score < settings.minScore) return 'low-score'
  if (face.box.width < settings.minTrustedWidth) return 'small-face'
  if (Math.abs(face.pose.yaw) > settings.maxTrustedYaw) return 'turned-away'
  if (face.sharpness < MIN_SHARPNESS) return 'blurred'
  return 'none'
}
