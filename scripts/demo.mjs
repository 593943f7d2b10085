// `npm run demo`: sets up, builds, then runs `auw demo` with the arguments given here (`-- --no-open`, `-- my.mp4`).
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { enterPinnedNode, root, runPinned } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'

if (!(await ensureInstalled())) process.exit(1)
await enterPinnedNode()
if (!(await ensureBuilt())) process.exit(1)
// npm runs scripts in the package's folder; names of files are meant from where the person stood.
const cwd = process.env.INIT_CWD ?? process.cwd()
process.exit(await runPinned([join(root, 'out', 'main', 'cli.js'), 'demo', ...process.argv.slice(2)], { cwd }))
