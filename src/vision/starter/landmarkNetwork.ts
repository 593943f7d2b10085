// The starter model's landmark networks: expression as the shape's difference from a template (L) or from the subject's own neutral face (L-neutral).
import { readFile } from 'node:fs/promises'
import { LANDMARK_COUNT } from '@shared/faces'
import { alignmentAngles, fitRigid, type AlignmentAngles, type RigidTemplate } from '../headPose'

const COORDINATES = LANDMARK_COUNT * 3

/** Layer of (outputs, inputs) weights. */
interface Linear {
  weights: Float32Array
  bias: Float32Array
}

/** One of the two networks: projection of the difference, two hidden layers, one logit per AU. */
interface ShapeNetwork {
  mean: Float32Array
  /** (1404, components) */
  projection: Float32Array
  components: number
  layers: Linear[]
}

/** A face's shape without its place, size and rotation. */
export interface AlignedShape {
  /** (468, 3), aligned landmarks minus the template. */
  difference: Float32Array
  angles: AlignmentAngles
}

interface StoredNetwork {
  K: number
  mu: number[]
  W: number[]
  w1: number[]
  b1: number[]
  w2: number[]
  b2: number[]
  w3: number[]
  b3: number[]
}

interface StoredFile {
  format: string
  aus: number[]
  rigid: number[]
  template: number[]
  models: { L: StoredNetwork; LN: StoredNetwork }
}

/** Abramowitz & Stegun 7.1.26; its error of 1.5e-7 is below float32's own. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x))
  const tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x)
  return Math.sign(x) * (1 - tail)
}

const gelu = (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2))

function linear(input: Float64Array, { weights, bias }: Linear): Float64Array {
  const output = new Float64Array(bias.length)
  for (let o = 0; o < output.length; o++) {
    let sum = bias[o]!
    for (let i = 0; i < input.length; i++) sum += weights[o * input.length + i]! * input[i]!
    output[o] = sum
  }
  return output
}

const toLinear = (weights: number[], bias: number[]): Linear => ({ weights: Float32Array.from(weights), bias: Float32Array.from(bias) })

const toNetwork = (stored: StoredNetwork): ShapeNetwork => ({
  mean: Float32Array.from(stored.mu),
  projection: Float32Array.from(stored.W),
  components: stored.K,
  layers: [toLinear(stored.w1, stored.b1), toLinear(stored.w2, stored.b2), toLinear(stored.w3, stored.b3)],
})

/** Both landmark networks and the template they share. */
export class LandmarkNetwork {
  private constructor(
    /** AUs in the order of the logits. */
    readonly aus: readonly number[],
    private readonly template: Float32Array,
    private readonly rigid: RigidTemplate,
    private readonly plain: ShapeNetwork,
    private readonly againstNeutral: ShapeNetwork,
  ) {}

  /** @param file landmark_au.json */
  static async open(file: string): Promise<LandmarkNetwork> {
    const stored = JSON.parse(await readFile(file, 'utf8')) as StoredFile
    const points = Float64Array.from(stored.rigid.flatMap((index) => stored.template.slice(3 * index, 3 * index + 3)))
    return new LandmarkNetwork(
      stored.aus,
      Float32Array.from(stored.template),
      { indices: stored.rigid, points },
      toNetwork(stored.models.L),
      toNetwork(stored.models.LN),
    )
  }

  /** @param landmarks (468, 3) */
  align(landmarks: Float32Array): AlignedShape {
    const fit = fitRigid(landmarks, this.rigid)
    const { scale, rotation, from, to } = fit
    const difference = new Float32Array(COORDINATES)
    for (let i = 0; i < COORDINATES; i += 3) {
      const x = landmarks[i]! - from[0]
      const y = landmarks[i + 1]! - from[1]
      const z = landmarks[i + 2]! - from[2]
      for (let k = 0; k < 3; k++) {
        const turned = rotation[3 * k]! * x + rotation[3 * k + 1]! * y + rotation[3 * k + 2]! * z
        difference[i + k] = scale * turned + to[k]! - this.template[i + k]!
      }
    }
    return { difference, angles: alignmentAngles(fit) }
  }

  /**
   * The subject's neutral face: mean difference from the template over frames that a person marked as neutral.
   * @param landmarks (frames, 468, 3) with at least one frame
   */
  neutralOf(landmarks: Float32Array): Float32Array {
    const frames = landmarks.length / COORDINATES
    const sum = new Float64Array(COORDINATES)
    for (let frame = 0; frame < frames; frame++) {
      const { difference } = this.align(landmarks.subarray(frame * COORDINATES, (frame + 1) * COORDINATES))
      for (let i = 0; i < COORDINATES; i++) sum[i]! += difference[i]!
    }
    return Float32Array.from(sum, (value) => value / frames)
  }

  /** Logits per AU; L-neutral when the subject's neutral is given, else L. */
  logits({ difference, angles }: AlignedShape, neutral: Float32Array | null): Float64Array {
    const { mean, projection, components, layers } = neutral ? this.againstNeutral : this.plain
    let values: Float64Array = new Float64Array(components + 2)
    for (let i = 0; i < COORDINATES; i++) {
      const offset = difference[i]! - (neutral ? neutral[i]! : 0) - mean[i]!
      const row = i * components
      for (let k = 0; k < components; k++) values[k]! += offset * projection[row + k]!
    }
    // the networks were trained on angles times 3, which puts them on the scale of the components
    values[components] = 3 * angles.yaw
    values[components + 1] = 3 * angles.pitch
    layers.forEach((layer, i) => {
      values = linear(values, layer)
      if (i < layers.length - 1) values = values.map(gelu)
    })
    return values
  }
}
