// The list of projects opened lately, in the settings folder. Losing it loses nothing else.
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'

const KEPT = 20
const listSchema = z.array(z.object({ path: z.string(), name: z.string(), openedAt: z.string() }))

export interface RecentEntry {
  path: string
  name: string
  openedAt: string
}

export class RecentProjects {
  private readonly file: string

  constructor(private readonly settingsDirectory: string) {
    this.file = join(settingsDirectory, 'recent.json')
  }

  /** Latest first; an unreadable list counts as empty. */
  list(): RecentEntry[] {
    try {
      return listSchema.parse(JSON.parse(readFileSync(this.file, 'utf8')))
    } catch {
      return []
    }
  }

  /** Puts a project on top. Failing to remember is no reason to fail opening. */
  async note(path: string, name: string): Promise<void> {
    const entries = [{ path, name, openedAt: new Date().toISOString() }, ...this.list().filter((entry) => entry.path !== path)].slice(
      0,
      KEPT,
    )
    const temporary = `${this.file}.${process.pid}.tmp`
    try {
      await mkdir(this.settingsDirectory, { recursive: true })
      await writeFile(temporary, JSON.stringify(entries, null, 2))
      await rename(temporary, this.file)
    } catch {
      // A home folder that cannot be written (kiosk accounts) still lets projects be opened.
    }
  }

  static describe(entry: RecentEntry): { folder: string; exists: boolean } {
    return { folder: basename(entry.path), exists: existsSync(entry.path) }
  }
}
