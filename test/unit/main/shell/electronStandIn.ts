// Stands in for the `electron` module where its binary cannot be had. Keeps Electron's rules that the shell relies on: what must happen before `ready`
// and what only after, cancelable events, and both ends of IPC. Leaves out drawing; ports are in
// electronChannel.ts, what needs no such rules in electronSystem.ts.
import { EventEmitter } from 'node:events'
import { tmpdir } from 'node:os'
import type { MessagePortMain } from './electronChannel'

interface Cancelable {
  defaultPrevented: boolean
  preventDefault(): void
}

/** An event as Electron passes it: one listener's preventDefault() decides. */
export function cancelable<T extends object>(fields: T): T & Cancelable {
  const event = {
    ...fields,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true
    },
  }
  return event
}

let isReady = false
const requireReady = (what: string): void => {
  if (!isReady) throw new Error(`${what} cannot be used before the application is ready`)
}
const requireNotReady = (what: string): void => {
  if (isReady) throw new Error(`${what} must be called before the application is ready`)
}

class App extends EventEmitter {
  isPackaged = false
  appPath = process.cwd()
  paths: Record<string, string> = {}
  hasLock = true
  isSandboxEnabled = false
  switches = new Map<string, string>()
  recentDocuments: string[] = []
  /** Set once the process would have ended. */
  exitCode: number | null = null
  private readonly ready = Promise.withResolvers<void>()

  commandLine = {
    appendSwitch: (name: string, value = ''): void => {
      requireNotReady('commandLine.appendSwitch')
      this.switches.set(name, value)
    },
  }

  becomeReady(): void {
    isReady = true
    this.ready.resolve()
    this.emit('ready')
  }
  whenReady(): Promise<void> {
    return this.ready.promise
  }
  enableSandbox(): void {
    requireNotReady('app.enableSandbox')
    this.isSandboxEnabled = true
  }
  /** The lock is on the profile: which one was asked for is kept. */
  requestSingleInstanceLock(): boolean {
    this.lockedProfile = this.getPath('userData')
    return this.hasLock
  }
  lockedProfile = ''
  getPath(name: string): string {
    return this.paths[name] ?? tmpdir()
  }
  setPath(name: string, path: string): void {
    this.paths[name] = path
  }
  setAppLogsPath(path: string): void {
    this.paths.logs = path
  }
  getAppPath(): string {
    return this.appPath
  }
  getVersion(): string {
    return '0.0.0'
  }
  addRecentDocument(path: string): void {
    this.recentDocuments.push(path)
  }
  showAboutPanel(): void {}
  exit(code = 0): void {
    this.exitCode ??= code
  }
  /** before-quit may be refused; then every window is asked to close; then will-quit. */
  quit(): void {
    if (this.exitCode !== null) return
    const before = cancelable({})
    this.emit('before-quit', before)
    if (before.defaultPrevented) return
    for (const window of [...BrowserWindow.all]) window.close()
    if (BrowserWindow.all.length > 0) return
    this.emit('will-quit', cancelable({}))
    this.exit(0)
  }
}
export const app = new App()

export interface Frame {
  url: string
  parent: Frame | null
}
let nextContentsId = 1

export class WebContents extends EventEmitter {
  readonly id = nextContentsId++
  url = ''
  reloads = 0
  /** What setWindowOpenHandler was given. */
  openHandler: ((details: { url: string }) => { action: string }) | null = null
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }
  /** Sends to the page, whose preload listens with ipcRenderer.on. */
  postMessage(channel: string, message: unknown, transfer: MessagePortMain[] = []): void {
    ipcRenderer.emit(channel, { ports: transfer.map((one) => one.port) }, message)
  }
  getURL(): string {
    return this.url
  }
  /** Electron before 45 took the whole application down when this was called while the event of the dead page was still being told. */
  reload(): void {
    if (this.isTellingOfDeath) throw new Error('reload() from within render-process-gone')
    this.reloads += 1
  }
  forcefullyCrashRenderer(): void {
    this.die('crashed', 139)
  }
  die(reason: string, exitCode: number): void {
    this.isTellingOfDeath = true
    this.emit('render-process-gone', {}, { reason, exitCode })
    this.isTellingOfDeath = false
  }
  private isTellingOfDeath = false
}

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

