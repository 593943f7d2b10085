// What a run will take: one real step on the device is timed, memory is reckoned from the network's size and checked before that step is dared.
import { freemem, totalmem } from 'node:os'
import { classifierShapes, parameterCount } from '@ml/model/parameters'
import { initialiseWeights } from '@ml/model/initialise'
import { VIT_SIZES, type VitConfig } from '@ml/model/config'
import { FINE_TUNING_ADAMW, updateScalars } from '@ml/optimizer/adamw'
import { Random } from '@ml/random'
import { classifierProgram, firstTrainedBlock, type ClassifierTraining } from '@ml/training/classifierProgram'
import type { DeviceId } from '@runtime/index'
import { openTrainer, type StepInputs } from '@runtime/training/index'
import { runtimeFor } from '@runtime/index'
import { samplesPerUpdate } from '@shared/training'
import type { EstimateResult, EstimateSpec } from '@shared/trainingCommands'

/** Bytes kept for the backward pass per token, width and block, in units of one activation; measured with ViT-S at batch 16. */
const KEPT_ACTIVATIONS = 30
/** Copies of a score matrix (heads, tokens, tokens) kept per block. */
const KEPT_SCORES = 3
/** Weights, two moments, their second set, and gradients. */
const WEIGHT_COPIES = 7
/** The process, the runtime and the loaders. */
const BASE_BYTES = 400e6
/** Share of the memory that training may take. */
const USABLE_SHARE = 0.9

/** Bytes that a run of this training takes, roughly and rather too many. */
export function trainingBytes(training: ClassifierTraining): number {
  const { network, batch } = training
  const tokens = (network.imageSize / network.patch) ** 2 + 1
  const blocks = network.depth - firstTrainedBlock(training)
  const activations = 4 * batch * blocks * (KEPT_ACTIVATIONS * tokens * network.width + KEPT_SCORES * network.heads * tokens ** 2)
  return BASE_BYTES + WEIGHT_COPIES * 4 * parameterCount(classifierShapes(network)) + activations
}

/** @throws AppError DEVICE_UNAVAILABLE; a run that does not fit is no error here but has `advice` */
export async function estimateTraining(spec: EstimateSpec, measure = true): Promise<EstimateResult> {
  const { config, parent } = spec
  const { identity, optimisation: o } = config
  const size = parent?.card.architecture ?? VIT_SIZES[config.network.size]
  const { width, depth, heads, patch } = size
  const network: VitConfig = {
    width,
    depth,
    heads,
    patch,
    imageSize: config.network.imageSize,
    aus: spec.aus,
    subjects: spec.subjects,
    identityLayers: identity.layers,
  }
  const training: ClassifierTraining = {
    network,
    batch: o.batch,
    trained: config.trained,
    lambda: identity.lambda,
    identityLoss: identity.loss,
    positiveWeights: null,
    stochasticDepth: o.stochasticDepth,
    weightDecay: o.weightDecay,
    layerDecay: o.layerDecay,
    clipNorm: o.clipNorm,
  }
  const memoryBytes = trainingBytes(training)
  const availableBytes = Math.max(freemem(), USABLE_SHARE * totalmem() - process.memoryUsage().rss)
  const updates = Math.max(spec.folds, Math.floor(spec.totalTrainedFrames / samplesPerUpdate(config))) * o.epochs
  const isOnGpu = !['cpu', 'wasm', 'tensorflow-cpu'].includes(spec.device)
  const advice = !isOnGpu && memoryBytes > availableBytes ? adviceFor(training, availableBytes) : null
  const nothing = { secondsPerUpdate: 0, seconds: 0 }
  const timed = advice === null && measure ? await timeSteps(spec, training) : null
  const evaluations = Math.ceil(o.epochs / config.evaluation.everyEpochs)
  const seconds =
    timed &&
    timed.secondsPerUpdate * updates + timed.secondsPerImage * spec.evaluatedFrames * (config.trained.part === 'heads' ? 1 : evaluations)
  return {
    device: spec.device,
    folds: spec.folds,
    trainedFrames: spec.trainedFrames,
    updates,
    ...(timed && seconds !== null ? { secondsPerUpdate: timed.secondsPerUpdate, seconds } : nothing),
    memoryBytes,
    availableBytes,
    advice,
  }
}

function adviceFor(training: ClassifierTraining, available: number): string {
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
  let batch = training.batch
  while (batch > 1 && trainingBytes({ ...training, batch }) > available) batch = Math.floor(batch / 2)
  const fits = trainingBytes({ ...training, batch }) <= available
  const what = fits
    ? `a batch of ${batch} with more batches per update would fit`
    : training.trained.part === 'all'
      ? 'train the last blocks or only the outputs, or a smaller model'
      : 'take a smaller model or a smaller image side'
  return `This needs about ${gigabytes(trainingBytes(training))} of memory and ${gigabytes(available)} can be had: ${what}.`
}

async function timeSteps(spec: EstimateSpec, training: ClassifierTraining): Promise<{ secondsPerUpdate: number; secondsPerImage: number }> {
  const { network, batch } = training
  const random = Random.seeded(1)
  const weights = initialiseWeights(classifierShapes(network), network, random)
  const program = classifierProgram(training)
  const options = { threads: spec.threads, microBatches: spec.config.optimisation.microBatches }
  const trainer = await openTrainer(program, { weights, first: new Map(), second: new Map() }, spec.device as DeviceId, options)
  let secondsPerUpdate: number
  try {
    const inputs: StepInputs = Object.fromEntries(
      Object.entries(program.inputs).map(([name, shape]) => [
        name,
        new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(0.5),
      ]),
    )
    const micro = Array.from({ length: spec.config.optimisation.microBatches }, () => inputs)
    // the first step also plans memory; the second is as all others
    await trainer.step(micro, updateScalars(1, 1e-6, FINE_TUNING_ADAMW))
    const began = performance.now()
    await trainer.step(micro, updateScalars(2, 1e-6, FINE_TUNING_ADAMW))
    secondsPerUpdate = (performance.now() - began) / 1000
  } finally {
    await trainer.dispose()
  }
  const model = await runtimeFor(spec.device as DeviceId).load(
    { config: network, weights: { kind: 'memory', tensors: weights } },
    { threads: spec.threads },
  )
  try {
    const images = new Float32Array(batch * 3 * network.imageSize ** 2)
    await model.predict(images, batch)
    const began = performance.now()
    await model.predict(images, batch)
    return { secondsPerUpdate, secondsPerImage: (performance.now() - began) / 1000 / batch }
  } finally {
    await model.dispose()
  }
}
