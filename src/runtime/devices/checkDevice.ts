// No accelerator is trusted because it is present: a device runs a small model and is compared with the WebAssembly reference, then timed.
// A driver that takes the process down is not caught here; callers check in the compute process.
import { vitConfig, type VitConfig } from '@ml/model/config'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { Random } from '@ml/random'
import { toErrorBody } from '@shared/errors'
import { runtimeFor } from '../byDevice'
import type { LoadedModel, Prediction } from '../runtime'
import { listDevices, type Device } from './listDevices'

/** Largest accepted `||a - b|| / ||b||` of the logits and features; reduced-precision arithmetic of GPUs stays below it. */
export const FORWARD_TOLERANCE = 1e-3

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
  const verdict = { device, hasPassed: false, forwardError: null, forwardTolerance: FORWARD_TOLERANCE, imagesPerSecond: null }
  try {
    const expected = await predictOnce(COMPARED, COMPARED_BATCH, 'wasm', options)
    const forwardError = worstError(await predictOnce(COMPARED, COMPARED_BATCH, device.id, options), expected)
    if (!(forwardError <= FORWARD_TOLERANCE)) {
      const reason = `Its results are wrong: they differ from the reference by ${forwardError.toExponential(1)}, where ${FORWARD_TOLERANCE} is accepted.`
      return { ...verdict, forwardError, reason }
    }
    const imagesPerSecond = await timeForward(device, options)
    const emulated = device.isSoftware ? ' It is emulated on the processor, so it is never chosen automatically.' : ''
    const reason = `Right to ${forwardError.toExponential(1)}, ${imagesPerSecond.toFixed(0)} images a second.${emulated}`
    return { ...verdict, hasPassed: true, forwardError, imagesPerSecond, reason }
  } catch (error) {
    return { ...verdict, reason: toErrorBody(error).message }
  }
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

/** `||a - b|| / ||b||`; NaN where a value is not a number, which no tolerance accepts. */
function relativeError(found: Float32Array, expected: Float32Array): number {
  let difference = 0
  let norm = 0
  expected.forEach((value, index) => {
    difference += ((found[index] ?? Number.NaN) - value) ** 2
    norm += value ** 2
  })
  return Math.sqrt(difference / norm)
}
