// `npm run demo`: sets up, builds, runs `auw demo` with the arguments given here (`-- my.mp4`), then opens the application on the demo project
// (`-- --no-open` leaves that out).
import { join, resolve } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { enterPinnedNode, root, runPinned } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'

if (!(await ensureInstalled())) process.exit(1)
await enterPinnedNode()
if (!(await ensureBuilt())) process.exit(1)
// npm runs scripts in the package's folder; names of files are meant from where the person stood.
const cwd = process.env.INIT_CWD ?? process.cwd()
const wishes = process.argv.slice(2)
const code = await runPinned([join(root, 'out', 'main', 'cli.js'), 'demo', ...wishes], { cwd })
if (code !== 0 || wishes.includes('--no-open') || wishes.includes('--json') || wishes.includes('--help')) process.exit(code)
const named = wishes.indexOf('--project')
const project = named >= 0 ? (wishes[named + 1] ?? '') : './demo.auproj'
process.exit(await runPinned([join(root, 'scripts', 'start.mjs'), resolve(cwd, project)], { cwd }))
