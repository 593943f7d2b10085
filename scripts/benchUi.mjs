// `npm run bench:ui`: measures the coding screen in a real browser against the real loopback host, and prints each figure beside its limit.
// Ends with 1 where a limit is broken, with 3 where there is no Chromium to measure in. Words choose parts: `npm run bench:ui -- timeline`.
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { buildBenchmarks, builtBenchFolder } from './buildBench.mjs'
import { enterPinnedNode, runPinned } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'

if (!(await ensureInstalled())) process.exit(1)
await enterPinnedNode()
if (!(await ensureBuilt())) process.exit(1)
await buildBenchmarks(['ui/main'])
process.exit(await runPinned([join(builtBenchFolder, 'ui/main.js'), ...process.argv.slice(2)], { stdio: ['ignore', 'inherit', 'inherit'] }))
