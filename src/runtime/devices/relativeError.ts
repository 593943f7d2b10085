// How far two arrays are apart, as the device check measures it.

/** `||a - b|| / ||b||`; NaN where a value is missing or not a number, which no tolerance accepts. */
export function relativeError(found: Float32Array | undefined, expected: Float32Array): number {
  let difference = 0
  let norm = 0
  expected.forEach((value, index) => {
    difference += ((found?.[index] ?? Number.NaN) - value) ** 2
    norm += value ** 2
  })
  return Math.sqrt(difference / Math.max(norm, 1e-12))
}
