// Names inside a project folder.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '@shared/errors'

export const DATABASE_FILE = 'project.sqlite'
export const CROPS_FILE = 'crops.sqlite'

/**
 * A file that opens the project by a double click: Windows and Linux associate files with applications, not folders (macOS shows the whole folder as one
 * document). Only its place counts; without it nothing is lost.
 */
export const OPENER = {
  name: 'Open in AU Workbench.auproj',
  text: 'AU Workbench opens the project in whose folder this file lies.\n',
} as const

/** Folders of every project. `backups` holds what was there before a change of layout. */
export const FOLDERS = ['models', 'runs', 'exports', 'proxies', 'backups'] as const

/** Paths in a project. */
export interface ProjectPaths {
  database: string
  crops: string
  models: string
  runs: string
  exports: string
  proxies: string
  backups: string
}

export function projectPaths(root: string): ProjectPaths {
  return {
    database: join(root, DATABASE_FILE),
    crops: join(root, CROPS_FILE),
    models: join(root, 'models'),
    runs: join(root, 'runs'),
    exports: join(root, 'exports'),
    proxies: join(root, 'proxies'),
    backups: join(root, 'backups'),
  }
}

/** Outline of a video's sound: made anew when it is not there. */
export const peaksPath = (proxies: string, videoId: string): string => join(proxies, `${videoId}.peaks`)

/** Throws PROJECT_NOT_FOUND unless `root` is a folder with a project database. */
export function assertProjectFolder(root: string): void {
  const folder = statSync(root, { throwIfNoEntry: false })
  if (!folder) throw new AppError('PROJECT_NOT_FOUND', `There is no project at ${root}. Check the path, or create one there.`, { root })
  if (!folder.isDirectory())
    throw new AppError('PROJECT_NOT_FOUND', `${root} is a file. A project is a folder; give the path of the folder.`, { root })
  if (statSync(join(root, DATABASE_FILE), { throwIfNoEntry: false })?.isFile() !== true) {
    throw new AppError('PROJECT_NOT_FOUND', `The folder ${root} is not a project: it has no ${DATABASE_FILE}.`, { root })
  }
}

export function makeFolders(root: string): void {
  for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true })
}

/** Deletes what a process that died left half made. Only for the writer, before it makes anything. */
export function sweepLeftovers(root: string): void {
  for (const folder of ['models', 'proxies', 'backups']) {
    for (const name of readdirSync(join(root, folder))) {
      if (/\.part-[0-9a-z]{12}$/.test(name)) rmSync(join(root, folder, name), { recursive: true, force: true })
    }
  }
}
