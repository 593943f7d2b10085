// TensorFlow's C library under TensorFlow.js (tfjs-node-gpu, else tfjs-node), where it is installed, with what Node 23 took away put back.
import { createRequire } from 'node:module'
import { AppError } from '@shared/errors'
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
  const require = createRequire(import.meta.url)
  const reasons: string[] = []
  for (const name of PACKAGES[device]) {
    try {
      const binding = require(name) as { node?: unknown }
      if (!binding) continue
      await useBackend('tensorflow')
      return 'tensorflow'
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`)
    }
  }
  throw new AppError(
    'DEVICE_UNAVAILABLE',
    `TensorFlow is not installed on this computer (${reasons.join('; ')}). Run "npm run setup:gpu" to install it.`,
    { device },
  )
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined` and `util.isArray`, gone since Node 23 (tensorflow/tfjs#8425, #8609). */
function restoreRemovedNodeFunctions(): void {
  const require = createRequire(import.meta.url)
  const util = require('node:util') as Record<string, unknown>
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= (value: unknown) => Array.isArray(value)
}
