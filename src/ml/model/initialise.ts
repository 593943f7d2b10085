// Fresh weights: Xavier-uniform matrices, zero biases, unit norms, sine-cosine positions, nearly silent heads.
import type { Random } from '../random'
import { gridSide, type VitConfig } from './config'
import { elementCount, type ParameterShapes } from './parameters'
import { sincosPositionEmbedding } from './positionEmbedding'

/** Deviation of the AU and identity heads' weights at the start of fine-tuning (method.md). */
const HEAD_DEVIATION = 2e-5
/** Deviation of the class and mask tokens. */
const TOKEN_DEVIATION = 0.02

/** A weight off the graph: row-major values and their shape. */
export interface NamedArray {
  shape: readonly number[]
  data: Float32Array
}

/** One fresh weight, chosen by its key and shape. */
export function initialiseWeight(key: string, shape: readonly number[], random: Random): Float32Array {
  const data = new Float32Array(elementCount(shape))
  if (/norm\d?\.weight$/.test(key)) return data.fill(1)
  if (key === 'cls_token' || key === 'mask_token') return data.map(() => random.normal(0, TOKEN_DEVIATION))
  if (/^(head|ID_head)(\.\d+)?\.weight$/.test(key)) return data.map(() => truncatedNormal(random, HEAD_DEVIATION))
  if (shape.length < 2) return data
  const outputs = shape[0] as number
  const bound = Math.sqrt(6 / (outputs + data.length / outputs))
  return data.map(() => random.uniform(-bound, bound))
}

/** Fresh weights for the given shapes; position embeddings are the sine-cosine table of the image's grid. */
export function initialiseWeights(
  shapes: ParameterShapes,
  config: Pick<VitConfig, 'imageSize' | 'patch'>,
  random: Random,
): Map<string, NamedArray> {
  const weights = new Map<string, NamedArray>()
  for (const [key, shape] of Object.entries(shapes)) {
    const isPosition = key === 'pos_embed' || key === 'decoder_pos_embed'
    const data = isPosition ? sincosPositionEmbedding(shape[2] as number, gridSide(config)) : initialiseWeight(key, shape, random)
    weights.set(key, { shape, data })
  }
  return weights
}

/**
 * The AU head's bias at the log-odds of the training base rates, so that the first updates need not all go into learning them.
 * Rates of 0 and 1, and unknown ones (null), are held at 0.01 and 0.99, and 0.5.
 */
export function baseRateBias(baseRates: readonly (number | null)[]): Float32Array {
  return Float32Array.from(baseRates, (rate) => {
    const held = Math.min(0.99, Math.max(0.01, rate ?? 0.5))
    return Math.log(held / (1 - held))
  })
}

/**
 * The identity head's bias at the log-odds of chance among `subjects`. A head that began at even odds would first have to learn that everybody is rare, and
 * until then the reversed gradient tells the backbone nothing about who is who.
 */
export function chanceBias(subjects: number): number {
  return subjects > 1 ? -Math.log(subjects - 1) : 0
}

/** Normal, redrawn beyond two deviations. */
function truncatedNormal(random: Random, deviation: number): number {
  for (;;) {
    const value = random.normal()
    if (Math.abs(value) <= 2) return value * deviation
  }
}
