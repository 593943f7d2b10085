// What a run will take: memory is reckoned first (memory.ts); where it suffices, one real step on the device is timed.
import { classifierShapes } from '@ml/model/parameters'
import { initialiseWeights } from '@ml/model/initialise'
import { VIT_SIZES, type VitConfig } from '@ml/model/config'
import { FINE_TUNING_ADAMW, updateScalars } from '@ml/optimizer/adamw'
import { Random } from '@ml/random'
import { classifierProgram, type ClassifierTraining } from '@ml/training/classifierProgram'
import type { DeviceId } from '@runtime/index'
import { openTrainer, type StepInputs } from '@runtime/training/index'
import { runtimeFor } from '@runtime/index'
import { samplesPerUpdate } from '@shared/training'
import type { EstimateResult, EstimateSpec } from '@shared/trainingCommands'
import { availableBytes, isOnProcessor, memoryAdvice, trainingBytes } from './memory'

/** @throws AppError DEVICE_UNAVAILABLE; a run that does not fit is no error here but has `advice` */
export async function estimateTraining(spec: EstimateSpec): Promise<EstimateResult> {
  const { config, parent } = spec
  const { identity, optimisation: o } = config
  const { width, depth, heads, patch } = parent?.card.architecture ?? VIT_SIZES[config.network.size]
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
  const size = { training, microBatches: o.microBatches }
  const memoryBytes = trainingBytes(size)
  const available = availableBytes()
  const updates = Math.max(spec.folds, Math.floor(spec.totalTrainedFrames / samplesPerUpdate(config))) * o.epochs
  const advice = isOnProcessor(spec.device) && memoryBytes > available ? memoryAdvice(size, available, parent !== null) : null
  const nothing = { secondsPerUpdate: 0, seconds: 0 }
  const timed = advice === null && spec.isMeasured ? await timeSteps(spec, training) : null
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
    availableBytes: available,
    advice,
  }
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
