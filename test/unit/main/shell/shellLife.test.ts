// From start to end against the stand-in for Electron: projects that are asked for, jobs that run, a page that dies, where the parts of the application are.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { eachInOwnFolder, folder, start, windowOf } from './shellFixture'

vi.mock('electron', () => import('./electronStandIn'))
eachInOwnFolder()
const written = (): string => readFileSync(join(folder, 'settings', 'window', 'logs', 'main.log'), 'utf8')

describe('projects that are asked for', () => {
  const makeProject = (name: string): string => {
    const project = join(folder, name)
    mkdirSync(project)
    writeFileSync(join(project, 'project.sqlite'), '')
    return project
  }

  it('are opened from the command line, a second start and the open-file event, before and after the window is there', async () => {
    const [first, second, third] = [makeProject('1.auproj'), makeProject('2.auproj'), makeProject('3.auproj')]
    process.argv = ['electron', folder, first]
    const fixture = await start((electron) => {
      queueMicrotask(() => electron.app.emit('open-file', electron.cancelable({}), first))
    })
    const { app } = fixture.electron
    expect(fixture.opened).toEqual([`token:${first}`])
    expect(windowOf(fixture).webContents.url).toBe('auw-app://app/#/project/p1')
    windowOf(fixture).minimize()
    app.emit('second-instance', {}, ['electron', folder, '2.auproj'], folder)
    await vi.waitFor(() => expect(fixture.opened).toEqual([`token:${first}`, `token:${second}`]))
    await vi.waitFor(() => expect(windowOf(fixture).isFocused).toBe(true))
    expect(windowOf(fixture).isMinimized()).toBe(false)
    const event = fixture.electron.cancelable({})
    app.emit('open-file', event, third)
    expect(event.defaultPrevented).toBe(true)
    await vi.waitFor(() => expect(fixture.opened.at(-1)).toBe(`token:${third}`))
    expect(app.recentDocuments).toEqual([first, second, third])
    expect(fixture.electron.BrowserWindow.all).toHaveLength(1)
  })

  it('a second process opens nothing and ends', async () => {
    const fixture = await start((electron) => (electron.app.hasLock = false))
    expect(fixture.electron.app.exitCode).toBe(0)
    expect(fixture.electron.BrowserWindow.all).toEqual([])
    expect(fixture.ports).toBeUndefined()
  })
})

describe('the end', () => {
  it('closes the backend first, without a question when nothing runs', async () => {
    const fixture = await start()
    windowOf(fixture).close()
    await vi.waitFor(() => expect(fixture.electron.app.exitCode).toBe(0))
    expect(fixture.state.closes).toBe(1)
    expect(fixture.electron.dialogs.asked).toEqual([])
  })

  it('asks while a job runs and stays when told to', async () => {
    const fixture = await start()
    const { app, dialogs } = fixture.electron
    fixture.state.isBusy = true
    dialogs.answers.push({ response: 0 })
    app.quit()
    await vi.waitFor(() => expect(dialogs.asked).toHaveLength(1))
    expect(app.exitCode).toBeNull()
    expect(fixture.state.closes).toBe(0)
    dialogs.answers.push({ response: 1 })
    await vi.waitFor(() => {
      windowOf(fixture).close()
      expect(dialogs.asked).toHaveLength(2)
    })
    await vi.waitFor(() => expect(app.exitCode).toBe(0))
    expect(fixture.state.closes).toBe(1)
  })

  it('keeps the computer awake exactly while a job runs', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const fixture = await start()
    const { running } = fixture.electron.powerSaveBlocker
    vi.advanceTimersByTime(10_000)
    expect(running.size).toBe(0)
    fixture.state.isBusy = true
    vi.advanceTimersByTime(20_000)
    expect(running.size).toBe(1)
    fixture.state.isBusy = false
    vi.advanceTimersByTime(10_000)
    expect(running.size).toBe(0)
  })
})

