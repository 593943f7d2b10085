// The one window: sandboxed, isolated, without Node, shown once it has something to show.
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { join } from 'node:path'
import { appUrl } from './addresses'
import { keepWindowState, MINIMUM_SIZE, readWindowState } from './windowState'

export interface MainWindowOptions {
  preloadFile: string
  /** Holds window.json. */
  settingsDirectory: string
  /** First screen, a route of the renderer; `/` lets the page decide. */
  route: string
}

/** Opens the window where it was last and keeps track of it. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const stateFile = join(options.settingsDirectory, 'window.json')
  const workAreas = screen.getAllDisplays().map((display) => display.workArea)
  const state = readWindowState(stateFile, workAreas)
  const window = new BrowserWindow({
    ...(state.bounds ?? { width: 1440, height: 900 }),
    minWidth: MINIMUM_SIZE.width,
    minHeight: MINIMUM_SIZE.height,
    title: 'AU Workbench',
    show: false,
    // The page's own background, so that nothing flashes before the first paint.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#101216' : '#f6f7f9',
    webPreferences: {
      preload: options.preloadFile,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      // Playback and drawing go on while another window is in front.
      backgroundThrottling: false,
    },
  })
  window.once('ready-to-show', () => {
    // maximize() shows the window too, so it waits for the first paint.
    if (state.isMaximized) window.maximize()
    window.show()
  })
  window.on('close', () => keepWindowState(stateFile, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() }))
  loadPage(window, options.route)
  return window
}

/** Loads a route; recovery.ts writes failures down, so the promise has nothing to add. */
function loadPage(window: BrowserWindow, route: string): void {
  window.loadURL(appUrl(route)).catch(() => undefined)
}

/** Shows another route of the page that is there: only the part after # changes, so nothing is loaded again. */
export function showRoute(window: BrowserWindow, route: string): void {
  // Loading the very address that is shown would load the whole page anew.
  if (window.webContents.getURL() !== appUrl(route)) loadPage(window, route)
}

/** Brings the window to the front, whatever state it is in. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
