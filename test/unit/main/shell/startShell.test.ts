// The whole shell against the stand-in for Electron: real protocols, real ports, a real oRPC client in the page's place.
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { eventIterator, oc, type } from '@orpc/contract'
import { implement } from '@orpc/server'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Backend } from '@main/backend/index'
import type { BackendPorts } from '@main/backend/ports'
import { PORT_MESSAGE } from '@renderer/bridge/windowApi'
import type * as StandIn from './electronStandIn'

vi.mock('electron', () => import('./electronStandIn'))

// A contract with the two shapes that the transport must carry, a call and a stream, under the names the shell itself calls.
const contract = {
  project: { open: oc.input(type<{ directory: string }>()).output(type<{ id: string }>()) },
  job: { watch: oc.output(eventIterator(type<number>())) },
}

interface Fixture {
  electron: typeof StandIn
  ports: BackendPorts
  opened: string[]
  state: { isBusy: boolean; closes: number }
}

let folder: string
const argv = process.argv
const home = process.env.AUW_SETTINGS

function makeBackend(fixture: Fixture): (ports: BackendPorts) => Promise<Backend> {
  const os = implement(contract)
  const router = os.router({
    project: {
      open: os.project.open.handler(({ input }) => {
        fixture.opened.push(input.directory)
        return { id: 'p1' }
      }),
    },
    job: {
      watch: os.job.watch.handler(async function* () {
        yield 1
        yield 2
      }),
    },
  })
  return (ports) => {
    fixture.ports = ports
    return Promise.resolve({
      ports,
      router,
      grantFile: (path: string) => `token:${path}`,
      handleData: (request: Request) =>
        Promise.resolve(
          new Response(`${new URL(request.url).pathname} ${request.headers.get('range')}`, { status: 206, headers: { 'x-aus': '1,2' } }),
        ),
      isBusy: () => fixture.state.isBusy,
      close: () => {
        fixture.state.closes += 1
        return Promise.resolve()
      },
    } as unknown as Backend)
  }
}

/** Starts the shell in a fresh copy of all modules; Electron's state is that of one process. */
async function start(prepare: (electron: typeof StandIn) => void = () => undefined): Promise<Fixture> {
  vi.resetModules()
  vi.doMock('electron', () => import('./electronStandIn'))
  const electron = (await import('electron')) as unknown as typeof StandIn
  electron.app.appPath = folder
  electron.app.paths = { logs: join(folder, 'logs') }
  prepare(electron)
  const fixture = { electron, opened: [], state: { isBusy: false, closes: 0 } } as unknown as Fixture
  const { startShell } = await import('@main/shell/startShell')
  const started = startShell(makeBackend(fixture))
  electron.app.becomeReady()
  await started
  return fixture
}

const windowOf = ({ electron }: Fixture): StandIn.BrowserWindow => {
  const window = electron.BrowserWindow.all[0]
  if (!window) throw new Error('there is no window')
  return window
}

