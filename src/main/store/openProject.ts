// Creates and opens project folders.
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '@shared/errors'
import { DEFAULT_AUS } from '@shared/facs'
import { STARTER_MODEL_ID } from '@shared/model'
import { flushFile, renameDurably, temporaryBeside } from './atomicFile'
import { translateError } from './connection'
import { type IdSource, randomId } from './ids'
import { migrate, type Migration, readVersion } from './migrate'
import { MIGRATIONS } from './migrations'
import { assertKnownVersion, assertWhole, bringUpToDate, openForReading } from './openDatabase'
import { assertProjectFolder, makeFolders, OPENER, projectPaths } from './projectFolder'
import { ProjectStore } from './projectStore'
import { ascendingAus, projectName } from './repositories/projectRow'
import { finishScrubbing } from './removal'

export interface OpenOptions {
  /**
   * `auto` writes where it can and reads otherwise, also on a full disk; `write` throws PROJECT_LOCKED or PROJECT_READ_ONLY where it cannot; `read` never takes the lock.
   * Default `auto`.
   */
  access?: 'auto' | 'write' | 'read'
  now?: () => Date
  newId?: IdSource
  /** For tests of changes of layout. */
  migrations?: readonly Migration[]
}

export interface CreateOptions extends OpenOptions {
  /** Default: the folder's name without `.auproj`. */
  name?: string
  /** Default: those of the starter model. */
  aus?: readonly number[]
}

/**
 * Creates a project and opens it for writing. The folder is made under another name and renamed when whole.
 * Throws PROJECT_EXISTS when something is at `root` that is not an empty folder, INPUT_INVALID for a bad name or AUs, DISK_FULL, FILE_UNREADABLE.
 */
export function createProject(root: string, options: CreateOptions = {}): ProjectStore {
  const target = resolve(root)
  const { now = () => new Date(), newId = randomId, migrations = MIGRATIONS } = options
  const name = projectName(options.name ?? basename(target).replace(/\.auproj$/i, ''))
  const aus = ascendingAus(options.aus ?? DEFAULT_AUS)
  assertFree(target)
  const temporary = temporaryBeside(target)
  try {
    mkdirSync(dirname(target), { recursive: true })
    makeFolders(temporary)
    writeFileSync(join(temporary, OPENER.name), OPENER.text)
    const { database: file } = projectPaths(temporary)
    const database = new Database(file)
    try {
      migrate(database, migrations)
      database
        .prepare('INSERT INTO project (row, id, name, aus_json, active_model_id, created_at) VALUES (1, ?, ?, ?, ?, ?)')
        .run(newId(), name, JSON.stringify(aus), STARTER_MODEL_ID, now().toISOString())
    } finally {
      database.close()
    }
    flushFile(file)
    // Windows does not rename over an empty folder.
    if (statSync(target, { throwIfNoEntry: false })) rmdirSync(target)
    renameDurably(temporary, target)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    // Somebody else made something there meanwhile.
    if (existsSync(target)) assertFree(target)
    throw translateError(error, `The folder ${dirname(target)}`)
  }
  return openProject(target, { ...options, access: 'write' })
}

function assertFree(target: string): void {
  const there = statSync(target, { throwIfNoEntry: false })
  if (!there) return
  if (!there.isDirectory())
    throw new AppError('PROJECT_EXISTS', `There is already a file at ${target}. Choose another name for the project.`, { root: target })
  const names = readdirSync(target)
  if (names.includes('project.sqlite'))
    throw new AppError('PROJECT_EXISTS', `There is already a project at ${target}. Open it, or choose another name.`, { root: target })
  if (names.length > 0)
    throw new AppError('PROJECT_EXISTS', `The folder ${target} is not empty. Choose another name for the project.`, { root: target })
}

/**
 * Opens a project. Throws PROJECT_NOT_FOUND, PROJECT_CORRUPT, PROJECT_TOO_NEW, FILE_UNREADABLE; with access `write` also PROJECT_LOCKED and PROJECT_READ_ONLY.
 * An older project is brought up to date by its writer, after a backup into its folder `backups/`.
 */
export function openProject(root: string, options: OpenOptions = {}): ProjectStore {
  const folder = resolve(root)
  const { access = 'auto', now = () => new Date(), newId = randomId, migrations = MIGRATIONS } = options
  assertProjectFolder(folder)
  const label = `The project ${basename(folder)}`
  const paths = projectPaths(folder)
  let store: ProjectStore | undefined
  let opened: ReturnType<typeof openForReading> | undefined
  try {
    opened = openForReading(paths.database)
    const { database } = opened
    const isCurrent = assertKnownVersion(database, label, migrations.length) === migrations.length
    // A damaged project is refused before the lock leaves its files in the folder.
    if (isCurrent) assertWhole(database, label)
    store = new ProjectStore(folder, opened, { now, newId }, migrations.length)
    const isWriter = access !== 'read' && store.takeLock()
    if (access === 'write' && !isWriter) throw store.refusal()
    if (isWriter) {
      bringUpToDate(database, paths.backups, migrations)
    } else if (readVersion(database) < migrations.length) {
      throw new AppError(
        'PROJECT_LOCKED',
        `${label} was made by an older version of this program and must be opened once for writing before it can be read.`,
      )
    }
    if (!isCurrent) assertWhole(database, label)
    if (isWriter) {
      store.jobs.interruptRunning()
      finishScrubbing(store)
    }
    return store
  } catch (error) {
    if (store) store.close()
    else opened?.close()
    const reason = translateError(error, label)
    // Looking must not need room.
    if (access === 'auto' && reason instanceof AppError && reason.code === 'DISK_FULL') {
      const reader = openProject(root, { ...options, access: 'read' })
      reader.noteFullDisk()
      return reader
    }
    throw reason
  }
}
