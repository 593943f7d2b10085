// Where a video's file is: a project and its recordings may move together, or apart.
import { statSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'

/** Both ways in which a path is kept. */
export interface StoredPath {
  absolute: string
  /** From the project folder, with `/`; null when the file is on another drive. */
  relative: string | null
}

/** The two forms of `file` for a project in `root`. */
export function storedPath(root: string, file: string): StoredPath {
  const absolute = resolve(file)
  const fromRoot = relative(root, absolute)
  return { absolute, relative: fromRoot === '' || isAbsolute(fromRoot) ? null : fromRoot.split(sep).join('/') }
}

/**
 * The file of a video, or null when it is missing. The relative path wins, so that a copied project uses the recordings copied with it.
 * A file of another size is not the recording and counts as missing; content is only compared when relocating.
 */
export function findVideoFile(root: string, stored: StoredPath, bytes: number): string | null {
  const candidates = stored.relative === null ? [stored.absolute] : [resolve(root, stored.relative), stored.absolute]
  return candidates.find((path) => hasSize(path, bytes)) ?? null
}

function hasSize(path: string, bytes: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && stats.isFile() && stats.size === bytes
}