/** Runs the real preload in the stand-in and returns what it exposes; window messages are collected. */
async function loadPreload({
  electron,
}: Fixture): Promise<{ api: Record<string, (...args: unknown[]) => unknown>; messages: { data: unknown; ports: MessagePort[] }[] }> {
  const messages: { data: unknown; ports: MessagePort[] }[] = []
  vi.stubGlobal('window', { postMessage: (data: unknown, _origin: string, ports: MessagePort[]) => messages.push({ data, ports }) })
  await import('../../../../src/preload/index')
  return { api: electron.exposed.auw as Record<string, (...args: unknown[]) => unknown>, messages }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auw-shell-'))
  mkdirSync(join(folder, 'out', 'renderer', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'out', 'renderer', 'index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'out', 'renderer', 'assets', 'a.js'), 'export {}')
  writeFileSync(join(folder, 'out', 'secret.txt'), 'secret')
  process.argv = ['electron', folder]
  process.env.AUW_SETTINGS = join(folder, 'settings')
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  process.argv = argv
  if (home === undefined) delete process.env.AUW_SETTINGS
  else process.env.AUW_SETTINGS = home
  rmSync(folder, { recursive: true, force: true })
})

describe('the window', () => {
  it('is isolated, sandboxed and without Node', async () => {
    const fixture = await start()
    const { options, webContents } = windowOf(fixture)
    expect(options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      preload: join(folder, 'out', 'preload', 'index.cjs'),
    })
    expect(fixture.electron.app.isSandboxEnabled).toBe(true)
    expect(fixture.electron.app.switches.get('host-resolver-rules')).toBe('MAP * ~NOTFOUND')
    expect(webContents.url).toBe('auw-app://app/#/')
  })

  it('goes nowhere else and opens nothing', async () => {
    const { electron, ...fixture } = await start()
    const { webContents } = windowOf({ electron, ...fixture })
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      const away = electron.cancelable({ url: 'https://example.org/' })
      webContents.emit(name, away)
      expect(away.defaultPrevented, name).toBe(true)
      const home = electron.cancelable({ url: 'auw-app://app/#/settings' })
      webContents.emit(name, home)
      expect(home.defaultPrevented, name).toBe(false)
    }
    const webview = electron.cancelable({})
    webContents.emit('will-attach-webview', webview)
    expect(webview.defaultPrevented).toBe(true)
    expect(webContents.openHandler?.({ url: 'https://example.org/' })).toEqual({ action: 'deny' })
  })

  it('reaches no network, no device, no sensor and no dictionary', async () => {
    const { session } = (await start()).electron
    const { requestListener, permissionHandler, permissionCheck, deviceCheck, hasSpellChecker } = session.defaultSession
    const isCancelled = (url: string): boolean | undefined => {
      let cancel: boolean | undefined
      requestListener?.({ url }, (answer) => (cancel = answer.cancel))
      return cancel
    }
    for (const url of ['https://example.org/', 'http://127.0.0.1/', 'ws://localhost/', 'file:///etc/passwd'])
      expect(isCancelled(url), url).toBe(true)
    for (const url of ['auw-app://app/index.html', 'auw-media://app/data/1', 'data:text/plain,1']) expect(isCancelled(url), url).toBe(false)
    for (const permission of ['media', 'geolocation', 'notifications', 'usb', 'clipboard-read', 'display-capture', 'openExternal']) {
      let isGranted = true
      permissionHandler?.(null, permission, (value) => (isGranted = value))
      expect(isGranted, permission).toBe(false)
      expect(permissionCheck?.(null, permission), permission).toBe(false)
    }
    expect(permissionCheck?.(null, 'fullscreen')).toBe(true)
    expect(deviceCheck?.()).toBe(false)
    expect(hasSpellChecker).toBe(false)
  })

  it('comes back where it was closed', async () => {
    const first = await start()
    windowOf(first).bounds = { x: 40, y: 30, width: 1300, height: 800 }
    first.electron.app.quit()
    await vi.waitFor(() => expect(first.electron.app.exitCode).toBe(0))
    const second = await start()
    expect(windowOf(second).options).toMatchObject({ x: 40, y: 30, width: 1300, height: 800 })
  })
})

describe('the schemes', () => {
  it('serve the page with its policy, and nothing outside its folder', async () => {
    const { electron } = await start()
    const answer = async (url: string, init?: RequestInit): Promise<Response> => {
      const handler = electron.session.defaultSession.schemes.get('auw-app')
      if (!handler) throw new Error('no handler')
      return await handler(new Request(url, init))
    }
    const page = await answer('auw-app://app/')
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/)
    expect((await answer('auw-app://app/assets/a.js')).headers.get('content-type')).toContain('text/javascript')
    for (const path of ['/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/%00', '/assets', '/none.js']) {
      expect((await answer(`auw-app://app${path}`)).status, path).toBe(404)
    }
    expect((await answer('auw-app://app/%')).status).toBe(400)
    expect((await answer('auw-app://elsewhere/index.html')).status).toBe(404)
    expect((await answer('auw-app://app/', { method: 'POST' })).status).toBe(405)
  })

  it('pass data with its range to the backend, for the own page only', async () => {
    const { electron } = await start()
    expect(electron.registeredSchemes).toEqual([
      { scheme: 'auw-app', privileges: expect.objectContaining({ standard: true, secure: true }) },
      { scheme: 'auw-media', privileges: expect.objectContaining({ standard: true, secure: true, stream: true, corsEnabled: true }) },
    ])
    const handler = electron.session.defaultSession.schemes.get('auw-media')
    if (!handler) throw new Error('no handler')
    const answer = await handler(new Request('auw-media://app/data/p/v/source', { headers: { range: 'bytes=0-9' } }))
    expect(answer.status).toBe(206)
    expect(await answer.text()).toBe('/data/p/v/source bytes=0-9')
    expect(answer.headers.get('x-aus')).toBe('1,2')
    expect(answer.headers.get('access-control-allow-origin')).toBe('auw-app://app')
    expect((await handler(new Request('auw-media://app/data/p', { headers: { origin: 'https://example.org' } }))).status).toBe(403)
  })
})

