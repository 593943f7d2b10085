// What goes into blobs and texts and must come out as it was.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBigInt64, toBlob, toFloat32, toFloat64 } from '@main/store/arrays'
import { canonicalJson } from '@main/store/canonicalJson'
import { decodeFaces, decodeSummaries, encodeFaces } from '@main/store/faceBlobs'
import { randomId } from '@main/store/ids'
import { storedPath } from '@main/store/videoPaths'
import { type FaceObservation, LANDMARK_COUNT, TRUST_REASONS } from '@shared/faces'

/** As SQLite hands it over: somewhere inside a larger buffer. */
const shifted = (blob: Buffer, by: number): Buffer => Buffer.concat([Buffer.alloc(by), blob]).subarray(by)

describe('arrays', () => {
  it('survive blobs at any offset, NaN included', () => {
    fc.assert(
      fc.property(fc.float32Array(), fc.float64Array(), fc.bigInt64Array(), fc.nat(7), (floats, doubles, integers, by) => {
        expect(toFloat32(shifted(toBlob(floats), by))).toEqual(floats)
        expect(toFloat64(shifted(toBlob(doubles), by))).toEqual(doubles)
        expect(toBigInt64(shifted(toBlob(integers), by))).toEqual(integers)
      }),
    )
  })

  it('that are parts of others take their own bytes only', () => {
    expect([...toFloat32(toBlob(Float32Array.from([1, 2, 3, 4]).subarray(1, 3)))]).toEqual([2, 3])
  })
})

describe('faces', () => {
  const number = fc.double({ noNaN: true })
  const face: fc.Arbitrary<FaceObservation> = fc.record({
    frame: fc.nat(),
    track: fc.nat(100),
    box: fc.record({ x: number, y: number, width: number, height: number }),
    score: number,
    flag: number,
    pose: fc.record({ pitch: number, yaw: number, roll: number }),
    sharpness: number,
    brightness: number,
    trust: fc.constantFrom(...TRUST_REASONS),
    landmarks: fc.float32Array({ minLength: LANDMARK_COUNT * 3, maxLength: LANDMARK_COUNT * 3 }),
  })

  it('come back exactly, with or without landmarks', () => {
    fc.assert(
      fc.property(fc.array(face, { maxLength: 4 }), (faces) => {
        const { summary, landmarks } = encodeFaces(faces)
        expect(decodeFaces(shifted(summary, 3), shifted(landmarks, 5))).toEqual(faces)
        expect(decodeSummaries(summary)).toEqual(faces.map(({ landmarks: _, ...rest }) => rest))
      }),
      { numRuns: 30 },
    )
  })

  it('without all landmarks are refused', () => {
    const [one] = fc.sample(face, 1)
    expect(() => encodeFaces(one ? [{ ...one, landmarks: new Float32Array(10) }] : [])).toThrow()
  })
})

it('canonical JSON does not depend on the order of keys, and arrays keep theirs', () => {
  expect(canonicalJson({ b: [2, 1], a: { d: null, c: 'x' } })).toBe('{"a":{"c":"x","d":null},"b":[2,1]}')
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      (value) => canonicalJson(Object.fromEntries(Object.entries(value).reverse())) === canonicalJson(value),
    ),
  )
})

it('ids are short, of safe letters, and do not repeat', () => {
  const ids = Array.from({ length: 2000 }, randomId)
  expect(ids.every((id) => /^[0-9a-hjkmnp-tv-z]{12}$/.test(id))).toBe(true)
  expect(new Set(ids).size).toBe(2000)
})

describe.skipIf(process.platform === 'win32')('paths', () => {
  it('are kept from the project folder too', () => {
    expect(storedPath('/a/p.auproj', '/a/videos/x.mp4')).toEqual({ absolute: '/a/videos/x.mp4', relative: '../videos/x.mp4' })
    expect(storedPath('/a/p.auproj', '/a/p.auproj/in side\n.mp4').relative).toBe('in side\n.mp4')
  })
})