export class BrowserWindow extends EventEmitter {
  static all: BrowserWindow[] = []
  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return BrowserWindow.all.find((window) => window.webContents === contents) ?? null
  }
  readonly webContents = new WebContents()
  isShown = false
  isFocused = false
  private minimized = false
  private maximized = false
  bounds: Bounds

  constructor(readonly options: Partial<Bounds> & Record<string, unknown> & { webPreferences: Record<string, unknown> }) {
    super()
    requireReady('BrowserWindow')
    this.bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 }
    BrowserWindow.all.push(this)
    app.emit('web-contents-created', {}, this.webContents)
  }
  /** Loading the address that is shown is a reload; another part after # only, a change of place within the page. */
  loadURL(url: string): Promise<void> {
    const [now, next] = [this.webContents.url, url].map((one) => one.split('#')[0])
    if (this.isUnreachable) {
      this.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', url, true)
      return Promise.reject(new Error(`ERR_FILE_NOT_FOUND (-6) loading '${url}'`))
    }
    if (this.webContents.url === url) this.webContents.reloads += 1
    this.webContents.url = url
    if (now !== next) this.emit('ready-to-show')
    return Promise.resolve()
  }
  /** Whether the next page cannot be loaded. */
  isUnreachable = false
  isDestroyed(): boolean {
    return !BrowserWindow.all.includes(this)
  }
  /** close may be refused; closed and window-all-closed follow otherwise. */
  close(): void {
    const event = cancelable({})
    this.emit('close', event)
    if (event.defaultPrevented) return
    BrowserWindow.all = BrowserWindow.all.filter((window) => window !== this)
    this.webContents.emit('destroyed')
    this.emit('closed')
    if (BrowserWindow.all.length === 0) app.emit('window-all-closed')
  }
  show(): void {
    this.isShown = true
  }
  focus(): void {
    this.isFocused = true
  }
  minimize(): void {
    this.minimized = true
  }
  restore(): void {
    this.minimized = false
  }
  isMinimized(): boolean {
    return this.minimized
  }
  /** Shows the window too, as Electron's does. */
  maximize(): void {
    this.maximized = true
    this.isShown = true
  }
  isMaximized(): boolean {
    return this.maximized
  }
  getNormalBounds(): Bounds {
    return this.bounds
  }
}

type Invocation = (event: unknown, ...args: unknown[]) => unknown
class IpcMain extends EventEmitter {
  readonly handlers = new Map<string, Invocation>()
  handle(channel: string, listener: Invocation): void {
    if (this.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.handlers.set(channel, listener)
  }
}
export const ipcMain = new IpcMain()

/** The page's side of IPC; `frame` is where its messages come from. */
class IpcRenderer extends EventEmitter {
  frame: Frame | null = { url: 'auw-app://app/#/', parent: null }
  send(channel: string, ...args: unknown[]): void {
    ipcMain.emit(channel, this.event(), ...args)
  }
  async invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    const handler = ipcMain.handlers.get(channel)
    if (!handler) throw new Error(`No handler registered for '${channel}'`)
    return await handler(this.event(), ...args)
  }
  private event(): { sender: WebContents; senderFrame: Frame | null } {
    const window = BrowserWindow.all[0]
    if (!window) throw new Error('a page needs a window')
    return { sender: window.webContents, senderFrame: this.frame }
  }
}
export const ipcRenderer = new IpcRenderer()

export const exposed: Record<string, unknown> = {}
export const contextBridge = {
  exposeInMainWorld(name: string, api: unknown): void {
    exposed[name] = api
  },
}
export const webUtils = { getPathForFile: (file: { path?: string }): string => file.path ?? '' }

type Handler = (request: Request) => Response | Promise<Response>
type RequestListener = (details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void
class Session extends EventEmitter {
  readonly schemes = new Map<string, Handler>()
  requestListener: RequestListener | null = null
  permissionHandler: ((contents: unknown, permission: string, callback: (isGranted: boolean) => void) => void) | null = null
  permissionCheck: ((contents: unknown, permission: string) => boolean) | null = null
  deviceCheck: (() => boolean) | null = null
  hasSpellChecker = true
  webRequest = { onBeforeRequest: (listener: RequestListener): void => void (this.requestListener = listener) }
  protocol = {
    handle: (scheme: string, handler: Handler): void => {
      if (!registeredSchemes.some((one) => one.scheme === scheme)) throw new Error(`${scheme} was not registered as privileged`)
      this.schemes.set(scheme, handler)
    },
  }
  setPermissionRequestHandler(handler: Session['permissionHandler']): void {
    this.permissionHandler = handler
  }
  setPermissionCheckHandler(handler: Session['permissionCheck']): void {
    this.permissionCheck = handler
  }
  setDevicePermissionHandler(handler: Session['deviceCheck']): void {
    this.deviceCheck = handler
  }
  setDisplayMediaRequestHandler(): void {}
  setSpellCheckerEnabled(isEnabled: boolean): void {
    this.hasSpellChecker = isEnabled
  }
}
const defaultSession = new Session()
export const session = {
  get defaultSession(): Session {
    requireReady('session.defaultSession')
    return defaultSession
  },
}

export let registeredSchemes: { scheme: string; privileges: Record<string, boolean> }[] = []
export const protocol = {
  registerSchemesAsPrivileged(schemes: typeof registeredSchemes): void {
    requireNotReady('protocol.registerSchemesAsPrivileged')
    registeredSchemes = schemes
  },
}

export const screen = {
  displays: [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
  getAllDisplays() {
    requireReady('screen')
    return this.displays
  },
}

export * from './electronChannel'
export * from './electronSystem'
