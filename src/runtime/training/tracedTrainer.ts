// A training program on onnxruntime: one graph per update. State is ping-ponged between two sets of preallocated tensors, or stays on the GPU.
import { elementCount, type ParameterShapes } from '@ml/model/parameters'
import type { NamedArray } from '@ml/model/initialise'
import type { UpdateScalars } from '@ml/optimizer/adamw'
import type { TrainingProgram } from '@ml/training/program'
import { AppError } from '@shared/errors'
import { Tensor, type InferenceSession } from 'onnxruntime-node'
import { openSession, runSession, traceTarget, type OnnxDevice, type SessionTensors } from '../onnx/session'
import type { RunOptions } from '../runtime'
import {
  accumulatedName,
  batchInput,
  GRADIENT_NORM,
  gradientGraph,
  gradientName,
  LOSS,
  readbackGraph,
  SCALARS,
  STATE_KINDS,
  stateInput,
  stateOutput,
  updateGraph,
} from './stepGraph'
import type { GradientReport, StepInputs, StepReport, Trainer, TrainingState } from './trainer'

export interface TracedTrainerOptions extends RunOptions {
  device: OnnxDevice
  /** Micro-batches per update. */
  microBatches?: number
}

/** Traces the program and opens its sessions. Throws DEVICE_UNAVAILABLE and KERNEL_MISSING. */
export async function tracedTrainer(program: TrainingProgram, start: TrainingState, options: TracedTrainerOptions): Promise<Trainer> {
  const { device, threads, microBatches = 1 } = options
  const target = traceTarget(device)
  const isOnGpu = device === 'webgpu'
  const keys = Object.keys(program.trainable)
  const outputs = keys.flatMap((key) => STATE_KINDS.map((kind) => stateOutput(kind, key)))
  const sums = keys.map(gradientName)
  const open = (bytes: Uint8Array, outputsOnDevice: string[]): Promise<InferenceSession> =>
    openSession(bytes, { device, threads, hasMemoryPattern: false, ...(isOnGpu ? { outputsOnDevice } : {}) })
  const update = await open(updateGraph(program, { target, microBatches }).bytes, outputs)
  const firstGradients = microBatches > 1 ? await open(gradientGraph(program, target, false).bytes, sums) : null
  const moreGradients = microBatches > 2 ? await open(gradientGraph(program, target, true).bytes, sums) : null
  const readback = isOnGpu ? await openReadback(program, options) : null
  const state = new TrainerState(program, start, isOnGpu)

  const accumulate = async (micro: readonly StepInputs[]): Promise<{ sums: SessionTensors; losses: StepReport[] }> => {
    let current: SessionTensors = {}
    const losses: StepReport[] = []
    for (const [index, inputs] of micro.entries()) {
      const session = (index === 0 ? firstGradients : moreGradients) as InferenceSession
      const results = await runSession(session, { ...state.weights(), ...current, ...batchTensors(program, inputs) })
      disposeGpu(current)
      current = Object.fromEntries(keys.map((key) => [accumulatedName(key), results[gradientName(key)] as Tensor]))
      losses.push(readReport(program, results))
    }
    return { sums: current, losses }
  }

  return {
    step: async (micro, scalars) => {
      if (micro.length !== microBatches) throw new AppError('INTERNAL', `A step takes ${microBatches} micro-batches, not ${micro.length}.`)
      const earlier = await accumulate(micro.slice(0, -1))
      const feeds = { ...state.all(), ...earlier.sums, ...batchTensors(program, micro.at(-1) as StepInputs), ...scalarTensors(scalars) }
      const fetches = state.fetches()
      const returned = await runSession(update, feeds, fetches ?? undefined)
      disposeGpu(earlier.sums)
      const results = fetches ?? returned
      const report = averageReports([...earlier.losses, { ...readReport(program, results), gradientNorm: scalar(results, GRADIENT_NORM) }])
      if (!Number.isFinite(report.loss) || !Number.isFinite(report.gradientNorm)) {
        if (!fetches) disposeGpu(results)
        throw notFinite(report, scalars)
      }
      state.advance(results)
      return report
    },
    state: () => state.read(readback),
    dispose: async () => {
      state.dispose()
      for (const session of [update, firstGradients, moreGradients, readback]) await session?.release()
    },
  }
}

