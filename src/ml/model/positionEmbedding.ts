// Position embeddings on plain arrays: the fixed 2-D sine-cosine table, and bicubic resizing of a learned one to another grid.

/**
 * Sine-cosine table ((grid^2 + 1) x width, row-major): a zero row for the class token, then one row per patch. The first half of a row
 * encodes the column, the second the row, each as sines then cosines of frequencies 10000^(-i / (width / 4)).
 */
export function sincosPositionEmbedding(width: number, grid: number): Float32Array {
  const table = new Float32Array((grid * grid + 1) * width)
  const quarter = width / 4
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      const start = (1 + row * grid + column) * width
      for (let index = 0; index < quarter; index++) {
        const frequency = 1 / 10000 ** (index / quarter)
        table[start + index] = Math.sin(column * frequency)
        table[start + quarter + index] = Math.cos(column * frequency)
        table[start + 2 * quarter + index] = Math.sin(row * frequency)
        table[start + 3 * quarter + index] = Math.cos(row * frequency)
      }
    }
  }
  return table
}

/** Cubic convolution kernel (Keys 1981) with a = -0.75, as PyTorch's bicubic interpolation has it. */
function cubicWeight(distance: number): number {
  const a = -0.75
  const x = Math.abs(distance)
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
  return 0
}

/** The four source indices and weights of each target index; corners not aligned, edges clamped, no antialiasing. */
function cubicTaps(from: number, to: number): { indices: number[]; weights: number[] }[] {
  return Array.from({ length: to }, (_, target) => {
    const position = ((target + 0.5) * from) / to - 0.5
    const base = Math.floor(position)
    const offsets = [-1, 0, 1, 2]
    return {
      indices: offsets.map((offset) => Math.min(from - 1, Math.max(0, base + offset))),
      weights: offsets.map((offset) => cubicWeight(position - base - offset)),
    }
  })
}

/**
 * Resizes a position embedding ((fromGrid^2 + 1) x width) to another grid; the class token's row is kept as it is.
 * Returns a new array of (toGrid^2 + 1) x width.
 */
export function interpolatePositionEmbedding(embedding: Float32Array, width: number, fromGrid: number, toGrid: number): Float32Array {
  if (fromGrid === toGrid) return embedding.slice()
  const result = new Float32Array((toGrid * toGrid + 1) * width)
  result.set(embedding.subarray(0, width))
  const taps = cubicTaps(fromGrid, toGrid)
  taps.forEach((vertical, row) => {
    taps.forEach((horizontal, column) => {
      const target = (1 + row * toGrid + column) * width
      for (let y = 0; y < 4; y++) {
        for (let x = 0; x < 4; x++) {
          const weight = (vertical.weights[y] as number) * (horizontal.weights[x] as number)
          const source = (1 + (vertical.indices[y] as number) * fromGrid + (horizontal.indices[x] as number)) * width
          for (let i = 0; i < width; i++) result[target + i] = (result[target + i] as number) + weight * (embedding[source + i] as number)
        }
      }
    })
  })
  return result
}
