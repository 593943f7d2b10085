// What enters the trained part of the network: images read ahead by workers, or what frozen blocks gave, computed once. And probabilities of samples.
import type { NamedArray } from '@ml/model/initialise'
import type { ClassifierTraining } from '@ml/training/classifierProgram'
import { runtimeFor, type DeviceId } from '@runtime/index'
import { probabilitiesOf, sigmoid } from '@shared/logistic'
import type { BatchLoader, BatchPlan } from './batchLoader'

export interface InputSource {
  /** Values of each plan's samples for the program's input; the array is only good until the next. */
  batches(
    plans: Iterable<BatchPlan>,
    input: 'images' | 'tokens' | 'features',
  ): AsyncIterable<{ plan: BatchPlan; values: Float32Array<ArrayBuffer> }>
  /** (samples, AUs) by the given weights, images unchanged. */
  probabilities(weights: ReadonlyMap<string, NamedArray>, training: ClassifierTraining, samples: Int32Array): Promise<Float32Array>
}

/** Consecutive pieces of samples as plans of plain images. */
export function* plainPlans(samples: Int32Array, batch: number): Generator<BatchPlan> {
  for (let at = 0; at < samples.length; at += batch) yield { samples: [...samples.subarray(at, at + batch)], seeds: null }
}

/** Images through the whole network. */
export class ImageSource implements InputSource {
  constructor(
    private readonly loader: BatchLoader,
    private readonly device: string,
    private readonly threads: number,
  ) {}

  async *batches(plans: Iterable<BatchPlan>): AsyncGenerator<{ plan: BatchPlan; values: Float32Array<ArrayBuffer> }> {
    for await (const { plan, images } of this.loader.batches(plans)) yield { plan, values: images }
  }

  async probabilities(weights: ReadonlyMap<string, NamedArray>, training: ClassifierTraining, samples: Int32Array): Promise<Float32Array> {
    return (await this.outputs(weights, training, samples)).probabilities
  }

  /** Logits and probabilities (samples, outputs) and features (samples, D). */
  async outputs(
    weights: ReadonlyMap<string, NamedArray>,
    training: Pick<ClassifierTraining, 'network' | 'batch'>,
    samples: Int32Array,
    onBatch: (done: number) => void = () => undefined,
  ): Promise<{ logits: Float32Array; probabilities: Float32Array; features: Float32Array }> {
    const { aus, width } = training.network
    const logits = new Float32Array(samples.length * aus)
    const features = new Float32Array(samples.length * width)
    if (samples.length === 0) return { logits, probabilities: logits, features }
    const model = await runtimeFor(this.device as DeviceId).load(
      { config: training.network, weights: { kind: 'memory', tensors: weights } },
      { threads: this.threads },
    )
    try {
      let row = 0
      const imageLength = 3 * training.network.imageSize ** 2
      for await (const { plan, images } of this.loader.batches(plainPlans(samples, training.batch))) {
        const count = plan.samples.length
        const output = await model.predict(images.slice(0, count * imageLength), count)
        logits.set(output.auLogits.subarray(0, count * aus), row * aus)
        features.set(output.features.subarray(0, count * width), row * width)
        onBatch((row += count))
      }
    } finally {
      await model.dispose()
    }
    return { logits, probabilities: probabilitiesOf(logits), features }
  }
}

/** Features of every sample, computed once by a backbone that stays as it is. */
export class FeatureSource implements InputSource {
  constructor(
    /** (samples, D) */
    private readonly features: Float32Array,
    private readonly width: number,
  ) {}

  async *batches(plans: Iterable<BatchPlan>, input: string): AsyncGenerator<{ plan: BatchPlan; values: Float32Array<ArrayBuffer> }> {
    if (input !== 'features') throw new Error(`features were cached, not ${input}`)
    let values = new Float32Array(0)
    for (const plan of plans) {
      if (values.length !== plan.samples.length * this.width) values = new Float32Array(plan.samples.length * this.width)
      plan.samples.forEach((sample, row) =>
        values.set(this.features.subarray(sample * this.width, (sample + 1) * this.width), row * this.width),
      )
      yield await Promise.resolve({ plan, values })
    }
  }

  probabilities(weights: ReadonlyMap<string, NamedArray>, training: ClassifierTraining, samples: Int32Array): Promise<Float32Array> {
    const { aus } = training.network
    const weight = weights.get('head.weight')?.data as Float32Array
    const bias = weights.get('head.bias')?.data as Float32Array
    const result = new Float32Array(samples.length * aus)
    samples.forEach((sample, row) => {
      for (let output = 0; output < aus; output++) {
        let sum = bias[output] as number
        for (let i = 0; i < this.width; i++)
          sum += (weight[output * this.width + i] as number) * (this.features[sample * this.width + i] as number)
        result[row * aus + output] = sigmoid(sum)
      }
    })
    return Promise.resolve(result)
  }
}
