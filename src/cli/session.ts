// Opens the backend and a project for one command, and closes both whatever happens.
import { createRouterClient } from '@orpc/server'
import { createBackend, type Backend } from '@main/backend/index'
import { nodePorts } from '@main/backend/ports'
import type { ProjectInfo } from '@shared/project'
import packageFacts from '../../package.json' with { type: 'json' }
import { createOutput, type Output } from './output'

/** Plain calls of the contract. */
export type Client = ReturnType<typeof clientOf>

function clientOf(backend: Backend) {
  return createRouterClient(backend.router, { context: {} })
}

export interface Session {
  backend: Backend
  client: Client
  output: Output
}

export interface GlobalFlags {
  json?: boolean
  verbose?: boolean
}

/** Runs `body` with a backend. Logs go to standard error with --verbose. */
export async function withBackend<T>(
  flags: GlobalFlags,
  body: (session: Session) => Promise<T>,
  host: 'cli' | 'loopback' = 'cli',
): Promise<T> {
  const output = createOutput(flags.json === true)
  const backend = await createBackend(nodePorts(host, packageFacts.version, (line) => flags.verbose && output.note(line)))
  try {
    return await body({ backend, client: clientOf(backend), output })
  } finally {
    output.progress(null)
    await backend.close()
  }
}

type ProjectBody<T> = (session: Session & { info: ProjectInfo; project: string }) => Promise<T>

/** Runs `body` with a project opened for changes; where another process writes to it, changing it is refused when it is tried. */
export function withProject<T>(directory: string, flags: GlobalFlags, body: ProjectBody<T>, isReadOnly = false): Promise<T> {
  return withBackend(flags, async (session) => {
    const info = await session.client.project.open({ directory, isReadOnly })
    return body({ ...session, info, project: info.id })
  })
}

/** As withProject for what only looks: works while another process writes, and keeps nobody from writing. */
export function readProject<T>(directory: string, flags: GlobalFlags, body: ProjectBody<T>): Promise<T> {
  return withProject(directory, flags, body, true)
}
