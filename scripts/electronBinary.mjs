// Finds Electron's binary, or tries once to get it. Never `require('electron')`: that starts a download of a hundred megabytes unasked.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder, root, runPinned, say } from './pinnedNode.mjs'

const folder = join(root, 'node_modules', 'electron')
const memory = join(cacheFolder, 'electron.json')
const probeMs = 8_000
const downloadMs = 600_000

const version = () => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version

/** Path of Electron's binary, or null where it has not been downloaded. */
export function findElectron() {
  const pathFile = join(folder, 'path.txt')
  const elsewhere = process.env.ELECTRON_OVERRIDE_DIST_PATH
  // A binary that lies elsewhere came without Electron's own note of its name.
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : elsewhere ? usualName() : null
  if (name === null) return null
  const binary = elsewhere ? join(elsewhere, name) : join(folder, 'dist', name)
  return existsSync(binary) ? binary : null
}

const usualName = (platform = process.platform) =>
  platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : platform === 'win32' ? 'electron.exe' : 'electron'

const readNumber = (file) => {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

/** Whether this helper program may raise itself for Chromium's older sandbox: owned by root, with the set-user-ID bit. */
function isRootHelper(file) {
  const facts = statSync(file, { throwIfNoEntry: false })
  return facts?.uid === 0 && (facts.mode & 0o4000) !== 0
}

/**
 * Why Electron cannot open a window on this machine, as a sentence, or null.
 * Chromium's sandbox on Linux needs user namespaces, which some distributions keep from programs they do not know, or its helper with root's rights.
 * @param {{ platform?: string, env?: object, userId?: number, binary?: string | null, settingOf?: (file: string) => number | null }} [machine]
 */
export function electronRefusal({
  platform = process.platform,
  env = process.env,
  userId = process.getuid?.(),
  binary = findElectron(),
  settingOf = readNumber,
} = {}) {
  if (platform !== 'linux') return null
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'There is no display here.'
  if (userId === 0) return 'Electron does not run as root with its sandbox on.'
  const isForbidden =
    settingOf('/proc/sys/kernel/unprivileged_userns_clone') === 0 ||
    settingOf('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === 1 ||
    settingOf('/proc/sys/user/max_user_namespaces') === 0
  if (binary === null || !isForbidden) return null
  const helper = join(dirname(binary), 'chrome-sandbox')
  if (isRootHelper(helper)) return null
  return `This system keeps Electron from its sandbox. An administrator allows it with: sudo chown root "${helper}" && sudo chmod 4755 "${helper}"`
}

/** Where @electron/get would fetch from: a mirror set in the environment or .npmrc, else the releases on GitHub. */
export function downloadOrigin(env = process.env) {
  const mirror = env.ELECTRON_MIRROR ?? env.electron_mirror ?? env.npm_config_electron_mirror ?? env.NPM_CONFIG_ELECTRON_MIRROR
  return mirror ?? 'https://github.com/electron/electron/releases/download/'
}

async function isReachable(url) {
  try {
    const response = await fetch(url, { method: 'HEAD', redirect: 'follow', signal: AbortSignal.timeout(probeMs) })
    return response.status < 500
  } catch {
    return false
  }
}

function remembered() {
  try {
    return JSON.parse(readFileSync(memory, 'utf8'))
  } catch {
    return null
  }
}

function remember(reason) {
  mkdirSync(cacheFolder, { recursive: true })
  writeFileSync(memory, `${JSON.stringify({ version: version(), reason })}\n`)
}

/**
 * Downloads Electron's binary once; a failure is remembered until Electron's version changes or `isForced`.
 * @returns {Promise<string | null>} the binary, or null after saying why there is none
 */
export async function obtainElectron({ isForced = false } = {}) {
  if (!existsSync(folder)) return null
  if (process.env.AUW_OFFLINE || process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) {
    say('Electron is not installed and downloads are switched off.')
    return null
  }
  const earlier = remembered()
  if (!isForced && earlier?.version === version()) {
    say(`Electron's binary could not be had earlier (${earlier.reason}); \`npm start -- --electron\` tries again.`)
    return null
  }
  const origin = downloadOrigin()
  say("Fetching Electron's binary (about 110 MB, once) ...")
  if (!(await isReachable(origin))) return failed(`${new URL(origin).host} cannot be reached`)
  const code = await runPinned([join(folder, 'install.js')], { stdio: ['ignore', 2, 2], timeoutMs: downloadMs })
  const binary = findElectron()
  if (code !== 0 || binary === null) return failed('the download did not finish')
  rmSync(memory, { force: true })
  return binary
}

function failed(reason) {
  remember(reason)
  say(`Electron's binary cannot be had here: ${reason}.`)
  return null
}
