// The application menu. What a screen does with its own keys stays in the screen; here are opening, going places and the window.
import type { MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  /** Asks for a project folder and shows it. */
  openProject(): void
  /** Shows a route of the renderer. */
  goTo(route: string): void
  /** Shows the folder with the logs in the system's file manager. */
  showLogs(): void
  showAbout(): void
}

/** Template by platform; pure, so that tests can read it. */
export function menuTemplate(actions: MenuActions, platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin'
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const settings: MenuItemConstructorOptions = { label: 'Settings...', accelerator: 'CmdOrCtrl+,', click: () => actions.goTo('/settings') }
  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      separator,
      settings,
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  }
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      { label: 'Projects', accelerator: 'CmdOrCtrl+Shift+O', click: () => actions.goTo('/projects') },
      { label: 'Open project...', accelerator: 'CmdOrCtrl+O', click: () => actions.openProject() },
      ...(isMac ? [separator, { role: 'close' as const }] : [separator, settings, separator, { role: 'quit' as const }]),
    ],
  }
  // Ctrl+Z belongs to the page: it undoes an edit of labels, and text fields have their own. On macOS text fields undo through the menu alone; the page
  // sees the key first there too, and the menu only what the page has not taken.
  const undo: MenuItemConstructorOptions[] = isMac ? [{ role: 'undo' }, { role: 'redo' }, separator] : []
  const edit: MenuItemConstructorOptions = {
    label: '&Edit',
    submenu: [...undo, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
  }
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      { role: 'toggleDevTools' },
    ],
  }
  const help: MenuItemConstructorOptions = {
    role: 'help',
    submenu: [
      { label: 'First steps', click: () => actions.goTo('/help') },
      { label: 'Action Units', click: () => actions.goTo('/help/atlas') },
      separator,
      { label: 'Show logs', click: () => actions.showLogs() },
      ...(isMac ? [] : [separator, { label: 'About AU Workbench', click: () => actions.showAbout() }]),
    ],
  }
  return [...(isMac ? [appMenu] : []), file, edit, view, { role: 'windowMenu' }, help]
}
