// Installs the packages when they are missing or differ from package-lock.json, and does nothing otherwise.
// Node built-ins only, Node 20.19 or later.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isStarted, pinnedNode, root, run, say } from './pinnedNode.mjs'

const readPackages = (file) => {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages ?? {}
  } catch {
    return null
  }
}

/**
 * Compares what is installed with the lock file. Packages that are optional may be absent: other platforms' binaries and downloads that failed.
 * @returns {'fresh' | 'missing' | 'stale'}
 */
export function installationState() {
  const installed = readPackages(join('node_modules', '.package-lock.json'))
  if (installed === null || pinnedNode() === null) return 'missing'
  const locked = readPackages('package-lock.json')
  if (locked === null) return 'fresh'
  for (const [place, wanted] of Object.entries(locked)) {
    if (place === '' || wanted.link) continue
    const present = installed[place]
    if (present === undefined ? !wanted.optional && !wanted.devOptional : present.version !== wanted.version) return 'stale'
  }
  return existsSync(join(root, 'node_modules', '.bin')) ? 'fresh' : 'missing'
}

/** npm as it was started for this command, else the one on the PATH. */
function npmCommand() {
  const script = process.env.npm_execpath
  // The Node that runs npm must not live in node_modules, which npm is about to replace.
  const node = process.env.npm_node_execpath
  if (script && /npm-cli\.c?js$/.test(script) && node && !node.includes('node_modules'))
    return { command: node, prefix: [script], shell: false }
  return { command: 'npm', prefix: [], shell: process.platform === 'win32' }
}

/**
 * Makes node_modules match package-lock.json.
 * @returns {Promise<boolean>} false after saying why it failed
 */
export async function ensureInstalled() {
  const state = installationState()
  if (state === 'fresh') return true
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    say(
      `AU Workbench needs Node 20.19 or later to set itself up; this is Node ${process.versions.node}. Install a newer one and run the command again.`,
    )
    return false
  }
  const { command, prefix, shell } = npmCommand()
  // `npm ci` empties node_modules first, which Windows refuses for a Node that is running from there; `install --no-save` changes only what differs.
  const verb = state === 'missing' ? ['ci'] : ['install', '--no-save']
  say(
    state === 'missing'
      ? 'Installing the packages (about a minute, once) ...'
      : 'The packages differ from package-lock.json; updating them ...',
  )
  const startedAt = Date.now()
  const isTerminal = process.stderr.isTTY === true
  const heartbeat = isTerminal
    ? null
    : setInterval(() => say(`  still installing, ${Math.round((Date.now() - startedAt) / 1000)} s`), 20_000)
  const args = [...prefix, ...verb, '--no-audit', '--no-fund', '--loglevel=error']
  const code = await run(command, args, { stdio: ['ignore', 2, 2], shell })
  if (heartbeat) clearInterval(heartbeat)
  if (code === 127) {
    say('Installing the packages failed: npm was not found. Install Node with npm and run the command again.')
    return false
  }
  if (code !== 0) {
    say(
      `Installing the packages failed (npm ended with ${code}, its own words are above). Check that the npm registry can be reached and the disk is not full, then run the command again.`,
    )
    return false
  }
  const node = pinnedNode()
  if (node === null || spawnSync(node, ['--version'], { stdio: 'ignore' }).status !== 0) {
    say(
      'The packages are installed, but the Node that belongs to AU Workbench is not: its install script did not run. Run `npm rebuild node` and then the command again.',
    )
    return false
  }
  say(`Packages installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`)
  return true
}

if (isStarted(import.meta.url)) process.exit((await ensureInstalled()) ? 0 : 1)
