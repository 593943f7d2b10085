// Checks style and rules: ESLint, Prettier, who may import whom (dependency-cruiser), and code that nobody uses (knip).
import { join } from 'node:path'
import { enterPinnedNode, isStarted, root, runPinned, say } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'

const cache = join('node_modules', '.cache')
const tools = {
  // Not cached: rules that use types depend on other files than the one they look at.
  eslint: ['eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  prettier: [
    'prettier/bin/prettier.cjs',
    '--check',
    '--log-level',
    'warn',
    '--cache',
    '--cache-location',
    join(cache, 'prettier', 'cache.json'),
    '.',
  ],
  imports: ['dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.cjs'],
  unused: ['knip/bin/knip.js', '--no-progress'],
}

/**
 * Runs the tools, two at a time: ESLint alone takes as long as the others together.
 * @returns {Promise<string[]>} the tools that found something
 */
export async function checkLint(names = Object.keys(tools)) {
  const waiting = [...names]
  const wrong = []
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const [script, ...args] = tools[name]
      if ((await runPinned([join(root, 'node_modules', script), ...args], { stdio: ['ignore', 1, 2] })) !== 0) wrong.push(name)
    }
  }
  await Promise.all([worker(), worker()])
  return names.filter((name) => wrong.includes(name))
}

if (isStarted(import.meta.url)) {
  if (!(await ensureInstalled())) process.exit(1)
  await enterPinnedNode()
  const wished = process.argv.slice(2).filter((name) => name in tools)
  const wrong = await checkLint(wished.length > 0 ? wished : undefined)
  say(wrong.length === 0 ? 'Style and rules are right.' : `Something is wrong by ${wrong.join(', ')}.`)
  process.exit(wrong.length === 0 ? 0 : 1)
}
