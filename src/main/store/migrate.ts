// Brings a project database from its layout to the present one, one step a transaction. Knows nothing of what the steps do.
import type Database from 'better-sqlite3'

/** One step of the layout. `version` is the `user_version` that it leads to; steps count from 1 without gaps. */
export interface Migration {
  version: number
  name: string
  apply: (database: Database.Database) => void
}

/** Marks the database as a project of this program (`AUWP`), so that any other SQLite file is refused. */
export const APPLICATION_ID = 0x41555750

/** Layout of an open database, 0 when it has none yet. */
export function readVersion(database: Database.Database): number {
  return Number(database.pragma('user_version', { simple: true }))
}

/**
 * Applies the steps that are missing. Each step commits or leaves no trace; a later step's failure keeps the earlier ones.
 * Foreign keys are off while a step rebuilds tables and are checked before it commits.
 */
export function migrate(database: Database.Database, migrations: readonly Migration[]): { from: number; to: number } {
  const from = readVersion(database)
  database.pragma('foreign_keys = OFF')
  try {
    for (const [index, migration] of migrations.entries()) {
      if (migration.version !== index + 1) throw new Error(`migration ${migration.name} is out of order`)
      if (migration.version <= from) continue
      const step = database.transaction(() => {
        migration.apply(database)
        const broken = database.pragma('foreign_key_check') as unknown[]
        if (broken.length > 0) throw new Error(`migration ${migration.name} left ${broken.length} rows without what they refer to`)
        database.pragma(`application_id = ${APPLICATION_ID}`)
        database.pragma(`user_version = ${migration.version}`)
      })
      step.immediate()
    }
  } finally {
    database.pragma('foreign_keys = ON')
  }
  return { from, to: readVersion(database) }
}
