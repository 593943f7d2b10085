// Starting the whole shell against the stand-in for Electron, with a backend of two procedures behind it: what tests of the shell share.
import { eventIterator, oc, type } from '@orpc/contract'
import { implement } from '@orpc/server'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import { afterEach, beforeEach, vi } from 'vitest'
import type { Backend } from '@main/backend/index'
import type { BackendPorts } from '@main/backend/ports'
import type * as StandIn from './electronStandIn'

// A contract with the two shapes that the transport must carry, a call and a stream, under the names the shell itself calls.
const contract = {
  project: { open: oc.input(type<{ directory: string }>()).output(type<{ id: string }>()) },
  job: { watch: oc.output(eventIterator(type<number>())) },
}

export interface Fixture {
  electron: typeof StandIn
  ports: BackendPorts
  opened: string[]
  state: { isBusy: boolean; closes: number }
}

/** Folder of the present test, laid out as the application's. */
export let folder: string
const argv = process.argv
const home = process.env.AUW_SETTINGS

function makeBackend(fixture: Fixture): (ports: BackendPorts) => Promise<Backend> {
  const os = implement(contract)
  const router = os.router({
    project: {
      open: os.project.open.handler(({ input }) => {
        fixture.opened.push(input.directory)
        return { id: 'p1' }
      }),
    },
    job: {
      watch: os.job.watch.handler(async function* () {
        yield 1
        yield 2
      }),
    },
  })
  return (ports) => {
    fixture.ports = ports
    return Promise.resolve({
      ports,
      router,
      grantFile: (path: string) => `token:${path}`,
      handleData: (request: Request) =>
        Promise.resolve(
          new Response(`${new URL(request.url).pathname} ${request.headers.get('range')}`, { status: 206, headers: { 'x-aus': '1,2' } }),
        ),
      isBusy: () => fixture.state.isBusy,
      close: () => {
        fixture.state.closes += 1
        return Promise.resolve()
      },
    } as unknown as Backend)
  }
}

/** Starts the shell in a fresh copy of all modules; Electron's state is that of one process. */
export async function start(prepare: (electron: typeof StandIn) => void = () => undefined): Promise<Fixture> {
  vi.resetModules()
  vi.doMock('electron', () => import('./electronStandIn'))
  const electron = (await import('electron')) as unknown as typeof StandIn
  electron.app.appPath = folder
  electron.app.paths = { logs: join(folder, 'logs') }
  prepare(electron)
  const fixture = { electron, opened: [], state: { isBusy: false, closes: 0 } } as unknown as Fixture
  const { startShell } = await import('@main/shell/startShell')
  const started = startShell(makeBackend(fixture))
  electron.app.becomeReady()
  await started
  return fixture
}

export const windowOf = ({ electron }: Fixture): StandIn.BrowserWindow => {
  const window = electron.BrowserWindow.all[0]
  if (!window) throw new Error('there is no window')
  return window
}

/** Runs the real preload in the stand-in and returns what it exposes; window messages are collected. */
export async function loadPreload({
  electron,
}: Fixture): Promise<{ api: Record<string, (...args: unknown[]) => unknown>; messages: { data: unknown; ports: MessagePort[] }[] }> {
  const messages: { data: unknown; ports: MessagePort[] }[] = []
  vi.stubGlobal('window', { postMessage: (data: unknown, _origin: string, ports: MessagePort[]) => messages.push({ data, ports }) })
  await import('../../../../src/preload/index')
  return { api: electron.exposed.auw as Record<string, (...args: unknown[]) => unknown>, messages }
}

/** Gives every test of a file its own folder and settings, and takes them away. */
export function eachInOwnFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'auw-shell-'))
    mkdirSync(join(folder, 'out', 'renderer', 'assets'), { recursive: true })
    writeFileSync(join(folder, 'out', 'renderer', 'index.html'), '<!doctype html>')
    writeFileSync(join(folder, 'out', 'renderer', 'assets', 'a.js'), 'export {}')
    writeFileSync(join(folder, 'out', 'secret.txt'), 'secret')
    process.argv = ['electron', folder]
    process.env.AUW_SETTINGS = join(folder, 'settings')
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
    process.argv = argv
    if (home === undefined) delete process.env.AUW_SETTINGS
    else process.env.AUW_SETTINGS = home
    rmSync(folder, { recursive: true, force: true })
  })
}
