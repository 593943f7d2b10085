// `npm run bench`: builds the product and the files of bench/, runs each in a process of its own and prints what it measured.
// Each file exports `run(): Promise<{ name, lines }>`. Words choose files: `npm run bench -- prediction`. Built as the product is, so the figures are the product's.
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { benchFolder, buildBenchmarks, builtBenchFolder } from './buildBench.mjs'
import { enterPinnedNode, root, runPinned, say } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'

/** Names of the benchmarks, without `.ts`. */
function benchmarkNames(wished) {
  const names = readdirSync(benchFolder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => basename(name, '.ts'))
    .sort()
  return wished.length === 0 ? names : names.filter((name) => wished.some((word) => name.includes(word)))
}

if (!(await ensureInstalled())) process.exit(1)
await enterPinnedNode()
if (!(await ensureBuilt())) process.exit(1)
const names = existsSync(benchFolder) ? benchmarkNames(process.argv.slice(2)) : []
if (names.length === 0) {
  say('No benchmark has such a name.')
  process.exit(2)
}
await buildBenchmarks(names)
const failed = []
for (const name of names) {
  const code = await runPinned([join(root, 'scripts', 'benchOne.mjs'), join(builtBenchFolder, `${name}.js`)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (code !== 0) failed.push(name)
}
if (failed.length > 0) say(`These benchmarks failed: ${failed.join(', ')}.`)
process.exit(failed.length === 0 ? 0 : 1)
