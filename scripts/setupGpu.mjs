// `npm run setup:gpu`: fetches what training and prediction on an NVIDIA GPU need and ordinary installation leaves out: TensorFlow's CUDA library with
// its binding, and onnxruntime's CUDA provider. The only command that downloads from outside the npm registry (storage.googleapis.com, api.nuget.org).
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { enterPinnedNode, pinnedNode, root, runPinned, say } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'

const tensorflow = join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu')
const onnx = join(root, 'node_modules', 'onnxruntime-node')

const hasBinding = () =>
  existsSync(join(tensorflow, 'lib')) &&
  readdirSync(join(tensorflow, 'lib'), { recursive: true }).some((name) => String(name).endsWith('tfjs_binding.node'))

/** Whether a module loads in the pinned Node; the reason where it does not. */
function loadFailure(name) {
  const { status, stderr } = spawnSync(pinnedNode(), ['-e', `require(${JSON.stringify(name)})`], {
    cwd: root,
    encoding: 'utf8',
    timeout: 120_000,
  })
  if (status === 0) return null
  return (stderr ?? '').split('\n').find((line) => /Error/.test(line)) ?? `it ended with ${status}`
}

async function setUpTensorflow() {
  if (!['linux', 'win32'].includes(process.platform) || process.arch !== 'x64')
    return 'TensorFlow for GPUs exists only for Linux and Windows on x64.'
  if (!existsSync(tensorflow)) return 'the package @tensorflow/tfjs-node-gpu is not installed; run `npm ci --include=optional` first.'
  if (!hasBinding()) {
    say('Fetching TensorFlow with CUDA (about 400 MB) ...')
    const code = await runPinned(['scripts/install.js', 'gpu', 'download'], { cwd: tensorflow })
    if (code !== 0 || !hasBinding())
      return `its install script ended with ${code}; see its words above. storage.googleapis.com must be reachable.`
  }
  const failure = loadFailure('@tensorflow/tfjs-node-gpu')
  return failure === null ? null : `it is installed but does not load: ${failure}`
}

async function setUpOnnx() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'onnxruntime needs nothing more here: CUDA is only for Linux on x64, other systems use DirectML, CoreML or WebGPU.'
  const provider = join(onnx, 'bin', 'napi-v6', 'linux', 'x64', 'libonnxruntime_providers_cuda.so')
  if (existsSync(provider)) return null
  say("Fetching onnxruntime's CUDA provider (about 250 MB) ...")
  // .npmrc says `skip` for ordinary installation; the script reads this variable first.
  const code = await runPinned(['script/install.js'], { cwd: onnx, env: { ONNXRUNTIME_NODE_INSTALL: 'cuda12' } })
  return code === 0 && existsSync(provider)
    ? null
    : `its install script ended with ${code}; see its words above. api.nuget.org must be reachable.`
}

if (!(await ensureInstalled())) process.exit(1)
await enterPinnedNode()
const isForced = process.argv.includes('--force')
const hasNvidia = spawnSync('nvidia-smi', ['-L'], { stdio: 'ignore' }).status === 0
if (!hasNvidia && !isForced) {
  say('No NVIDIA GPU was found (nvidia-smi does not answer), so nothing was fetched. Install its driver first, or add `-- --force`.')
  process.exit(1)
}
const results = { TensorFlow: await setUpTensorflow(), onnxruntime: await setUpOnnx() }
for (const [name, reason] of Object.entries(results)) say(`${name}: ${reason === null ? 'ready' : reason}`)
say('`npx auw devices --check` shows which devices work and how fast.')
process.exit(Object.values(results).every((reason) => reason === null) ? 0 : 1)
