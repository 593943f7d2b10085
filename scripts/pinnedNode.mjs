// The one Node every command runs in (the `node` package pinned in package-lock.json), and child processes that end as their parent does.
// Node built-ins only: these scripts run before anything is installed.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Where small facts of this machine are kept (not in git, gone with node_modules). */
export const cacheFolder = join(root, 'node_modules', '.cache', 'auw')

/** Path of the pinned Node binary, or null where it is not installed. */
export function pinnedNode() {
  const folder = join(root, 'node_modules', 'node', 'bin')
  // On Windows the package leaves an empty `node` beside `node.exe`.
  const binary = join(folder, process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(binary) ? binary : null
}

/** Whether this very process runs in the pinned Node. */
export function isPinnedNode() {
  try {
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'node', 'package.json'), 'utf8'))
    return process.version === `v${version}`
  } catch {
    return false
  }
}

/**
 * The environment of children: commands of node_modules come first, so `node` means the pinned one; and Node keeps the code that it compiled, which lets
 * every command start a quarter sooner from its second time on.
 */
export function childEnvironment(extra = {}) {
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env[pathName] ?? ''}`
  const compiled = process.env.NODE_COMPILE_CACHE ?? join(cacheFolder, 'compiled')
  return { ...process.env, NODE_COMPILE_CACHE: compiled, [pathName]: path, ...extra }
}

/**
 * Runs a program to its end, passing signals on.
 * @returns {Promise<number>} its exit code; 128 plus the number where a signal ended it; 127 where it could not be started
 */
export function run(command, args, { env = {}, cwd = root, stdio = 'inherit', timeoutMs = 0, shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: childEnvironment(env), stdio, shell, windowsHide: true })
    const forward = (signal) => {
      // A terminal gives its Ctrl-C to the whole group, so passing it on would make two of it.
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    const timer = timeoutMs > 0 ? setTimeout(() => child.kill('SIGKILL'), timeoutMs) : null
    const end = (code) => {
      if (timer) clearTimeout(timer)
      for (const signal of signals) process.off(signal, forward)
      resolve(code)
    }
    child.once('error', () => end(127))
    child.once('close', (code, signal) => end(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 15)))
  })
}

/** Runs a script in the pinned Node; see {@link run}. */
export function runPinned(args, options) {
  return run(pinnedNode() ?? process.execPath, args, options)
}

/** Starts this process's own script again in the pinned Node and ends with its exit code; returns at once where it already runs there. */
export async function enterPinnedNode() {
  if (isPinnedNode() || pinnedNode() === null) return
  process.exit(await runPinned([...process.execArgv, ...process.argv.slice(1)]))
}

/** Whether the module with this URL is the script that was started. */
export function isStarted(moduleUrl) {
  return process.argv[1] !== undefined && realpathSync(fileURLToPath(moduleUrl)) === realpathSync(process.argv[1])
}

/** A line for the person at the terminal. Standard error, because standard output belongs to results. */
export function say(line) {
  process.stderr.write(`${line}\n`)
}
