// A linear layer's weights in int8, symmetric, one factor per output. What is computed with them is in kernels/product.ts.

/** A matrix (in, out) whose column j stands for `values * scales[j]`. */
export interface QuantisedMatrix {
  values: Int8Array
  /** (out) */
  scales: Float32Array
}

/**
 * Largest magnitude. Seven bits instead of eight: processors with AVX2 but without VNNI add two products of an unsigned and a signed byte in 16 bits, and
 * 2 * 255 * 64 is the largest that fits. So every processor computes the same, and none saturates.
 */
const LARGEST = 64

/** Quantises a weight (out, in), row-major, and transposes it. */
export function quantiseRows(weight: Float32Array, outputs: number): QuantisedMatrix {
  const inputs = weight.length / outputs
  const values = new Int8Array(weight.length)
  const scales = new Float32Array(outputs)
  for (let output = 0; output < outputs; output++) {
    const row = weight.subarray(output * inputs, (output + 1) * inputs)
    let largest = 0
    for (const value of row) largest = Math.max(largest, Math.abs(value))
    // A row of zeros stays one whatever its factor.
    const scale = largest > 0 ? largest / LARGEST : 1
    scales[output] = scale
    for (let i = 0; i < inputs; i++) values[i * outputs + output] = Math.round((row[i] as number) / scale)
  }
  return { values, scales }
}
