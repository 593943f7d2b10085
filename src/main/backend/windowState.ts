// What windows remember of themselves (place, panel sizes, keys, coder), kept beside the settings: a browser forgets it whenever the host gets another port.
import { readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const fileSchema = z.object({ savedAt: z.string(), entries: z.record(z.string(), z.string()) })

/** The entries as they were when a window last changed them. */
export type WindowStateFile = z.infer<typeof fileSchema>

const fileIn = (directory: string): string => join(directory, 'window.json')

/** Null where nothing was kept; an unreadable file counts as nothing. */
export function readWindowState(directory: string): WindowStateFile | null {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(fileIn(directory), 'utf8')))
  } catch {
    return null
  }
}

let turn: Promise<void> = Promise.resolve()

/** Writes in order of asking. Failing to remember is no reason to fail: a home folder may not be writable. */
export function writeWindowState(directory: string, state: WindowStateFile): Promise<void> {
  turn = turn.then(async () => {
    const temporary = `${fileIn(directory)}.${process.pid}.tmp`
    try {
      await mkdir(directory, { recursive: true })
      await writeFile(temporary, JSON.stringify(state, null, 2))
      await rename(temporary, fileIn(directory))
    } catch {
      // kept by the window itself as long as its address lasts
    }
  })
  return turn
}
