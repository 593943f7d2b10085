// t-SNE: what is apart stays apart, the divergence falls, neighbourhoods have the perplexity asked for, and the same seed gives the same picture.
import { describe, expect, it } from 'vitest'
import { conditionalProbabilities, tsne, usablePerplexity } from '@ml/evaluation/tsne'
import { Random } from '@ml/random'

const CLUSTERS = 4
const EACH = 30
const WIDTH = 12

function clusters(): Float32Array {
  const random = Random.seeded(5)
  const centres = Array.from({ length: CLUSTERS }, () => Array.from({ length: WIDTH }, () => random.normal(0, 6)))
  return Float32Array.from({ length: CLUSTERS * EACH * WIDTH }, (_, at) => {
    const point = Math.floor(at / WIDTH)
    return (centres[Math.floor(point / EACH)]?.[at % WIDTH] ?? 0) + random.normal()
  })
}

describe('t-SNE', () => {
  it('keeps separated clusters apart: every point has its own kind nearest', async () => {
    const points = CLUSTERS * EACH
    const { positions, divergence, startDivergence } = await tsne(clusters(), points, {
      perplexity: 15,
      iterations: 400,
      random: Random.seeded(1),
    })
    for (let i = 0; i < points; i++) {
      const nearest = [...Array(points).keys()]
        .filter((j) => j !== i)
        .map((j) => ({
          j,
          distance: Math.hypot(positions[2 * i]! - positions[2 * j]!, positions[2 * i + 1]! - positions[2 * j + 1]!),
        }))
        .sort((a, b) => a.distance - b.distance)
        .slice(0, 5)
      expect(nearest.every(({ j }) => Math.floor(j / EACH) === Math.floor(i / EACH))).toBe(true)
    }
    expect(divergence).toBeLessThan(0.5 * startDivergence)
    expect(Math.abs(positions.filter((_, at) => at % 2 === 0).reduce((sum, x) => sum + x, 0))).toBeLessThan(1e-2)
  })

  it('gives the same layout for the same seed and another for another', async () => {
    const layout = (seed: number) => tsne(clusters(), CLUSTERS * EACH, { perplexity: 10, iterations: 40, random: Random.seeded(seed) })
    const first = await layout(3)
    expect((await layout(3)).positions).toEqual(first.positions)
    expect((await layout(4)).positions).not.toEqual(first.positions)
  })

  it('finds neighbourhoods of the wanted perplexity, near and far', () => {
    const random = Random.seeded(9)
    const points = 60
    const places = Array.from({ length: points }, (_, i) => random.normal(i < 10 ? 100 : 0, i < 10 ? 20 : 1))
    const distances = Float64Array.from(
      { length: points * points },
      (_, at) => ((places[Math.floor(at / points)] ?? 0) - (places[at % points] ?? 0)) ** 2,
    )
    const { probabilities, reached } = conditionalProbabilities(distances, points, 8)
    for (let i = 0; i < points; i++) {
      expect(Math.abs((reached[i] ?? 0) - 8)).toBeLessThan(0.01)
      const row = probabilities.subarray(i * points, (i + 1) * points)
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9)
      // perplexity is 2 to the entropy in bits, whatever base it was found in
      const entropy = -row.reduce((sum, p) => sum + (p > 0 ? p * Math.log2(p) : 0), 0)
      expect(2 ** entropy).toBeCloseTo(8, 2)
    }
  })

  it('places equal points and refuses what is no picture', async () => {
    const same = await tsne(new Float32Array(20 * 3), 20, { perplexity: 5, iterations: 20, random: Random.seeded(1) })
    expect(same.positions.every(Number.isFinite)).toBe(true)
    await expect(tsne(new Float32Array(6), 3, { perplexity: 5, iterations: 5, random: Random.seeded(1) })).rejects.toThrow('at least 4')
    await expect(
      tsne(Float32Array.from([1, 2, Number.NaN, 4, 5, 6, 7, 8]), 4, { perplexity: 1, iterations: 5, random: Random.seeded(1) }),
    ).rejects.toThrow('numbers')
    expect(usablePerplexity(31, 30)).toBe(10)
  })
})
