// `npm run package`: builds, collects licences and packages the application for this computer's system. `-- --dir` stops before installers.
// Where Electron's binary cannot be had, everything else is still put in its place and checked, and the script says that it stopped there.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { findElectron, obtainElectron } from './electronBinary.mjs'
import { collectLicences } from './licences.mjs'
import { cacheFolder, enterPinnedNode, isStarted, root, runPinned, say } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'

const builder = join(root, 'node_modules', 'electron-builder', 'cli.js')

const filesUnder = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Packages that built files import, by the names in their import and require statements. */
export function importedPackages(folder) {
  const names = new Set()
  for (const file of filesUnder(folder).filter((name) => /\.c?js$/.test(name))) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(
      /(?:^import\s*|\bfrom\s*|\bimport\s*\(\s*|\brequire\s*\(\s*|\bresolve\(\s*)["']((?:@[\w.-]+\/)?\w[\w.-]*)(?:\/[^"'\n]*)?["']/gm,
    )) {
      if (!builtinModules.includes(name) && name !== 'electron') names.add(name)
    }
  }
  return [...names].sort()
}

/** The packages and everything they need in turn, types and optional ones aside. */
function withDependencies(unpacked, names) {
  const all = new Set()
  const visit = (name) => {
    if (all.has(name) || name.startsWith('@types/') || name === '@webgpu/types') return
    all.add(name)
    const file = join(unpacked, 'node_modules', name, 'package.json')
    if (!existsSync(file)) return
    const {
      dependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
      optionalDependencies = {},
    } = JSON.parse(readFileSync(file, 'utf8'))
    const peers = Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional)
    for (const needed of [...Object.keys(dependencies), ...peers]) if (!(needed in optionalDependencies)) visit(needed)
  }
  for (const name of names) visit(name)
  return [...all]
}

/** What a finished package must contain, given its resources folder; returns what is missing. */
export function missingParts(resources) {
  const unpacked = join(resources, 'app.asar.unpacked')
  const { platform, arch } = process
  const needed = [
    'app.asar',
    join('node', platform === 'win32' ? 'node.exe' : 'node'),
    ...['package.json', 'out/main/compute.js', 'out/main/cli.js', 'resources/models', 'resources/demo'].map((part) =>
      join('app.asar.unpacked', part),
    ),
    join('app.asar.unpacked', 'node_modules/onnxruntime-node/bin/napi-v6', platform, arch, 'onnxruntime_binding.node'),
    join('app.asar.unpacked', 'node_modules/better-sqlite3/prebuilds', `${platform}-${arch}.node`),
  ]
  const imported = existsSync(join(unpacked, 'out', 'main')) ? importedPackages(join(unpacked, 'out', 'main')) : []
  const declared = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies)
  const packages = withDependencies(
    unpacked,
    imported.filter((name) => declared.includes(name)),
  ).map((name) => join('app.asar.unpacked', 'node_modules', name, 'package.json'))
  return [...needed, ...packages].filter((part) => !existsSync(join(resources, part)))
}

/** Other systems' binaries that should have been left out. */
export function foreignBinaries(resources) {
  const here = `${process.platform}-${process.arch}`
  const onnx = join(resources, 'app.asar.unpacked', 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6')
  const sqlite = join(resources, 'app.asar.unpacked', 'node_modules', 'better-sqlite3', 'prebuilds')
  const systems = existsSync(onnx)
    ? readdirSync(onnx).flatMap((platform) => readdirSync(join(onnx, platform)).map((arch) => `${platform}-${arch}`))
    : []
  const prebuilds = existsSync(sqlite) ? readdirSync(sqlite).map((name) => name.replace(/\.node$/, '')) : []
  return [...systems.map((name) => `onnxruntime ${name}`), ...prebuilds.map((name) => `better-sqlite3 ${name}`)].filter(
    (name) => !name.endsWith(` ${here}`),
  )
}

/** The folder named `resources` (or Contents/Resources) of what was packaged. */
function resourcesFolder(output) {
  const archive = existsSync(output) ? filesUnder(output).find((file) => file.endsWith('app.asar')) : undefined
  return archive === undefined ? null : dirname(archive)
}

/** A folder that electron-builder takes for an unpacked Electron, with nothing in it that runs. */
function emptyElectron() {
  const folder = join(cacheFolder, 'electron-absent')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'resources'), { recursive: true })
  mkdirSync(join(folder, 'locales'), { recursive: true })
  for (const name of ['electron', 'LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak']) writeFileSync(join(folder, name), '')
  return folder
}

async function main() {
  if (!(await ensureInstalled())) process.exit(1)
  await enterPinnedNode()
  say('1 of 4  building')
  if (!(await ensureBuilt())) process.exit(1)
  say('2 of 4  collecting licences')
  const { count, unstated } = collectLicences()
  say(`        ${count} packages${unstated.length > 0 ? `; none stated for ${unstated.join(', ')}` : ''}`)
  if (!existsSync(builder)) {
    say('Stopped: electron-builder is not installed. Run `npm ci` and the command again.')
    process.exit(1)
  }
  say("3 of 4  looking for Electron's binary")
  const electron = findElectron() ?? (await obtainElectron({ isForced: process.argv.includes('--electron') }))
  const words = process.argv.slice(2).filter((word) => word !== '--electron')
  say('4 of 4  packaging')
  if (electron === null) process.exit(await packageWithoutElectron())
  const electronDist = join(root, 'node_modules', 'electron', 'dist')
  const code = await runPinned([builder, '--publish', 'never', `-c.electronDist=${electronDist}`, ...words], { stdio: ['ignore', 1, 2] })
  if (code !== 0) say(`Stopped: electron-builder ended with ${code}; its words above say which download or tool was missing.`)
  process.exit(code === 0 ? report(join(root, 'dist')) : code)
}

/** Prints what is wrong with the package; returns the exit code. */
function report(output) {
  const resources = resourcesFolder(output)
  if (resources === null) {
    say('Stopped: the archive of the application was not made.')
    return 1
  }
  const missing = missingParts(resources)
  const foreign = foreignBinaries(resources)
  if (missing.length > 0) say(`Missing from the package: ${missing.join(', ')}.`)
  if (foreign.length > 0) say(`Left in the package although it is for another system: ${foreign.join(', ')}.`)
  const megabytes = filesUnder(resources).reduce((sum, file) => sum + statSync(file).size, 0) / 2 ** 20
  say(`Packaged: ${resources} (${Math.round(megabytes)} MB without Electron).`)
  return missing.length + foreign.length === 0 ? 0 : 1
}

async function packageWithoutElectron() {
  if (process.platform !== 'linux') {
    say("Stopped: without Electron's binary nothing can be packaged on this system.")
    return 1
  }
  // Everything but Electron itself can still be put together and checked.
  const output = join(root, 'dist', 'without-electron')
  rmSync(output, { recursive: true, force: true })
  const config = join(cacheFolder, 'electron-builder.yml')
  // Fuses are bits in the binary that is missing.
  writeFileSync(config, readFileSync(join(root, 'electron-builder.yml'), 'utf8').replace(/^electronFuses:\n(?: .*\n)+/m, ''))
  const options = ['--config', config, `-c.electronDist=${emptyElectron()}`, `-c.directories.output=${output}`]
  const code = await runPinned([builder, '--linux', '--dir', '--publish', 'never', ...options], { stdio: ['ignore', 2, 2] })
  const verdict = code === 0 ? report(output) : code
  say(`Stopped at Electron: its binary cannot be had here, so ${output} holds everything else and cannot be started.`)
  return verdict === 0 ? 3 : verdict
}

if (isStarted(import.meta.url)) await main()
