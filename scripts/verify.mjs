// `npm run verify -- DIR [--device cpu|webgpu|wasm|cuda]`: sets up what is missing, bundles the comparison and runs it in the pinned Node.
// What is compared is in src/runtime/verify; DIR is laid out like test/fixtures/reference.
import { join } from 'node:path'
import { cacheFolder, enterPinnedNode, isStarted, root, runPinned } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'

/** Inside the repository, so that the bundle finds the packages it leaves outside. */
const outFolder = join(cacheFolder, 'verify')

/** Bundles a TypeScript entry of src/ for Node, packages left outside except tfjs-core (its ES build has no file extensions). */
export async function bundle(entry, folder) {
  const { build } = await import('vite')
  const { aliases } = await import('../aliases.ts')
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    resolve: { alias: aliases },
    ssr: { noExternal: [/tfjs-core/], external: ['onnxruntime-node', 'onnx-proto', '@tensorflow/tfjs-backend-wasm', '@napi-rs/canvas'] },
    build: {
      ssr: join(root, entry),
      outDir: folder,
      emptyOutDir: true,
      target: 'node24',
      rollupOptions: { output: { format: 'es', entryFileNames: 'main.mjs' } },
    },
  })
  return join(folder, 'main.mjs')
}

if (isStarted(import.meta.url)) {
  if (!(await ensureInstalled())) process.exit(1)
  await enterPinnedNode()
  // A process of its own: a native fault of a driver then shows as a failed check, not as silence.
  process.exit(await runPinned([await bundle('src/runtime/verify/main.ts', outFolder), ...process.argv.slice(2)], { cwd: process.cwd() }))
}
