// A log on this computer for people to read and to attach to a question by hand. Nothing is ever sent.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

const LARGEST_BYTES = 2 << 20

/** Appends lines with their time; the file of before is kept once when it has grown large. */
export function createLog(directory: string, now: () => Date = () => new Date()): (line: string) => void {
  const file = join(directory, 'main.log')
  mkdirSync(directory, { recursive: true })
  return (line) => {
    try {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_BYTES) renameSync(file, `${file}.before`)
      appendFileSync(file, `${now().toISOString()} ${line}\n`)
    } catch {
      // A full disk must not end the application over a log line.
    }
  }
}
