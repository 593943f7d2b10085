// The device list and check: what works passes, what does not is named with its reason, and an emulated GPU is never chosen by itself.
import { checkDevice, fastestPassed, listDevices, type Device, type DeviceCheck } from '@runtime/index'
import { isVulkanEmulated } from '@runtime/devices/listDevices'
import { runError } from '@runtime/onnx/session'
import { expect, test } from 'vitest'

const named = (id: Device['id']): Device => listDevices().find((device) => device.id === id) as Device

test('the CPU and the reference are always listed', () => {
  const ids = listDevices().map((device) => device.id)
  expect(ids[0]).toBe('cpu')
  expect(ids).toContain('wasm')
})

test('the CPU passes, with its error and its speed', async () => {
  const check = await checkDevice(named('cpu'), { threads: 1 })
  expect(check).toMatchObject({ hasPassed: true })
  expect(check.forwardError).toBeLessThan(1e-5)
  expect(check.imagesPerSecond).toBeGreaterThan(0)
  expect(check.trainingError).toBeLessThan(1e-4)
  expect(check.trainingImagesPerSecond).toBeGreaterThan(0)
})

test('a device that is not there fails with a reason', async () => {
  const cuda: Device = { id: 'tensorflow-cuda', runtime: 'tensorflow', label: 'CUDA', kind: 'gpu', isSoftware: false }
  const check = await checkDevice({ ...cuda, id: process.platform === 'darwin' ? 'dml' : 'coreml', runtime: 'onnx' })
  expect(check.hasPassed).toBe(false)
  expect(check.reason.length).toBeGreaterThan(10)
})

test('the choice is the fastest that passed and is not emulated', () => {
  const check = (id: Device['id'], speed: number, hasPassed = true, isSoftware = false): DeviceCheck => ({
    device: { id, runtime: 'onnx', label: id, kind: 'gpu', isSoftware },
    hasPassed,
    reason: '',
    forwardError: 0,
    forwardTolerance: 1e-3,
    imagesPerSecond: speed,
    trainingError: 0,
    trainingTolerance: 5e-3,
    trainingImagesPerSecond: null,
  })
  expect(fastestPassed([check('cpu', 10), check('webgpu', 99, true, true), check('cuda', 50, false)])?.id).toBe('cpu')
  expect(fastestPassed([check('cpu', 10), check('webgpu', 99)])?.id).toBe('webgpu')
  expect(fastestPassed([check('cuda', 1, false)])).toBeNull()
})

test('an emulated Vulkan is recognised by its driver, or by the absence of any graphics device', () => {
  const swiftshader = { VK_ICD_FILENAMES: '/usr/lib/chromium/vk_swiftshader_icd.json' }
  expect(isVulkanEmulated('linux', swiftshader, ['renderD128'])).toBe(true)
  expect(isVulkanEmulated('linux', { VK_DRIVER_FILES: '/usr/share/vulkan/icd.d/nvidia_icd.json' }, [])).toBe(false)
  expect(isVulkanEmulated('linux', {}, [])).toBe(true)
  expect(isVulkanEmulated('linux', {}, ['renderD128'])).toBe(false)
  expect(isVulkanEmulated('win32', {}, [])).toBe(false)
})

test('what onnxruntime says of memory and lost devices becomes a code; the rest passes', () => {
  const code = (message: string): unknown => (runError(new Error(message)) as { code?: string }).code
  expect(code('Non-zero status code returned while running Gemm node. bad_alloc')).toBe('OUT_OF_MEMORY')
  expect(code('Failed to allocate memory for requested buffer of size 9437184000')).toBe('OUT_OF_MEMORY')
  expect(code('WebGPU device lost (2): VK_ERROR_DEVICE_LOST')).toBe('DEVICE_UNAVAILABLE')
  expect(code('Got invalid dimensions for input')).toBeUndefined()
})
