// Runs a part of the store in a process of its own, for what only another process can show: locks, sudden death, missing permissions.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const HOOKS = fileURLToPath(new URL('./childHooks.mjs', import.meta.url))
const ROLES = fileURLToPath(new URL('./childRoles.ts', import.meta.url))

export interface Child {
  process: ChildProcessWithoutNullStreams
  /** Resolves with the next line that the child prints. */
  line: () => Promise<string>
  /** Resolves when the process is gone. */
  gone: Promise<unknown>
}

/** Starts one role of childRoles.ts. `uid` runs it as another user, `heapMegabytes` lets it have no more than that for lasting objects. */
export function startChild(role: string, args: readonly string[], options: { uid?: number; heapMegabytes?: number } = {}): Child {
  const limit = options.heapMegabytes === undefined ? [] : [`--max-old-space-size=${options.heapMegabytes}`]
  const flags = [...limit, '--experimental-transform-types', '--no-warnings', '--import', HOOKS, ROLES]
  const child = spawn(process.execPath, [...flags, role, ...args], options.uid === undefined ? {} : { uid: options.uid, gid: options.uid })
  child.stderr.pipe(process.stderr)
  const lines: string[] = []
  const waiting: ((line: string) => void)[] = []
  let rest = ''
  child.stdout.on('data', (data: Buffer) => {
    const parts = (rest + data.toString()).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const waiter = waiting.shift()
      if (waiter) waiter(part)
      else lines.push(part)
    }
  })
  const gone = once(child, 'exit')
  const line = (): Promise<string> => {
    const ready = lines.shift()
    if (ready !== undefined) return Promise.resolve(ready)
    return Promise.race([
      new Promise<string>((resolve) => waiting.push(resolve)),
      gone.then(([code, signal]) => {
        throw new Error(`the child ended (${code ?? signal}) without saying more`)
      }),
    ])
  }
  return { process: child, line, gone }
}
