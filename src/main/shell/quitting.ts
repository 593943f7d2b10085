// Leaving: asks when jobs are running, closes the backend before the process ends, and lets nothing ask twice.
import { app, dialog, type BrowserWindow } from 'electron'
import type { Backend } from '@main/backend/index'

export interface Quitting {
  /** Attaches the question to a window's close button. */
  guard(window: BrowserWindow): void
}

/** Puts the question and the closing between every way out and the end of the process. */
export function guardQuitting(backend: Pick<Backend, 'isBusy' | 'close'>, log: (line: string) => void): Quitting {
  let state: 'open' | 'asking' | 'closing' | 'closed' = 'open'
  let current: BrowserWindow | null = null

  async function leave(): Promise<void> {
    if (state !== 'open') return
    state = 'asking'
    if (backend.isBusy() && !(await isConfirmed(current))) {
      state = 'open'
      return
    }
    state = 'closing'
    try {
      await backend.close()
    } catch (error) {
      // What could not be closed is recovered at the next start; staying open would help nobody.
      log(`closing failed: ${String(error)}`)
    }
    state = 'closed'
    app.quit()
  }

  app.on('before-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    void leave()
  })
  app.on('window-all-closed', () => app.quit())

  return {
    guard(window) {
      current = window
      window.on('close', (event) => {
        if (state === 'closed') return
        event.preventDefault()
        void leave()
      })
      window.on('closed', () => {
        if (current === window) current = null
      })
    },
  }
}

async function isConfirmed(window: BrowserWindow | null): Promise<boolean> {
  const question = {
    type: 'question' as const,
    buttons: ['Keep working', 'Quit anyway'],
    defaultId: 0,
    cancelId: 0,
    message: 'Jobs are still running.',
    detail: 'What is finished is kept. Analysis, prediction and training continue from there when they are started again.',
  }
  const { response } = window ? await dialog.showMessageBox(window, question) : await dialog.showMessageBox(question)
  return response === 1
}
