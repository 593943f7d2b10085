// t-SNE: places points on a plane so that those that are near each other in many dimensions stay near (van der Maaten and Hinton 2008, JMLR 9:2579-2605).
// Exact, so for up to a few thousand points; deterministic for the same random source. What the points are is not known here.
import type { Random } from '../random'

export interface TsneOptions {
  /** Effective number of neighbours; at most a third of the points, see {@link usablePerplexity}. */
  perplexity: number
  iterations: number
  random: Random
  /** Called after each iteration, for progress and for stopping by throwing. */
  onIteration?: (iteration: number) => void | Promise<void>
}

export interface TsneLayout {
  /** (points, 2), centred on 0. */
  positions: Float32Array
  /** Kullback-Leibler divergence between the neighbourhoods, in nats: 0 is a perfect picture. */
  divergence: number
  /** Divergence of the random layout that it began with. */
  startDivergence: number
  perplexity: number
}

/** Exaggeration of attractions at the beginning, and for how many iterations (at most). */
const EXAGGERATION = 12
const EXAGGERATED_ITERATIONS = 250
/** Momentum before and after that. */
const MOMENTUM = { early: 0.5, late: 0.8 }
/** Deviation of the first layout. */
const START_DEVIATION = 1e-4
const LEAST_GAIN = 0.01
/** Neighbourhoods are searched until their perplexity is right within this share. */
const PERPLEXITY_TOLERANCE = 1e-5
const PERPLEXITY_STEPS = 64
const SMALLEST = 1e-12

/** As much of the wanted perplexity as `points` points allow: a neighbourhood is at most a third of the others. */
export const usablePerplexity = (points: number, wanted: number): number => Math.max(1, Math.min(wanted, (points - 1) / 3))

/**
 * @param values (points, D)
 * @throws RangeError for fewer than 4 points, or values that are not numbers
 */
export async function tsne(values: Float32Array, points: number, options: TsneOptions): Promise<TsneLayout> {
  if (points < 4 || values.length % points !== 0)
    throw new RangeError(`t-SNE needs at least 4 points of equal length, not ${values.length} values of ${points}.`)
  if (!values.every(Number.isFinite)) throw new RangeError('t-SNE needs values that are numbers.')
  const perplexity = usablePerplexity(points, options.perplexity)
  const attraction = jointProbabilities(squaredDistances(values, points), points, perplexity)
  const { random, iterations } = options
  const positions = Float64Array.from({ length: 2 * points }, () => random.normal(0, START_DEVIATION))
  const startDivergence = divergenceOf(attraction, positions, points)
  const speed = new Float64Array(2 * points)
  const gains = new Float64Array(2 * points).fill(1)
  const gradient = new Float64Array(2 * points)
  // Belkina et al. 2019 (Nature Communications 10:5415): the rate grows with the number of points
  const rate = Math.max(50, points / EXAGGERATION / 4)
  const exaggerated = Math.min(EXAGGERATED_ITERATIONS, Math.floor(iterations / 4))
  for (let iteration = 0; iteration < iterations; iteration++) {
    const isEarly = iteration < exaggerated
    gradientOf(attraction, positions, points, isEarly ? EXAGGERATION : 1, gradient)
    const momentum = isEarly ? MOMENTUM.early : MOMENTUM.late
    for (let at = 0; at < positions.length; at++) {
      const slope = gradient[at]!
      const gain = Math.sign(slope) === Math.sign(speed[at]!) ? gains[at]! * 0.8 : gains[at]! + 0.2
      gains[at] = Math.max(LEAST_GAIN, gain)
      speed[at] = momentum * speed[at]! - rate * gains[at]! * slope
      positions[at]! += speed[at]!
    }
    centre(positions)
    await options.onIteration?.(iteration)
  }
  return { positions: Float32Array.from(positions), divergence: divergenceOf(attraction, positions, points), startDivergence, perplexity }
}

function squaredDistances(values: Float32Array, points: number): Float64Array {
  const width = values.length / points
  const distances = new Float64Array(points * points)
  for (let i = 0; i < points; i++) {
    for (let j = i + 1; j < points; j++) {
      let sum = 0
      for (let a = i * width, b = j * width, end = a + width; a < end; a++, b++) {
        const difference = values[a]! - values[b]!
        sum += difference * difference
      }
      distances[i * points + j] = sum
      distances[j * points + i] = sum
    }
  }
  return distances
}

