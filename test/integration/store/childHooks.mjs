// Lets a plain Node process run the product's TypeScript: resolves the rooms' names and leaves out extensions as Vite does.
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const source = new URL('../../../src/', import.meta.url)

registerHooks({
  resolve(specifier, context, next) {
    const room = /^@(shared|main)\/(.*)$/.exec(specifier)
    const base = room ? new URL(`${room[1]}/${room[2]}`, source) : specifier.startsWith('.') ? new URL(specifier, context.parentURL) : null
    if (base === null || !base.href.startsWith(source.href)) return next(specifier, context)
    const path = fileURLToPath(base)
    const file = [`${path}.ts`, `${path}/index.ts`].find((candidate) => existsSync(candidate))
    return next(file === undefined ? specifier : pathToFileURL(file).href, context)
  },
})
