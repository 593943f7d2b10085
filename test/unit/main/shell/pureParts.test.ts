// The shell's parts that need no Electron: addresses, window state, arguments, menu, places.
import fc from 'fast-check'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { appUrl, isAppUrl, isLocalUrl } from '@main/shell/addresses'
import { createLog } from '@main/shell/logFile'
import { menuTemplate } from '@main/shell/menu'
import { projectFolderOf, projectInArguments } from '@main/shell/projectArguments'
import { keepWindowState, readWindowState } from '@main/shell/windowState'

vi.mock('electron', () => import('./electronStandIn'))

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'auw-shell-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('addresses', () => {
  it('knows its own page and nothing that looks like it', () => {
    expect(isAppUrl(appUrl('/project/1'))).toBe(true)
    for (const url of [
      'auw-app://app.example/',
      'auw-app://example/app',
      'auw-app://app@example/',
      'auw-app://user@app/',
      'auw-app://app:80/',
      'auw-media://app/data/x',
      'https://app/',
      'file:///app',
      'about:blank',
      'javascript:alert(1)',
      '',
    ]) {
      expect(isAppUrl(url), url).toBe(false)
    }
  })

  it('lets no web, file or socket address through', () => {
    fc.assert(
      fc.property(fc.constantFrom('http', 'https', 'ws', 'wss', 'ftp', 'file', 'chrome'), fc.domain(), (scheme, domain) => {
        expect(isLocalUrl(`${scheme}://${domain}/`)).toBe(false)
      }),
    )
    expect(isLocalUrl('auw-media://app/data/1/2/source')).toBe(true)
    expect(isLocalUrl('blob:auw-app://app/1')).toBe(true)
  })
})

describe('window state', () => {
  const display = [{ x: 0, y: 0, width: 1920, height: 1040 }]
  it('comes back as it was kept', () => {
    const file = join(folder, 'window.json')
    const state = { bounds: { x: 100, y: 50, width: 1200, height: 800 }, isMaximized: true }
    keepWindowState(file, state)
    expect(readWindowState(file, display)).toEqual(state)
    expect(readdirSync(folder)).toEqual(['window.json'])
  })
  it('forgets a place on a display that has gone, and a window too small to use', () => {
    const file = join(folder, 'window.json')
    for (const bounds of [
      { x: 3000, y: 0, width: 1200, height: 800 },
      { x: 100, y: 2000, width: 1200, height: 800 },
      { x: 100, y: 50, width: 20, height: 20 },
    ]) {
      keepWindowState(file, { bounds, isMaximized: false })
      expect(readWindowState(file, display).bounds).toBeNull()
    }
  })
  it('survives any content', () => {
    const file = join(folder, 'window.json')
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
        writeFileSync(file, content)
        expect(readWindowState(file, display)).toHaveProperty('isMaximized')
      }),
      { numRuns: 50 },
    )
    expect(readWindowState(join(folder, 'none.json'), display)).toEqual({ bounds: null, isMaximized: false })
  })
})

describe('which project a start asks for', () => {
  it('takes a folder with a database, or the database itself, by any name', () => {
    const project = join(folder, 'Übung "1"\n.auproj')
    mkdirSync(project)
    expect(projectFolderOf(project, folder)).toBeNull()
    writeFileSync(join(project, 'project.sqlite'), '')
    expect(projectFolderOf(project, folder)).toBe(project)
    expect(projectFolderOf('Übung "1"\n.auproj', folder)).toBe(project)
    expect(projectFolderOf(join(project, 'project.sqlite'), folder)).toBe(project)
    // The file for the double click, by any name; such a file elsewhere opens nothing.
    writeFileSync(join(project, 'Öffnen.AUPROJ'), '')
    expect(projectFolderOf(join(project, 'Öffnen.AUPROJ'), folder)).toBe(project)
    expect(projectFolderOf(join(project, 'none.auproj'), folder)).toBeNull()
    writeFileSync(join(folder, 'stray.auproj'), '')
    expect(projectFolderOf('stray.auproj', folder)).toBeNull()
    expect(projectInArguments(['electron', '--inspect', folder, project], folder)).toBe(project)
    expect(projectInArguments(['AU Workbench'], folder)).toBeNull()
  })
})

describe('menu', () => {
  const nothing = () => undefined
  const actions = { openProject: nothing, goTo: nothing, showLogs: nothing, showAbout: nothing }
  const accelerators = (platform: NodeJS.Platform): unknown[] => {
    const walk = (items: readonly { accelerator?: unknown; submenu?: unknown }[]): unknown[] =>
      items.flatMap((item) => [item.accelerator, ...(Array.isArray(item.submenu) ? walk(item.submenu) : [])])
    return walk(menuTemplate(actions, platform)).filter((accelerator) => accelerator !== undefined)
  }
  it.each(['linux', 'win32', 'darwin'] as const)(
    'has no accelerator twice and leaves undo to the page where the page has it on %s',
    (platform) => {
      const all = accelerators(platform)
      expect(new Set(all).size).toBe(all.length)
      expect(all).toContain('CmdOrCtrl+O')
      // On macOS text fields know Cmd+Z through the menu only.
      expect(/"undo"/.test(JSON.stringify(menuTemplate(actions, platform)))).toBe(platform === 'darwin')
    },
  )
  it('goes where it says', () => {
    const visited: string[] = []
    const [file] = menuTemplate({ ...actions, goTo: (route) => visited.push(route) }, 'linux')
    const items = file?.submenu as { label?: string; click?: () => void }[]
    items.find((item) => item.label === 'Settings...')?.click?.()
    expect(visited).toEqual(['/settings'])
  })
})

describe('log', () => {
  it('keeps one older file and never grows without end', () => {
    const log = createLog(folder, () => new Date(0))
    const line = 'x'.repeat(1 << 20)
    for (let index = 0; index < 7; index++) log(line)
    expect(readdirSync(folder).sort()).toEqual(['main.log', 'main.log.before'])
    expect(statSync(join(folder, 'main.log')).size).toBeLessThan(4 << 20)
    expect(readFileSync(join(folder, 'main.log'), 'utf8')).toMatch(/^1970-01-01T00:00:00.000Z x/)
  })
})