describe('a page that dies', () => {
  it('is loaded again three times, then asks', async () => {
    const fixture = await start()
    const { webContents } = windowOf(fixture)
    fixture.electron.dialogs.answers.push({ response: 0 })
    for (let index = 0; index < 4; index++) webContents.die('oom', 5)
    await vi.waitFor(() => expect(webContents.reloads).toBe(4))
    expect(fixture.electron.dialogs.asked).toHaveLength(1)
    expect(written()).toContain('the page ended: oom')
  })

  it('is left alone when its window has gone meanwhile', async () => {
    const fixture = await start()
    const { webContents } = windowOf(fixture)
    webContents.die('crashed', 139)
    fixture.electron.BrowserWindow.all = []
    await new Promise((done) => setImmediate(done))
    expect(webContents.reloads).toBe(0)
  })

  it('is loaded again when it hangs and the person says so', async () => {
    const fixture = await start()
    const window = windowOf(fixture)
    fixture.electron.dialogs.answers.push({ response: 1 })
    window.emit('unresponsive')
    await vi.waitFor(() => expect(window.webContents.reloads).toBe(1))
  })
})

describe('the log', () => {
  it("says which of Chromium's processes died, and what could not be loaded", async () => {
    const fixture = await start()
    fixture.electron.app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 11 })
    fixture.electron.app.emit('child-process-gone', {}, { type: 'Utility', name: 'Audio Service', reason: 'clean-exit', exitCode: 0 })
    const window = windowOf(fixture)
    window.webContents.emit('preload-error', {}, 'index.cjs', new Error('no electron'))
    window.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'auw-app://app/', true)
    window.webContents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', 'auw-app://app/', true)
    expect(written()).toContain('GPU ended: crashed, exit code 11')
    expect(written()).toContain('the preload failed: no electron')
    expect(written()).toContain('the page could not be loaded: ERR_FILE_NOT_FOUND (-6)')
    expect(written()).not.toMatch(/Audio|ABORTED/)
  })
})

describe('the profile', () => {
  it('lies under the named settings, before the lock on it is asked for', async () => {
    const fixture = await start()
    expect(fixture.electron.app.lockedProfile).toBe(join(folder, 'settings', 'window'))
    expect(fixture.electron.app.getPath('logs')).toBe(join(folder, 'settings', 'window', 'logs'))
  })
})

describe('going to a screen', () => {
  it('changes the place within the page, and does not load the place anew that is shown', async () => {
    const fixture = await start()
    const { webContents } = windowOf(fixture)
    const settings = (): void => {
      const items = fixture.electron.Menu.template.flatMap((item) => item.submenu as { label?: string; click?: () => void }[])
      items.find((item) => item.label === 'Settings...')?.click?.()
    }
    settings()
    settings()
    expect(webContents.url).toBe('auw-app://app/#/settings')
    expect(webContents.reloads).toBe(0)
  })

  it('survives a page that cannot be loaded', async () => {
    const fixture = await start()
    windowOf(fixture).isUnreachable = true
    fixture.electron.app.emit('second-instance', {}, ['electron'], folder)
    const items = fixture.electron.Menu.template.flatMap((item) => item.submenu as { label?: string; click?: () => void }[])
    items.find((item) => item.label === 'Settings...')?.click?.()
    await vi.waitFor(() => expect(written()).toContain('ERR_FILE_NOT_FOUND'))
  })
})

describe('places', () => {
  it('keep what plain Node runs outside the archive', async () => {
    vi.resetModules()
    const { placesOf } = await import('@main/shell/electronPorts')
    const places = placesOf(true, '/opt/app/resources/app.asar', '/opt/app/resources')
    expect(places.computeEntry).toBe('/opt/app/resources/app.asar.unpacked/out/main/compute.js')
    expect(places.resourcesDirectory).toBe('/opt/app/resources/app.asar.unpacked/resources')
    expect(places.nodePath).toMatch(/^\/opt\/app\/resources\/node\/node/)
    expect(places.rendererDirectory).toBe('/opt/app/resources/app.asar/out/renderer')
    expect(placesOf(false, '/repo', '/x').nodePath).toMatch(/node_modules\/node\/bin\/node/)
  })
})
