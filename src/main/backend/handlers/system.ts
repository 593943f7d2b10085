// system.*: facts about this installation and what is wrong with it.
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { tmpdir } from 'node:os'
import type { DoctorItem } from '@shared/contract/work'
import { toErrorBody } from '@shared/errors'
import type { BackendContext } from '../context'
import { knownDevices } from '../devices'
import { os } from '../procedures'

export function systemHandlers(context: BackendContext) {
  const { ports, ffmpeg } = context
  const { system } = os
  return {
    system: {
      info: system.info.handler(async () => {
        const binary = await ffmpeg().catch(() => null)
        return {
          version: ports.version,
          platform: `${process.platform} ${process.arch}`,
          host: ports.host,
          ffmpeg: binary && { source: binary.source, version: binary.version ?? 'unknown' },
        }
      }),
      doctor: system.doctor.handler(async () => [
        {
          name: 'AU Workbench',
          status: 'ok' as const,
          detail: `${ports.version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
        },
        await ffmpegItem(context),
        ...(await deviceItems(context)),
        electronItem(),
        ...(await Promise.all([writableItem('Settings', ports.settingsDirectory), writableItem('Temporary files', tmpdir())])),
        { name: 'Network', status: 'ok' as const, detail: 'This application opens no network connections.' },
      ]),
    },
  }
}

async function ffmpegItem({ ffmpeg }: BackendContext): Promise<DoctorItem> {
  try {
    const binary = await ffmpeg()
    const lacks = binary.hasFpsMode ? '' : '; an old version, which works'
    return { name: 'ffmpeg', status: 'ok', detail: `${binary.version ?? 'unknown version'} from ${binary.source} (${binary.path})${lacks}` }
  } catch (error) {
    return { name: 'ffmpeg', status: 'failed', detail: toErrorBody(error).message }
  }
}

async function deviceItems(context: BackendContext): Promise<DoctorItem[]> {
  try {
    const devices = await knownDevices(context)
    return devices.map((device) => ({
      name: `Device ${device.id}`,
      status: device.isAvailable && device.note === null ? ('ok' as const) : ('warning' as const),
      detail: [device.name, device.check && !device.check.hasPassed ? device.check.reason : device.note].filter(Boolean).join('; '),
    }))
  } catch (error) {
    return [{ name: 'Compute process', status: 'failed', detail: toErrorBody(error).message }]
  }
}

/** Looks for files only: requiring the package would start a download. */
function electronItem(): DoctorItem {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
    if (existsSync(join(folder, 'path.txt')) && existsSync(join(folder, 'dist')))
      return { name: 'Electron', status: 'ok', detail: 'its binary is here' }
  } catch {
    // not installed: said below
  }
  return {
    name: 'Electron',
    status: 'warning',
    detail: 'its binary is not here; npm start opens the application in a browser on this machine instead',
  }
}

async function writableItem(name: string, directory: string): Promise<DoctorItem> {
  let folder = directory
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  try {
    await access(folder, constants.W_OK)
    return { name, status: 'ok', detail: directory }
  } catch {
    return { name, status: 'warning', detail: `${directory} cannot be written; choices are forgotten when the application closes` }
  }
}
