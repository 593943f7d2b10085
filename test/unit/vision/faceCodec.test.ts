// The stored form of faces: what goes in comes out within the promised error, and rubbish is refused.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '@shared/errors'
import { decodeFaces, encodeFaces } from '@shared/faceCodec'
import { LANDMARK_COUNT, TRUST_REASONS, type FaceObservation } from '@shared/faces'
import { proposeMainTrack, TrackTally } from '@shared/faceTracks'

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const angle = fc.double({ min: -3.14, max: 3.14, noNaN: true })

/** Faces whose landmarks fill their boxes, as the tracker's do: coordinates from a seeded formula keep the shrinking of failures quick. */
const face = fc.record({
  offset: fc.integer({ min: 0, max: 255 }),
  track: fc.integer({ min: 0, max: 5 }),
  x: fc.double({ min: -500, max: 4000, noNaN: true }),
  y: fc.double({ min: -500, max: 4000, noNaN: true }),
  width: fc.double({ min: 2, max: 2000, noNaN: true }),
  aspect: fc.double({ min: 0.5, max: 2, noNaN: true }),
  depth: fc.double({ min: -1, max: 1, noNaN: true }),
  phase: angle,
  score: unit,
  flag: unit,
  pose: fc.record({ pitch: angle, yaw: angle, roll: angle }),
  sharpness: fc.double({ min: 0, max: 5000, noNaN: true }),
  brightness: fc.double({ min: 0, max: 255, noNaN: true }),
  trust: fc.constantFrom(...TRUST_REASONS),
})

const chunk = fc
  .tuple(
    fc.integer({ min: 0, max: 1_000_000 }),
    fc.uniqueArray(face, { maxLength: 8, selector: ({ offset, track }) => offset * 16 + track }),
  )
  .map(([start, faces]) => ({
    start,
    faces: faces
      .toSorted((a, b) => a.offset - b.offset || a.track - b.track)
      .map(({ offset, x, y, width, aspect, depth, phase, ...rest }): FaceObservation => {
        const landmarks = new Float32Array(LANDMARK_COUNT * 3)
        const height = width * aspect
        for (let i = 0; i < LANDMARK_COUNT; i++) {
          landmarks[3 * i] = x + width * (0.5 + 0.5 * Math.sin(i + phase))
          landmarks[3 * i + 1] = y + height * (0.5 + 0.5 * Math.cos(3 * i + phase))
          landmarks[3 * i + 2] = width * depth * Math.sin(5 * i)
        }
        return { ...rest, frame: start + offset, box: { x, y, width, height }, landmarks }
      }),
  }))

describe('face codec', () => {
  it('returns every face, with landmarks within 0.01 % of the box', () => {
    fc.assert(
      fc.property(chunk, ({ start, faces }) => {
        const decoded = decodeFaces(encodeFaces(faces, start, 256))
        expect(decoded.startFrame).toBe(start)
        expect(decoded.frameCount).toBe(256)
        expect(decoded.faces.map(({ frame, track, trust }) => [frame, track, trust])).toEqual(
          faces.map(({ frame, track, trust }) => [frame, track, trust]),
        )
        decoded.faces.forEach((found, i) => {
          const given = faces[i]!
          expect(found.score).toBe(Math.fround(given.score))
          expect(found.pose.yaw).toBe(Math.fround(given.pose.yaw))
          expect(found.box.width).toBe(Math.fround(given.box.width))
          // half a quantum, and what float32 loses on coordinates up to 6000
          const allowed = Math.max(given.box.width, given.box.height) / 16384 + 0.0006
          given.landmarks.forEach((value, c) => expect(Math.abs(found.landmarks[c]! - value)).toBeLessThanOrEqual(allowed))
        })
      }),
      { numRuns: 60 },
    )
  })

  it('keeps its promise of 0.02 pixels for a face of 200 pixels, and is stable under repetition', () => {
    fc.assert(
      fc.property(chunk, ({ start, faces }) => {
        const bytes = encodeFaces(faces, start, 256)
        expect(encodeFaces(faces, start, 256)).toEqual(bytes)
        const again = encodeFaces(decodeFaces(bytes).faces, start, 256)
        const [first, second] = [decodeFaces(bytes), decodeFaces(again)]
        first.faces.forEach((found, i) => {
          const scale = Math.max(found.box.width, found.box.height) / 260
          found.landmarks.forEach((value, c) =>
            expect(Math.abs(value - second.faces[i]!.landmarks[c]!)).toBeLessThan(0.02 * scale + 0.0006),
          )
        })
      }),
      { numRuns: 20 },
    )
  })

  it('skips landmarks on request', () => {
    fc.assert(
      fc.property(chunk, ({ start, faces }) => {
        const bytes = encodeFaces(faces, start, 256)
        const without = decodeFaces(bytes, { hasLandmarks: false }).faces
        expect(without).toEqual(decodeFaces(bytes).faces.map((found) => ({ ...found, landmarks: new Float32Array(0) })))
      }),
      { numRuns: 20 },
    )
  })

  it('refuses bytes cut short or changed in their structure, and never loops or reads beyond them', () => {
    fc.assert(
      fc.property(chunk, fc.nat(), fc.integer({ min: 0, max: 255 }), ({ start, faces }, position, value) => {
        const bytes = encodeFaces(faces, start, 256)
        const cut = bytes.slice(0, position % bytes.length)
        expect(() => decodeFaces(cut)).toThrow(AppError)
        const changed = bytes.slice()
        changed[position % bytes.length] = value
        try {
          expect(decodeFaces(changed).faces.length).toBe(faces.length)
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
        }
      }),
    )
  })

  it('refuses faces outside the chunk, out of order or not finite', () => {
    const good: FaceObservation = {
      frame: 3,
      track: 0,
      box: { x: 0, y: 0, width: 10, height: 10 },
      score: 1,
      flag: 1,
      pose: { pitch: 0, yaw: 0, roll: 0 },
      sharpness: 1,
      brightness: 1,
      trust: 'none',
      landmarks: new Float32Array(LANDMARK_COUNT * 3),
    }
    expect(() => encodeFaces([{ ...good, frame: 300 }], 0, 256)).toThrow(RangeError)
    expect(() => encodeFaces([good, good], 0, 256)).toThrow(RangeError)
    expect(() => encodeFaces([{ ...good, score: Number.NaN }], 0, 256)).toThrow(RangeError)
    expect(() => encodeFaces([{ ...good, landmarks: good.landmarks.map(() => Number.NaN) }], 0, 256)).toThrow(RangeError)
  })
})

describe('track tally', () => {
  it('sums up chunks in any order and proposes the most prominent face', () => {
    const seen = (frame: number, track: number, width: number): FaceObservation => ({
      frame,
      track,
      box: { x: 0, y: 0, width, height: width },
      score: 0.9,
      flag: 1,
      pose: { pitch: 0, yaw: 0, roll: 0 },
      sharpness: 1,
      brightness: 1,
      trust: 'none',
      landmarks: new Float32Array(0),
    })
    const tally = new TrackTally()
    tally.add([seen(5, 0, 50), seen(5, 1, 100)])
    tally.add([seen(2, 1, 120)])
    const tracks = tally.tracks(10)
    expect(tracks).toMatchObject([
      { track: 0, firstFrame: 5, lastFrame: 5, frameCount: 1, meanWidth: 50 },
      { track: 1, firstFrame: 2, lastFrame: 5, frameCount: 2, meanWidth: 110 },
    ])
    expect(proposeMainTrack(tracks)).toBe(1)
    expect(proposeMainTrack([])).toBeNull()
  })
})
