// `npm start`: sets up, builds and opens the application, in Electron where its binary is or can be had, otherwise in the loopback host.
// `--loopback` asks for the host, `--electron` tries the download again. Other arguments go to the application, such as a project's folder.
import { join } from 'node:path'
import { electronRefusal, findElectron, obtainElectron } from './electronBinary.mjs'
import { ensureBuilt } from './build.mjs'
import { enterPinnedNode, root, run, runPinned, say } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'

if (!(await ensureInstalled())) process.exit(1)
await enterPinnedNode()
if (!(await ensureBuilt())) process.exit(1)

// Folders are meant from where the person stood; npm runs scripts in the package's folder.
const cwd = process.env.INIT_CWD ?? process.cwd()
const own = new Set(['--loopback', '--electron'])
const wishes = process.argv.slice(2).filter((argument) => own.has(argument))
const rest = process.argv.slice(2).filter((argument) => !own.has(argument))

async function openElectron() {
  if (wishes.includes('--loopback')) return null
  const refusal = electronRefusal()
  if (refusal !== null) {
    say(refusal)
    return null
  }
  const binary = findElectron() ?? (await obtainElectron({ isForced: wishes.includes('--electron') }))
  if (binary === null) return null
  const startedAt = Date.now()
  const code = await run(binary, [root, ...rest], { cwd })
  // Chromium gives up at once where the system forbids its sandbox; the sandbox is not negotiable, so the host takes over.
  const hasNeverStarted = code !== 0 && code < 128 + 15 && Date.now() - startedAt < 5000
  if (!hasNeverStarted) return code
  say(`Electron could not start here (exit code ${code}).`)
  return null
}

const code = await openElectron()
if (code === null) say('The application opens in the browser:')
process.exit(code ?? (await runPinned([join(root, 'out', 'main', 'cli.js'), 'serve', ...rest], { cwd })))
