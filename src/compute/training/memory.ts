// Memory that training on the processor takes, reckoned from the network's size, and what to change where there is not enough. The constants are fitted
// to the peak resident memory of single steps (ViT-tiny at 112 and 224 pixels, ViT-S at 224; batches of 8 to 64) and of a whole run.
import { freemem, totalmem } from 'node:os'
import type { VitConfig } from '@ml/model/config'
import { classifierShapes, elementCount, parameterCount } from '@ml/model/parameters'
import { classifierProgram, firstTrainedBlock, type ClassifierTraining } from '@ml/training/classifierProgram'

/** A training and how many of its batches make an update. */
export interface TrainingSize {
  training: ClassifierTraining
  microBatches: number
}

const FLOAT_BYTES = 4
/** The process, the runtime, the threads that prepare images, and the evaluation beside the step. */
const BASE_BYTES = 430e6
/** Activations (tokens, width) kept per sample and trained block. */
const KEPT_ACTIVATIONS = 14.5
/** Score matrices (heads, tokens, tokens) kept per sample and trained block; most are computed again. */
const KEPT_SCORES = 0.5
/** Trained weights, their two moments, the second set of each that a step writes, gradients and the checkpoint's copy. */
const TRAINED_COPIES = 7.5
const FROZEN_COPIES = 1.5
/** With accumulation there are two graphs, each with activations of its own, and sums of gradients. */
const ACCUMULATING = { bytes: 100e6, activations: 2, copies: 4.5 }
/** Of a computer whose system says only what lies idle. */
const USABLE_SHARE = 0.9

/** Bytes of the whole process at its peak, rather a little too many. */
export function trainingBytes({ training, microBatches }: TrainingSize): number {
  const { network, batch } = training
  const { trainable, inputs } = classifierProgram(training)
  const isAccumulating = microBatches > 1
  const tokens = (network.imageSize / network.patch) ** 2 + 1
  const blocks = network.depth - firstTrainedBlock(training)
  const activations = batch * blocks * (KEPT_ACTIVATIONS * tokens * network.width + KEPT_SCORES * network.heads * tokens ** 2)
  const trained = parameterCount(trainable)
  const frozen = parameterCount(classifierShapes(network)) - trained
  const values = Object.values(inputs).reduce((sum, shape) => sum + elementCount(shape), 0)
  const numbers =
    activations * (isAccumulating ? ACCUMULATING.activations : 1) +
    trained * (TRAINED_COPIES + (isAccumulating ? ACCUMULATING.copies : 0)) +
    frozen * FROZEN_COPIES +
    values * microBatches
  return BASE_BYTES + (isAccumulating ? ACCUMULATING.bytes : 0) + FLOAT_BYTES * numbers
}

/** Bytes that can still be had, by what the system and the limits of a container say. */
export function availableBytes(): number {
  const limit = process.constrainedMemory()
  const whole = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  const most = USABLE_SHARE * whole - process.memoryUsage().rss
  // macOS counts memory that caches could give back as taken
  return process.platform === 'darwin' ? most : Math.min(freemem(), most)
}

/** Whether a device computes in the memory that is reckoned here. */
export const isOnProcessor = (device: string): boolean => ['cpu', 'wasm', 'tensorflow-cpu'].includes(device)

/** Bytes that predicting with a network takes, rather too many: its weights as they are read and as they are laid out, and the activations of a block. */
export function predictionBytes(network: VitConfig, batch: number): number {
  const tokens = (network.imageSize / network.patch) ** 2 + 1
  const activations = batch * (KEPT_ACTIVATIONS * tokens * network.width + 2 * network.heads * tokens ** 2)
  return BASE_BYTES + FLOAT_BYTES * (2 * parameterCount(classifierShapes(network)) + activations)
}

/** The first change that fits, mildest first. @param canFreeze whether only a part of the network may be trained */
export function memoryAdvice(size: TrainingSize, available: number, canFreeze = true): string {
  const { training, microBatches } = size
  const needs = `This needs about ${gigabytes(trainingBytes(size))} of memory and ${gigabytes(available)} can be had: `
  const fits = (change: Partial<ClassifierTraining>, batches = microBatches): boolean =>
    trainingBytes({ training: { ...training, ...change }, microBatches: batches }) <= available
  for (let batch = Math.floor(training.batch / 2); batch >= 1; batch = Math.floor(batch / 2)) {
    const batches = Math.ceil((training.batch * microBatches) / batch)
    if (fits({ batch }, batches))
      return `${needs}set the batch to ${batch} and the batches per update to ${batches}, which learns the same and takes a little longer.`
  }
  if (canFreeze && training.trained.part === 'all' && fits({ trained: { part: 'blocks', count: 2 } }))
    return `${needs}train only the last two blocks (the preset last-blocks).`
  if (canFreeze && training.trained.part !== 'heads' && fits({ trained: { part: 'heads' } }))
    return `${needs}train only the outputs (the preset correction).`
  return `${needs}take a smaller model or a smaller image side, or a computer with more memory.`
}

export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
