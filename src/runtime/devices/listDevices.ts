// Which devices this installation could use. Being listed means nothing yet: checkDevice.ts finds out.
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableOnnxDevices } from '../onnx/session'
import type { DeviceId, RuntimeName } from '../runtime'

export interface Device {
  id: DeviceId
  runtime: RuntimeName
  /** For people. */
  label: string
  kind: 'cpu' | 'gpu'
  /** True for a GPU interface that a program emulates on the CPU. Never chosen automatically. */
  isSoftware: boolean
}

const LABELS: Readonly<Record<DeviceId, string>> = {
  cpu: 'Processor (onnxruntime)',
  webgpu: 'Graphics card through WebGPU (onnxruntime)',
  dml: 'Graphics card through DirectML (onnxruntime)',
  coreml: 'Apple CoreML (onnxruntime)',
  cuda: 'NVIDIA CUDA (onnxruntime)',
  wasm: 'WebAssembly, the slow reference (TensorFlow.js)',
  'tensorflow-cpu': 'Processor (TensorFlow)',
  'tensorflow-cuda': 'NVIDIA CUDA (TensorFlow)',
}

/** Devices whose packages are installed, the CPU first. */
export function listDevices(): Device[] {
  const devices = availableOnnxDevices().map((id) => device(id, 'onnx'))
  if (isInstalled('@tensorflow/tfjs-node-gpu')) devices.push(device('tensorflow-cuda', 'tensorflow'))
  if (isInstalled('@tensorflow/tfjs-node')) devices.push(device('tensorflow-cpu', 'tensorflow'))
  return [...devices, device('wasm', 'wasm')]
}

function device(id: DeviceId, runtime: RuntimeName): Device {
  const kind = id === 'cpu' || id === 'wasm' || id === 'tensorflow-cpu' ? 'cpu' : 'gpu'
  const isSoftware = id === 'webgpu' && isVulkanEmulated(process.platform, process.env, deviceNodes())
  return { id, runtime, label: isSoftware ? `${LABELS[id]}, emulated on the processor` : LABELS[id], kind, isSoftware }
}

/**
 * Whether Vulkan can only be emulated: onnxruntime does not tell which adapter it took, so on Linux the chosen driver's file name decides,
 * and failing that whether the kernel has any graphics device at all.
 */
export function isVulkanEmulated(
  platform: string,
  environment: Readonly<Record<string, string | undefined>>,
  nodes: readonly string[],
): boolean {
  if (platform !== 'linux') return false
  const driver = environment['VK_DRIVER_FILES'] ?? environment['VK_ICD_FILENAMES'] ?? ''
  if (driver !== '') return driver.split(':').every((file) => /swiftshader|lvp|lavapipe/i.test(file))
  return nodes.length === 0
}

/** Device files of graphics cards: render nodes, NVIDIA's own, and WSL's. */
function deviceNodes(): string[] {
  const list = (folder: string): string[] => {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  }
  return [
    ...list('/dev/dri').filter((name) => name.startsWith('renderD')),
    ...list('/dev').filter((name) => /^nvidia\d+$|^dxg$/.test(name)),
  ]
}

function isInstalled(packageName: string): boolean {
  try {
    createRequire(import.meta.url).resolve(`${packageName}/package.json`)
    return true
  } catch {
    return false
  }
}
