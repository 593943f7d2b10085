// What surrounds coding, on the real backend: the demo project, what windows remember, health with a way out, job logs, and clearing caches.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBackend, type Backend } from '@main/backend/index'
import { nodePorts } from '@main/backend/ports'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'auw-around-'))
const settings = join(folder, 'settings')
let backend: Backend
const clientOf = (one: Backend) => createRouterClient(one.router, { context: {} })
let client: ReturnType<typeof clientOf>

beforeAll(async () => {
  backend = await createBackend({
    ...nodePorts('loopback', '0.0.0', () => undefined),
    resourcesDirectory: join(root, 'resources'),
    settingsDirectory: settings,
    computeEntry: join(root, 'out/main/compute.js'),
  })
  client = clientOf(backend)
})
afterAll(async () => {
  await backend.close()
  rmSync(folder, { recursive: true, force: true })
})

it('makes the demo project once, with labels, and finds it again', async () => {
  const info = await client.demo.open({})
  expect(info).toMatchObject({ name: 'Demo', videoCount: 8, subjectCount: 8, isWritable: true })
  expect(info.labelCount).toBeGreaterThan(100)
  const again = await client.demo.open({})
  expect(again).toMatchObject({ id: info.id, videoCount: 8, labelCount: info.labelCount })
  const [recent] = await client.project.list()
  expect(recent).toMatchObject({
    name: 'Demo',
    exists: true,
    summary: { id: info.id, videoCount: 8, codedVideoCount: 8, missingVideoCount: 0 },
  })
  const coverage = await client.project.coverage({ project: info.id })
  expect(coverage.every((cell) => cell.codedFrames === 250)).toBe(true)
  expect(new Set(coverage.map((cell) => cell.au)).size).toBe(18)
})

it('adds what is missing to a demo that was cut short', async () => {
  const info = await client.demo.open({})
  const [video] = await client.video.list({ project: info.id })
  await client.video.remove({ project: info.id, videoId: video?.id ?? '' })
  expect(await client.demo.open({})).toMatchObject({ videoCount: 8, labelCount: info.labelCount })
})

it('keeps what a job said', async () => {
  const project = (await client.demo.open({})).id
  const jobs = await client.job.list({ project })
  const job = jobs.find((one) => one.kind === 'import')
  expect((await client.job.log({ project, jobId: job?.id ?? '' })).lines.at(-1)).toMatch(/Done\.$/)
})

it('clears caches and nothing else', async () => {
  const { id: project } = await client.demo.open({})
  const [video] = await client.video.list({ project })
  const videoId = video?.id ?? ''
  const { jobId } = await client.video.makeProxy({ project, videoId })
  await expect
    .poll(async () => (await client.job.list({ project })).find((job) => job.id === jobId)?.status, { timeout: 60_000 })
    .toBe('succeeded')
  const before = await client.project.info({ project })
  expect(before.storage.proxies).toBeGreaterThan(0)
  expect((await client.project.clearCache({ project, cache: 'proxies' })).freedBytes).toBe(before.storage.proxies)
  const after = await client.project.info({ project })
  expect(after).toMatchObject({ labelCount: before.labelCount, storage: { proxies: 0 } })
  expect((await client.video.get({ project, videoId })).hasProxy).toBe(false)
  expect((await client.project.clearCache({ project, cache: 'crops' })).freedBytes).toBe(0)
})

it('remembers for windows, and takes a damaged file for none', async () => {
  expect(await client.system.windowState()).toBeNull()
  const state = { savedAt: '2026-01-02T03:04:05.000Z', entries: { 'auw.coder': 'AB', 'auw.place': '/projects' } }
  await client.system.keepWindowState(state)
  expect(await client.system.windowState()).toEqual(state)
  expect(JSON.parse(readFileSync(join(settings, 'window.json'), 'utf8'))).toEqual(state)
  writeFileSync(join(settings, 'window.json'), '{"savedAt":')
  expect(await client.system.windowState()).toBeNull()
  await expect(client.system.keepWindowState({ savedAt: 'yesterday', entries: {} })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  expect(existsSync(join(settings, `window.json.${process.pid}.tmp`))).toBe(false)
})

it('says of everything that is not well what to do about it', async () => {
  const items = await client.system.doctor()
  expect(items.map((item) => item.name)).toEqual(
    expect.arrayContaining(['ffmpeg', 'Device cpu', 'Disk of the settings', 'Project “Demo”', 'Network']),
  )
  for (const item of items) if (item.status === 'failed') expect(item.advice).not.toBeNull()
  expect(items.find((item) => item.name === 'Disk of the settings')?.detail).toMatch(/^\d+ [GM]B free$/)
})
