// Opens project.sqlite for reading or writing, wherever it lies, and says no to what is not a whole project of a known version.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '@shared/errors'
import { renameDurably, temporaryBeside } from './atomicFile'
import { sqliteCode } from './connection'
import { APPLICATION_ID, migrate, type Migration, readVersion } from './migrate'
import { BLOB_TABLES, TABLES } from './migrations'

/** Milliseconds to wait for another connection, as during a checkpoint. */
const BUSY_TIMEOUT = 5000

export interface OpenDatabase {
  database: Database.Database
  /** False where the medium cannot be written, whoever holds the lock. */
  canBecomeWritable: boolean
  close: () => void
}

/** Codes of SQLite where the files beside a log cannot be made: a medium or folder that cannot be written, or a disk without any room. */
const NEEDS_A_COPY = /^SQLITE_(CANTOPEN|READONLY|FULL|IOERR_SHM)/

/**
 * Opens the database for reading, beside a process that may be writing. A project that was closed properly is one file and is read anywhere. One that was not
 * has a write-ahead log, which needs further files in the folder; on a medium where they cannot be made, a copy is read instead.
 */
export function openForReading(file: string): OpenDatabase {
  const plain = new Database(file, { fileMustExist: true, timeout: BUSY_TIMEOUT })
  try {
    plain.pragma('query_only = ON')
    plain.prepare('SELECT count(*) FROM sqlite_schema').get()
    return { database: plain, canBecomeWritable: true, close: () => plain.close() }
  } catch (error) {
    plain.close()
    const code = sqliteCode(error) ?? ''
    if (!NEEDS_A_COPY.test(code)) throw error
  }
  return openCopy(file)
}

function openCopy(file: string): OpenDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'auproj-'))
  const removeCopy = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const copy = join(folder, 'project.sqlite')
    copyFileSync(file, copy)
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`)
    const database = new Database(copy, { fileMustExist: true })
    database.pragma('query_only = ON')
    return {
      database,
      canBecomeWritable: false,
      close: () => {
        database.close()
        removeCopy()
      },
    }
  } catch (error) {
    removeCopy()
    throw error
  }
}

/**
 * Makes a connection that was opened for reading the writer's.
 * `synchronous = FULL`: a killed process loses no commit under NORMAL either, but after a power cut NORMAL may take back the last edits, and a coder who saw an
 * edit saved must find it again. Commits are rare (one per edit or 256 frames), so the flush costs nothing that is felt.
 * `secure_delete`: what is deleted is overwritten, because recordings and codes of people who withdraw must not linger in free pages.
 */
export function allowWriting(database: Database.Database): void {
  database.pragma('query_only = OFF')
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('secure_delete = ON')
  database.pragma('foreign_keys = ON')
  // Large transactions leave a large log behind; it is cut back to this once it has been merged.
  database.pragma('journal_size_limit = 67108864')
}

/** Merges the write-ahead log and does without it, so that what stays behind is one file. Left as it is while anybody else has it open. */
export function leaveOneFile(database: Database.Database): void {
  try {
    database.pragma('busy_timeout = 0')
    database.pragma('journal_mode = DELETE')
  } catch (error) {
    if (sqliteCode(error) === null) throw error
  }
}

/** Refuses anything that is not a project (PROJECT_CORRUPT) or one of a newer version (PROJECT_TOO_NEW). Returns the version. */
export function assertKnownVersion(database: Database.Database, label: string, newest: number, applicationId = APPLICATION_ID): number {
  const version = readVersion(database)
  if (database.pragma('application_id', { simple: true }) !== applicationId || version === 0) {
    throw new AppError('PROJECT_CORRUPT', `${label} is damaged: its database is not one of this program. Restore it from a backup.`)
  }
  if (version > newest) {
    throw new AppError(
      'PROJECT_TOO_NEW',
      `${label} was made by a newer version of this program. Install that version or a newer one to open it.`,
      { version, newest },
    )
  }
  return version
}

/** Brings an older project up to date, after copying it to `backups/`. Only for the writer. */
export function bringUpToDate(database: Database.Database, backups: string, migrations: readonly Migration[]): void {
  const version = readVersion(database)
  if (version >= migrations.length) return
  const backup = join(backups, `before-version-${migrations.length}-was-${version}.sqlite`)
  const temporary = temporaryBeside(backup)
  try {
    database.prepare('VACUUM INTO ?').run(temporary)
    renameDurably(temporary, backup)
  } finally {
    rmSync(temporary, { force: true })
  }
  migrate(database, migrations)
}

/**
 * Throws PROJECT_CORRUPT when a table is missing or the pages of the small tables are damaged. The tables of large arrays are only read when they are used, so
 * that a project of a million frames opens at once; {@link findDamage} checks those too.
 */
export function assertWhole(database: Database.Database, label: string): void {
  const damage = findDamage(database, { withArrays: false })
  if (damage.length > 0) {
    throw new AppError(
      'PROJECT_CORRUPT',
      `${label} is damaged (${damage[0]}). Restore it from a backup, and keep the damaged folder until that has worked.`,
      { damage },
    )
  }
}

/** What is wrong with a database, in SQLite's words; empty when nothing is. */
export function findDamage(database: Database.Database, options: { withArrays: boolean }): string[] {
  const present = new Set(database.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all())
  const missing = TABLES.filter((table) => !present.has(table))
  if (missing.length > 0) return [`the table ${missing.join(', ')} is missing`]
  return TABLES.filter((table) => options.withArrays || !BLOB_TABLES.has(table)).flatMap((table) =>
    (database.pragma(`quick_check('${table}')`) as { quick_check: string }[])
      .map((row) => row.quick_check)
      .filter((finding) => finding !== 'ok'),
  )
}
