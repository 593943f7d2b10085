// A model in float32 and in int8 on the same crops, batch by batch in turns, so that both meet the same load of the machine.
import { modelFigures } from '@ml/evaluation/figures'
import type { VitConfig } from '@ml/model/config'
import { INT8_GRAPH_FILE, runtimeFor } from '@runtime/index'
import type { LoadedModel } from '@runtime/runtime'
import { AppError } from '@shared/errors'
import { probabilitiesOf } from '@shared/logistic'
import { PRECISIONS, type ModelCard, type Precision } from '@shared/model'
import type { ComparePrecisionsSpec } from '@shared/trainingCommands'
import type { PrecisionFigures } from '@shared/figures'
import { stat } from 'node:fs/promises'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { weightsPath } from '../modelFiles'
import { BatchLoader } from './batchLoader'
import { cropsOf } from './cropsOf'
import { plainPlans } from './inputSource'
import { columns } from './measureRun'
import { readSamples, type Samples } from './samples'

const BATCH = 8
/** Batches that warm up both before they are timed; speeds are told from twice as many on. */
const WARM_UP = 2

interface Options {
  threads: number
  signal: AbortSignal
  onProgress: (done: number, total: number) => void
}

/** @throws AppError MODEL_CARD_INVALID, MODEL_NOT_FINITE, CANCELLED by the signal, and those of weights and sessions */
export async function precisionFigures(spec: ComparePrecisionsSpec, options: Options): Promise<PrecisionFigures> {
  const { data, model } = spec
  const { card } = model
  const { architecture } = card
  if (!architecture) throw new AppError('MODEL_CARD_INVALID', `The card of "${card.name}" names no architecture. Import the model again.`)
  const path = weightsPath(model)
  const samples = readSamples(data)
  const aus = card.aus.map(({ au }) => au)
  const config: VitConfig = { ...architecture, aus: aus.length, subjects: 0, identityLayers: 1 }
  const { values, seconds, timed } = await valuesOfBoth(spec, samples, config, path, options)
  if (!PRECISIONS.every((precision) => values[precision].every(Number.isFinite)))
    throw new AppError(
      'MODEL_NOT_FINITE',
      `"${card.name}" gives values that are not numbers. Its weights are damaged; import the model again.`,
    )
  const figuresOf = (precision: Precision) =>
    modelFigures(
      samples,
      [
        {
          samples: Int32Array.from({ length: samples.count }, (_, sample) => sample),
          probabilities: columns(values[precision], samples.count, aus, samples.aus),
          thresholds: samples.aus.map((au) => card.aus.find((one) => one.au === au)?.threshold ?? 0.5),
          published: null,
        },
      ],
      { modelId: card.id, name: card.name, resamples: spec.resamples, seed: spec.seed },
    )
  return {
    frames: samples.count,
    float32: figuresOf('float32'),
    int8: figuresOf('int8'),
    ...differencesOf(card, values.float32, values.int8),
    bytes: {
      float32: (await stat(path)).size,
      int8: await stat(join(dirname(path), INT8_GRAPH_FILE)).then(
        ({ size }) => size,
        () => null,
      ),
    },
    framesPerSecond: timed < WARM_UP * BATCH ? null : { float32: timed / seconds.float32, int8: timed / seconds.int8 },
    processor: cpus()[0]?.model.trim() ?? 'unknown',
  }
}

interface BothValues {
  /** Probabilities (samples, AUs of the card). */
  values: Record<Precision, Float32Array>
  /** Of the batches that were timed, and how many frames those had. */
  seconds: Record<Precision, number>
  timed: number
}

async function valuesOfBoth(
  spec: ComparePrecisionsSpec,
  samples: Samples,
  config: VitConfig,
  path: string,
  { threads, signal, onProgress }: Options,
): Promise<BothValues> {
  const { aus, imageSize } = config
  const values = { float32: new Float32Array(samples.count * aus), int8: new Float32Array(samples.count * aus) }
  const seconds = { float32: 0, int8: 0 }
  await using opened = new AsyncDisposableStack()
  const open = async (precision: Precision): Promise<LoadedModel> =>
    opened.adopt(await runtimeFor('cpu').load({ config, weights: { kind: 'safetensors', path } }, { threads, precision }), (one) =>
      one.dispose(),
    )
  const loaded: Record<Precision, LoadedModel> = { float32: await open('float32'), int8: await open('int8') }
  const crops = cropsOf(spec, samples, spec.model.card.normalisation, { size: imageSize })
  const loader = opened.adopt(new BatchLoader(crops, BATCH, 1), (one) => one.close())
  const all = Int32Array.from({ length: samples.count }, (_, sample) => sample)
  let [row, batchNumber, timed] = [0, 0, 0]
  for await (const { plan, images } of loader.batches(plainPlans(all, BATCH))) {
    signal.throwIfAborted()
    const count = plan.samples.length
    const used = images.slice(0, count * 3 * imageSize ** 2)
    const isTimed = batchNumber >= WARM_UP
    for (const precision of batchNumber % 2 === 0 ? PRECISIONS : PRECISIONS.toReversed()) {
      const start = performance.now()
      const { auLogits } = await loaded[precision].predict(used, count)
      if (isTimed) seconds[precision] += (performance.now() - start) / 1000
      values[precision].set(probabilitiesOf(auLogits.subarray(0, count * aus)), row * aus)
    }
    if (isTimed) timed += count
    batchNumber++
    onProgress((row += count), samples.count)
  }
  return { values, seconds, timed }
}

/** Per AU of the card and over all: (frames, AUs) against (frames, AUs). */
function differencesOf(
  card: Pick<ModelCard, 'aus'>,
  a: Float32Array,
  b: Float32Array,
): Pick<PrecisionFigures, 'meanDifference' | 'largestDifference' | 'changedShare' | 'differences'> {
  const width = card.aus.length
  const rows = a.length / width
  const differences = card.aus.map(({ au, threshold }, column) => {
    let sum = 0
    let largest = 0
    let changed = 0
    for (let at = column; at < a.length; at += width) {
      const [x, y] = [a[at] as number, b[at] as number]
      sum += Math.abs(x - y)
      largest = Math.max(largest, Math.abs(x - y))
      if (x >= threshold !== y >= threshold) changed++
    }
    return { au, mean: sum / rows, largest, changedShare: changed / rows }
  })
  const mean = (pick: (one: (typeof differences)[number]) => number): number =>
    differences.reduce((sum, one) => sum + pick(one), 0) / differences.length
  return {
    meanDifference: mean((one) => one.mean),
    largestDifference: Math.max(...differences.map((one) => one.largest)),
    changedShare: mean((one) => one.changedShare),
    differences,
  }
}
