// The WebGPU provider against PyTorch's numbers, on an emulated GPU: the same code path as on a real one.
import { checkDevice, listDevices } from '@runtime/index'
import { verifyForward } from '@runtime/verify/forward'
import { verifyGradients, verifySteps } from '@runtime/verify/training'
import { vitConfig } from '@ml/model/config'
import { classifierProgram } from '@ml/training/classifierProgram'
import { traceTarget } from '@runtime/onnx/session'
import { updateGraph } from '@runtime/training/stepGraph'
import { InferenceSession } from 'onnxruntime-node'
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

  test('no node of a training step falls back to the CPU, with clipping and accumulation too', async () => {
    const network = { ...vitConfig('tiny'), width: 32, depth: 2, heads: 2, patch: 8, imageSize: 16, aus: 3, subjects: 4 }
    const program = classifierProgram({
      network,
      batch: 2,
      trained: { part: 'all' },
      lambda: 1,
      identityLoss: 'bce',
      positiveWeights: [1, 2, 3],
      stochasticDepth: 0.1,
      weightDecay: 0.05,
      layerDecay: 0.65,
      clipNorm: 1,
    })
    const graph = updateGraph(program, { target: traceTarget('webgpu'), microBatches: 2 })
    // onnxruntime refuses to open a session that would have to fall back.
    const extra = { session: { disable_cpu_ep_fallback: '1' } }
    const session = await InferenceSession.create(graph.bytes, { executionProviders: ['webgpu'], logSeverityLevel: 3, extra })
    await session.release()
  })

  test('the device check passes it and says that it is emulated', async () => {
    const device = listDevices().find((device) => device.id === 'webgpu')
    expect(device?.isSoftware).toBe(true)
    const check = await checkDevice(device as NonNullable<typeof device>)
    expect(check).toMatchObject({ hasPassed: true })
    expect(check.reason).toContain('emulated')
  })
})
