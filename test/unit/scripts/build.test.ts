// build.mjs and auw's launcher in a small copy of the repository, with the real electron-vite.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = process.cwd()
let copy: string

const write = (path: string, text: string): void => {
  mkdirSync(join(copy, path, '..'), { recursive: true })
  writeFileSync(join(copy, path), text)
}
const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' })
const auw = (...args: string[]) => node(join(copy, 'bin', 'auw.js'), ...args)

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'auw-build-'))
  for (const name of [
    'package.json',
    'package-lock.json',
    'electron.vite.config.ts',
    'aliases.ts',
    'tsconfig.base.json',
    'scripts',
    'bin',
  ]) {
    cpSync(join(root, name), join(copy, name), { recursive: true })
  }
  // Links one by one, so that the copy has a cache of its own.
  mkdirSync(join(copy, 'node_modules'))
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.cache') && !name.startsWith('.vite'))
      symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name))
  }
  for (const entry of ['main', 'compute', 'preload']) write(`src/${entry}/index.ts`, `process.title = '${entry}'\n`)
  write(
    'src/cli/index.ts',
    "const { word } = await import('./word')\nprocess.stdout.write(word + process.argv.slice(2).join('|'))\nprocess.exitCode = 3\n",
  )
  write('src/cli/word.ts', "export const word = 'first '\n")
  write('src/renderer/index.html', '<!doctype html><script type="module" src="./main.ts"></script>')
  write('src/renderer/main.ts', "document.title = 'page'\n")
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

it('builds on the first start, hands over arguments and exit code, and keeps standard output clean', () => {
  const { stdout, status, stderr } = auw('--json', 'a b', '')
  expect(stdout).toBe('first --json|a b|')
  expect(status).toBe(3)
  expect(stderr).toContain('Built in')
  for (const file of ['main/index.js', 'main/cli.js', 'main/compute.js', 'preload/index.cjs', 'renderer/index.html']) {
    expect(existsSync(join(copy, 'out', file)), file).toBe(true)
  }
})

it('does nothing when nothing changed', () => {
  expect(auw().stderr).toBe('')
})

it('builds again after a change and removes the chunks that are no longer named', () => {
  const chunks = () => readdirSync(join(copy, 'out', 'main', 'chunks')).filter((name) => name.startsWith('word') && name.endsWith('.js'))
  const before = chunks()
  write('src/cli/word.ts', "export const word = 'second '\n")
  expect(auw().stdout).toBe('second ')
  expect(chunks()).toHaveLength(1)
  expect(chunks()).not.toEqual(before)
})

it('points source maps at the sources', () => {
  const { sources } = JSON.parse(readFileSync(join(copy, 'out', 'main', 'cli.js.map'), 'utf8'))
  expect(sources).toContain('../../src/cli/index.ts')
})

it('leaves the last good build when the sources are broken', () => {
  write('src/cli/word.ts', "export const word = 'broken\n")
  const failed = node(join(copy, 'scripts', 'build.mjs'))
  expect(failed.status).toBe(1)
  expect(failed.stderr).toContain('The build failed')
  expect(node(join(copy, 'out', 'main', 'cli.js')).stdout).toBe('second ')
  expect(existsSync(join(copy, '.out-next'))).toBe(false)
  write('src/cli/word.ts', "export const word = 'second '\n")
})

it('takes over the lock of a dead builder', () => {
  write('src/cli/word.ts', "export const word = 'third '\n")
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  write('node_modules/.cache/auw/build.lock', String(dead))
  expect(auw().stdout).toBe('third ')
})

it('names the entry that is missing', () => {
  rmSync(join(copy, 'src', 'compute'), { recursive: true })
  const { status, stderr } = node(join(copy, 'scripts', 'build.mjs'))
  expect(status).toBe(1)
  expect(stderr).toContain('src/compute/index.ts')
})
