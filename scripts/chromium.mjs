// Finds a Chromium for the browser tests, or obtains one: Playwright's own, else the system's package when root.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { root, run, runPinned, say } from './pinnedNode.mjs'

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
const places = {
  linux: ['/snap/bin/chromium'],
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}

/** Whether the browser starts at all; a binary without its system libraries does not. */
const starts = (path) =>
  // Chrome on Windows has no --version.
  existsSync(path) && (process.platform === 'win32' || spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0)

function playwrightChromium() {
  try {
    return createRequire(join(root, 'package.json'))('playwright').chromium.executablePath()
  } catch {
    return null
  }
}

/** Path of a Chromium that starts, or null. System browsers come before Playwright's, which plays no H.264. */
export function findChromium(env = process.env) {
  const onPath = (env.PATH ?? '').split(delimiter).flatMap((folder) => (folder ? commands.map((command) => join(folder, command)) : []))
  const candidates = [
    env.AUW_CHROMIUM,
    env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH,
    ...onPath,
    ...(places[process.platform] ?? []),
    playwrightChromium(),
  ]
  return candidates.find((path) => path && starts(path)) ?? null
}

/** Finds a Chromium or installs one. Returns its path, or null after trying everything. */
export async function obtainChromium() {
  const present = findChromium()
  if (present !== null || process.env.AUW_OFFLINE) return present
  say('No Chromium here; fetching the one of Playwright ...')
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0
  const quiet = { stdio: ['ignore', 2, 2] }
  const playwright = join(root, 'node_modules', 'playwright', 'cli.js')
  await runPinned([playwright, 'install', 'chromium'], { ...quiet, timeoutMs: 180_000 })
  const fetched = findChromium()
  if (fetched !== null || !isRoot) return fetched
  say("Trying the system's package manager ...")
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['-qq', 'update'], { ...quiet, env, timeoutMs: 120_000 })
  await run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'chromium'], { ...quiet, env, timeoutMs: 300_000 })
  return findChromium()
}
