// Faces of a run of frames as compact bytes and back. Everything downstream works from decoded values, so running it again gives the same numbers.
// Knows nothing of where the bytes are kept, and does not compress them further.
import { AppError } from './errors'
import { LANDMARK_COUNT, TRUST_REASONS, type FaceObservation } from './faces'

/*
 * Little-endian. Header: "AUF1", startFrame u32, frameCount u32, faceCount u32. Then per face:
 *   u32 bytes of the record from here on (to skip it), u16 frame - startFrame, u16 0, u32 track, u8 trust, u8 isDelta, u16 0,
 *   float32: x, y, width, height, score, flag, pitch, yaw, roll, sharpness, brightness,
 *   then 1404 zigzag varints: landmarks (x, y, z) in quanta relative to the box's corner (z to 0), minus the same track's previous face in this run.
 * A quantum is the box's longer side / 8192: with rounding an error of at most 0.0122 pixels for a box of 200 pixels.
 */
const MAGIC = 0x31465541
const HEADER_BYTES = 16
const FIXED_BYTES = 4 + 2 + 2 + 4 + 1 + 1 + 2 + 11 * 4
const QUANTA_PER_SIDE = 8192
const LIMIT = 32767
const COORDINATES = LANDMARK_COUNT * 3
/** int16 differences need 17 bits, zigzag the same: three bytes of 7. */
const MAX_VARINT_BYTES = 3

/** Decoded faces of frames [startFrame, startFrame + frameCount), by frame, then by track. */
export interface FaceChunk {
  startFrame: number
  frameCount: number
  faces: FaceObservation[]
}

/**
 * @param faces in the order of {@link FaceChunk}
 * @throws RangeError when a face lies outside the frames, is out of order or has values that are not finite
 */
export function encodeFaces(faces: readonly FaceObservation[], startFrame: number, frameCount: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + faces.length * (FIXED_BYTES + COORDINATES * MAX_VARINT_BYTES))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, startFrame, true)
  view.setUint32(8, frameCount, true)
  view.setUint32(12, faces.length, true)
  const previous = new Map<number, Int32Array>()
  let at = HEADER_BYTES
  let last = { frame: -1, track: -1 }
  for (const face of faces) {
    const offset = face.frame - startFrame
    if (!(offset >= 0 && offset < frameCount && offset <= 0xffff)) throw new RangeError(`Frame ${face.frame} is not in the chunk.`)
    if (face.frame < last.frame || (face.frame === last.frame && face.track <= last.track)) throw new RangeError('Faces are out of order.')
    last = face
    const { box, pose } = face
    const numbers = [
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
    ].map(Math.fround)
    if (!numbers.every(Number.isFinite) || !(numbers[2]! > 0) || !(numbers[3]! > 0))
      throw new RangeError(`Face in frame ${face.frame} is not finite.`)
    const quanta = quantise(face.landmarks, numbers[0]!, numbers[1]!, Math.max(numbers[2]!, numbers[3]!))
    const before = previous.get(face.track)
    previous.set(face.track, quanta)

    const start = at
    view.setUint16(at + 4, offset, true)
    view.setUint32(at + 8, face.track, true)
    view.setUint8(at + 12, TRUST_REASONS.indexOf(face.trust))
    view.setUint8(at + 13, before ? 1 : 0)
    numbers.forEach((value, i) => view.setFloat32(at + 16 + 4 * i, value, true))
    at += FIXED_BYTES
    for (let i = 0; i < COORDINATES; i++) {
      const difference = quanta[i]! - (before ? before[i]! : 0)
      let rest = (difference << 1) ^ (difference >> 31)
      while (rest >= 128) {
        bytes[at++] = (rest & 127) | 128
        rest >>>= 7
      }
      bytes[at++] = rest
    }
    view.setUint32(start, at - start - 4, true)
  }
  return bytes.slice(0, at)
}