/** Loss and gradients of one micro-batch, nothing updated. */
export async function tracedGradients(
  program: TrainingProgram,
  weights: ReadonlyMap<string, NamedArray>,
  inputs: StepInputs,
  options: { device: OnnxDevice } & RunOptions,
): Promise<GradientReport> {
  const session = await openSession(gradientGraph(program, traceTarget(options.device), false).bytes, options)
  const results = await runSession(session, { ...weightTensors(program, weights), ...batchTensors(program, inputs) })
  await session.release()
  const { loss, reports } = readReport(program, results)
  const gradients = new Map<string, NamedArray>()
  for (const [key, shape] of Object.entries(program.trainable)) {
    gradients.set(key, { shape, data: (results[gradientName(key)] as Tensor).data as Float32Array })
  }
  return { loss, reports, gradients }
}

/** The state's tensors, and the second set that the next step writes into. */
class TrainerState {
  readonly #frozen: SessionTensors
  #current: SessionTensors
  #spare: SessionTensors | null

  constructor(
    private readonly program: TrainingProgram,
    start: TrainingState,
    isOnGpu: boolean,
  ) {
    this.#frozen = tensorsOf(program.frozen, start.weights, 'weight')
    this.#current = Object.assign(
      {},
      ...STATE_KINDS.map((kind) => tensorsOf(program.trainable, stateMap(start, kind), kind)),
    ) as SessionTensors
    this.#spare = isOnGpu ? null : this.#allocate()
  }

  weights(): SessionTensors {
    const weights = Object.keys(this.program.trainable).map((key) => stateInput('weight', key))
    return { ...this.#frozen, ...Object.fromEntries(weights.map((name) => [name, this.#current[name] as Tensor])) }
  }

  all(): SessionTensors {
    return { ...this.#frozen, ...this.#current }
  }

  /** Where the step is to write; null leaves the outputs to the device. */
  fetches(): SessionTensors | null {
    return this.#spare
  }

  /** The step's outputs become the state. On the CPU the old state becomes the next step's target. */
  advance(results: SessionTensors): void {
    const old = this.#current
    const next: SessionTensors = {}
    for (const key of Object.keys(this.program.trainable)) {
      for (const kind of STATE_KINDS) {
        next[stateInput(kind, key)] = results[stateOutput(kind, key)] as Tensor
        if (this.#spare) this.#spare[stateOutput(kind, key)] = old[stateInput(kind, key)] as Tensor
      }
    }
    this.#current = next
    if (!this.#spare) disposeGpu(old)
  }

  async read(readback: InferenceSession | null): Promise<TrainingState> {
    const isOnGpu = Object.values(this.#current).some((tensor) => tensor.location === 'gpu-buffer')
    const results = isOnGpu && readback ? await runSession(readback, this.#current) : null
    const values = (name: string): Float32Array => (results ? results[`read ${name}`] : this.#current[name])?.data as Float32Array
    const state: TrainingState = { weights: new Map(), first: new Map(), second: new Map() }
    for (const [key, shape] of Object.entries(this.program.frozen)) {
      state.weights.set(key, { shape, data: Float32Array.from(this.#frozen[stateInput('weight', key)]?.data as Float32Array) })
    }
    for (const [key, shape] of Object.entries(this.program.trainable)) {
      for (const kind of STATE_KINDS) stateMap(state, kind).set(key, { shape, data: Float32Array.from(values(stateInput(kind, key))) })
    }
    return state
  }

  dispose(): void {
    disposeGpu(this.#current)
  }

  #allocate(): SessionTensors {
    const scalars = [LOSS, ...this.program.reports, GRADIENT_NORM].map((name) => [name, new Tensor('float32', new Float32Array(1), [])])
    const states = Object.entries(this.program.trainable).flatMap(([key, shape]) =>
      STATE_KINDS.map((kind) => [stateOutput(kind, key), new Tensor('float32', new Float32Array(elementCount(shape)), shape)]),
    )
    return Object.fromEntries([...scalars, ...states]) as SessionTensors
  }
}

function stateMap(state: TrainingState, kind: (typeof STATE_KINDS)[number]): Map<string, NamedArray> {
  return kind === 'weight' ? state.weights : state[kind]
}

function tensorsOf(shapes: ParameterShapes, values: ReadonlyMap<string, NamedArray>, kind: (typeof STATE_KINDS)[number]): SessionTensors {
  return Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => {
      const found = values.get(key)
      if (found && found.data.length !== elementCount(shape)) {
        throw new AppError(
          'CHECKPOINT_INVALID',
          `The weight ${key} has ${found.data.length} numbers where ${elementCount(shape)} are needed.`,
          { key },
        )
      }
      if (!found && kind === 'weight') throw new AppError('CHECKPOINT_INVALID', `The weight ${key} is missing.`, { key })
      // Copied, because the step writes into these arrays in turn. Moments start at 0.
      return [
        stateInput(kind, key),
        new Tensor('float32', found ? Float32Array.from(found.data) : new Float32Array(elementCount(shape)), shape),
      ]
    }),
  )
}

const weightTensors = (program: TrainingProgram, weights: ReadonlyMap<string, NamedArray>): SessionTensors => ({
  ...tensorsOf(program.frozen, weights, 'weight'),
  ...tensorsOf(program.trainable, weights, 'weight'),
})

function batchTensors(program: TrainingProgram, inputs: StepInputs): SessionTensors {
  return Object.fromEntries(
    Object.entries(program.inputs).map(([name, shape]) => [batchInput(name), new Tensor('float32', inputs[name] as Float32Array, shape)]),
  )
}

const scalarTensors = (scalars: UpdateScalars): SessionTensors =>
  Object.fromEntries(SCALARS.map((name) => [name, new Tensor('float32', Float32Array.of(scalars[name]), [])]))

const scalar = (results: SessionTensors, name: string): number => (results[name]?.data as Float32Array)[0] as number

function readReport(program: TrainingProgram, results: SessionTensors): StepReport {
  const reports = Object.fromEntries(program.reports.map((name) => [name, scalar(results, name)]))
  return { loss: scalar(results, LOSS), reports, gradientNorm: 0 }
}

/** Means over the micro-batches; the gradient norm is that of the update, which is the last. */
function averageReports(reports: readonly StepReport[]): StepReport {
  const last = reports.at(-1) as StepReport
  const mean = (value: (report: StepReport) => number): number => reports.reduce((sum, report) => sum + value(report), 0) / reports.length
  const names = Object.keys(last.reports)
  return {
    loss: mean((report) => report.loss),
    reports: Object.fromEntries(names.map((name) => [name, mean((report) => report.reports[name] as number)])),
    gradientNorm: last.gradientNorm,
  }
}

export function notFinite(report: StepReport, scalars: UpdateScalars): AppError {
  const what = Number.isFinite(report.loss) ? 'gradients are' : 'loss is'
  return new AppError(
    'LOSS_NOT_FINITE',
    `Training has diverged: the ${what} not finite at a rate of ${scalars.rate}. Train with a lower rate.`,
    {
      loss: String(report.loss),
      rate: scalars.rate,
    },
  )
}

function openReadback(program: TrainingProgram, options: TracedTrainerOptions): Promise<InferenceSession> {
  const names = Object.entries(program.trainable).flatMap(([key, shape]) =>
    STATE_KINDS.map((kind) => ({ name: stateInput(kind, key), shape })),
  )
  return openSession(readbackGraph(names, traceTarget(options.device)).bytes, { device: options.device })
}

function disposeGpu(tensors: SessionTensors): void {
  for (const tensor of Object.values(tensors)) if (tensor.location === 'gpu-buffer') tensor.dispose()
}
