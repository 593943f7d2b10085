// The one writer of a project. The lock is the operating system's, taken by SQLite on a database of its own, so it vanishes with the process that held it.
// The file is only ever opened through SQLite: closing any other handle to it would drop this process's lock on POSIX systems.
import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { sqliteCode } from './connection'

/** Who holds the lock, as far as is known. */
export interface LockHolder {
  pid: number
  host: string
  since: string
}

export type LockAttempt =
  | { outcome: 'held'; release: () => void }
  | { outcome: 'taken'; holder: LockHolder | null }
  /** The folder cannot be written at all. */
  | { outcome: 'read-only' }

// A connection that nobody refers to is closed by the garbage collector, and the lock with it.
const heldLocks = new Set<Database.Database>()

const holderSchema = z.object({ pid: z.number().int(), host: z.string(), since: z.string() })

/** Tries to become the writer of the project in `root`, without waiting. */
export function takeWriterLock(root: string, now: Date): LockAttempt {
  let database: Database.Database | undefined
  try {
    database = new Database(join(root, 'writer.lock'), { timeout: 0 })
    // No journal file: the transaction that holds the lock never commits.
    database.pragma('journal_mode = MEMORY')
    database.exec('BEGIN IMMEDIATE')
    // Where the file cannot be written the transaction is a reader's without saying so; this change, kept in memory, fails there.
    database.pragma('user_version = 1')
    writeHolder(root, now)
  } catch (error) {
    database?.close()
    const code = sqliteCode(error) ?? ''
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return { outcome: 'taken', holder: readHolder(root) }
    if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) return { outcome: 'read-only' }
    throw error
  }
  const lock = database
  heldLocks.add(lock)
  const release = (): void => {
    heldLocks.delete(lock)
    lock.close()
  }
  return { outcome: 'held', release }
}

/** The process recorded as writer; it may have ended since. */
export function readHolder(root: string): LockHolder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(join(root, 'writer.json'), 'utf8')))
  } catch {
    return null
  }
}

/**
 * Whether the process recorded as writer has ended, as far as can be seen without touching the lock: true only for one of this computer. For who only looks.
 */
export function isHolderGone(root: string): boolean {
  const holder = readHolder(root)
  if (holder === null || holder.host !== hostname()) return false
  try {
    process.kill(holder.pid, 0)
    return false
  } catch (error) {
    // one of another user may not be asked, but is there
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

// Written in place: it is a note for messages, a torn one reads as unknown, and a full disk must not keep anybody from working.
function writeHolder(root: string, now: Date): void {
  try {
    writeFileSync(
      join(root, 'writer.json'),
      JSON.stringify({ pid: process.pid, host: hostname(), since: now.toISOString() } satisfies LockHolder),
    )
  } catch {
    return
  }
}
