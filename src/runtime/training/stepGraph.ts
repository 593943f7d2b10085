// The training step as ONNX graphs: forward, backward and update in one; or, for accumulation, gradients alone and then the update.
import { gradientNorm, programGradients, programUpdate, type TrainingProgram } from '@ml/training/program'
import type { AdamWState, UpdateScalars } from '@ml/optimizer/adamw'
import * as tf from '@tensorflow/tfjs-core'
import { traceGraph, type TracedGraph, type Tracer } from '../tracing/trace'
import type { TraceTarget } from '../tracing/tracingBackend'

/** Prefixes of the graph's inputs (state before) and outputs (state after), by kind of state. */
export const STATE_KINDS = ['weight', 'first', 'second'] as const
export type StateKind = (typeof STATE_KINDS)[number]

export const stateInput = (kind: StateKind, key: string): string => `${kind}:${key}`
export const stateOutput = (kind: StateKind, key: string): string => `new ${kind}:${key}`
export const gradientName = (key: string): string => `gradient:${key}`
/** Sum of earlier micro-batches' gradients. */
export const accumulatedName = (key: string): string => `accumulated:${key}`
export const batchInput = (name: string): string => `batch:${name}`

export const LOSS = 'loss'
export const GRADIENT_NORM = 'gradient_norm'
export const SCALARS: readonly (keyof UpdateScalars)[] = ['rate', 'correction', 'epsilon']

export interface StepGraphOptions {
  target: TraceTarget
  /** Micro-batches per update. Above 1, the update adds its own gradients to accumulated ones and divides by this. */
  microBatches: number
}

/** Forward, backward and update of the last (or only) micro-batch. */
export function updateGraph(program: TrainingProgram, options: StepGraphOptions): TracedGraph {
  return traceGraph((tracer) => {
    const weights = declare(tracer, program.trainable, (key) => stateInput('weight', key))
    const result = traceGradients(tracer, program, weights)
    const gradients = options.microBatches > 1 ? average(tracer, program, result.gradients, options.microBatches) : result.gradients
    const norm = gradientNorm(gradients)
    tracer.output(GRADIENT_NORM, norm)
    const first = declare(tracer, program.trainable, (key) => stateInput('first', key))
    const second = declare(tracer, program.trainable, (key) => stateInput('second', key))
    const scalars = Object.fromEntries(SCALARS.map((name) => [name, tracer.input(name, [])])) as Record<keyof UpdateScalars, tf.Scalar>
    const states = Object.fromEntries(
      Object.keys(program.trainable).map((key): [string, AdamWState] => [
        key,
        { weight: weights[key] as tf.Tensor, first: first[key] as tf.Tensor, second: second[key] as tf.Tensor },
      ]),
    )
    for (const [key, state] of Object.entries(programUpdate(program, states, gradients, norm, scalars))) {
      for (const kind of STATE_KINDS) tracer.output(stateOutput(kind, key), state[kind])
    }
  }, options)
}

/** Forward and backward alone. With `isAccumulating`, earlier micro-batches' sums are inputs and the outputs are the new sums. */
export function gradientGraph(program: TrainingProgram, target: TraceTarget, isAccumulating: boolean): TracedGraph {
  return traceGraph(
    (tracer) => {
      const weights = declare(tracer, program.trainable, (key) => stateInput('weight', key))
      const { gradients } = traceGradients(tracer, program, weights)
      const sums = isAccumulating ? declare(tracer, program.trainable, accumulatedName) : null
      for (const [key, gradient] of Object.entries(gradients)) {
        tracer.output(gradientName(key), sums ? tf.add(sums[key] as tf.Tensor, gradient) : gradient)
      }
    },
    { target },
  )
}

/** Hands values through, so that tensors left on a device can be read. */
export function readbackGraph(names: readonly { name: string; shape: readonly number[] }[], target: TraceTarget): TracedGraph {
  return traceGraph(
    (tracer) => {
      for (const { name, shape } of names) tracer.output(`read ${name}`, tracer.input(name, shape))
    },
    { target },
  )
}

function traceGradients(
  tracer: Tracer,
  program: TrainingProgram,
  weights: Record<string, tf.Tensor>,
): { gradients: Record<string, tf.Tensor> } {
  const frozen = declare(tracer, program.frozen, (key) => stateInput('weight', key))
  const inputs = declare(tracer, program.inputs, batchInput)
  const result = programGradients(program, weights, frozen, inputs)
  tracer.output(LOSS, result.loss)
  for (const [name, value] of Object.entries(result.reports)) tracer.output(name, value)
  return result
}

function declare(
  tracer: Tracer,
  shapes: Readonly<Record<string, readonly number[]>>,
  name: (key: string) => string,
): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, tracer.input(name(key), shape)]))
}

function average(
  tracer: Tracer,
  program: TrainingProgram,
  gradients: Record<string, tf.Tensor>,
  microBatches: number,
): Record<string, tf.Tensor> {
  const sums = declare(tracer, program.trainable, accumulatedName)
  return Object.fromEntries(
    Object.entries(gradients).map(([key, gradient]) => [key, tf.mul(tf.add(sums[key] as tf.Tensor, gradient), 1 / microBatches)]),
  )
}
