// The same code on TensorFlow's C library, where tfjs-node or tfjs-node-gpu is installed with it: PyTorch's numbers once more.
import { loadEagerBackend, type DeviceId } from '@runtime/index'
import { verifyForward } from '@runtime/verify/forward'
import { verifyPretraining } from '@runtime/verify/pretraining'
import { verifyGradients, verifySteps } from '@runtime/verify/training'
import { describe, expect, test } from 'vitest'

const REFERENCE = 'test/fixtures/reference'

/** The first of TensorFlow's devices that starts; null where none does, after saying why. */
async function usableDevice(): Promise<DeviceId | null> {
  for (const device of ['tensorflow-cuda', 'tensorflow-cpu'] as const) {
    try {
      await loadEagerBackend(device)
      return device
    } catch (error) {
      process.stderr.write(`TensorFlow tests are skipped on ${device}: ${(error as Error).message}\n`)
    }
  }
  return null
}

const device = await usableDevice()

describe.skipIf(device === null)('TensorFlow', () => {
  test.each([
    ['forward pass', verifyForward, 1e-5],
    ['gradients', verifyGradients, 1e-5],
    ['optimizer steps', verifySteps, 1e-4],
    ['pretraining', verifyPretraining, 1e-5],
  ] as const)('%s', async (_, verify, tolerance) => {
    expect((await verify(REFERENCE, device as DeviceId))?.error).toBeLessThan(tolerance)
  })
})
