// One SQLite connection as the repositories use it: statements kept by their text, SQLite's errors turned into sentences, writing refused without the lock.
import Database from 'better-sqlite3'
import { AppError, type ErrorCode } from '@shared/errors'

/** What may be bound to a statement. Booleans are stored as 0 and 1. */
export type Value = string | number | bigint | boolean | Buffer | null

/** Throws when this process may not write. */
export type WriteGuard = () => void

export class Connection {
  private readonly statements = new Map<string, Database.Statement>()

  constructor(
    readonly database: Database.Database,
    /** What the database is called in messages. */
    private readonly label: string,
    private readonly assertWritable: WriteGuard,
  ) {}

  /** All rows of a query. */
  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.guarded(() => this.prepare(sql).all(...values.map(bindable)) as Row[])
  }

  /** The first row of a query. */
  get<Row>(sql: string, ...values: Value[]): Row | undefined {
    return this.guarded(() => this.prepare(sql).get(...values.map(bindable)) as Row | undefined)
  }

  /** Runs a change and returns how many rows it touched. Throws PROJECT_LOCKED or PROJECT_READ_ONLY where this process may not write. */
  run(sql: string, ...values: Value[]): number {
    this.assertWritable()
    return this.guarded(() => this.prepare(sql).run(...values.map(bindable)).changes)
  }

  /** Runs `work` so that all of its changes are kept or none; calls inside one another join the outer one. `work` must not be asynchronous. */
  transaction<T>(work: () => T): T {
    this.assertWritable()
    return this.guarded(() => this.database.transaction(work).immediate())
  }

  /** Runs reads of `work` against one state of the database, whatever another process commits meanwhile. */
  snapshot<T>(work: () => T): T {
    return this.guarded(() => this.database.transaction(work).deferred())
  }

  /** Empties the write-ahead log into the database and shortens it to nothing; false when a reader was in the way. */
  checkpoint(): boolean {
    const [row] = this.guarded(() => this.database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[])
    return row?.busy === 0
  }

  /** Rewrites the file from what it still holds, so that nothing deleted remains in it. */
  vacuum(): void {
    this.assertWritable()
    this.guarded(() => this.database.exec('VACUUM'))
  }

  close(): void {
    this.statements.clear()
    this.database.close()
  }

  private prepare(sql: string): Database.Statement {
    let statement = this.statements.get(sql)
    if (!statement) {
      statement = this.database.prepare(sql)
      this.statements.set(sql, statement)
    }
    return statement
  }

  private guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw translateError(error, this.label)
    }
  }
}

const bindable = (value: Value): string | number | bigint | Buffer | null => (typeof value === 'boolean' ? Number(value) : value)

/** SQLite's result code of an error, such as `SQLITE_BUSY`, or null for any other error. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Database.SqliteError ? error.code : null
}

/** Turns an error of SQLite or of the file system into one that a person can act on; everything else passes through. `label` names what was worked on. */
export function translateError(error: unknown, label: string): unknown {
  const code = sqliteCode(error) ?? errno(error)
  const found = code === null ? undefined : SENTENCES.find((each) => each.codes.some((prefix) => code.startsWith(prefix)))
  return found ? new AppError(found.as, `${label} ${found.sentence}`, { code }, { cause: error }) : error
}

const errno = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && !(error instanceof AppError) ? error.code : null

const SENTENCES: readonly { codes: readonly string[]; as: ErrorCode; sentence: string }[] = [
  {
    codes: ['SQLITE_CORRUPT', 'SQLITE_NOTADB'],
    as: 'PROJECT_CORRUPT',
    sentence: 'is damaged. Restore it from a backup, and keep the damaged folder until that has worked.',
  },
  {
    // the index of the log is the first file for which there is no room
    codes: ['SQLITE_FULL', 'SQLITE_IOERR_SHM', 'ENOSPC', 'EDQUOT'],
    as: 'DISK_FULL',
    sentence: 'has no room left on its disk. Free some space and try again; nothing was changed.',
  },
  {
    codes: ['SQLITE_BUSY', 'SQLITE_LOCKED'],
    as: 'PROJECT_LOCKED',
    sentence: 'is being changed by another program. Wait until that has finished and try again.',
  },
  {
    codes: ['SQLITE_READONLY', 'EROFS'],
    as: 'PROJECT_READ_ONLY',
    sentence: 'cannot be written where it is. Copy it to a folder where you may write.',
  },
  {
    codes: ['SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_PERM', 'EACCES', 'EPERM', 'EIO'],
    as: 'FILE_UNREADABLE',
    sentence: 'cannot be read or written. Check the disk and the permissions of its folder.',
  },
]
