// Devices and their verdicts: listed and checked in the compute process, remembered in the settings folder, chosen by what passed on this machine.
import { readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ComputeDevice } from '@shared/compute'
import type { DeviceInfo, DeviceVerdict } from '@shared/contract/work'
import { AppError } from '@shared/errors'
import type { BackendContext } from './context'

/** What the check of src/runtime says of one device. */
interface DeviceCheck {
  device: ComputeDevice
  hasPassed: boolean
  reason: string
  forwardError: number | null
  forwardTolerance: number
  imagesPerSecond: number | null
  trainingError: number | null
  trainingTolerance: number
  trainingImagesPerSecond: number | null
}

export const CPU_DEVICE = 'cpu'
const fileIn = (directory: string): string => join(directory, 'devices.json')

/** Devices with what their last check found. */
export async function knownDevices({ compute, ports }: BackendContext): Promise<DeviceInfo[]> {
  const verdicts = readVerdicts(ports.settingsDirectory)
  return (await compute.devices()).map((device) => toInfo(device, verdicts[device.id] ?? null))
}

/** Runs the check on every device and remembers what it found. */
export async function checkedDevices({ compute, ports }: BackendContext, signal?: AbortSignal): Promise<DeviceInfo[]> {
  const checks = await compute.checkDevices<DeviceCheck>({ signal })
  const checkedAt = new Date().toISOString()
  const devices = checks.map(({ device, forwardError, forwardTolerance, ...verdict }) =>
    toInfo(device, { ...verdict, worstError: forwardError, tolerance: forwardTolerance, checkedAt }),
  )
  await writeVerdicts(ports.settingsDirectory, devices)
  return devices
}

/**
 * The device asked for if it may be used, else the fastest that passed its check on this machine, else the processor.
 * @throws AppError DEVICE_UNAVAILABLE, DEVICE_CHECK_FAILED for a device whose last check failed
 */
export async function chooseDevice(context: BackendContext, wanted: string | undefined): Promise<string> {
  const devices = await knownDevices(context)
  if (wanted === undefined || wanted === 'auto') {
    // The reference is there to compare with, however fast it may look in a small check.
    const passed = devices.filter((device) => device.runtime !== 'wasm' && !device.isSoftware && device.check?.hasPassed)
    const [best] = passed.sort((a, b) => (b.check?.imagesPerSecond ?? 0) - (a.check?.imagesPerSecond ?? 0))
    return best?.id ?? CPU_DEVICE
  }
  const device = devices.find((one) => one.id === wanted)
  if (!device) {
    const usable = devices.map((one) => one.id)
    throw new AppError('DEVICE_UNAVAILABLE', `There is no device ${wanted} on this computer; there are ${usable.join(', ')}.`, { usable })
  }
  if (device.check?.hasPassed === false) {
    throw new AppError(
      'DEVICE_CHECK_FAILED',
      `${device.name} failed its check (${device.check.reason}) Use another device, or check again with auw devices --check.`,
    )
  }
  return device.id
}

function toInfo(device: ComputeDevice, check: DeviceVerdict | null): DeviceInfo {
  const isUnproven = check === null && device.kind === 'gpu'
  const note = device.isSoftware
    ? 'Emulated on the processor; never chosen automatically.'
    : isUnproven
      ? 'Not tried on this computer yet: auw devices --check finds out whether it is there and computes rightly.'
      : null
  return {
    id: device.id,
    name: device.label,
    runtime: device.runtime as DeviceInfo['runtime'],
    isAvailable: check?.hasPassed ?? true,
    isSoftware: device.isSoftware,
    note,
    check,
  }
}

/** Verdicts by device id; an unreadable file counts as none. */
function readVerdicts(directory: string): Record<string, DeviceVerdict> {
  try {
    return JSON.parse(readFileSync(fileIn(directory), 'utf8')) as Record<string, DeviceVerdict>
  } catch {
    return {}
  }
}

async function writeVerdicts(directory: string, devices: DeviceInfo[]): Promise<void> {
  const verdicts = Object.fromEntries(devices.flatMap((device) => (device.check ? [[device.id, device.check]] : [])))
  const temporary = `${fileIn(directory)}.${process.pid}.tmp`
  await mkdir(directory, { recursive: true })
  await writeFile(temporary, JSON.stringify(verdicts, null, 2))
  await rename(temporary, fileIn(directory))
}
