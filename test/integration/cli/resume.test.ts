// What a window left running goes on when the project is opened again; a command only looks.
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { expect, it } from 'vitest'
import { createBackend } from '@main/backend/index'
import { nodePorts } from '@main/backend/ports'
import { demoClip, root, temporaryFolder } from './auw'

const folder = temporaryFolder()
const ports = (host: 'loopback' | 'cli') => ({
  ...nodePorts(host, '0.0.0', () => undefined),
  resourcesDirectory: join(root, 'resources'),
  settingsDirectory: join(folder, 'settings'),
  computeEntry: join(root, 'out/main/compute.js'),
})
const directory = join(folder, 'p.auproj')

it('goes on after closing with work under way', async () => {
  const first = await createBackend(ports('loopback'))
  const client = createRouterClient(first.router, { context: {} })
  const project = await client.project.create({ directory })
  const { added } = await client.video.add({ project: project.id, files: [demoClip('S03')], subject: 'S03' })
  const jobs = await client.job.predict({ project: project.id })
  expect(jobs.map((job) => job.kind)).toEqual(['analyse', 'predict'])
  await first.close()

  const looking = await createBackend(ports('cli'))
  const looker = createRouterClient(looking.router, { context: {} })
  const seen = await looker.project.open({ directory, isReadOnly: true })
  const left = (await looker.job.list({ project: seen.id })).filter((job) => job.kind !== 'import')
  expect(left.map((job) => job.status)).toEqual(['interrupted', 'interrupted'])
  await looking.close()

  const second = await createBackend(ports('loopback'))
  const again = createRouterClient(second.router, { context: {} })
  await again.project.open({ directory })
  const stream = await again.job.watch({ project: project.id })
  for await (const job of stream) if (job.kind === 'predict' && job.status === 'succeeded') break
  expect(await again.video.get({ project: project.id, videoId: added[0]?.id ?? '' })).toMatchObject({
    analysis: 'done',
    prediction: 'done',
  })
  await second.close()
})
