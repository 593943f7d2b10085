// The shell with the real backend: a page creates a project through its port, names files by token only, and reads data by URL.
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Contract } from '@shared/contract'
import * as electron from './electronStandIn'

vi.mock('electron', () => import('./electronStandIn'))

let folder: string
let port: MessagePort
let client: ContractRouterClient<Contract>
let api: Record<string, (...args: unknown[]) => Promise<unknown>>
const { argv } = process

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'auw-shell-'))
  vi.stubEnv('AUW_SETTINGS', join(folder, 'settings'))
  process.argv = ['electron', process.cwd()]
  electron.app.paths = { logs: join(folder, 'logs') }
  const { createBackend } = await import('@main/backend/index')
  const { startShell } = await import('@main/shell/startShell')
  const started = startShell(createBackend)
  electron.app.becomeReady()
  await started
  const arrived = new Promise<MessagePort>((resolve) => {
    vi.stubGlobal('window', { postMessage: (_data: unknown, _origin: string, ports: MessagePort[]) => ports[0] && resolve(ports[0]) })
  })
  await import('../../../../src/preload/index')
  api = electron.exposed.auw as typeof api
  void api.connect?.()
  port = await arrived
  port.start()
  client = createORPCClient(new RPCLink({ port: port as never }))
})
afterAll(async () => {
  port.close()
  electron.app.quit()
  await vi.waitFor(() => expect(electron.app.exitCode).toBe(0))
  process.argv = argv
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  rmSync(folder, { recursive: true, force: true })
})

it('a page creates a project where the dialog said, and the project stays open for it', async () => {
  electron.dialogs.answers.push({ canceled: false, filePath: join(folder, 'Étude 1') })
  const granted = (await api.pickFolder?.('create-project')) as { token: string; name: string }
  expect(granted.name).toBe('Étude 1.auproj')
  expect(granted.token).not.toContain(folder)
  const info = await client.project.create({ directory: granted.token, name: 'Étude' })
  expect(existsSync(join(folder, 'Étude 1.auproj', 'project.sqlite'))).toBe(true)
  expect((await client.project.opened()).map((project) => project.id)).toEqual([info.id])
})

it('a page cannot name a path, and the refusal keeps its code and sentence', async () => {
  await expect(client.project.open({ directory: join(folder, 'Étude 1.auproj') })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringMatching(/choose or drop it again/),
  })
})

it('data that is not there is refused in the same words, readable by the page', async () => {
  const handler = electron.session.defaultSession.schemes.get('auw-media')
  const answer = await handler?.(new Request('auw-media://app/data/nobody/nothing/timestamps'))
  expect(answer?.status).toBe(404)
  expect(answer?.headers.get('access-control-allow-origin')).toBe('auw-app://app')
  expect(await answer?.json()).toMatchObject({ code: 'PROJECT_NOT_FOUND' })
})

it('a project opened from the system is shown in the window', async () => {
  electron.app.emit('second-instance', {}, ['electron', '.', join(folder, 'Étude 1.auproj')], folder)
  const [project] = await client.project.opened()
  await vi.waitFor(() => expect(electron.BrowserWindow.all[0]?.webContents.url).toBe(`auw-app://app/#/project/${project?.id}`))
})
