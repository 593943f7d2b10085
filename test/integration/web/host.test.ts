// The loopback host lets in only who was given the token, from its own pages, and serves data with ranges.
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import WebSocket from 'ws'
import { createBackend, type Backend } from '@main/backend/index'
import { nodePorts } from '@main/backend/ports'
import type { Contract } from '@shared/contract/index'
import { videoUrl } from '@shared/dataUrls'
import { startHost, type RunningHost } from '@web/host'

const root = resolve(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'auw-host-'))
let backend: Backend
let host: RunningHost
let socket: WebSocket
let client: ContractRouterClient<Contract>

beforeAll(async () => {
  backend = await createBackend({
    ...nodePorts('loopback', '0.0.0', () => undefined),
    resourcesDirectory: join(root, 'resources'),
    settingsDirectory: join(folder, 'settings'),
    computeEntry: join(root, 'out/main/compute.js'),
  })
  host = await startHost({ backend, rendererDirectory: join(root, 'out/renderer'), port: 0 })
  socket = new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, {
    headers: { cookie: `auw_token=${host.token}`, origin: `http://127.0.0.1:${host.port}` },
  })
  client = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
})
afterAll(async () => {
  socket.close()
  await host.close()
  await backend.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A request with headers that fetch would not let a page set. */
function ask(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body?: string,
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((done, fail) => {
    const outgoing = request({ host: '127.0.0.1', port: host.port, path, method, headers }, (answer) => {
      let text = ''
      answer
        .setEncoding('latin1')
        .on('data', (piece: string) => (text += piece))
        .on('end', () => done({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
    })
    outgoing.on('error', fail)
    outgoing.end(body)
  })
}
const cookie = () => ({ cookie: `auw_token=${host.token}` })

it('refuses strangers, other hosts and other origins', async () => {
  expect((await ask('/')).status).toBe(401)
  expect((await ask('/?token=wrong')).status).toBe(401)
  expect((await ask('/', { ...cookie(), host: 'evil.example' })).status).toBe(403)
  expect((await ask('/', { ...cookie(), origin: 'http://evil.example' })).status).toBe(403)
  await expect(
    new Promise((open, fail) =>
      new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, { headers: { ...cookie(), origin: 'http://evil.example' } })
        .on('open', open)
        .on('error', fail),
    ),
  ).rejects.toThrow(/403/)
})

it('outlives upgrades with addresses that are none, and callers that hang up', async () => {
  const upgrade = (path: string): Promise<string> =>
    new Promise((done, fail) => {
      let text = ''
      const raw = connect(host.port, '127.0.0.1', () =>
        raw.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${host.port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`),
      )
      raw.on('data', (piece) => (text += piece.toString('latin1')))
      raw.on('close', () => done(text)).on('error', fail)
      raw.setTimeout(2000, () => raw.destroy())
    })
  for (const path of ['//', '/rpc', '/elsewhere']) expect(await upgrade(path)).toMatch(/^HTTP\/1\.1 403/)
  const hasty = connect(host.port, '127.0.0.1', () => {
    hasty.write(`GET /rpc HTTP/1.1\r\nhost: 127.0.0.1:${host.port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`)
    hasty.resetAndDestroy()
  })
  await new Promise((done) => hasty.once('close', done))
  expect((await ask('/')).status).toBe(401)
})

it('trades the token for a cookie that scripts cannot read, and serves the page with a strict policy', async () => {
  const admitted = await ask(`/?token=${host.token}`)
  expect(admitted.status).toBe(303)
  expect(String(admitted.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/)
  const page = await ask('/', cookie())
  expect(page.status).toBe(200)
  expect(page.headers['content-security-policy']).toMatch(/default-src 'none'/)
  expect((await ask('/../package.json', cookie())).text).not.toContain('"au-workbench"')
})

it('carries the contract, uploads, and byte ranges', async () => {
  const project = await client.project.create({ directory: join(folder, 'p.auproj') })
  const { readFileSync } = await import('node:fs')
  const clip = readFileSync(join(root, 'resources/demo/synthetic_S02.mp4'))
  const upload = await fetch(`http://127.0.0.1:${host.port}/upload?project=${project.id}&name=${encodeURIComponent('clip é.mp4')}`, {
    method: 'POST',
    body: clip,
    headers: cookie(),
  })
  const { token } = (await upload.json()) as { token: string }
  const { added } = await client.video.add({ project: project.id, files: [token], subject: 'S02' })
  expect(added[0]).toMatchObject({ fileName: 'clip é.mp4', frameCount: 250 })
  const part = await ask(videoUrl(project.id, added[0]?.id ?? '', 'source'), { ...cookie(), range: 'bytes=0-15' })
  expect(part.status).toBe(206)
  expect(Buffer.from(part.text, 'latin1')).toEqual(clip.subarray(0, 16))
  await expect(client.video.get({ project: project.id, videoId: 'nobody' })).rejects.toMatchObject({ code: 'VIDEO_NOT_FOUND' })
  await expect(
    client.label.set({ project: project.id, videoId: 'x', au: 12, startFrame: 5, endFrame: 1, state: 'present', coder: 'A' }),
  ).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})
