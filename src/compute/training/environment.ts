// What a run was computed with, for its report.
import { createRequire } from 'node:module'
import { availableParallelism, cpus, totalmem } from 'node:os'
import type { RunConfig, RunEnvironment } from '@shared/trainingRun'

const requirePackage = createRequire(import.meta.url)

function versionOf(name: string): string {
  try {
    return (requirePackage(`${name}/package.json`) as { version: string }).version
  } catch {
    return 'unknown'
  }
}

export function environmentOf(product: string, run: RunConfig): RunEnvironment {
  return {
    product,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    onnxruntime: versionOf('onnxruntime-node'),
    tensorflowJs: versionOf('@tensorflow/tfjs-core'),
    device: run.device,
    threads: run.threads,
    seed: run.config.seed,
  }
}
