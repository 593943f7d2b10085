// Which device computes: the one asked for if it may be used, else the fastest that passed its check on this machine, else the CPU.
import { AppError } from '@shared/errors'
import type { BackendContext } from './index'
import { readVerdicts } from './deviceVerdicts'

export const CPU_DEVICE = 'onnx:cpu'

/** Short names that people type. */
const ALIASES: Record<string, string> = {
  cpu: CPU_DEVICE,
  webgpu: 'onnx:webgpu',
  wasm: 'wasm',
  cuda: 'tensorflow:cuda',
  directml: 'onnx:dml',
  coreml: 'onnx:coreml',
}

/** @throws AppError DEVICE_UNAVAILABLE, DEVICE_CHECK_FAILED for a device whose last check failed */
export async function chooseDevice({ compute, ports }: BackendContext, wanted: string | undefined): Promise<string> {
  const verdicts = readVerdicts(ports.settingsDirectory)
  if (wanted === undefined || wanted === 'auto') {
    const passed = Object.entries(verdicts).filter(([, verdict]) => verdict.hasPassed)
    const [best] = passed.sort(([, a], [, b]) => (b.imagesPerSecond ?? 0) - (a.imagesPerSecond ?? 0))
    if (best === undefined || best[0] === CPU_DEVICE) return CPU_DEVICE
    const devices = await compute.devices({ check: false })
    return devices.some((device) => device.id === best[0] && device.isAvailable) ? best[0] : CPU_DEVICE
  }
  const id = ALIASES[wanted] ?? wanted
  const devices = await compute.devices({ check: false })
  const device = devices.find((one) => one.id === id)
  const usable = devices.filter((one) => one.isAvailable).map((one) => one.id)
  if (!device?.isAvailable)
    throw new AppError(
      'DEVICE_UNAVAILABLE',
      `There is no device ${wanted} here${device?.note ? ` (${device.note})` : ''}; available: ${usable.join(', ')}.`,
      { usable },
    )
  if (verdicts[id]?.hasPassed === false)
    throw new AppError(
      'DEVICE_CHECK_FAILED',
      `${device.name} failed its check (${verdicts[id].reason}); use another device, or check again with auw devices --check.`,
    )
  return id
}
