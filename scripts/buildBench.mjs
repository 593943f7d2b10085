// Builds files of bench/ as the product is built, into out/bench; used by bench.mjs and benchUi.mjs.
import { join } from 'node:path'
import { root } from './pinnedNode.mjs'

export const benchFolder = join(root, 'bench')
export const builtBenchFolder = join(root, 'out', 'bench')

/** @param names of files under bench/, without `.ts` */
export async function buildBenchmarks(names) {
  const { build } = await import('vite')
  const { aliases } = await import('../aliases.ts')
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    resolve: { alias: aliases },
    // The same as in electron.vite.config.ts: tfjs-core's ES build cannot be loaded by plain Node.
    ssr: { noExternal: [/^@tensorflow\/tfjs-core/] },
    build: {
      ssr: true,
      target: 'node24',
      outDir: builtBenchFolder,
      emptyOutDir: true,
      minify: false,
      rollupOptions: {
        input: Object.fromEntries(names.map((name) => [name, join(benchFolder, `${name}.ts`)])),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  })
}
