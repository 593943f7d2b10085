// Head pose and the landmark networks: signs as documented, angles as turned, values as the training code gives them.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LANDMARK_COUNT } from '@shared/faces'
import { fitRigid, headPoseOf, type RigidTemplate } from '@vision/headPose'
import { LandmarkNetwork } from '@vision/starter/landmarkNetwork'
import { medianOfThree, RunningMedian } from '@vision/starter/runningMedian'

const stored = JSON.parse(readFileSync('resources/models/faces/headTemplate.json', 'utf8')) as { indices: number[]; points: number[] }
const template: RigidTemplate = { indices: stored.indices, points: Float64Array.from(stored.points) }

/** The template head turned by Rz(roll) Ry(yaw) Rx(pitch) in picture axes, made larger and moved. */
function headAt(pitch: number, yaw: number, roll: number): Float32Array {
  const landmarks = new Float32Array(LANDMARK_COUNT * 3)
  const [cx, sx, cy, sy, cz, sz] = [pitch, yaw, roll].flatMap((a) => [Math.cos(a), Math.sin(a)]) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  template.indices.forEach((index, i) => {
    const [x, y, z] = template.points.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number]
    const [y1, z1] = [cx * y - sx * z, sx * y + cx * z]
    const [x2, z2] = [cy * x + sy * z1, -sy * x + cy * z1]
    const [x3, y3] = [cz * x2 - sz * y1, sz * x2 + cz * y1]
    landmarks.set([320 + 150 * x3, 180 + 150 * y3, 150 * z2], 3 * index)
  })
  return landmarks
}

describe('head pose', () => {
  it('recovers any rotation within the range of faces, whatever size and place', () => {
    const angle = fc.double({ min: -1.2, max: 1.2, noNaN: true })
    fc.assert(
      fc.property(angle, angle, angle, (pitch, yaw, roll) => {
        // picture axes turn the nose down and to the picture's left for positive angles; the product's signs are the opposite
        const pose = headPoseOf(fitRigid(headAt(-pitch, -yaw, roll), template))
        expect(pose.pitch).toBeCloseTo(pitch, 4)
        expect(pose.yaw).toBeCloseTo(yaw, 4)
        expect(pose.roll).toBeCloseTo(roll, 4)
      }),
    )
  })

  it("is positive for looking up, turning to the subject's left, tilting clockwise in the picture", () => {
    const nose = 3 * 1
    const brow = 3 * 10
    const forward = headAt(0, 0, 0)
    const up = headAt(-0.3, 0, 0)
    const left = headAt(0, -0.3, 0)
    const clockwise = headAt(0, 0, 0.3)
    expect(up[nose + 1]!).toBeLessThan(forward[nose + 1]!)
    expect(headPoseOf(fitRigid(up, template)).pitch).toBeCloseTo(0.3, 4)
    expect(left[nose]!).toBeGreaterThan(forward[nose]!)
    expect(headPoseOf(fitRigid(left, template)).yaw).toBeCloseTo(0.3, 4)
    expect(clockwise[brow]!).toBeGreaterThan(forward[brow]!)
    expect(headPoseOf(fitRigid(clockwise, template)).roll).toBeCloseTo(0.3, 4)
  })

  it('gives finite numbers for landmarks that all coincide', () => {
    const { scale, rotation } = fitRigid(new Float32Array(LANDMARK_COUNT * 3), template)
    expect([scale, ...rotation].every(Number.isFinite)).toBe(true)
  })
})

describe('landmark networks', () => {
  const expected = JSON.parse(readFileSync('test/fixtures/vision/landmarkNetwork.json', 'utf8')) as {
    neutral: number[]
    landmarks: number[]
    yaw: number
    pitch: number
    difference: number[]
    L: number[]
    LN: number[]
  }
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

  it('give the values of the training code, with and without a neutral face', async () => {
    const network = await LandmarkNetwork.open('resources/models/starter/landmark_au.json')
    const shape = network.align(Float32Array.from(expected.landmarks))
    expect(shape.angles.yaw).toBeCloseTo(expected.yaw, 5)
    expect(shape.angles.pitch).toBeCloseTo(expected.pitch, 5)
    expected.difference.forEach((value, i) => expect(shape.difference[i]).toBeCloseTo(value, 5))
    Array.from(network.logits(shape, null), sigmoid).forEach((value, i) => expect(Math.abs(value - expected.L[i]!)).toBeLessThan(2e-5))
    const neutral = network.neutralOf(Float32Array.from(expected.neutral))
    Array.from(network.logits(shape, neutral), sigmoid).forEach((value, i) => expect(Math.abs(value - expected.LN[i]!)).toBeLessThan(2e-5))
  })

  it('average neutral frames', async () => {
    const network = await LandmarkNetwork.open('resources/models/starter/landmark_au.json')
    const [a, b] = [network.neutralOf(Float32Array.from(expected.neutral)), network.neutralOf(Float32Array.from(expected.landmarks))]
    const both = network.neutralOf(Float32Array.from([...expected.neutral, ...expected.landmarks]))
    both.forEach((value, i) => expect(value).toBeCloseTo((a[i]! + b[i]!) / 2, 5))
  })
})

describe('median over three frames', () => {
  const row = (...values: number[]): Float32Array => Float32Array.from(values)

  it('takes out single-frame flicker and leaves edges and gaps alone', () => {
    expect(medianOfThree(row(0, 1), row(5, 2), row(1, 3))).toEqual(row(1, 2))
    expect(medianOfThree(null, row(5), row(1))).toEqual(row(5))
    expect(medianOfThree(row(1), null, row(1))).toBeNull()
  })

  it('gives the same rows wherever it starts, given the frame before', () => {
    const rows = fc.array(fc.option(fc.float({ min: 0, max: 1, noNaN: true }).map((value) => row(value))), { minLength: 2, maxLength: 20 })
    const run = (input: (Float32Array | null)[]): (Float32Array | null)[] => {
      const median = new RunningMedian()
      const out = input.map((value) => median.push(value)).filter((value) => value !== undefined)
      const last = median.end()
      return last === undefined ? out : [...out, last]
    }
    fc.assert(
      fc.property(rows, fc.nat(), (input, at) => {
        const whole = run(input)
        expect(whole).toHaveLength(input.length)
        const from = 1 + (at % (input.length - 1))
        expect(run(input.slice(from - 1)).slice(1)).toEqual(whole.slice(from))
      }),
    )
  })
})
