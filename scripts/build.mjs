// Builds src/ into out/ with electron-vite, only when something that goes into the build has changed since.
// The build is made beside out/ and moved in file by file, so a failed build leaves the last good one and running programs find whole files.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder, isStarted, root, runPinned, say } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'

const entries = ['src/main/index.ts', 'src/cli/index.ts', 'src/compute/index.ts', 'src/preload/index.ts', 'src/renderer/index.html']
const configuration = ['package.json', 'package-lock.json', 'electron.vite.config.ts', 'aliases.ts', 'tsconfig.base.json']
const outFolder = join(root, 'out')
const stampFile = join(outFolder, 'build.json')
// At the depth of out/, so that source maps point to the same places from both.
const stagingName = '.out-next'
const parts = ['main', 'preload', 'renderer']

const filesUnder = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

/** SHA-256 over names and contents of everything the build reads. */
export function sourceHash() {
  const hash = createHash('sha256')
  const sources = filesUnder(join(root, 'src')).filter((file) => !file.endsWith('.md'))
  for (const file of [...configuration.map((name) => join(root, name)), ...sources]) {
    hash.update(`${file.slice(root.length).replaceAll('\\', '/')}\0`)
    hash.update(readFileSync(file))
    hash.update('\0')
  }
  return hash.digest('hex')
}

function isBuilt(hash) {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')).hash === hash && existsSync(join(outFolder, 'main', 'cli.js'))
  } catch {
    return false
  }
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Waits until no other process builds, then holds the lock; a dead holder's is taken over. */
async function takeLock() {
  const lock = join(cacheFolder, 'build.lock')
  mkdirSync(cacheFolder, { recursive: true })
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return () => rmSync(lock, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    let holder
    try {
      holder = Number(readFileSync(lock, 'utf8'))
    } catch {
      continue
    }
    if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true })
    else await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Moves the staged build into out/: chunks and assets before the entries that name them, then removes what the build no longer has. */
function publish(staging) {
  for (const part of parts) {
    const from = join(staging, part)
    const to = join(outFolder, part)
    const depth = (file) => file.split(/[\\/]/).length
    const staged = filesUnder(from).sort((a, b) => depth(b) - depth(a))
    const kept = new Set()
    for (const file of staged) {
      const target = join(to, file.slice(from.length))
      mkdirSync(dirname(target), { recursive: true })
      renameSync(file, target)
      kept.add(target)
    }
    for (const file of filesUnder(to)) if (!kept.has(file)) rmSync(file, { force: true })
  }
}

/**
 * Makes out/ match src/. Needs the packages to be installed.
 * @returns {Promise<boolean>} false after saying why it failed
 */
export async function ensureBuilt() {
  const missing = entries.filter((entry) => !existsSync(join(root, entry)))
  if (missing.length > 0) {
    say(
      `The build needs ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not there. Restore from git and run the command again.`,
    )
    return false
  }
  if (isBuilt(sourceHash())) return true
  const release = await takeLock()
  const staging = join(root, stagingName)
  try {
    const hash = sourceHash()
    if (isBuilt(hash)) return true
    say('Building ...')
    const startedAt = Date.now()
    rmSync(staging, { recursive: true, force: true })
    const vite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
    // Standard output belongs to the command that needed the build, so the build speaks on standard error.
    const code = await runPinned([vite, 'build', '--logLevel', 'error'], {
      stdio: ['ignore', 2, 2],
      env: { AUW_OUT_DIR: stagingName, NODE_ENV: 'production', ...(process.stderr.isTTY ? {} : { NO_COLOR: '1' }) },
    })
    if (code !== 0) {
      say(`The build failed (its own words are above, exit code ${code}).`)
      return false
    }
    rmSync(stampFile, { force: true })
    publish(staging)
    writeFileSync(stampFile, `${JSON.stringify({ hash })}\n`)
    say(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`)
    return true
  } finally {
    rmSync(staging, { recursive: true, force: true })
    release()
  }
}

if (isStarted(import.meta.url)) process.exit((await ensureInstalled()) && (await ensureBuilt()) ? 0 : 1)
