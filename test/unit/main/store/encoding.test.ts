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
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  const side = fc.double({ min: 20, max: 4000, noNaN: true })
  const face: fc.Arbitrary<FaceObservation> = fc.record({
    frame: fc.nat(255),
    track: fc.nat(100),
    box: fc.record({ x: number, y: number, width: side, height: side }),
    score: number,
    flag: number,
    pose: fc.record({ pitch: number, yaw: number, roll: number }),
    sharpness: number,
    brightness: number,
    trust: fc.constantFrom(...TRUST_REASONS),
    landmarks: fc.constant(new Float32Array(LANDMARK_COUNT * 3)),
  })
  const faces = fc
    .uniqueArray(face, { maxLength: 4, selector: ({ frame, track }) => `${frame}/${track}` })
    .map((found) => found.sort((a, b) => a.frame - b.frame || a.track - b.track))

  it('come back exactly, landmarks within the precision of their compact form', () => {
    fc.assert(
      fc.property(faces, fc.float({ min: -1, max: 1, noNaN: true }), (found, at) => {
        for (const each of found) {
          const { x, y, width, height } = each.box
          each.landmarks = Float32Array.from(each.landmarks, (_, i) => [x + at * width, y + at * height, at * width][i % 3]!)
        }
        const { summary, landmarks } = encodeFaces(found, 0, 256)
        const decoded = decodeFaces(shifted(summary, 3), shifted(landmarks, 5))
        const withoutLandmarks = found.map(({ landmarks: _, ...rest }) => rest)
        expect(decodeSummaries(summary)).toEqual(withoutLandmarks)
        expect(decoded.map(({ landmarks: _, ...rest }) => rest)).toEqual(withoutLandmarks)
        for (const [index, { landmarks: back }] of decoded.entries()) {
          const { box, landmarks: given } = found[index]!
          const error = Math.max(...back.map((value, i) => Math.abs(value - given[i]!)))
          // Half a quantum and what 32-bit numbers lose at this distance from the origin.
          expect(error).toBeLessThanOrEqual(Math.max(box.width, box.height) / 8192 / 2 + 0.25)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('without all landmarks, out of order or outside their chunk are refused', () => {
    const one = fc.sample(face, 1)[0]!
    expect(() => encodeFaces([{ ...one, landmarks: new Float32Array(10) }], 0, 256)).toThrow(RangeError)
    expect(() => encodeFaces([one, one], 0, 256)).toThrow(RangeError)
    expect(() => encodeFaces([{ ...one, frame: 256 }], 0, 256)).toThrow(RangeError)
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
