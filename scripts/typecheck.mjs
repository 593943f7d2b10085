// Checks the types of every room with the room's own tsconfig.json, and of the tests. Arguments name rooms; without any, all are checked.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { enterPinnedNode, isStarted, root, runPinned, say } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'

/** Folders that have a tsconfig.json, relative to the root. */
export function typedFolders() {
  const rooms = readdirSync(join(root, 'src')).map((name) => `src/${name}`)
  return [...rooms, 'test', 'bench'].filter((folder) => existsSync(join(root, folder, 'tsconfig.json')))
}

/**
 * Runs the compiler over the folders, two at a time.
 * @returns {Promise<string[]>} the folders with errors
 */
export async function checkTypes(folders = typedFolders()) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const waiting = [...folders]
  const wrong = []
  const worker = async () => {
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      if ((await runPinned([compiler, '-p', folder, '--pretty', 'false'])) !== 0) wrong.push(folder)
    }
  }
  await Promise.all([worker(), worker()])
  return wrong.sort()
}

if (isStarted(import.meta.url)) {
  if (!(await ensureInstalled())) process.exit(1)
  await enterPinnedNode()
  const wished = process.argv.slice(2)
  const wrong = await checkTypes(
    wished.length > 0 ? wished.map((name) => (existsSync(join(root, 'src', name)) ? `src/${name}` : name)) : undefined,
  )
  say(wrong.length === 0 ? 'Types are right.' : `Types are wrong in ${wrong.join(', ')}.`)
  process.exit(wrong.length === 0 ? 0 : 1)
}
