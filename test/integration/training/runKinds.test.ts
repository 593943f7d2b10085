// Runs of all kinds lie in one folder: pausing or stopping one by the door of another kind is refused, and changes nothing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../cli/auw'
import { backendIn, clientOf } from './labelledProject'

const folder = temporaryFolder()

it('refuses to pause or stop a run of another kind', async () => {
  const directory = join(folder, 'study.auproj')
  const backend = await backendIn(folder)
  try {
    const client = clientOf(backend)
    const { id: project } = await client.project.create({ directory, name: 'study' })
    const status = (kind: string): string => join(directory, 'runs', kind, 'status.json')
    for (const [kind, format] of [
      ['training', 'au-workbench-run/1'],
      ['pretraining', 'au-workbench-pretraining/1'],
      ['distillation', 'au-workbench-distillation/1'],
    ] as const) {
      mkdirSync(join(directory, 'runs', kind), { recursive: true })
      writeFileSync(join(directory, 'runs', kind, 'config.json'), JSON.stringify({ format, id: kind, name: kind }))
      writeFileSync(status(kind), JSON.stringify({ state: 'paused', jobId: null, modelId: null, error: null, updatedAt: '' }))
    }
    const before = ['training', 'pretraining', 'distillation'].map((kind) => readFileSync(status(kind), 'utf8'))
    for (const [door, runId] of [
      ['training', 'pretraining'],
      ['training', 'distillation'],
      ['pretraining', 'training'],
      ['distillation', 'pretraining'],
    ] as const)
      for (const verb of ['pause', 'stop'] as const)
        await expect(client[door][verb]({ project, runId }), `${door}.${verb} ${runId}`).rejects.toThrow(/There is no/)
    expect(['training', 'pretraining', 'distillation'].map((kind) => readFileSync(status(kind), 'utf8'))).toEqual(before)
  } finally {
    await backend.close()
  }
})
