// A project as one file: a SQLite database with everything of project.sqlite, and the files of models and runs as blobs in a table beside.
// Left out is what can be made again (face crops, proxies, exports, and checkpoints of runs) and the videos, which a backup only refers to.
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '@shared/errors'
import { flushFile, renameDurably, temporaryBeside } from './atomicFile'
import { translateError } from './connection'
import { APPLICATION_ID } from './migrate'
import { SCHEMA_VERSION } from './migrations'
import { assertKnownVersion } from './openDatabase'
import { makeFolders, OPENER, projectPaths } from './projectFolder'

export interface BackupOptions {
  /** Replaces a file that is there already. Default false. */
  canReplace?: boolean
  /** Copies the weights of models too; without them their cards alone. Default true. */
  withWeights?: boolean
  /** Told how much of the database has been copied, 0-1. */
  onProgress?: (share: number) => void
}

/** Marks a backup (`AUWB`), so that it is not taken for a project's own database. */
const BACKUP_ID = 0x41555742
/** Bytes of a file per row: what is held in memory at once. */
const PART_BYTES = 8 * 1024 * 1024
/** Pages copied between two turns of the event loop. */
const PAGES_PER_TURN = 500

/** Copies an open project into `target`; edits may go on meanwhile. Throws FILE_EXISTS, DISK_FULL, FILE_UNREADABLE. Returns the size of the file. */
export async function writeBackup(
  database: Database.Database,
  root: string,
  target: string,
  options: BackupOptions,
): Promise<{ bytes: number }> {
  const file = resolve(target)
  if (existsSync(file) && options.canReplace !== true) {
    throw new AppError('FILE_EXISTS', `There is already a file at ${file}. Choose another name for the backup.`, { file })
  }
  const temporary = temporaryBeside(file)
  try {
    mkdirSync(dirname(file), { recursive: true })
    await database.backup(temporary, {
      progress: ({ totalPages, remainingPages }) => {
        options.onProgress?.(totalPages === 0 ? 0 : 1 - remainingPages / totalPages)
        return PAGES_PER_TURN
      },
    })
    const copy = new Database(temporary)
    try {
      copy.pragma('journal_mode = DELETE')
      copy.exec(
        'CREATE TABLE backup_file (path TEXT NOT NULL, part INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (path, part)) STRICT',
      )
      for (const path of filesToKeep(root, options.withWeights ?? true)) {
        storeFile(copy, root, path)
        await new Promise((turn) => setImmediate(turn))
      }
      copy.pragma(`application_id = ${BACKUP_ID}`)
    } finally {
      copy.close()
    }
    flushFile(temporary)
    renameDurably(temporary, file)
  } catch (error) {
    throw translateError(error, `The backup ${file}`)
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${temporary}${suffix}`, { force: true })
  }
  return { bytes: statSync(file).size }
}

/** Makes a project folder from a backup. Throws FILE_NOT_FOUND, PROJECT_CORRUPT for a file that is no backup, PROJECT_TOO_NEW, PROJECT_EXISTS, DISK_FULL. */
export function restoreBackup(file: string, root: string): void {
  const target = resolve(root)
  if (!existsSync(file)) throw new AppError('FILE_NOT_FOUND', `There is no file at ${file}.`, { file })
  if (existsSync(target))
    throw new AppError('PROJECT_EXISTS', `There is already something at ${target}. Choose another name for the restored project.`, {
      root: target,
    })
  const label = `The backup ${file}`
  assertBackup(file, label)
  const temporary = temporaryBeside(target)
  try {
    makeFolders(temporary)
    writeFileSync(join(temporary, OPENER.name), OPENER.text)
    const { database: path } = projectPaths(temporary)
    copyFileSync(file, path)
    const database = new Database(path)
    try {
      restoreFiles(database, temporary)
      database.exec('DROP TABLE backup_file')
      database.pragma(`application_id = ${APPLICATION_ID}`)
      database.exec('VACUUM')
    } finally {
      database.close()
    }
    flushFile(path)
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    throw translateError(error, label)
  }
}

function assertBackup(file: string, label: string): void {
  let database: Database.Database | undefined
  try {
    database = new Database(file, { readonly: true, fileMustExist: true })
    if (database.pragma('application_id', { simple: true }) !== BACKUP_ID)
      throw new AppError('PROJECT_CORRUPT', `${file} is not a backup of a project.`, { file })
    assertKnownVersion(database, label, SCHEMA_VERSION, BACKUP_ID)
  } catch (error) {
    throw translateError(error, label)
  } finally {
    database?.close()
  }
}

// Paths from the project folder, with `/`.
function filesToKeep(root: string, withWeights: boolean): string[] {
  const kept = ['models', 'runs'].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
          .filter((entry) => entry.isFile())
          .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      : [],
  )
  return kept.filter(
    (path) => !path.includes('.part-') && !/^runs\/.*checkpoints?\//.test(path) && (withWeights || !/\.(safetensors|onnx)$/.test(path)),
  )
}

function storeFile(copy: Database.Database, root: string, path: string): void {
  const insert = copy.prepare('INSERT INTO backup_file (path, part, content) VALUES (?, ?, ?)')
  const buffer = Buffer.alloc(PART_BYTES)
  const source = openSync(join(root, path), 'r')
  try {
    for (let part = 0; ; part++) {
      const length = readSync(source, buffer, 0, PART_BYTES, null)
      if (length === 0 && part > 0) return
      insert.run(path, part, buffer.subarray(0, length))
      if (length === 0) return
    }
  } finally {
    closeSync(source)
  }
}

function restoreFiles(database: Database.Database, root: string): void {
  const paths = database.prepare<[], string>('SELECT DISTINCT path FROM backup_file ORDER BY path').pluck().all()
  const read = database.prepare<[string, number], Buffer>('SELECT content FROM backup_file WHERE path = ? AND part = ?').pluck()
  for (const path of paths) {
    // A backup may come from anywhere; nothing in it may be written outside the project.
    if (!/^(models|runs)\//.test(path) || path.split(/[/\\]/).includes('..'))
      throw new AppError('PROJECT_CORRUPT', `The backup names a file outside the project: ${path}.`)
    const target = join(root, path)
    mkdirSync(dirname(target), { recursive: true })
    const file = openSync(target, 'w')
    try {
      for (let part = 0, content = read.get(path, 0); content !== undefined; content = read.get(path, ++part)) writeSync(file, content)
    } finally {
      closeSync(file)
    }
  }
}
