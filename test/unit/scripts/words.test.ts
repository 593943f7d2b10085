// The scripts' decisions: what words mean, how tests are counted, where Electron may open, which browser is taken.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findChromium } from '../../../scripts/chromium.mjs'
import { downloadOrigin, electronRefusal } from '../../../scripts/electronBinary.mjs'
import { isPinnedNode, pinnedNode, run } from '../../../scripts/pinnedNode.mjs'
import { installationState } from '../../../scripts/setup.mjs'
import { countTests, parseWishes } from '../../../scripts/test.mjs'

describe('npm test', () => {
  const all = { checks: ['types', 'lint'], suites: ['unit', 'ml', 'integration', 'e2e'], filters: [] }
  it('runs everything without words, and what words name', () => {
    expect(parseWishes([])).toEqual(all)
    expect(parseWishes(['unit'])).toEqual({ checks: [], suites: ['unit'], filters: [] })
    expect(parseWishes(['types', 'lint'])).toEqual({ checks: ['types', 'lint'], suites: [], filters: [] })
    expect(parseWishes(['e2e', 'coding'])).toEqual({ checks: [], suites: ['e2e'], filters: ['coding'] })
    expect(parseWishes(['pickle'])).toEqual({ checks: [], suites: all.suites, filters: ['pickle'] })
  })

  const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] as object[] }
  it('counts what ran, what did not, and what could not', () => {
    expect(countTests(report, 0)).toEqual({ passed: 3, failed: 0, skipped: 2 })
    const broken = { status: 'failed', assertionResults: [] }
    const failed = { status: 'failed', assertionResults: [{ status: 'failed' }] }
    expect(countTests({ ...report, numFailedTests: 1, testResults: [broken, failed] }, 1)).toEqual({ passed: 3, failed: 2, skipped: 2 })
  })
  it('never reports success for a run that ended badly', () => {
    expect(countTests(report, 1).failed).toBe(1)
  })
})

describe('Electron', () => {
  it('is not tried where it could show nothing or would drop its sandbox', () => {
    expect(electronRefusal({ platform: 'linux', env: {}, userId: 1000 })).toMatch(/display/)
    expect(electronRefusal({ platform: 'linux', env: { DISPLAY: ':0' }, userId: 0 })).toMatch(/root/)
    expect(electronRefusal({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' }, userId: 1000 })).toBeNull()
    expect(electronRefusal({ platform: 'win32', env: {} })).toBeNull()
  })
  it('comes from the mirror that is set', () => {
    expect(downloadOrigin({ ELECTRON_MIRROR: 'https://mirror.example/electron/' })).toBe('https://mirror.example/electron/')
    expect(new URL(downloadOrigin({})).host).toBe('github.com')
  })
})

describe('children', () => {
  it('end as they end', async () => {
    const node = process.execPath
    expect(await run(node, ['-e', 'process.exit(7)'])).toBe(7)
    expect(await run(node, ['-e', 'process.kill(process.pid, "SIGTERM")'])).toBe(143)
    expect(await run(node, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 300 })).toBe(137)
    expect(await run(join(tmpdir(), 'there-is-no-such-program'), [])).toBe(127)
  })
  it('run in the pinned Node, as this does', () => {
    expect(pinnedNode()).toMatch(/node_modules/)
    expect(isPinnedNode()).toBe(true)
    expect(installationState()).toBe('fresh')
  })
})

describe.skipIf(process.platform === 'win32')('a browser', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'auw-browser-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const program = (name: string, code: number): string => {
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\nexit ${code}\n`)
    chmodSync(path, 0o755)
    return path
  }
  it('is the named one, else the first on the path that starts', () => {
    const named = program('mine', 0)
    expect(findChromium({ AUW_CHROMIUM: named, PATH: '' })).toBe(named)
    program('chromium', 1)
    const chrome = program('google-chrome', 0)
    expect(findChromium({ AUW_CHROMIUM: join(folder, 'gone'), PATH: folder })).toBe(chrome)
  })
})
