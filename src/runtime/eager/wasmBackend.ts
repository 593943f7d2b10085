// The WebAssembly backend in Node, its binaries taken from the installed package: the slow reference for every other device.
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { useBackend } from './eagerRuntime'

let ready: Promise<string> | null = null

/** Starts the backend once. Throws DEVICE_UNAVAILABLE where WebAssembly cannot be set up. */
export function loadWasmBackend(): Promise<string> {
  ready ??= start()
  return ready
}

async function start(): Promise<string> {
  // The package brings its own copy of tfjs-core, which shares this one's registries; without this it warns that the platform is set twice.
  tf.enableProdMode()
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  const require = createRequire(import.meta.url)
  setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), sep))
  await useBackend('wasm')
  return 'wasm'
}
