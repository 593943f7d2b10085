// Half-precision numbers: written as the nearest there is, read back as what was written.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { floatToHalf, halfToFloat, toFloat32, toHalfBytes } from '@runtime/weights/tensorData'

it('every finite half survives the way through a float', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    if ((bits & 0x7c00) === 0x7c00) continue
    expect(floatToHalf(halfToFloat(bits))).toBe(bits)
  }
})

it('takes the nearest half, the even one at a tie, and infinity beyond the largest', () => {
  const nearest = fc.float({ min: -65_504, max: 65_504, noNaN: true })
  fc.assert(
    fc.property(nearest, (value) => {
      const bits = floatToHalf(value)
      const error = Math.abs(halfToFloat(bits) - value)
      const neighbours = [bits - 1, bits + 1].filter((one) => one >= 0 && (one & 0x7c00) !== 0x7c00 && (one & 0x8000) === (bits & 0x8000))
      for (const other of neighbours) {
        const distance = Math.abs(halfToFloat(other) - value)
        expect(distance).toBeGreaterThanOrEqual(error)
        if (distance === error) expect(bits % 2).toBe(0)
      }
    }),
  )
  expect([65_519.99, 65_520, Infinity, -1e9].map(floatToHalf)).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00])
  expect(halfToFloat(floatToHalf(Number.NaN))).toBeNaN()
})

it('bytes of halves read back as the values', () => {
  const values = Float32Array.from([0, -0, 1, -2.5, 6.103515625e-5, 5.960464477539063e-8, 65_504])
  expect([...toFloat32(toHalfBytes(values), 'F16')]).toEqual([...values])
})
