// The part of the stand-in for Electron that reaches the system around the windows: dialogs, sleep, menu, colours and files. Records what was asked of it.

/** Answers of dialogs, first in first out, and what was asked. */
export const dialogs = {
  answers: [] as unknown[],
  asked: [] as Record<string, unknown>[],
  errors: [] as { title: string; content: string }[],
}
const askDialog = (...args: unknown[]): Promise<unknown> => {
  dialogs.asked.push(args.at(-1) as Record<string, unknown>)
  if (dialogs.answers.length === 0) throw new Error(`nobody answers the dialog ${JSON.stringify(args.at(-1))}`)
  return Promise.resolve(dialogs.answers.shift())
}
export const dialog = {
  showOpenDialog: askDialog,
  showSaveDialog: askDialog,
  showMessageBox: askDialog,
  showErrorBox: (title: string, content: string): void => void dialogs.errors.push({ title, content }),
}

export const powerSaveBlocker = {
  running: new Set<number>(),
  last: 0,
  start(type: string): number {
    if (type !== 'prevent-app-suspension') throw new Error(`unexpected kind ${type}`)
    this.running.add(++this.last)
    return this.last
  },
  stop(id: number): void {
    if (!this.running.delete(id)) throw new Error(`blocker ${id} does not run`)
  },
}

export const Menu = {
  template: [] as Record<string, unknown>[],
  buildFromTemplate: (template: Record<string, unknown>[]) => template,
  setApplicationMenu(template: Record<string, unknown>[]): void {
    this.template = template
  },
}
export const nativeTheme = { shouldUseDarkColors: true }
export const shell = { opened: [] as string[], openPath: (path: string): Promise<string> => (shell.opened.push(path), Promise.resolve('')) }
