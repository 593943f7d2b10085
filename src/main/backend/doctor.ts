// Looks for what would keep the application from working here, and says for each finding what to do about it.
import { constants, existsSync } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DoctorItem } from '@shared/contract/work'
import { toErrorBody } from '@shared/errors'
import type { BackendContext } from './context'
import { knownDevices } from './devices'

/** Below this there is no room for the face crops of an hour of video. */
const LITTLE_ROOM_BYTES = 5e9
/** Below this saving itself may soon fail. */
const NO_ROOM_BYTES = 500e6

/** Every finding, whether good or bad, the application first. */
export async function examine(context: BackendContext): Promise<DoctorItem[]> {
  const { ports, projects } = context
  const opened = projects.all().map(({ store }) => ({ name: store.project.get().name, root: store.root, isWritable: store.isWritable }))
  return [
    {
      name: 'AU Workbench',
      status: 'ok',
      detail: `${ports.version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
      advice: null,
    },
    await ffmpegItem(context),
    ...(await deviceItems(context)),
    windowItem(ports.host),
    await roomItem('Disk of the settings', ports.settingsDirectory),
    ...(await Promise.all(opened.map(({ name, root }) => roomItem(`Disk of “${name}”`, root)))),
    ...opened.map(projectItem),
    ...(await Promise.all([writableItem('Settings', ports.settingsDirectory), writableItem('Temporary files', tmpdir())])),
    { name: 'Network', status: 'ok', detail: 'This application opens no network connections.', advice: null },
  ]
}

async function ffmpegItem({ ffmpeg }: BackendContext): Promise<DoctorItem> {
  try {
    const binary = await ffmpeg()
    const lacks = binary.hasFpsMode ? '' : '; an old version, which works'
    return {
      name: 'ffmpeg',
      status: 'ok',
      detail: `${binary.version ?? 'unknown version'} from ${binary.source} (${binary.path})${lacks}`,
      advice: null,
    }
  } catch (error) {
    return {
      name: 'ffmpeg',
      status: 'failed',
      detail: toErrorBody(error).message,
      advice: 'Without it no video can be read. Install ffmpeg, or name the program in the variable AUW_FFMPEG, and start again.',
    }
  }
}

async function deviceItems(context: BackendContext): Promise<DoctorItem[]> {
  try {
    const devices = await knownDevices(context)
    return devices.map((device) => {
      const hasFailed = device.check?.hasPassed === false
      const isOdd = !device.isAvailable || device.note !== null
      // The name of an emulated device says so itself.
      const note = device.isSoftware
        ? 'never chosen automatically'
        : device.check
          ? device.note
          : device.note && 'not tried on this computer yet'
      return {
        name: `Device ${device.id}`,
        status: isOdd ? ('warning' as const) : ('ok' as const),
        detail: [device.name, hasFailed ? device.check?.reason : note].filter(Boolean).join('; '),
        advice: hasFailed
          ? 'Nothing to do: another device is used. Check again after a driver update.'
          : isOdd && !device.isSoftware
            ? 'Check the devices once, in the settings or by auw devices --check, to find out whether it can be used.'
            : null,
      }
    })
  } catch (error) {
    return [
      {
        name: 'Compute process',
        status: 'failed',
        detail: toErrorBody(error).message,
        advice: 'Without it nothing can be predicted or trained. Restart the application; if it stays, install it again.',
      },
    ]
  }
}

/** Looks for files only: requiring the package would start a download. */
function windowItem(host: BackendContext['ports']['host']): DoctorItem {
  if (host === 'electron') return { name: 'Window', status: 'ok', detail: 'a window of its own', advice: null }
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
    if (existsSync(join(folder, 'path.txt')) && existsSync(join(folder, 'dist')))
      return { name: 'Electron', status: 'ok', detail: 'its binary is here', advice: null }
  } catch {
    // not installed: said below
  }
  return {
    name: 'Electron',
    status: 'warning',
    detail: 'its binary is not here; npm start opens the application in a browser on this machine instead',
    advice: 'Everything works in the browser too. npm start -- --electron tries to fetch the binary again.',
  }
}

const gigabytes = (bytes: number): string => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(0)} GB` : `${(bytes / 1e6).toFixed(0)} MB`)

async function roomItem(name: string, directory: string): Promise<DoctorItem> {
  try {
    const { bavail, bsize } = await statfs(existingFolder(directory))
    const free = bavail * bsize
    const status = free < NO_ROOM_BYTES ? 'failed' : free < LITTLE_ROOM_BYTES ? 'warning' : 'ok'
    return {
      name,
      status,
      detail: `${gigabytes(free)} free`,
      advice: status === 'ok' ? null : 'Free some room on this disk. The settings show which caches of a project may be cleared.',
    }
  } catch {
    return { name, status: 'warning', detail: 'how much room is left cannot be found out', advice: null }
  }
}

function projectItem({ name, root, isWritable }: { name: string; root: string; isWritable: boolean }): DoctorItem {
  return isWritable
    ? { name: `Project “${name}”`, status: 'ok', detail: root, advice: null }
    : {
        name: `Project “${name}”`,
        status: 'warning',
        detail: `${root} can be read and not changed now`,
        advice: 'Close the other window or program that has it open, or check that the folder may be written.',
      }
}

/** The nearest folder above that exists. */
function existingFolder(directory: string): string {
  let folder = directory
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

async function writableItem(name: string, directory: string): Promise<DoctorItem> {
  try {
    await access(existingFolder(directory), constants.W_OK)
    return { name, status: 'ok', detail: directory, advice: null }
  } catch {
    return {
      name,
      status: 'warning',
      detail: `${directory} cannot be written; choices are forgotten when the application closes`,
      advice: 'Allow your account to write there, or name another folder in the variable AUW_SETTINGS.',
    }
  }
}
