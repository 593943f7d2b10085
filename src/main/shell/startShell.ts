// Brings the application up in order: gates before the first page, one instance, the backend, the window; and shows projects that are asked for.
import { createRouterClient } from '@orpc/server'
import { app, dialog, Menu, session, shell, type BrowserWindow } from 'electron'
import { mkdirSync } from 'node:fs'
import type { Backend } from '@main/backend/index'
import type { BackendPorts } from '@main/backend/ports'
import { toErrorBody } from '@shared/errors'
import { electronPorts, keepApart, type Places } from './electronPorts'
import { createLog } from './logFile'
import { focusWindow, openMainWindow, showRoute } from './mainWindow'
import { menuTemplate } from './menu'
import { answerPathRequests } from './pathRequests'
import { blockSleepWhileBusy } from './powerSaving'
import { projectFolderOf, projectInArguments } from './projectArguments'
import { registerSchemes, serveSchemes } from './protocols'
import { guardQuitting, type Quitting } from './quitting'
import { noteChildProcesses, recoverPage } from './recovery'
import { secureContents, secureSession, silenceChromium } from './security'
import { carryRequests } from './transport'

/** Starts the application. `createBackend` comes from outside so that the entry joins the two, and tests can use a backend of their own. */
export async function startShell(createBackend: (ports: BackendPorts) => Promise<Backend>): Promise<void> {
  silenceChromium()
  keepApart()
  registerSchemes()
  // Two processes would contend for the writer's lock of the same project.
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  app.on('web-contents-created', (_event, contents) => secureContents(contents))

  // Requests to show a project may come before there is anything to show it with.
  let wanted = projectInArguments(process.argv, process.cwd())
  let open: OpenShell | null = null
  const want = (folder: string | null): void => {
    if (open) void open.show(folder)
    else wanted = folder ?? wanted
  }
  app.on('second-instance', (_event, argv, workingDirectory) => want(projectInArguments(argv, workingDirectory)))
  app.on('open-file', (event, path) => {
    event.preventDefault()
    want(projectFolderOf(path, process.cwd()))
  })

  await app.whenReady()
  const log = createLog(app.getPath('logs'))
  noteChildProcesses(log)
  try {
    open = await openShell(createBackend, log, () => wanted)
  } catch (error) {
    log(`starting failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    dialog.showErrorBox('AU Workbench could not start', toErrorBody(error).message)
    app.exit(1)
    return
  }
  const started = open
  app.on('activate', () => void started.show(null))
}

/** Gates, backend, window, in this order: no page may come before its gates. */
async function openShell(
  createBackend: (ports: BackendPorts) => Promise<Backend>,
  log: (line: string) => void,
  wanted: () => string | null,
): Promise<OpenShell> {
  const { ports, places } = electronPorts(log)
  mkdirSync(ports.settingsDirectory, { recursive: true })
  secureSession(session.defaultSession)
  const backend = await createBackend(ports)
  serveSchemes(session.defaultSession, places.rendererDirectory, backend)
  carryRequests(backend)
  answerPathRequests(backend)
  app.once('will-quit', blockSleepWhileBusy(backend))
  const opened = new OpenShell(backend, ports, places, guardQuitting(backend, log), log)
  await opened.openFirst(wanted())
  return opened
}

/** The running application: its window and what the menu does. */
class OpenShell {
  private window: BrowserWindow | null = null

  constructor(
    private readonly backend: Backend,
    private readonly ports: BackendPorts,
    private readonly places: Places,
    private readonly quitting: Quitting,
    private readonly log: (line: string) => void,
  ) {
    const actions = {
      openProject: () => void this.chooseProject(),
      goTo: (route: string) => this.goTo(route),
      showLogs: () => void shell.openPath(app.getPath('logs')),
      showAbout: () => app.showAboutPanel(),
    }
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, process.platform)))
  }

  /** Opens the window on the project, or on the page's own choice. */
  async openFirst(folder: string | null): Promise<void> {
    const route = folder === null ? null : await this.open(folder)
    this.ensureWindow(route ?? '/')
  }

  /** Brings the window to the front, on the project if one is given. */
  async show(folder: string | null): Promise<void> {
    const route = folder === null ? null : await this.open(folder)
    const window = this.ensureWindow(route ?? '/')
    focusWindow(window)
    if (route !== null) this.goTo(route)
  }

  private ensureWindow(route: string): BrowserWindow {
    if (this.window) return this.window
    const { preloadFile } = this.places
    const window = openMainWindow({ preloadFile, settingsDirectory: this.ports.settingsDirectory, route })
    window.on('closed', () => (this.window = null))
    recoverPage(window, this.log)
    this.quitting.guard(window)
    this.window = window
    return window
  }

  private goTo(route: string): void {
    showRoute(this.ensureWindow(route), route)
  }

  private async chooseProject(): Promise<void> {
    const window = this.ensureWindow('/')
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title: 'Open project',
      properties: ['openDirectory', 'treatPackageAsDirectory'],
    })
    const [folder] = filePaths
    if (canceled || folder === undefined) return
    const route = await this.open(folder)
    if (route !== null) this.goTo(route)
  }

  /** Opens a project in the backend and returns its route; says why where that cannot be. */
  private async open(folder: string): Promise<string | null> {
    try {
      const client = createRouterClient(this.backend.router, { context: {} })
      const project = await client.project.open({ directory: this.backend.grantFile(folder) })
      app.addRecentDocument(folder)
      return `/project/${project.id}`
    } catch (error) {
      const { code, message } = toErrorBody(error)
      this.log(`opening a project failed: ${code} ${message}`)
      dialog.showErrorBox('The project could not be opened', message)
      return null
    }
  }
}
