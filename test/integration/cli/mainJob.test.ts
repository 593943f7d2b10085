// The main job from a terminal: video in, faces, probabilities, corrections, CSV out; and what a second look at the files shows.
import { parse } from 'csv-parse/sync'
import { readFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { ProjectInfo, Video } from '@shared/project'
import { auw, demoClip, temporaryFolder } from './auw'

const folder = temporaryFolder()
const settings = join(folder, 'settings')
let project = join(folder, 'study.auproj')
const run = (...args: string[]) => auw({ settings }, ...args)
let video: Video

beforeAll(async () => {
  expect(await run('project', 'create', project, '--name', 'Study', '--aus', '1,4,12')).toMatchObject({ code: 0 })
  const added = await run('video', 'add', project, demoClip('S01'), '--subject', 'S01', '--condition', 'baseline', '--json')
  expect(added.code).toBe(0)
  video = added.json<{ videos: Video[] }>().videos[0] as Video
  expect(await run('predict', project)).toMatchObject({ code: 0 })
})

it('knows the video to the frame', () => {
  expect(video).toMatchObject({
    frameCount: 250,
    width: 320,
    height: 320,
    subjectCode: 'S01',
    condition: 'baseline',
    isVariableFrameRate: false,
  })
})

it('recognises the same file by its content and changes nothing', async () => {
  const again = await run('video', 'add', project, demoClip('S01'), '--subject', 'S09')
  expect(again.code).toBe(1)
  expect(again.stderr).toMatch(/already in this project/)
  expect(
    (await run('subject', 'list', project, '--json')).json<{ subjects: { code: string }[] }>().subjects.map((one) => one.code),
  ).toEqual(['S01'])
})

it("accepts trusted predictions, keeps a person's labels, undoes and redoes", async () => {
  expect(
    (
      await run(
        'label',
        'add',
        project,
        '--video',
        video.id,
        '--au',
        '12',
        '--from',
        '10',
        '--to',
        '19',
        '--state',
        'absent',
        '--coder',
        'AB',
      )
    ).code,
  ).toBe(0)
  const accepted = await run('label', 'accept', project, '--video', video.id, '--model', 'starter', '--au', '12', '--coder', 'AB', '--json')
  expect(accepted.code).toBe(0)
  const labels = (await run('label', 'list', project, '--video', video.id, '--json')).json<{
    labels: { startFrame: number; endFrame: number; source: string; state: string }[]
  }>().labels
  expect(labels.find((one) => one.startFrame === 10)).toMatchObject({ endFrame: 19, source: 'manual', state: 'absent' })
  expect(labels.filter((one) => one.source === 'confirmed').every((one) => one.endFrame < 10 || one.startFrame > 19)).toBe(true)
  expect((await run('undo', project)).code).toBe(0)
  expect((await run('label', 'list', project, '--video', video.id, '--json')).json<{ labels: unknown[] }>().labels).toHaveLength(1)
  expect((await run('redo', project)).code).toBe(0)
  expect((await run('label', 'list', project, '--video', video.id, '--json')).json<{ labels: unknown[] }>().labels).toHaveLength(
    labels.length,
  )
})

it('exports every frame, with labels and their source', async () => {
  const out = join(folder, 'csv')
  expect((await run('export', project, '--format', 'csv', '--out', out)).code).toBe(0)
  const rows = parse<Record<string, string>>(readFileSync(join(out, 'synthetic_S01.csv')), { columns: true })
  expect(rows).toHaveLength(250)
  expect(rows.map((row) => Number(row['frame']))).toEqual(Array.from({ length: 250 }, (_, i) => i))
  expect(rows[25]?.['timestamp_s']).toBe('1.000000')
  expect(rows[12]).toMatchObject({ AU12_label: '0', AU12_source: 'manual', AU01_source: 'predicted', success: '1', subject: 'S01' })
  expect(rows.every((row) => Number(row['AU12_prob']) >= 0 && Number(row['AU12_prob']) <= 1)).toBe(true)
  const description = JSON.parse(readFileSync(join(out, 'datapackage.json'), 'utf8')) as {
    resources: { schema: { fields: { name: string }[] } }[]
  }
  expect(description.resources[0]?.schema.fields.map((field) => field.name)).toEqual(Object.keys(rows[0] ?? {}))
  expect((await run('export', project, '--format', 'openface', '--out', join(folder, 'openface'), '--strict')).code).toBe(0)
  const strict = parse<Record<string, string>>(readFileSync(join(folder, 'openface/synthetic_S01.csv')), { columns: true })
  expect(Object.keys(strict[0] ?? {})).toHaveLength(40)
  expect(strict[0]?.['frame']).toBe('1')
})

it('opens after a move, says its storage, and backs up', async () => {
  const moved = join(folder, 'elsewhere.auproj')
  await rename(project, moved)
  project = moved
  const info = (await run('project', 'info', project, '--json')).json<ProjectInfo>()
  expect(info).toMatchObject({ name: 'Study', videoCount: 1, frameCount: 250, missingVideos: [] })
  expect(info.storage.database).toBeGreaterThan(0)
  expect((await run('project', 'backup', project, join(folder, 'study.backup'))).code).toBe(0)
})

it('says what is wrong in one sentence and exits 1, or 2 for wrong usage', async () => {
  for (const [args, code, words] of [
    [
      ['label', 'add', project, '--video', video.id, '--au', '12', '--from', '240', '--to', '250', '--state', 'present', '--coder', 'AB'],
      1,
      /frame 250|250 frames/,
    ],
    [
      ['label', 'add', project, '--video', video.id, '--au', '12', '--from', '20', '--to', '10', '--state', 'present', '--coder', 'AB'],
      1,
      /range/,
    ],
    [
      ['label', 'add', project, '--video', video.id, '--au', '12', '--from', '0', '--to', '1', '--state', 'maybe', '--coder', 'AB'],
      2,
      /maybe/,
    ],
    [
      ['label', 'add', project, '--video', 'nobody', '--au', '12', '--from', '0', '--to', '1', '--state', 'present', '--coder', 'AB'],
      1,
      /no video/,
    ],
    [['predict', project, '--model', 'nobody'], 1, /no model/],
    [['project', 'info', join(folder, 'nowhere.auproj')], 1, /nowhere/],
    [['nonsense'], 2, /nonsense/],
    [['undo'], 2, /missing required argument/],
  ] as const) {
    const outcome = await run(...args)
    expect(outcome.code, args.join(' ')).toBe(code)
    expect(outcome.stderr).toMatch(words)
    expect(outcome.stdout).toBe('')
  }
})

it('withdraws consent: everything of the subject goes', async () => {
  const removal = await run('subject', 'remove', project, 'S01', '--json')
  expect(removal.json()).toMatchObject({ videoCount: 1, modelsTrainedOn: [] })
  expect((await run('project', 'info', project, '--json')).json<ProjectInfo>()).toMatchObject({
    videoCount: 0,
    subjectCount: 0,
    labelCount: 0,
    frameCount: 0,
  })
})
