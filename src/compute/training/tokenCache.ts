// Tokens of every sample behind frozen blocks, computed once per run into a file beside its checkpoints, and training from there on. They are too large
// for memory: rows are read where they are needed, and the system's file cache keeps what fits.
import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { classifyTokens } from '@ml/model/network'
import type { NamedArray } from '@ml/model/initialise'
import { firstTrainedBlock, type ClassifierTraining } from '@ml/training/classifierProgram'
import { openFunction } from '@runtime/deviceFunction'
import type { DeviceId } from '@runtime/index'
import { openFrozenBlocks, tokenLength } from '@runtime/training/index'
import { AppError } from '@shared/errors'
import { probabilitiesOf } from '@shared/logistic'
import type * as tf from '@tensorflow/tfjs-core'
import type { BatchLoader, BatchPlan } from './batchLoader'
import { backboneStamp } from './featureCache'
import { plainPlans, type InputSource } from './inputSource'
import type { RunFolder } from './runFolder'

interface TokenCacheOptions {
  folder: RunFolder
  loader: BatchLoader
  training: ClassifierTraining
  weights: ReadonlyMap<string, NamedArray>
  samples: number
  device: string
  threads: number
  onProgress: (done: number) => void
}

/** @throws AppError WILL_NOT_FIT where the disk has no room for the tokens */
export async function openTokenSource(options: TokenCacheOptions): Promise<TokenSource> {
  const { folder, training, weights, samples } = options
  const path = folder.checkpoint('tokens.f32')
  const stamp = folder.checkpoint('tokens.json')
  const length = tokenLength(training.network)
  const key = JSON.stringify({ ...backboneStamp(weights, samples, length), blocks: firstTrainedBlock(training) })
  if (!existsSync(path) || !existsSync(stamp) || readFileSync(stamp, 'utf8').trim() !== key) {
    await writeTokens(path, length, options)
    await folder.writeText(stamp, key)
  }
  return new TokenSource(path, length, weights, options.device, options.threads)
}

async function writeTokens(path: string, length: number, options: TokenCacheOptions): Promise<void> {
  const { folder, loader, training, weights, samples, device, threads, onProgress } = options
  const bytes = 4 * samples * length
  const { bavail, bsize } = statfsSync(folder.root)
  if (bytes > bavail * bsize) {
    throw new AppError(
      'WILL_NOT_FIT',
      `Keeping what the frozen blocks compute takes ${(bytes / 1e9).toFixed(1)} GB for ${samples} frames and the disk has ${((bavail * bsize) / 1e9).toFixed(1)} GB. Train only the outputs, thin the frames, or free some space.`,
      { bytes },
    )
  }
  const frozen = await openFrozenBlocks(training, weights, device as DeviceId, { threads })
  const partial = `${path}.part`
  const file = openSync(partial, 'w')
  try {
    const imageLength = 3 * training.network.imageSize ** 2
    const all = Int32Array.from({ length: samples }, (_, sample) => sample)
    let done = 0
    for await (const { plan, images } of loader.batches(plainPlans(all, training.batch))) {
      const count = plan.samples.length
      const tokens = await frozen.tokens(images.slice(0, count * imageLength), count)
      writeSync(file, new Uint8Array(tokens.buffer, tokens.byteOffset, 4 * count * length))
      onProgress((done += count))
    }
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  } finally {
    closeSync(file)
    await frozen.dispose()
  }
  renameSync(partial, path)
}

/** Training and probabilities from cached tokens on. */
export class TokenSource implements InputSource {
  private readonly file: number

  constructor(
    path: string,
    private readonly length: number,
    private readonly frozenWeights: ReadonlyMap<string, NamedArray>,
    private readonly device: string,
    private readonly threads: number,
  ) {
    this.file = openSync(path, 'r')
  }

  async *batches(plans: Iterable<BatchPlan>, input: string): AsyncGenerator<{ plan: BatchPlan; values: Float32Array<ArrayBuffer> }> {
    if (input !== 'tokens') throw new Error(`tokens were cached, not ${input}`)
    let values = new Float32Array(0)
    for (const plan of plans) {
      if (values.length !== plan.samples.length * this.length) values = new Float32Array(plan.samples.length * this.length)
      this.read(plan.samples, values)
      yield await Promise.resolve({ plan, values })
    }
  }

  async probabilities(weights: ReadonlyMap<string, NamedArray>, training: ClassifierTraining, samples: Int32Array): Promise<Float32Array> {
    const network = { ...training.network, subjects: 0 }
    const tokens = this.length / network.width
    const used = new Map([...this.frozenWeights, ...weights].filter(([key]) => isBehind(key, firstTrainedBlock(training))))
    const rest = await openFunction(
      {
        weights: used,
        inputs: { tokens: (batch) => [batch * tokens, network.width] },
        compute: (parameters, inputs) => {
          const { auLogits } = classifyTokens(inputs['tokens'] as tf.Tensor2D, parameters, network, 0, {
            firstBlock: firstTrainedBlock(training),
          })
          return { logits: auLogits as tf.Tensor }
        },
      },
      this.device as DeviceId,
      { threads: this.threads },
    )
    const result = new Float32Array(samples.length * network.aus)
    try {
      let row = 0
      for (const plan of plainPlans(samples, training.batch)) {
        const values = new Float32Array(plan.samples.length * this.length)
        this.read(plan.samples, values)
        const { logits } = (await rest.run({ tokens: values }, plan.samples.length)) as { logits: Float32Array }
        result.set(probabilitiesOf(logits), row * network.aus)
        row += plan.samples.length
      }
    } finally {
      await rest.dispose()
    }
    return result
  }

  close(): void {
    closeSync(this.file)
  }

  private read(samples: readonly number[], into: Float32Array): void {
    samples.forEach((sample, row) => {
      const bytes = new Uint8Array(into.buffer, into.byteOffset + 4 * row * this.length, 4 * this.length)
      for (let at = 0; at < bytes.length;) {
        const got = readSync(this.file, bytes, at, bytes.length - at, 4 * sample * this.length + at)
        if (got === 0)
          throw new AppError(
            'CHECKPOINT_INVALID',
            'The cache of the frozen blocks is shorter than it was. Resume the run: it is made again.',
          )
        at += got
      }
    })
  }
}

/** Weights that tokens still pass through. */
function isBehind(key: string, firstBlock: number): boolean {
  const block = /^blocks\.(\d+)\./.exec(key)
  return block ? Number(block[1]) >= firstBlock : /^(fc_norm|head)\./.test(key)
}