describe('the preload', () => {
  it('hands over a port on which the contract works, calls and streams, and again after a reload', async () => {
    const fixture = await start()
    const { api, messages } = await loadPreload(fixture)
    expect(api.host).toBe('electron')
    for (const round of [0, 1]) {
      api.connect?.()
      const message = messages[round]
      expect(message?.data).toBe(PORT_MESSAGE)
      const port = message?.ports[0]
      if (!port) throw new Error('no port')
      port.start()
      const client = createORPCClient(new RPCLink({ port: port as never })) as {
        project: { open(input: { directory: string }): Promise<{ id: string }> }
        job: { watch(): Promise<AsyncIterable<number>> }
      }
      expect(await client.project.open({ directory: 'd' })).toEqual({ id: 'p1' })
      const seen: number[] = []
      for await (const value of await client.job.watch()) seen.push(value)
      expect(seen).toEqual([1, 2])
    }
    messages[1]?.ports[0]?.close()
  })

  it('gives a port to nobody but the own page in the top frame', async () => {
    const fixture = await start()
    const { api, messages } = await loadPreload(fixture)
    const own = { url: 'auw-app://app/', parent: null }
    for (const frame of [{ url: 'https://example.org/', parent: null }, { url: 'auw-app://app/', parent: own }, null]) {
      fixture.electron.ipcRenderer.frame = frame
      api.connect?.()
      await expect(api.grantFiles?.([{ path: '/v.mp4' }])).rejects.toThrow()
      await expect(api.pickFolder?.('export')).rejects.toThrow()
      await expect(api.pickFiles?.('video')).rejects.toThrow()
    }
    expect(messages).toEqual([])
  })

  it('turns dropped files and dialogs into tokens, in order', async () => {
    const fixture = await start()
    const { api } = await loadPreload(fixture)
    expect(await api.grantFiles?.([{ path: '/a b.mp4' }, {}, { path: '/c.mov' }])).toEqual(['token:/a b.mp4', '', 'token:/c.mov'])
    const { answers } = fixture.electron.dialogs
    answers.push({ canceled: false, filePaths: ['/x/1.mp4', '/x/2.mp4'] })
    expect(await api.pickFiles?.('video')).toEqual([
      { token: 'token:/x/1.mp4', name: '1.mp4' },
      { token: 'token:/x/2.mp4', name: '2.mp4' },
    ])
    answers.push({ canceled: false, filePath: '/x/Study' })
    expect(await api.pickFolder?.('create-project')).toEqual({ token: 'token:/x/Study.auproj', name: 'Study.auproj' })
    answers.push({ canceled: true, filePaths: [] })
    expect(await api.pickFolder?.('open-project')).toBeNull()
    expect(await api.pickFolder?.('no such purpose')).toBeNull()
  })
})

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
    for (let index = 0; index < 4; index++) webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 5 })
    await vi.waitFor(() => expect(webContents.reloads).toBe(4))
    expect(fixture.electron.dialogs.asked).toHaveLength(1)
    expect(readFileSync(join(folder, 'logs', 'main.log'), 'utf8')).toContain('the page ended: oom')
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
