// What a new user meets beyond the straight way: JSON wherever the flag stands, neutral faces, interrupting, exports that describe themselves, withdrawal.
import { parse } from 'csv-parse/sync'
import { execFileSync, type ChildProcess } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { resolveFfmpeg } from '@main/media/index'
import { openProject } from '@main/store/index'
import type { SubjectWithdrawal } from '@shared/contract/project'
import type { ProjectInfo, Video } from '@shared/project'
import { auw, demoClip, temporaryFolder } from './auw'

const folder = temporaryFolder()
const settings = join(folder, 'settings')
const project = join(folder, 'study.auproj')
const run = (...args: string[]) => auw({ settings }, ...args)
const path = (name: string): string => join(folder, name)
let first: Video
let second: Video

beforeAll(async () => {
  const { path: ffmpeg } = await resolveFfmpeg()
  const part = (start: number, frames: number, name: string): void =>
    void execFileSync(ffmpeg, [
      ...['-v', 'error', '-i', demoClip('S01'), '-vf', `trim=start_frame=${start}:end_frame=${start + frames},setpts=PTS-STARTPTS`],
      ...['-c:v', 'mpeg4', '-q:v', '3', path(name)],
    ])
  part(0, 40, 'rest.mp4')
  part(100, 80, 'task.mp4')
  await run('project', 'create', project, '--aus', '12,27')
  const added = await run('--json', 'video', 'add', project, path('rest.mp4'), path('task.mp4'), '--subject', 'S 01')
  ;[first, second] = added.json<{ videos: [Video, Video] }>().videos
})

it('prints the same document wherever --json stands, and nothing beside it', async () => {
  for (const listing of [
    ['video', 'list', project],
    ['model', 'list', project],
    ['label', 'list', project, '--video', first.id],
    ['subject', 'list', project],
    ['project', 'info', project],
  ]) {
    const before = await run('--json', ...listing)
    const after = await run(...listing, '--json')
    expect(after.code).toBe(0)
    expect(before.json()).toEqual(after.json())
    const document = after.json<Record<string, unknown>>()
    if (listing[1] === 'list') expect(Array.isArray(document[`${listing[0]}s`])).toBe(true)
  }
  const failed = await run('--json', 'video', 'remove', project, '--video', 'nobody')
  expect(failed).toMatchObject({ code: 1 })
  expect(failed.json()).toMatchObject({ error: { code: 'VIDEO_NOT_FOUND' } })
})

it('exports before anything was analysed: every frame with its time, nothing made up', async () => {
  const rows = await exported('early')
  expect(rows).toHaveLength(80)
  expect(rows[79]).toMatchObject({ frame: '79', timestamp_s: '3.160000', face_confidence: '', trusted: '', trust_reason: '' })
  expect(
    rows.every((row) => row['AU12_prob'] === '' && row['AU12_pred'] === '' && row['AU12_source'] === '' && row['AU27_label'] === ''),
  ).toBe(true)
})

it('analysing stops at Ctrl+C with 130 and goes on when run again', async () => {
  const interrupt = (child: ChildProcess): void => {
    let hasAsked = false
    child.stderr?.on('data', (text: string) => {
      if (hasAsked || !text.includes('Faces of')) return
      hasAsked = true
      child.kill('SIGINT')
    })
  }
  const stopped = await auw({ settings, onStart: interrupt }, 'analyse', project, '--json')
  expect(stopped.code, stopped.stderr).toBe(130)
  expect(stopped.json()).toMatchObject({ error: { code: 'CANCELLED' } })
  expect(await run('analyse', project, '--video', second.id)).toMatchObject({ code: 0 })
})

