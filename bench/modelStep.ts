// How fast and how large a training step is: ViT with identity adversarial training on onnxruntime, and on the WebAssembly backend beside it.
import { vitConfig, type VitSize } from '@ml/model/config'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { FINE_TUNING_ADAMW, updateScalars } from '@ml/optimizer/adamw'
import { Random } from '@ml/random'
import { classifierProgram, type ClassifierTraining } from '@ml/training/classifierProgram'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { openTrainer, type StepInputs } from '@runtime/training/index'
import type { DeviceId } from '@runtime/index'

export interface StepFigures {
  size: VitSize
  batch: number
  device: DeviceId
  /** Of one update, median over the runs after one that warms up. */
  seconds: number
  imagesPerSecond: number
  /** Peak resident memory of this process so far. */
  peakMegabytes: number
}

/** IAT on 12 AUs and 41 subjects with stochastic depth, as BP4D's recipe has it. */
export function stepTraining(size: VitSize, batch: number): ClassifierTraining {
  return {
    network: vitConfig(size, { subjects: 41 }),
    batch,
    trained: { part: 'all' },
    lambda: 2,
    identityLoss: 'bce',
    positiveWeights: null,
    stochasticDepth: 0.1,
    weightDecay: 0.05,
    layerDecay: 0.65,
    clipNorm: null,
  }
}

/** Times full updates on one device. */
export function benchStep(size: VitSize, batch: number, device: DeviceId, runs = 5): Promise<StepFigures> {
  return benchTraining(size, stepTraining(size, batch), device, runs)
}

/** Times updates of the heads alone on features that were computed before. */
export function benchHeads(size: VitSize, batch: number, device: DeviceId, runs = 50): Promise<StepFigures> {
  return benchTraining(size, { ...stepTraining(size, batch), trained: { part: 'heads' }, stochasticDepth: 0 }, device, runs)
}

async function benchTraining(size: VitSize, training: ClassifierTraining, device: DeviceId, runs: number): Promise<StepFigures> {
  const { batch } = training
  const program = classifierProgram(training)
  const weights = initialiseWeights(classifierShapes(training.network), training.network, Random.seeded(1))
  const trainer = await openTrainer(program, { weights, first: new Map(), second: new Map() }, device)
  const inputs: StepInputs = Object.fromEntries(
    Object.entries(program.inputs).map(([name, shape]) => [
      name,
      new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.1),
    ]),
  )
  const seconds: number[] = []
  for (let run = 0; run <= runs; run++) {
    const start = performance.now()
    await trainer.step([inputs], updateScalars(run + 1, 1e-4, FINE_TUNING_ADAMW))
    if (run > 0) seconds.push((performance.now() - start) / 1000)
  }
  await trainer.dispose()
  seconds.sort((a, b) => a - b)
  const median = seconds[Math.floor(seconds.length / 2)] as number
  return { size, batch, device, seconds: median, imagesPerSecond: batch / median, peakMegabytes: process.resourceUsage().maxRSS / 1024 }
}

/** What else was going on: figures of a busy machine are too low. */
export function loadLine(): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} threads, load ${loadavg()[0]?.toFixed(1) ?? '?'}`
}

/** What `npm run bench` prints: ViT-tiny on both, since the WebAssembly backend takes minutes for anything larger. */
export async function run(): Promise<{ name: string; lines: string[] }> {
  // First, so that the peak is its own.
  const small = await benchStep('small', 16, 'cpu', 3)
  const onnx = await benchStep('tiny', 8, 'cpu', 3)
  const heads = await benchHeads('small', 64, 'cpu', 200)
  const wasm = await benchStep('tiny', 8, 'wasm', 1)
  const line = (name: string, { seconds, imagesPerSecond }: StepFigures): string =>
    `${name}: ${(1000 * seconds).toFixed(seconds < 0.1 ? 2 : 0)} ms a step, ${imagesPerSecond.toFixed(1)} samples/s`
  return {
    name: 'Training step with identity adversarial training, at 224 pixels',
    lines: [
      `${line('ViT-small, batch 16, traced, onnxruntime on the processor', small)}, peak memory ${small.peakMegabytes.toFixed(0)} MB`,
      line('heads alone on stored features of ViT-small, batch 64, onnxruntime on the processor', heads),
      line('ViT-tiny, batch 8, traced, onnxruntime on the processor', onnx),
      line('ViT-tiny, batch 8, WebAssembly backend', wasm),
      `ratio: ${(wasm.seconds / onnx.seconds).toFixed(1)}; peak memory of all ${wasm.peakMegabytes.toFixed(0)} MB`,
      loadLine(),
    ],
  }
}
