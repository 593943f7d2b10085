// A small project with known labels for tests of training: every tenth frame of the demo subjects as short clips, analysed, labelled from their tables.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { createBackend } from '@main/backend/index'
import { nodePorts } from '@main/backend/ports'
import { resolveFfmpeg } from '@main/media/index'
import { demoClip, root } from '../cli/auw'

/** Frames of each clip. */
export const CLIP_FRAMES = 25
/** Settings that make any preset a matter of seconds. */
export const SMALL = {
  network: { size: 'tiny', imageSize: 32 },
  optimisation: { epochs: 2, warmupEpochs: 0.5, batch: 8, microBatches: 1 },
  data: { thinning: 1 },
  evaluation: { resamples: 100 },
}

export interface LabelledSubject {
  code: string
  coder: string
}

/** Backend of a test, as the command line makes its own. */
export function backendIn(folder: string): ReturnType<typeof createBackend> {
  return createBackend({
    ...nodePorts('cli', '0.0.0', () => undefined),
    resourcesDirectory: join(root, 'resources'),
    settingsDirectory: join(folder, 'settings'),
    computeEntry: join(root, 'out/main/compute.js'),
  })
}

export type TestClient = ReturnType<typeof clientOf>
export const clientOf = (backend: Awaited<ReturnType<typeof createBackend>>) => createRouterClient(backend.router, { context: {} })

/** Creates `folder/name.auproj` with a clip and labels of each subject, named as the demo names them, and returns its path. */
export async function labelledProject(folder: string, subjects: readonly LabelledSubject[], name = 'study'): Promise<string> {
  const directory = join(folder, `${name}.auproj`)
  const backend = await backendIn(folder)
  try {
    const client = clientOf(backend)
    const { id: project } = await client.project.create({ directory, name })
    for (const { code, coder } of subjects) {
      const file = await shortClip(folder, code)
      const { added } = await client.video.add({ project, files: [file], subject: code, condition: 'synthetic' })
      const videoId = added[0]?.id ?? ''
      await client.label.import({ project, videoId, file: shortTable(folder, code), threshold: 0.3, coder })
    }
    await finished(client, project, await client.job.analyse({ project }))
  } finally {
    await backend.close()
  }
  return directory
}

/** Waits until jobs are over. @throws Error with the first job's message when one failed */
export async function finished(client: TestClient, project: string, jobs: readonly { id: string }[]): Promise<void> {
  const left = new Set(jobs.map(({ id }) => id))
  for await (const job of await client.job.watch({ project })) {
    if (!left.has(job.id) || ['queued', 'running'].includes(job.status)) continue
    if (job.status !== 'succeeded') throw new Error(job.error?.message ?? job.status)
    left.delete(job.id)
    if (left.size === 0) return
  }
}

export async function shortClip(folder: string, code: string): Promise<string> {
  const { path: ffmpeg } = await resolveFfmpeg()
  const file = join(folder, `synthetic_${code}.mp4`)
  const filter = "select='not(mod(n,10))',setpts=N/25/TB"
  execFileSync(ffmpeg, ['-y', '-v', 'error', '-i', demoClip(code), '-vf', filter, '-r', '25', '-c:v', 'mpeg4', '-q:v', '3', file])
  return file
}

function shortTable(folder: string, code: string): string {
  const [header, ...rows] = readFileSync(join(root, 'resources/demo', `synthetic_${code}.csv`), 'utf8')
    .trim()
    .split('\n')
  const kept = rows.filter((_, frame) => frame % 10 === 0).map((row, frame) => row.replace(/^\d+/, String(frame)))
  const file = join(folder, `${code}.csv`)
  writeFileSync(file, [header, ...kept].join('\n'))
  return file
}
