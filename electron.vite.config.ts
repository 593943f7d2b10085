// One build for everything that runs: Electron's entry, the command line, the loopback host and the compute process (all Node), the preload and the renderer.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'
import { aliases } from './aliases.ts'

// scripts/build.mjs builds beside out/ and moves the finished files in.
const outFolder = process.env.AUW_OUT_DIR ?? 'out'

export default defineConfig({
  main: {
    resolve: { alias: aliases },
    build: {
      outDir: `${outFolder}/main`,
      sourcemap: true,
      // tfjs-core's ES build has no file extensions and registers its gradients in a side-effect module, so it is bundled; native packages stay outside.
      externalizeDeps: { exclude: ['@tensorflow/tfjs-core'] },
      rollupOptions: {
        input: {
          index: resolve('src/main/index.ts'),
          cli: resolve('src/cli/index.ts'),
          compute: resolve('src/compute/index.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: `${outFolder}/preload`,
      rollupOptions: { input: resolve('src/preload/index.ts'), output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: 'src/renderer',
    resolve: { alias: aliases },
    plugins: [react()],
    build: { outDir: resolve(outFolder, 'renderer'), sourcemap: true, rollupOptions: { input: resolve('src/renderer/index.html') } },
  },
})
