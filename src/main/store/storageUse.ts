// How many bytes a project takes, by what they hold.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { StorageUse } from '@shared/project'

/**
 * Sizes in bytes of files as they are now; a file that goes away meanwhile counts as nothing. The writer's lock and its holder's
 * process number are left out: they belong to whoever looks, so the same project would measure differently each time.
 */
export function measureStorage(root: string): StorageUse {
  const database = fileBytes(root, ['project.sqlite', 'project.sqlite-wal', 'project.sqlite-shm']) + folderBytes(join(root, 'backups'))
  const crops = fileBytes(root, ['crops.sqlite', 'crops.sqlite-wal', 'crops.sqlite-shm'])
  const models = folderBytes(join(root, 'models'))
  const runs = folderBytes(join(root, 'runs'))
  const proxies = folderBytes(join(root, 'proxies'))
  const videos = folderBytes(join(root, 'videos'))
  const exports = folderBytes(join(root, 'exports'))
  return { database, crops, models, runs, proxies, videos, exports, total: database + crops + models + runs + proxies + videos + exports }
}

function fileBytes(root: string, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (statSync(join(root, name), { throwIfNoEntry: false })?.size ?? 0), 0)
}

function folderBytes(folder: string): number {
  let entries
  try {
    entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  } catch {
    return 0
  }
  return entries.reduce((sum, entry) => sum + (entry.isFile() ? fileBytes(entry.parentPath, [entry.name]) : 0), 0)
}
