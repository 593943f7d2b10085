// How the faces of a chunk lie in blobs: one of the numbers per face, one of the landmarks, so that boxes are read without touching landmarks.
import { type FaceObservation, LANDMARK_COUNT, TRUST_REASONS } from '@shared/faces'
import { toBlob, toFloat32, toFloat64 } from './arrays'

/** A face without its landmarks. */
export type FaceSummary = Omit<FaceObservation, 'landmarks'>

/** Numbers per face in the summary blob: frame, track, box (4), score, flag, pitch, yaw, roll, sharpness, brightness, index into TRUST_REASONS. */
const FIELDS = 14
/** x, y, z of every landmark. */
const COORDINATES = LANDMARK_COUNT * 3

/** Both blobs of a chunk's faces. Throws when a face has not all landmarks. */
export function encodeFaces(faces: readonly FaceObservation[]): { summary: Buffer; landmarks: Buffer } {
  const summary = new Float64Array(faces.length * FIELDS)
  const landmarks = new Float32Array(faces.length * COORDINATES)
  for (const [index, face] of faces.entries()) {
    if (face.landmarks.length !== COORDINATES) throw new Error(`a face has ${face.landmarks.length} coordinates instead of ${COORDINATES}`)
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
    landmarks.set(face.landmarks, index * COORDINATES)
  }
  return { summary: toBlob(summary), landmarks: toBlob(landmarks) }
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

/** Faces of both blobs. The landmarks of all of them share one array. */
export function decodeFaces(summary: Buffer, landmarks: Buffer): FaceObservation[] {
  const coordinates = toFloat32(landmarks)
  return decodeSummaries(summary).map((face, index) => ({
    ...face,
    landmarks: coordinates.subarray(index * COORDINATES, (index + 1) * COORDINATES),
  }))
}
