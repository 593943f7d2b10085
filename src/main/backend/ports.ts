// What the backend needs from whoever hosts it: Electron's shell, the loopback host, the command line, or a test.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface BackendPorts {
  host: 'electron' | 'loopback' | 'cli'
  version: string
  /** Whether requests may name files by path (their sender owns the file system) or only by granted token. */
  allowsPaths: boolean
  /** Face models, starter model, demo clips. */
  resourcesDirectory: string
  /** Recent projects, device verdicts, preferences. Created when first written. */
  settingsDirectory: string
  /** Node binary of the compute process; never an Electron binary. */
  nodePath: string
  /** Built entry of the compute process. */
  computeEntry: string
  /** ffmpeg chosen in the settings, before all others. */
  ffmpegPath?: string
  log(line: string): void
}

/** Folder of the bundle that this code was built into, or of the sources under test. */
const here = dirname(fileURLToPath(import.meta.url))

/** Walks up to the folder that holds package.json and resources. */
function installationRoot(): string {
  for (let folder = here; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'resources')) && existsSync(join(folder, 'package.json'))) return folder
    if (dirname(folder) === folder) return here
  }
}

function settingsHome(): string {
  const named = process.env.AUW_SETTINGS
  if (named) return named
  if (process.platform === 'win32') return join(process.env.APPDATA ?? homedir(), 'AU Workbench')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'AU Workbench')
  return join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'au-workbench')
}

/** Ports of an installation that runs from its own folder under plain Node. */
export function nodePorts(host: BackendPorts['host'], version: string, log: (line: string) => void): BackendPorts {
  const root = installationRoot()
  return {
    host,
    version,
    allowsPaths: host !== 'electron',
    resourcesDirectory: join(root, 'resources'),
    settingsDirectory: settingsHome(),
    nodePath: process.execPath,
    computeEntry: join(root, 'out', 'main', 'compute.js'),
    ffmpegPath: process.env.AUW_FFMPEG,
    log,
  }
}