describe('a neutral face', () => {
  it('of another video is looked at first, changes what the card says it changes, and is used until it is chosen anew', async () => {
    expect(await run('predict', project, '--video', second.id)).toMatchObject({ code: 0 })
    const plain = await exported('plain')
    expect(await run('neutral', 'set', project, '--subject', 'S 01', '--video', first.id, '--from', '0', '--to', '9')).toMatchObject({
      code: 0,
    })
    // the video with the neutral face has not been analysed yet
    expect(await run('predict', project, '--video', second.id)).toMatchObject({ code: 0 })
    const corrected = await exported('corrected')
    const changed = Object.keys(plain[0] ?? {}).filter((name) => plain.some((row, i) => row[name] !== corrected[i]?.[name]))
    expect(changed).toEqual(expect.arrayContaining(['AU06_prob', 'AU45_prob']))
    expect(changed.every((name) => /^AU(06|45)_/.test(name))).toBe(true)
    const again = await run('predict', project, '--video', second.id)
    expect(again.stdout).toMatch(/predicted already/)
    expect(await run('neutral', 'set', project, '--subject', 'S 01', '--video', first.id, '--from', '30', '--to', '39')).toMatchObject({
      code: 0,
    })
    expect((await run('predict', project, '--video', second.id)).stdout).not.toMatch(/predicted already/)
  })
})

it('describes the OpenFace layout too: columns of AUs that are given, by AU; 40 when strict; whose labels must be somebody', async () => {
  await run(
    'label',
    'add',
    project,
    '--video',
    second.id,
    '--au',
    '12',
    '--from',
    '0',
    '--to',
    '9',
    '--state',
    'present',
    '--intensity',
    'D',
    '--coder',
    'AB',
  )
  expect(await run('export', project, '--format', 'openface', '--out', path('openface'), '--video', second.id)).toMatchObject({ code: 0 })
  const rows = parse<Record<string, string>>(readFileSync(path('openface/task.csv')), { columns: true })
  // AU23 is neither predicted by the starter nor coded here
  expect(Object.keys(rows[0] ?? {})).toHaveLength(38)
  expect(rows[0]).toMatchObject({ frame: '1', AU12_r: '4.00', AU12_c: '1.0', AU01_r: '' })
  const description = JSON.parse(readFileSync(path('openface/datapackage.json'), 'utf8')) as {
    resources: { schema: { fields: { name: string }[] } }[]
  }
  expect(description.resources[0]?.schema.fields.map(({ name }) => name)).toEqual(Object.keys(rows[0] ?? {}))
  const nobody = await run('export', project, '--out', path('nobody'), '--coder', 'CD')
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringMatching(/CD.*AB/) as string })
  expect(existsSync(path('nobody'))).toBe(false)
})

it('a subject goes with the copies inside the project, and the exports that stay are named', async () => {
  copyFileSync(demoClip('S02'), path('copied.mp4'))
  const added = await run('video', 'add', project, path('copied.mp4'), '--subject', 'S02', '--json')
  // as a window leaves it that cannot name files: a copy in a folder of its own
  const copy = join(project, 'videos/0123456789ab/copied.mp4')
  mkdirSync(join(copy, '..'), { recursive: true })
  copyFileSync(path('copied.mp4'), copy)
  const store = openProject(project)
  const { id } = added.json<{ videos: [Video] }>().videos[0]
  store.videos.relocate(id, copy, store.videos.source(id).contentHash)
  store.close()
  expect(await run('video', 'add', project, demoClip('S03'), '--subject', 'S02')).toMatchObject({ code: 0 })
  expect((await run('project', 'info', project, '--json')).json<ProjectInfo>().storage.videos).toBeGreaterThan(10_000)
  expect(await run('export', project)).toMatchObject({ code: 0 })
  const removal = await run('subject', 'remove', project, 'S02', '--json')
  expect(removal.json<SubjectWithdrawal>()).toMatchObject({
    videoCount: 2,
    deletedCopyCount: 1,
    exports: ['copied.csv', 'synthetic_S03.csv', 'datapackage.json'],
  })
  expect(existsSync(copy)).toBe(false)
  expect(existsSync(demoClip('S03'))).toBe(true)
  expect(existsSync(join(project, 'exports/copied.csv'))).toBe(true)
  expect((await run('video', 'list', project, '--json')).json<{ videos: Video[] }>().videos).toHaveLength(2)
})

async function exported(name: string): Promise<Record<string, string>[]> {
  expect(await run('export', project, '--format', 'csv', '--out', path(name), '--video', second.id)).toMatchObject({ code: 0 })
  return parse<Record<string, string>>(readFileSync(join(folder, name, 'task.csv')), { columns: true })
}
