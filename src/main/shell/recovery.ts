// What happens when the page dies or hangs: it is loaded again, and asked about when that does not help. Work goes on in the backend meanwhile.
import { app, dialog, type BrowserWindow } from 'electron'

/** More reloads than this within the time are a page that cannot live. */
const RELOADS = 3
const WITHIN_MS = 60_000

/** Notes when one of Chromium's other processes dies (graphics, network, sound). Chromium starts it again itself; the log says that it happened. */
export function noteChildProcesses(log: (line: string) => void): void {
  app.on('child-process-gone', (_event, { type, name, reason, exitCode }) => {
    if (reason !== 'clean-exit') log(`${name ?? type} ended: ${reason}, exit code ${exitCode}`)
  })
}

/** @param now milliseconds, an argument so that tests need not wait */
export function recoverPage(window: BrowserWindow, log: (line: string) => void, now: () => number = () => Date.now()): void {
  let reloadedAt: number[] = []
  // Not from within the event: loading a page while Chromium still takes the dead process apart has ended whole applications (electron/electron#51900).
  const reloadSoon = (): void =>
    void setImmediate(() => {
      if (!window.isDestroyed()) window.webContents.reload()
    })
  window.webContents.on('preload-error', (_event, _path, error) => log(`the preload failed: ${error.message}`))
  window.webContents.on('did-fail-load', (_event, code, description, url, isMainFrame) => {
    // -3: given up for another address.
    if (isMainFrame && code !== -3) log(`the page could not be loaded: ${description} (${code}) ${url}`)
  })
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return
    log(`the page ended: ${details.reason}, exit code ${details.exitCode}`)
    reloadedAt = [...reloadedAt.filter((time) => now() - time < WITHIN_MS), now()]
    if (reloadedAt.length <= RELOADS) reloadSoon()
    else void offerReload()
  })

  async function offerReload(): Promise<void> {
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      buttons: ['Try again', 'Quit'],
      defaultId: 0,
      cancelId: 1,
      message: 'The window has stopped several times in a row.',
      detail: 'Your project is safe: every edit was written as you made it. The log (Help, Show logs) says more.',
    })
    reloadedAt = []
    if (window.isDestroyed()) return
    if (response === 0) window.webContents.reload()
    else window.close()
  }

  let isAsking = false
  window.on('unresponsive', () => {
    if (isAsking) return
    isAsking = true
    const question = {
      type: 'warning' as const,
      buttons: ['Wait', 'Reload the window'],
      defaultId: 0,
      cancelId: 0,
      message: 'The window does not respond.',
      detail: 'Waiting is safe. Reloading keeps everything that was written.',
    }
    void dialog.showMessageBox(window, question).then(({ response }) => {
      isAsking = false
      if (response === 1 && !window.isDestroyed()) window.webContents.forcefullyCrashRenderer()
    })
  })
}
