// Verdicts of the device check, remembered between starts in the settings folder: a device is used only after it passed on this machine.
import { readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeviceInfo, DeviceVerdict } from '@shared/contract/work'

const fileIn = (directory: string): string => join(directory, 'devices.json')

/** Verdicts by device id; an unreadable file counts as none. */
export function readVerdicts(directory: string): Record<string, DeviceVerdict> {
  try {
    return JSON.parse(readFileSync(fileIn(directory), 'utf8')) as Record<string, DeviceVerdict>
  } catch {
    return {}
  }
}

export async function writeVerdicts(directory: string, devices: DeviceInfo[]): Promise<void> {
  const verdicts = Object.fromEntries(devices.flatMap((device) => (device.check ? [[device.id, device.check]] : [])))
  const temporary = `${fileIn(directory)}.${process.pid}.tmp`
  await mkdir(directory, { recursive: true })
  await writeFile(temporary, JSON.stringify(verdicts, null, 2))
  await rename(temporary, fileIn(directory))
}
