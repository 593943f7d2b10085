// TensorFlow's C library under TensorFlow.js (tfjs-node-gpu, else tfjs-node), where it is installed, with what Node 23 took away put back.
import { createRequire } from 'node:module'
import { AppError } from '@shared/errors'
import * as tf from '@tensorflow/tfjs-core'
import { useBackend } from './eagerRuntime'

const PACKAGES = {
  'tensorflow-cuda': ['@tensorflow/tfjs-node-gpu'],
  'tensorflow-cpu': ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'],
} as const

let ready: Promise<string> | null = null

/** Starts the backend once. Throws DEVICE_UNAVAILABLE with the reason where the package or its library is missing. */
export function loadTensorflowBackend(device: keyof typeof PACKAGES): Promise<string> {
  ready ??= start(device).catch((error: unknown) => {
    ready = null
    throw error
  })
  return ready
}

async function start(device: keyof typeof PACKAGES): Promise<string> {
  restoreRemovedNodeFunctions()
  // As for WebAssembly: the package's own copy of tfjs-core shares the registries, and would warn about it.
  tf.enableProdMode()
  const require = createRequire(import.meta.url)
  const reasons: string[] = []
  for (const name of PACKAGES[device]) {
    try {
      require(name)
      await useBackend('tensorflow')
      if (device === 'tensorflow-cpu' || isUsingGpu()) return 'tensorflow'
      reasons.push(`${name}: it found no NVIDIA GPU with CUDA 11.2 and cuDNN 8.1`)
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`)
    }
  }
  throw new AppError(
    'DEVICE_UNAVAILABLE',
    `TensorFlow cannot be used like this on this computer (${reasons.join('; ')}). Run "npm run setup:gpu" to install it.`,
    { device },
  )
}

/** What the package's backend says of itself; the GPU package runs on the processor where it finds no GPU. */
function isUsingGpu(): boolean {
  return (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true
}

/**
 * tfjs-node 4.22 calls `util.isNullOrUndefined`, gone since Node 23, and `util.isArray`, which is deprecated aloud (tensorflow/tfjs#8425, #8609).
 */
function restoreRemovedNodeFunctions(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] = Array.isArray
}
