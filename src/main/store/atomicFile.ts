// Files that are there whole or not at all.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { randomId } from './ids'

/** A name beside `target` for a file or folder that is being made. */
export function temporaryBeside(target: string): string {
  return `${target}.part-${randomId()}`
}

/** Writes `content` to `target` by way of a file beside it. */
export function writeFileAtomically(target: string, content: string | Buffer): void {
  const temporary = temporaryBeside(target)
  try {
    writeFileSync(temporary, content, { flush: true })
    renameDurably(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Renames and makes the rename survive a power cut. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to)
  flushFolder(dirname(to))
}

/** Flushes a file's content to the disk. */
export function flushFile(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

// Windows has no handle on folders that could be flushed, and needs none.
function flushFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
