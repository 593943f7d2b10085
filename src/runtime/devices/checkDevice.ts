// No accelerator is trusted because it is present: a device runs a small model and is compared with the WebAssembly reference, then timed.
// A driver that takes the process down is not caught here; callers check in the compute process.
import { vitConfig, type VitConfig } from '@ml/model/config'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { Random } from '@ml/random'
import { toErrorBody } from '@shared/errors'
import { runtimeFor } from '../byDevice'
import type { LoadedModel, Prediction } from '../runtime'
import { timeTraining, trainingError } from './checkTraining'
import { listDevices, type Device } from './listDevices'
import { relativeError } from './relativeError'

/** Largest accepted `||a - b|| / ||b||` of the logits and features; reduced-precision arithmetic of GPUs stays below it. */
export const FORWARD_TOLERANCE = 1e-3
/** The same of loss, gradients and updated weights of a training step, in which errors add up. */
export const TRAINING_TOLERANCE = 5e-3

export interface DeviceCheck {
  device: Device
  hasPassed: boolean
  /** Why it failed, or what was found. One sentence. */
  reason: string
  /** Null where it did not get as far. */
  forwardError: number | null
  forwardTolerance: number
  /** Images per second of a ViT-tiny cut to four blocks, 112 pixels, batch 8: for comparing devices, not for promising times. */
  imagesPerSecond: number | null
  trainingError: number | null
  trainingTolerance: number
  /** The same network, trained. Null for emulated devices too, which would take minutes. */
  trainingImagesPerSecond: number | null
}

export interface CheckOptions {
  threads?: number
}

const COMPARED: VitConfig = { ...vitConfig('tiny'), width: 64, depth: 2, heads: 4, patch: 8, imageSize: 32, aus: 5 }
const COMPARED_BATCH = 4
const TIMED = vitConfig('tiny', { imageSize: 112, depth: 4 })
const TIMED_BATCH = 8
/** Timed runs after one that warms up; fewer where the time is spent. */
const TIMED_RUNS = 5
const TIMED_MILLISECONDS = 1000

/** Runs, compares and times a device. Never throws for a device that does not work: that is a verdict. */
export async function checkDevice(device: Device, options: CheckOptions = {}): Promise<DeviceCheck> {
  const verdict: DeviceCheck = {
    device,
    hasPassed: false,
    reason: '',
    forwardError: null,
    forwardTolerance: FORWARD_TOLERANCE,
    imagesPerSecond: null,
    trainingError: null,
    trainingTolerance: TRAINING_TOLERANCE,
    trainingImagesPerSecond: null,
  }
  try {
    const expected = await predictOnce(COMPARED, COMPARED_BATCH, 'wasm', options)
    verdict.forwardError = worstError(await predictOnce(COMPARED, COMPARED_BATCH, device.id, options), expected)
    if (!(verdict.forwardError <= FORWARD_TOLERANCE))
      return { ...verdict, reason: wrong('predictions', verdict.forwardError, FORWARD_TOLERANCE) }
    verdict.trainingError = await trainingError(device.id, options)
    if (!(verdict.trainingError <= TRAINING_TOLERANCE))
      return { ...verdict, reason: wrong('training steps', verdict.trainingError, TRAINING_TOLERANCE) }
    verdict.imagesPerSecond = await timeForward(device, options)
    if (!device.isSoftware) verdict.trainingImagesPerSecond = await timeTraining(device.id, options)
    return { ...verdict, hasPassed: true, reason: praise(verdict) }
  } catch (error) {
    return { ...verdict, reason: toErrorBody(error).message }
  }
}

const wrong = (what: string, error: number, tolerance: number): string =>
  `Its ${what} are wrong: they differ from the reference by ${error.toExponential(1)}, where ${tolerance} is accepted.`

function praise({ device, forwardError, imagesPerSecond, trainingImagesPerSecond }: DeviceCheck): string {
  const speed = `Right to ${forwardError?.toExponential(1)}, ${imagesPerSecond?.toFixed(0)} images a second`
  if (device.isSoftware) return `${speed}. It is emulated on the processor, so it is never chosen automatically.`
  return `${speed}, ${trainingImagesPerSecond?.toFixed(0)} in training.`
}

/** Checks every listed device in turn. */
export async function checkDevices(options: CheckOptions = {}): Promise<DeviceCheck[]> {
  const checks: DeviceCheck[] = []
  for (const device of listDevices()) checks.push(await checkDevice(device, options))
  return checks
}

/** The fastest device that passed and is not emulated; null where none did. */
export function fastestPassed(checks: readonly DeviceCheck[]): Device | null {
  const usable = checks.filter((check) => check.hasPassed && !check.device.isSoftware)
  usable.sort((a, b) => (b.imagesPerSecond ?? 0) - (a.imagesPerSecond ?? 0))
  return usable[0]?.device ?? null
}

async function predictOnce(config: VitConfig, batch: number, device: Device['id'], options: CheckOptions): Promise<Prediction> {
  const model = await loadModel(config, device, options)
  try {
    return await model.predict(randomImages(config, batch), batch)
  } finally {
    await model.dispose()
  }
}

async function timeForward(device: Device, options: CheckOptions): Promise<number> {
  const model = await loadModel(TIMED, device.id, options)
  try {
    const images = randomImages(TIMED, TIMED_BATCH)
    await model.predict(images, TIMED_BATCH)
    const start = performance.now()
    let runs = 0
    while (runs < TIMED_RUNS && performance.now() - start < TIMED_MILLISECONDS) {
      await model.predict(images, TIMED_BATCH)
      runs++
    }
    return (runs * TIMED_BATCH * 1000) / (performance.now() - start)
  } finally {
    await model.dispose()
  }
}

function loadModel(config: VitConfig, device: Device['id'], options: CheckOptions): Promise<LoadedModel> {
  const tensors = initialiseWeights(classifierShapes(config), config, Random.seeded(1))
  // Fresh heads are all but zero; ordinary weights make their errors visible.
  const random = Random.seeded(2)
  tensors.get('head.weight')?.data.forEach((_, index, data) => (data[index] = random.normal(0, 0.1)))
  return runtimeFor(device).load({ config, weights: { kind: 'memory', tensors } }, options)
}

function randomImages(config: VitConfig, count: number): Float32Array {
  const random = Random.seeded(3)
  return Float32Array.from({ length: count * 3 * config.imageSize ** 2 }, () => random.normal())
}

function worstError(found: Prediction, expected: Prediction): number {
  return Math.max(relativeError(found.auLogits, expected.auLogits), relativeError(found.features, expected.features))
}