function quantise(landmarks: Float32Array, x: number, y: number, side: number): Int32Array {
  if (landmarks.length !== COORDINATES) throw new RangeError(`A face has ${COORDINATES} coordinates, not ${landmarks.length}.`)
  const perPixel = QUANTA_PER_SIDE / side
  const origin = [x, y, 0]
  const quanta = new Int32Array(COORDINATES)
  for (let i = 0; i < COORDINATES; i++) {
    const value = Math.round((landmarks[i]! - origin[i % 3]!) * perPixel)
    if (!Number.isFinite(value)) throw new RangeError('A landmark is not finite.')
    quanta[i] = Math.max(-LIMIT, Math.min(LIMIT, value))
  }
  return quanta
}

/** What to decode. */
export interface DecodeOptions {
  /** False leaves `landmarks` empty and is some ten times faster. Default true. */
  hasLandmarks?: boolean
}

/** @throws AppError PROJECT_CORRUPT when the bytes are not what {@link encodeFaces} writes */
export function decodeFaces(bytes: Uint8Array, { hasLandmarks = true }: DecodeOptions = {}): FaceChunk {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw corrupt()
  const startFrame = view.getUint32(4, true)
  const frameCount = view.getUint32(8, true)
  const faceCount = view.getUint32(12, true)
  const previous = new Map<number, Int32Array>()
  const faces: FaceObservation[] = []
  let at = HEADER_BYTES
  for (let i = 0; i < faceCount; i++) {
    if (at + FIXED_BYTES > bytes.length) throw corrupt()
    const end = at + 4 + view.getUint32(at, true)
    const offset = view.getUint16(at + 4, true)
    const track = view.getUint32(at + 8, true)
    const trust = TRUST_REASONS[view.getUint8(at + 12)]
    const isDelta = view.getUint8(at + 13) === 1
    const number = (index: number): number => view.getFloat32(at + 16 + 4 * index, true)
    const box = { x: number(0), y: number(1), width: number(2), height: number(3) }
    if (end > bytes.length || end < at + FIXED_BYTES || offset >= frameCount || trust === undefined) throw corrupt()
    let landmarks = new Float32Array(0)
    if (hasLandmarks) {
      const before = isDelta ? previous.get(track) : undefined
      if (isDelta && !before) throw corrupt()
      const quanta = readQuanta(bytes, at + FIXED_BYTES, end, before)
      previous.set(track, quanta)
      const quantum = Math.max(box.width, box.height) / QUANTA_PER_SIDE
      const origin = [box.x, box.y, 0]
      landmarks = Float32Array.from(quanta, (value, c) => origin[c % 3]! + value * quantum)
    }
    faces.push({
      frame: startFrame + offset,
      track,
      box,
      score: number(4),
      flag: number(5),
      pose: { pitch: number(6), yaw: number(7), roll: number(8) },
      sharpness: number(9),
      brightness: number(10),
      trust,
      landmarks,
    })
    at = end
  }
  if (at !== bytes.length) throw corrupt()
  return { startFrame, frameCount, faces }
}

function readQuanta(bytes: Uint8Array, from: number, end: number, before: Int32Array | undefined): Int32Array {
  const quanta = new Int32Array(COORDINATES)
  let at = from
  for (let i = 0; i < COORDINATES; i++) {
    let value = 0
    let shift = 0
    for (;;) {
      if (at >= end || shift > 14) throw corrupt()
      const byte = bytes[at++]!
      value |= (byte & 127) << shift
      shift += 7
      if (byte < 128) break
    }
    quanta[i] = ((value >>> 1) ^ -(value & 1)) + (before ? before[i]! : 0)
  }
  if (at !== end) throw corrupt()
  return quanta
}

const corrupt = (): AppError =>
  new AppError(
    'PROJECT_CORRUPT',
    'The stored faces of this video cannot be read. Analyse the video again, or restore the project from a backup.',
  )
