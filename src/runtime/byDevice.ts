// Which runtime drives which device. Leaves out whether the device works; see devices/checkDevice.ts.
import { eagerRuntime, useBackend } from './eager/eagerRuntime'
import { loadTensorflowBackend } from './eager/tensorflowBackend'
import { loadWasmBackend } from './eager/wasmBackend'
import { onnxRuntime } from './onnx/onnxRuntime'
import type { DeviceId, Runtime } from './runtime'

/** The runtime that drives a device. Whether the device works is found out by loading a model, or by the device check. */
export function runtimeFor(device: DeviceId): Runtime {
  if (device === 'wasm') return eagerRuntime('wasm', device, loadWasmBackend)
  if (device === 'tensorflow-cpu' || device === 'tensorflow-cuda')
    return eagerRuntime('tensorflow', device, () => loadTensorflowBackend(device))
  return onnxRuntime(device)
}

/** Makes the TensorFlow.js backend of an eager device current and returns its name; null for devices that onnxruntime drives. */
export async function loadEagerBackend(device: DeviceId): Promise<string | null> {
  const isTensorflow = device === 'tensorflow-cpu' || device === 'tensorflow-cuda'
  if (device !== 'wasm' && !isTensorflow) return null
  const name = await (isTensorflow ? loadTensorflowBackend(device) : loadWasmBackend())
  await useBackend(name)
  return name
}
