// What a project holds, to compare before and after: every row of the database but the job log, and every file beside it.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import Database from 'better-sqlite3'

/** Written by whoever opens a project, whatever they do there; `exports` and `proxies` are empty folders here. */
const PASSING = /^(project\.sqlite(-wal|-shm)?|crops\.sqlite(-wal|-shm)?|writer\.(lock|json))$/

/** Rows by table and hashes by file. A refused import leaves its line in the job log, which is no content. */
export function projectState(project: string): { tables: Record<string, string[]>; files: Record<string, string> } {
  const database = new Database(join(project, 'project.sqlite'), { readonly: true })
  try {
    const names = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .all() as {
      name: string
    }[]
    const tables = Object.fromEntries(
      names
        .filter(({ name }) => name !== 'job')
        .map(({ name }) => [name, database.prepare(`SELECT * FROM "${name}"`).raw().all().map(rowText).sort()]),
    )
    return { tables, files: fileHashes(project) }
  } finally {
    database.close()
  }
}

const rowText = (row: unknown): string => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

function fileHashes(project: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const entry of readdirSync(project, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(project, path)
    if (entry.isFile() && !PASSING.test(name)) found[name] = createHash('sha256').update(readFileSync(path)).digest('hex')
  }
  return found
}
