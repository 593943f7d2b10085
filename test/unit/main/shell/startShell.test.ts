// The whole shell against the stand-in for Electron: real protocols, real ports, a real oRPC client in the page's place.
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { PORT_MESSAGE } from '@renderer/bridge/windowApi'
import { eachInOwnFolder, folder, loadPreload, start, windowOf } from './shellFixture'

vi.mock('electron', () => import('./electronStandIn'))
eachInOwnFolder()

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

  it('shows itself with the first picture and not before, also when it comes back maximized', async () => {
    const first = await start()
    windowOf(first).maximize()
    first.electron.app.quit()
    await vi.waitFor(() => expect(first.electron.app.exitCode).toBe(0))
    // The page takes its time; every start has modules of its own.
    const second = await start((electron) => void (electron.BrowserWindow.prototype.loadURL = () => new Promise(() => undefined)))
    const window = windowOf(second)
    expect(window.isShown).toBe(false)
    window.emit('ready-to-show')
    expect(window.isShown).toBe(true)
    expect(window.isMaximized()).toBe(true)
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

  it('let what the page made be saved and nothing from elsewhere', async () => {
    const { electron } = await start()
    const isSaved = (url: string): boolean => {
      const event = electron.cancelable({})
      electron.session.defaultSession.emit('will-download', event, { getURL: () => url })
      return !event.defaultPrevented
    }
    for (const url of ['data:text/html,report', 'blob:auw-app://app/1', 'auw-media://app/exports/a.csv'])
      expect(isSaved(url), url).toBe(true)
    for (const url of ['https://example.org/a.csv', 'file:///etc/passwd']) expect(isSaved(url), url).toBe(false)
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
    const asked = await handler(new Request('auw-media://app/data/p', { method: 'OPTIONS', headers: { origin: 'auw-app://app' } }))
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-headers')).toBe('range')
    for (const method of ['GET', 'OPTIONS'])
      expect((await handler(new Request('auw-media://app/data/p', { method, headers: { origin: 'https://example.org' } }))).status).toBe(
        403,
      )
    expect((await handler(new Request('auw-media://app/data/p', { method: 'POST' }))).status).toBe(405)
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
