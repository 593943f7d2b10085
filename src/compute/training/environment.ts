// What a run was computed with, for its report.
import { createRequire } from 'node:module'
import { availableParallelism, cpus, totalmem } from 'node:os'
import type { RunEnvironment } from '@shared/trainingRun'

/** What of a run, trained or pretrained, belongs to its environment. */
interface Computed {
  device: string
  threads: number
  config: { seed: number }
}

const requirePackage = createRequire(import.meta.url)

function versionOf(name: string): string {
  try {
    return (requirePackage(`${name}/package.json`) as { version: string }).version
  } catch {
    return 'unknown'
  }
}

export function environmentOf(product: string, run: Computed): RunEnvironment {
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