/** Probabilities of a point's neighbours under a Gaussian of precision `beta`, into `row`. @returns their perplexity */
function neighbourhood(distances: Float64Array, from: number, own: number, beta: number, row: Float64Array): number {
  const points = row.length
  // the nearest is subtracted, so that something is left of far away groups
  let nearest = Infinity
  for (let j = 0; j < points; j++) if (j !== own && distances[from + j]! < nearest) nearest = distances[from + j]!
  let sum = 0
  let weighted = 0
  for (let j = 0; j < points; j++) {
    const distance = distances[from + j]! - nearest
    const value = j === own ? 0 : Math.exp(-beta * distance)
    row[j] = value
    sum += value
    weighted += value * distance
  }
  for (let j = 0; j < points; j++) row[j]! /= sum
  return Math.exp(Math.log(sum) + (beta * weighted) / sum)
}

/**
 * Conditional probabilities (points, points) whose rows have the wanted perplexity, and the perplexities reached.
 * Points with more equals than neighbours wanted cannot reach it and keep what is nearest.
 */
export function conditionalProbabilities(
  distances: Float64Array,
  points: number,
  perplexity: number,
): { probabilities: Float64Array; reached: Float64Array } {
  const probabilities = new Float64Array(points * points)
  const reached = new Float64Array(points)
  for (let i = 0; i < points; i++) {
    const row = probabilities.subarray(i * points, (i + 1) * points)
    let beta = 1
    let low = 0
    let high = Infinity
    for (let step = 0; step < PERPLEXITY_STEPS; step++) {
      const present = neighbourhood(distances, i * points, i, beta, row)
      reached[i] = present
      if (Math.abs(present - perplexity) <= PERPLEXITY_TOLERANCE * perplexity) break
      if (present > perplexity) {
        low = beta
        beta = high === Infinity ? beta * 2 : (low + high) / 2
      } else {
        high = beta
        beta = (low + high) / 2
      }
    }
  }
  return { probabilities, reached }
}

/** Symmetric, sums to 1. */
function jointProbabilities(distances: Float64Array, points: number, perplexity: number): Float64Array {
  const { probabilities } = conditionalProbabilities(distances, points, perplexity)
  const joint = new Float64Array(points * points)
  for (let i = 0; i < points; i++) {
    for (let j = 0; j < points; j++) {
      if (i !== j)
        joint[i * points + j] = Math.max(SMALLEST, (probabilities[i * points + j]! + probabilities[j * points + i]!) / (2 * points))
    }
  }
  return joint
}

/** Student-t kernel sum over all pairs. */
function kernelSum(positions: Float64Array, points: number): number {
  let sum = 0
  for (let i = 0; i < points; i++) {
    for (let j = i + 1; j < points; j++) {
      const dx = positions[2 * i]! - positions[2 * j]!
      const dy = positions[2 * i + 1]! - positions[2 * j + 1]!
      sum += 2 / (1 + dx * dx + dy * dy)
    }
  }
  return sum
}

function gradientOf(attraction: Float64Array, positions: Float64Array, points: number, exaggeration: number, out: Float64Array): void {
  out.fill(0)
  const total = kernelSum(positions, points)
  for (let i = 0; i < points; i++) {
    const xi = positions[2 * i]!
    const yi = positions[2 * i + 1]!
    for (let j = i + 1; j < points; j++) {
      const dx = xi - positions[2 * j]!
      const dy = yi - positions[2 * j + 1]!
      const kernel = 1 / (1 + dx * dx + dy * dy)
      const force = 4 * (exaggeration * attraction[i * points + j]! - kernel / total) * kernel
      out[2 * i]! += force * dx
      out[2 * i + 1]! += force * dy
      out[2 * j]! -= force * dx
      out[2 * j + 1]! -= force * dy
    }
  }
}

function divergenceOf(attraction: Float64Array, positions: Float64Array, points: number): number {
  const total = kernelSum(positions, points)
  let sum = 0
  for (let i = 0; i < points; i++) {
    for (let j = i + 1; j < points; j++) {
      const dx = positions[2 * i]! - positions[2 * j]!
      const dy = positions[2 * i + 1]! - positions[2 * j + 1]!
      const p = attraction[i * points + j]!
      sum += 2 * p * Math.log(p / Math.max(SMALLEST, 1 / (1 + dx * dx + dy * dy) / total))
    }
  }
  return sum
}

function centre(positions: Float64Array): void {
  let x = 0
  let y = 0
  for (let at = 0; at < positions.length; at += 2) {
    x += positions[at]!
    y += positions[at + 1]!
  }
  const points = positions.length / 2
  for (let at = 0; at < positions.length; at += 2) {
    positions[at]! -= x / points
    positions[at + 1]! -= y / points
  }
}
