// Dialogs and dropped files. Paths come in from the system, tokens and last names go out to the page.
import { BrowserWindow, dialog, ipcMain, type FileFilter, type IpcMainInvokeEvent, type OpenDialogOptions } from 'electron'
import { basename } from 'node:path'
import type { Backend } from '@main/backend/index'
import { isTrustedSender } from './security'

/** A file or folder under its token; the page learns its last name only. */
export interface GrantedPath {
  token: string
  name: string
}

const VIDEO_FILES: FileFilter = {
  name: 'Videos',
  extensions: ['mp4', 'mov', 'm4v', 'avi', 'mkv', 'webm', 'mpg', 'mpeg', 'mts', 'm2ts', 'wmv', 'flv', '3gp', 'ogv'],
}
const MODEL_FILES: FileFilter = { name: 'Models', extensions: ['pth', 'pt', 'safetensors'] }
const ALL_FILES: FileFilter = { name: 'All files', extensions: ['*'] }

const FOLDER_DIALOGS: Record<string, OpenDialogOptions> = {
  'open-project': { title: 'Open project', properties: ['openDirectory', 'treatPackageAsDirectory'] },
  images: { title: 'Folder of images', properties: ['openDirectory'] },
  export: { title: 'Folder for the export', properties: ['openDirectory', 'createDirectory'] },
}
const FILE_DIALOGS: Record<string, OpenDialogOptions> = {
  video: { title: 'Add videos', properties: ['openFile', 'multiSelections'], filters: [VIDEO_FILES, ALL_FILES] },
  model: { title: 'Import model', properties: ['openFile'], filters: [MODEL_FILES, ALL_FILES] },
}

const SAVE_DIALOGS: Record<string, { title: string; name: string; extension: string }> = {
  backup: { title: 'Back up project', name: 'backup.sqlite', extension: '.sqlite' },
  'save-safetensors': { title: 'Export model', name: 'model.safetensors', extension: '.safetensors' },
  'save-onnx': { title: 'Export model', name: 'model.onnx', extension: '.onnx' },
}

/** Ends a path with an extension unless it has it. */
const withExtension = (path: string, extension: string): string => (path.toLowerCase().endsWith(extension) ? path : `${path}${extension}`)

/** Answers the preload's three requests for paths. */
export function answerPathRequests(backend: Pick<Backend, 'grantFile'>): void {
  const granted = (path: string): GrantedPath => ({ token: backend.grantFile(path), name: basename(path) })

  const ask = async (event: IpcMainInvokeEvent, options: OpenDialogOptions): Promise<string[]> => {
    const window = BrowserWindow.fromWebContents(event.sender)
    const answer = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
    return answer.canceled ? [] : answer.filePaths
  }
  const askWhereTo = async (event: IpcMainInvokeEvent, title: string, defaultPath: string, extension: string): Promise<string | null> => {
    const window = BrowserWindow.fromWebContents(event.sender)
    const options = { title, defaultPath, properties: ['createDirectory' as const, 'showOverwriteConfirmation' as const] }
    const answer = window ? await dialog.showSaveDialog(window, options) : await dialog.showSaveDialog(options)
    return answer.canceled || !answer.filePath ? null : withExtension(answer.filePath, extension)
  }

  ipcMain.handle('grant-files', (event, paths: unknown): string[] => {
    if (!isTrustedSender(event)) throw new Error('refused')
    if (!Array.isArray(paths)) return []
    // An empty path belongs to a file that exists only in memory, such as a picture dragged out of a page; its empty token keeps the order.
    return paths.map((path) => (typeof path === 'string' && path !== '' ? backend.grantFile(path) : ''))
  })

  ipcMain.handle('pick-folder', async (event, purpose: unknown): Promise<GrantedPath | null> => {
    if (!isTrustedSender(event)) throw new Error('refused')
    if (purpose === 'create-project') {
      const path = await askWhereTo(event, 'New project', 'My project.auproj', '.auproj')
      return path === null ? null : granted(path)
    }
    const options = FOLDER_DIALOGS[String(purpose)]
    const [path] = options ? await ask(event, options) : []
    return path === undefined ? null : granted(path)
  })

  ipcMain.handle('pick-files', async (event, purpose: unknown): Promise<GrantedPath[]> => {
    if (!isTrustedSender(event)) throw new Error('refused')
    const save = SAVE_DIALOGS[String(purpose)]
    if (save) {
      const path = await askWhereTo(event, save.title, save.name, save.extension)
      return path === null ? [] : [granted(path)]
    }
    const options = FILE_DIALOGS[String(purpose)]
    return options ? (await ask(event, options)).map(granted) : []
  })
}
