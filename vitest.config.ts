// Every suite that runs in Node, the browser journeys included (they drive Chromium through Playwright against the loopback host).
import { defineConfig } from 'vitest/config'
import { aliases } from './aliases.ts'

export default defineConfig({
  resolve: { alias: aliases },
  test: {
    testTimeout: 120_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 2,
    // tfjs-core registers its gradients in a side-effect module that plain Node cannot resolve (no file extensions), so it is transformed.
    server: { deps: { inline: [/tfjs-core/] } },
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { extends: true, test: { name: 'ml', include: ['test/ml/**/*.test.ts'] } },
      { extends: true, test: { name: 'integration', include: ['test/integration/**/*.test.ts'], globalSetup: ['test/globalSetup.ts'] } },
      // Beside each other and beside the other suites: a browser test mostly waits, and each has a host, a project and a browser of its own.
      { extends: true, test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], globalSetup: ['test/globalSetup.ts'] } },
    ],
  },
})
