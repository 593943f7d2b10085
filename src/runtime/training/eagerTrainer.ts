// A training program operation by operation on a TensorFlow.js backend: the reference, and TensorFlow's own GPUs.
import type { NamedArray } from '@ml/model/initialise'
import { elementCount, type ParameterShapes } from '@ml/model/parameters'
import type { AdamWState, UpdateScalars } from '@ml/optimizer/adamw'
import { gradientNorm, programGradients, programUpdate, type ProgramGradients, type TrainingProgram } from '@ml/training/program'
import { AppError } from '@shared/errors'
import * as tf from '@tensorflow/tfjs-core'
import { useBackend } from '../eager/eagerRuntime'
import { STATE_KINDS, type StateKind } from './stepGraph'
import type { GradientReport, StepInputs, StepReport, Trainer, TrainingState } from './trainer'
import { notFinite } from './tracedTrainer'

/** Takes a backend that is loaded already. */
export async function eagerTrainer(program: TrainingProgram, start: TrainingState, backendName: string): Promise<Trainer> {
  await useBackend(backendName)
  const frozen = tensorsOf(program.frozen, start.weights)
  const [weights, first, second] = [start.weights, start.first, start.second].map((map) => tensorsOf(program.trainable, map)) as [
    Named,
    Named,
    Named,
  ]
  let states: Record<string, AdamWState> = Object.fromEntries(
    Object.keys(program.trainable).map((key) => [key, { weight: weights[key], first: first[key], second: second[key] } as AdamWState]),
  )
  const weightsNow = (): Named => Object.fromEntries(Object.entries(states).map(([key, state]) => [key, state.weight]))

  return {
    step: async (microBatches, scalars) => {
      await useBackend(backendName)
      const updated = scoped(() => {
        const results = microBatches.map((inputs) => programGradients(program, weightsNow(), frozen, inputTensors(program, inputs)))
        const gradients = averageGradients(results)
        const norm = gradientNorm(gradients)
        const report = readReport(results, norm)
        return { report, states: programUpdate(program, states, gradients, norm, scalarTensors(scalars)) }
      })
      if (!Number.isFinite(updated.report.loss) || !Number.isFinite(updated.report.gradientNorm)) {
        tf.dispose(updated.states as unknown as tf.TensorContainer)
        throw notFinite(updated.report, scalars)
      }
      tf.dispose(states as unknown as tf.TensorContainer)
      states = updated.states
      return updated.report
    },
    state: async () => {
      await useBackend(backendName)
      const state: TrainingState = { weights: new Map(), first: new Map(), second: new Map() }
      const of = (kind: StateKind): Map<string, NamedArray> => (kind === 'weight' ? state.weights : state[kind])
      for (const [key, tensor] of Object.entries(frozen)) state.weights.set(key, await named(tensor))
      for (const [key, value] of Object.entries(states)) for (const kind of STATE_KINDS) of(kind).set(key, await named(value[kind]))
      return state
    },
    dispose: () => {
      tf.dispose([frozen, states] as unknown as tf.TensorContainer)
      return Promise.resolve()
    },
  }
}

/** Loss and gradients of one micro-batch, nothing updated. */
export async function eagerGradients(
  program: TrainingProgram,
  weights: ReadonlyMap<string, NamedArray>,
  inputs: StepInputs,
  backendName: string,
): Promise<GradientReport> {
  await useBackend(backendName)
  const trainable = tensorsOf(program.trainable, weights)
  const frozen = tensorsOf(program.frozen, weights)
  const result = scoped(() => programGradients(program, trainable, frozen, inputTensors(program, inputs)))
  const { loss, reports } = readReport([result], tf.scalar(0))
  const gradients = new Map<string, NamedArray>()
  for (const [key, gradient] of Object.entries(result.gradients)) gradients.set(key, await named(gradient))
  tf.dispose([trainable, frozen, result.gradients] as unknown as tf.TensorContainer)
  return { loss, reports, gradients }
}

type Named = Record<string, tf.Tensor>

/** `tf.tidy` for results that hold numbers beside tensors. */
const scoped = <T>(compute: () => T): T => tf.tidy(compute as unknown as () => tf.TensorContainer) as unknown as T

async function named(tensor: tf.Tensor): Promise<NamedArray> {
  return { shape: tensor.shape, data: Float32Array.from(await tensor.data()) }
}

function tensorsOf(shapes: ParameterShapes, values: ReadonlyMap<string, NamedArray>): Named {
  return Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => {
      const data = values.get(key)?.data ?? new Float32Array(elementCount(shape))
      if (data.length !== elementCount(shape)) throw new AppError('CHECKPOINT_INVALID', `The weight ${key} has the wrong size.`, { key })
      return [key, tf.tensor(data, [...shape])]
    }),
  )
}

function inputTensors(program: TrainingProgram, inputs: StepInputs): Named {
  return Object.fromEntries(
    Object.entries(program.inputs).map(([name, shape]) => [name, tf.tensor(inputs[name] as Float32Array, [...shape])]),
  )
}

const scalarTensors = (scalars: UpdateScalars): Record<keyof UpdateScalars, tf.Scalar> => ({
  rate: tf.scalar(scalars.rate),
  correction: tf.scalar(scalars.correction),
  epsilon: tf.scalar(scalars.epsilon),
})

function averageGradients(results: readonly ProgramGradients[]): Named {
  const [head, ...rest] = results as [ProgramGradients, ...ProgramGradients[]]
  if (rest.length === 0) return head.gradients
  return Object.fromEntries(
    Object.keys(head.gradients).map((key) => {
      const sum = rest.reduce((sum, result) => tf.add(sum, result.gradients[key] as tf.Tensor), head.gradients[key] as tf.Tensor)
      return [key, tf.mul(sum, 1 / results.length)]
    }),
  )
}

/** Reads and disposes of the losses. */
function readReport(results: readonly ProgramGradients[], norm: tf.Scalar): StepReport {
  const value = (tensor: tf.Tensor): number => tensor.dataSync()[0] as number
  const mean = (pick: (result: ProgramGradients) => tf.Tensor): number =>
    results.reduce((sum, result) => sum + value(pick(result)), 0) / results.length
  const names = Object.keys(results[0]?.reports ?? {})
  const report = {
    loss: mean((result) => result.loss),
    reports: Object.fromEntries(names.map((name) => [name, mean((result) => result.reports[name] as tf.Tensor)])),
    gradientNorm: value(norm),
  }
  for (const result of results) tf.dispose(result.reports)
  return report
}
