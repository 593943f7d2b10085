// How the faces of a chunk lie in blobs: one of the numbers per face, one of the landmarks in the compact form in which they were found,
// so that boxes are read without touching landmarks.
import { decodeFaces as decodeLandmarks, encodeFaces as encodeLandmarks } from '@shared/faceCodec'
import { type FaceObservation, TRUST_REASONS } from '@shared/faces'
import { toBlob, toFloat64 } from './arrays'

/** A face without its landmarks. */
export type FaceSummary = Omit<FaceObservation, 'landmarks'>

/** Numbers per face in the summary blob: frame, track, box (4), score, flag, pitch, yaw, roll, sharpness, brightness, index into TRUST_REASONS. */
const FIELDS = 14

/**
 * Both blobs of a chunk's faces, which are in the order of frame, then track.
 * @throws RangeError when a face lies outside the chunk, is out of order, has not all landmarks, or has values that are not finite
 */
export function encodeFaces(
  faces: readonly FaceObservation[],
  startFrame: number,
  frameCount: number,
): { summary: Buffer; landmarks: Buffer } {
  const summary = new Float64Array(faces.length * FIELDS)
  for (const [index, face] of faces.entries()) {
    const { box, pose } = face
    const trust = TRUST_REASONS.indexOf(face.trust)
    const row = [
      face.frame,
      face.track,
      box.x,
      box.y,
      box.width,
      box.height,
      face.score,
      face.flag,
      pose.pitch,
      pose.yaw,
      pose.roll,
      face.sharpness,
      face.brightness,
      trust,
    ]
    summary.set(row, index * FIELDS)
  }
  return { summary: toBlob(summary), landmarks: Buffer.from(encodeLandmarks(faces, startFrame, frameCount)) }
}

/** Faces of a summary blob, in the order in which they were stored. */
export function decodeSummaries(blob: Buffer): FaceSummary[] {
  const values = toFloat64(blob)
  const at = (position: number): number => values[position] ?? NaN
  return Array.from({ length: values.length / FIELDS }, (_, index) => {
    const start = index * FIELDS
    return {
      frame: at(start),
      track: at(start + 1),
      box: { x: at(start + 2), y: at(start + 3), width: at(start + 4), height: at(start + 5) },
      score: at(start + 6),
      flag: at(start + 7),
      pose: { pitch: at(start + 8), yaw: at(start + 9), roll: at(start + 10) },
      sharpness: at(start + 11),
      brightness: at(start + 12),
      trust: TRUST_REASONS[at(start + 13)] ?? 'no-face',
    }
  })
}

/** Faces of both blobs. Throws PROJECT_CORRUPT when the landmarks cannot be read. */
export function decodeFaces(summary: Buffer, landmarks: Buffer): FaceObservation[] {
  const { faces } = decodeLandmarks(landmarks)
  return decodeSummaries(summary).map((face, index) => ({ ...face, landmarks: faces[index]?.landmarks ?? new Float32Array(0) }))
}
