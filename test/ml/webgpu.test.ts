// The WebGPU provider against PyTorch's numbers, on an emulated GPU: the same code path as on a real one.
import { checkDevice, listDevices } from '@runtime/index'
import { verifyForward } from '@runtime/verify/forward'
import { verifyGradients, verifySteps } from '@runtime/verify/training'
import { describe, expect, test } from 'vitest'
import { useEmulatedGpu } from './emulatedGpu'

describe.skipIf(!useEmulatedGpu())('WebGPU on SwiftShader', () => {
  test('features and logits', async () => {
    expect((await verifyForward('test/fixtures/reference', 'webgpu'))?.error).toBeLessThan(1e-5)
  })

  test('every gradient', async () => {
    expect((await verifyGradients('test/fixtures/reference', 'webgpu'))?.error).toBeLessThan(1e-5)
  })

  test('the AdamW steps, weights and moments staying on the GPU between them', async () => {
    expect((await verifySteps('test/fixtures/reference', 'webgpu'))?.error).toBeLessThan(1e-4)
  })

  test('the device check passes it and says that it is emulated', async () => {
    const device = listDevices().find((device) => device.id === 'webgpu')
    expect(device?.isSoftware).toBe(true)
    const check = await checkDevice(device as NonNullable<typeof device>)
    expect(check).toMatchObject({ hasPassed: true })
    expect(check.reason).toContain('emulated')
  })
})
