// kill -9 at any moment of import, analysis and prediction: what was finished stays, running again completes, and the export is that of an
// undisturbed run, byte for byte.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { openProject } from '@main/store/index'
import { resolveFfmpeg } from '@main/media/index'
import { auw, demoClip, temporaryFolder } from '../cli/auw'

const folder = temporaryFolder()
const settings = join(folder, 'settings')
const run = (...args: string[]) => auw({ settings }, ...args)
const clip = join(folder, 'long.mp4')
const project = join(folder, 'study.auproj')
let undisturbed = ''

/** Runs a command and kills its whole process group after a while; compute process and ffmpeg must end by themselves. */
async function killed(milliseconds: number, ...args: string[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await auw({ settings, onStart: (child) => (timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)) }, ...args)
  clearTimeout(timer)
}

async function exported(from: string, name: string): Promise<string> {
  expect(await run('export', from, '--out', join(folder, name))).toMatchObject({ code: 0 })
  return readFileSync(join(folder, name, 'long.csv'), 'utf8')
}

beforeAll(async () => {
  const { path } = await resolveFfmpeg()
  // Two subjects one after the other, so that tracks end and begin: 700 frames, three chunks.
  execFileSync(path, [
    ...['-v', 'error', '-i', demoClip('S01'), '-i', demoClip('S04'), '-i', demoClip('S05')],
    ...['-filter_complex', '[0:v][1:v][2:v]concat=n=3:v=1,trim=end_frame=700', '-c:v', 'mpeg4', '-q:v', '4', clip],
  ])
  const reference = join(folder, 'reference.auproj')
  await run('project', 'create', reference)
  expect(await run('video', 'add', reference, clip, '--subject', 'S')).toMatchObject({ code: 0 })
  expect(await run('predict', reference)).toMatchObject({ code: 0 })
  undisturbed = await exported(reference, 'reference')
})

it('continues after sudden deaths and ends with the same values', async () => {
  await run('project', 'create', project)
  for (const milliseconds of [350, 600, 900]) {
    await killed(milliseconds, 'video', 'add', project, clip, '--subject', 'S')
    const videos = (await run('video', 'list', project, '--json')).json<{ videos: { frameCount: number }[] }>().videos
    expect(videos.length <= 1 && videos.every(({ frameCount }) => frameCount === 700)).toBe(true)
  }
  const again = await run('video', 'add', project, clip, '--subject', 'S')
  expect(again.code === 0 || /already in this project/.test(again.stderr)).toBe(true)

  let analysed = 0
  for (const milliseconds of [700, 1500, 2500, 3500]) {
    await killed(milliseconds, 'analyse', project)
    const { done, isWhole } = progressOf()
    expect(done).toBeGreaterThanOrEqual(analysed)
    expect(isWhole).toBe(true)
    analysed = done
  }
  for (const milliseconds of [900, 2500, 4000]) await killed(milliseconds, 'predict', project)
  expect(await run('predict', project)).toMatchObject({ code: 0 })
  expect(await exported(project, 'after')).toBe(undisturbed)
})

it('waits for nobody when what was queued died with its process', async () => {
  const other = join(folder, 'queue.auproj')
  await run('project', 'create', other)
  await run('video', 'add', other, demoClip('S02'), demoClip('S03'), demoClip('S04'), '--subject', 'S')
  await killed(2000, 'analyse', other)
  expect(await run('analyse', other)).toMatchObject({ code: 0 })
  const statuses = openProject(other, { access: 'read' })
  expect(statuses.jobs.list({ statuses: ['queued', 'running'] })).toEqual([])
  expect(statuses.videos.list().map((video) => video.analysis)).toEqual(['done', 'done', 'done'])
  statuses.close()
})

/** Frames analysed so far, and whether every one of them has its row. */
function progressOf(): { done: number; isWhole: boolean } {
  const store = openProject(project, { access: 'read' })
  const [video] = store.videos.list()
  const analysis = video ? store.analyses.find(video.id) : null
  const frames = new Set(video ? [...store.analyses.summaries(video.id)].map((face) => face.frame) : [])
  const isWhole = store.findDamage().length === 0 && [...frames].every((frame) => frame < (analysis?.framesDone ?? 0))
  store.close()
  return { done: analysis?.framesDone ?? 0, isWhole }
}
