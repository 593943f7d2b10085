// Where things lie in Electron: in the repository during development, beside the archive in a packaged application.
import { app } from 'electron'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { nodePorts, type BackendPorts } from '@main/backend/ports'

const nodeName = process.platform === 'win32' ? 'node.exe' : 'node'

/** Places of this installation. */
export interface Places {
  /** Folder of the built page. */
  rendererDirectory: string
  preloadFile: string
  resourcesDirectory: string
  /** The pinned Node: the compute process never runs in Electron's binary. */
  nodePath: string
  computeEntry: string
}

/** @param isPackaged whether this is a packaged application; `appPath` is then the archive, else the repository */
export function placesOf(isPackaged: boolean, appPath: string, resourcesPath: string): Places {
  // Plain Node and onnxruntime cannot read the archive, so what they need lies unpacked beside it (electron-builder.yml).
  const outside = isPackaged ? appPath.replace(/app\.asar$/, 'app.asar.unpacked') : appPath
  return {
    rendererDirectory: join(appPath, 'out', 'renderer'),
    preloadFile: join(appPath, 'out', 'preload', 'index.cjs'),
    resourcesDirectory: join(outside, 'resources'),
    nodePath: isPackaged ? join(resourcesPath, 'node', nodeName) : join(appPath, 'node_modules', 'node', 'bin', nodeName),
    computeEntry: join(outside, 'out', 'main', 'compute.js'),
  }
}

/**
 * Keeps everything that Chromium and the log write under the settings folder where AUW_SETTINGS names one: otherwise two applications with settings of
 * their own would share one profile, and the lock on it would turn the second away. Call before the lock is asked for.
 */
export function keepApart(): void {
  const named = process.env.AUW_SETTINGS
  if (!named) return
  const profile = join(resolve(named), 'window')
  mkdirSync(profile, { recursive: true })
  app.setPath('userData', profile)
  app.setAppLogsPath(join(profile, 'logs'))
}

/** The backend's ports in Electron. Windows name files by token only. */
export function electronPorts(log: (line: string) => void): { ports: BackendPorts; places: Places } {
  const places = placesOf(app.isPackaged, app.getAppPath(), process.resourcesPath)
  if (!existsSync(places.nodePath)) log(`the pinned Node is missing at ${places.nodePath}; computing will not start`)
  const { resourcesDirectory, nodePath, computeEntry } = places
  // The same settings as the command line's, so that recent projects and device checks are known to both.
  const ports = { ...nodePorts('electron', app.getVersion(), log), allowsPaths: false, resourcesDirectory, nodePath, computeEntry }
  return { ports, places }
}
