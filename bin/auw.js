#!/usr/bin/env node
// auw: starts the command line in the Node that belongs to AU Workbench, building it first when it is missing or stale. Plain JavaScript for Node 20.
// Adds nothing to standard output, so that `--json` stays one document.
import { join } from 'node:path'
import { ensureBuilt } from '../scripts/build.mjs'
import { isPinnedNode, pinnedNode, root, run, say } from '../scripts/pinnedNode.mjs'

const node = pinnedNode()
if (node === null) {
  say('AU Workbench is not set up: its own Node is missing. Run `npm ci` in its folder and the command again.')
  process.exit(1)
}
if (!(await ensureBuilt())) process.exit(1)

const entry = join(root, 'out', 'main', 'cli.js')
const args = [...process.execArgv, entry, ...process.argv.slice(2)]
if (isPinnedNode()) {
  process.argv[1] = entry
  await import(new URL('../out/main/cli.js', import.meta.url).href)
} else {
  process.exitCode = await run(node, args)
}
