// Rigid alignment of landmarks to a template head, and the head's rotation from it (Horn 1987, "Closed-form solution of absolute orientation using unit quaternions").
import type { HeadPose } from '@shared/faces'

/** Points of a head that do not move with expression, in the order of `indices`; y down, z away from the camera, facing it. */
export interface RigidTemplate {
  indices: readonly number[]
  /** (indices, 3) */
  points: Float64Array
}

/** The similarity that takes landmarks p to scale * rotation * (p - from) + to. */
export interface RigidFit {
  scale: number
  /** (3, 3), row by row, determinant 1. */
  rotation: Float64Array
  from: readonly [number, number, number]
  to: readonly [number, number, number]
}

/** Eigenvector of the largest eigenvalue of a symmetric 4 x 4 matrix, by Jacobi rotations. */
function largestEigenvector(matrix: number[][]): readonly number[] {
  const a = matrix.map((row) => [...row])
  const vectors = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0)))
  for (let sweep = 0; sweep < 30; sweep++) {
    let offDiagonal = 0
    let diagonal = 0
    for (let p = 0; p < 4; p++) {
      diagonal += a[p]![p]! ** 2
      for (let q = p + 1; q < 4; q++) offDiagonal += a[p]![q]! ** 2
    }
    if (offDiagonal <= 1e-30 * diagonal) break
    for (let p = 0; p < 3; p++) {
      for (let q = p + 1; q < 4; q++) {
        const apq = a[p]![q]!
        if (apq === 0) continue
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq)
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1))
        const c = 1 / Math.hypot(t, 1)
        const s = t * c
        for (const row of [...a, ...vectors]) {
          const x = row[p]!
          const y = row[q]!
          row[p] = c * x - s * y
          row[q] = s * x + c * y
        }
        for (let k = 0; k < 4; k++) {
          const x = a[p]![k]!
          const y = a[q]![k]!
          a[p]![k] = c * x - s * y
          a[q]![k] = s * x + c * y
        }
      }
    }
  }
  let best = 0
  for (let i = 1; i < 4; i++) if (a[i]![i]! > a[best]![best]!) best = i
  return vectors.map((row) => row[best]!)
}

/** Least-squares similarity of the rigid landmarks onto the template. @param landmarks (468, 3) */
export function fitRigid(landmarks: Float32Array, { indices, points }: RigidTemplate): RigidFit {
  const from: [number, number, number] = [0, 0, 0]
  const to: [number, number, number] = [0, 0, 0]
  const count = indices.length
  indices.forEach((index, i) => {
    for (let k = 0; k < 3; k++) {
      from[k]! += landmarks[3 * index + k]! / count
      to[k]! += points[3 * i + k]! / count
    }
  })
  const s = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  let spread = 0
  indices.forEach((index, i) => {
    for (let a = 0; a < 3; a++) {
      const x = landmarks[3 * index + a]! - from[a]!
      spread += x * x
      for (let b = 0; b < 3; b++) s[3 * a + b]! += x * (points[3 * i + b]! - to[b]!)
    }
  })
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s as [number, number, number, number, number, number, number, number, number]
  const quaternion = largestEigenvector([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, -xx + yy - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, -xx - yy + zz],
  ])
  const [w, x, y, z] = quaternion as [number, number, number, number]
  const rotation = Float64Array.of(
    w * w + x * x - y * y - z * z,
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    w * w - x * x + y * y - z * z,
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    w * w - x * x - y * y + z * z,
  )
  let aligned = 0
  for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) aligned += rotation[3 * a + b]! * s[3 * b + a]!
  return { scale: spread > 0 ? aligned / spread : 0, rotation, from, to }
}

/** Angles of the rotation that takes the seen face to the template; inputs of the starter's landmark network, which was trained on these and not on the pose. */
export interface AlignmentAngles {
  yaw: number
  pitch: number
}

/** Euler angles of the fit itself (z, then y, then x): yaw = asin(-R31), pitch = atan2(R32, R33). */
export function alignmentAngles({ rotation }: RigidFit): AlignmentAngles {
  return { yaw: Math.asin(clampToUnit(-rotation[6]!)), pitch: Math.atan2(rotation[7]!, rotation[8]!) }
}

/**
 * Rotation of the head from facing the camera, in radians, for a picture that is not mirrored. Pitch is positive when the face looks up, yaw when it
 * turns to the subject's own left (the right of the picture), roll when the head tilts to the subject's own left shoulder (clockwise in the picture).
 * The head is rolled last, pitched first: H = Rz(roll) Ry(-yaw) Rx(-pitch) in axes x right, y down, z away from the camera, with H the inverse of the fit.
 */
export function headPoseOf({ rotation }: RigidFit): HeadPose {
  return {
    pitch: -Math.atan2(rotation[5]!, rotation[8]!),
    yaw: -Math.asin(clampToUnit(-rotation[2]!)),
    roll: Math.atan2(rotation[1]!, rotation[0]!),
  }
}

const clampToUnit = (value: number): number => Math.max(-1, Math.min(1, value))
