// Published data sets as they lie on a disk: videos or folders of frames beside their tables; labels end on the right frames, unknown ones nowhere.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { resolveFfmpeg } from '@main/media/index'
import type { DatasetImport } from '@shared/contract/training'
import { BP4D_AUS } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import type { Video } from '@shared/project'
import { auw, temporaryFolder } from '../cli/auw'
import { CLIP_FRAMES, shortClip } from './labelledProject'

const folder = temporaryFolder()
const project = join(folder, 'data.auproj')
const run = (...args: string[]) => auw({ settings: join(folder, 'settings') }, ...args)
let clips: string[] = []
let ffmpeg = ''

beforeAll(async () => {
  ffmpeg = (await resolveFfmpeg()).path
  clips = await Promise.all(['S01', 'S02', 'S03', 'S04', 'S05'].map((code) => shortClip(folder, code)))
  expect(await run('project', 'create', project)).toMatchObject({ code: 0 })
})

function put(name: string, text: string): void {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function putClip(clip: number, name: string): void {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  copyFileSync(clips[clip] ?? '', path)
}

function putFrames(clip: number, pattern: string, first: number): void {
  const path = join(folder, pattern)
  mkdirSync(dirname(path), { recursive: true })
  execFileSync(ffmpeg, ['-v', 'error', '-i', clips[clip] ?? '', '-frames:v', '6', '-q:v', '3', '-start_number', String(first), path])
}

async function imported(kind: string, path: string, ...args: string[]): Promise<DatasetImport> {
  const outcome = await run('dataset', 'import', project, join(folder, path), '--kind', kind, '--json', ...args)
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
  return outcome.json()
}

async function labelsOf(subject: string): Promise<string[]> {
  const { videos } = (await run('video', 'list', project, '--json')).json<{ videos: Video[] }>()
  const video = videos.find(({ subjectCode }) => subjectCode === subject)
  const { labels } = (await run('label', 'list', project, '--video', video?.id ?? '', '--json')).json<{ labels: LabelSpan[] }>()
  return labels.map(({ au, startFrame, endFrame, state, coder }) => `${coder} AU${au} ${startFrame}-${endFrame} ${state}`).sort()
}

it('BP4D: a video by its name, frames from 1, 9 left uncoded, labels beyond the end left out', async () => {
  putClip(0, 'bp4d/videos/2F01_T1.mp4')
  const rows = [[1, 1], [2, 1], [3, 9], [4, 0], [CLIP_FRAMES + 1, 1]] // prettier-ignore
  put('bp4d/AUCoding/F001_T1.csv', ['0,12', ...rows.map((row) => row.join(','))].join('\n'))
  put('bp4d/AUCoding/F002_T1.csv', '0,12\n1,1')
  const result = await imported('bp4d', 'bp4d')
  expect(result).toMatchObject({ videos: 1, subjects: 1, labels: 2 })
  expect(result.notes.join('\n')).toMatch(/F002_T1\.csv: there is no video or folder of frames/)
  expect(result.notes.join('\n')).toMatch(/1 labels say 9, not known/)
  expect(await labelsOf('F001')).toEqual(['BP4D AU12 0-1 present', 'BP4D AU12 3-3 absent'])
  // again brings the labels up to date and adds nothing
  expect(await imported('bp4d', 'bp4d')).toMatchObject({ videos: 1, labels: 2 })
  expect(await labelsOf('F001')).toHaveLength(2)
})

it('BP4D+: a folder of frames that does not begin with the first', async () => {
  putFrames(1, 'bp4dplus/M010/T8/%04d.jpg', 5)
  put('bp4dplus/M010_T8.csv', '0,6,12\n4,1,1\n5,1,0\n6,1,0\n10,0,1\n11,1,1')
  expect(await imported('bp4d+', 'bp4dplus')).toMatchObject({ videos: 1, subjects: 1 })
  expect(await labelsOf('M010')).toEqual([
    'BP4D+ AU12 0-1 absent',
    'BP4D+ AU12 5-5 present',
    'BP4D+ AU6 0-1 present',
    'BP4D+ AU6 5-5 absent',
  ])
})

it('DISFA: present from the intensity that is asked for', async () => {
  putClip(2, 'disfa/Videos_LeftCamera/LeftVideoSN001_comp.mp4')
  put('disfa/ActionUnit_Labels/SN001/SN001_au12.txt', '1,0\n2,1\n3,2\n4,5\n')
  const result = await imported('disfa', 'disfa')
  expect(result.notes.join()).toMatch(/present from intensity 2/)
  expect(await labelsOf('SN001')).toEqual(['DISFA AU12 0-1 absent', 'DISFA AU12 2-3 present'])
  await imported('disfa', 'disfa', '--threshold', '5')
  expect(await labelsOf('SN001')).toEqual(['DISFA AU12 0-2 absent', 'DISFA AU12 3-3 present'])
})

it('lists of the FMAE code: pictures by their paths, with the warning that unknown was written as absent', async () => {
  putFrames(3, 'fmae/2M03_T2/frame_%d.jpg', 1)
  const line = (frame: number, present: boolean) => ({ img_path: `2M03_T2/frame_${frame}.jpg`, AUs: BP4D_AUS.map((au) => (present && au === 12 ? au : 999)) }) // prettier-ignore
  put('fmae/train.json', [line(2, true), line(1, false), line(9, true)].map((one) => JSON.stringify(one)).join('\n'))
  const result = await imported('fmae-jsonl', 'fmae')
  expect(result.notes.join('\n')).toMatch(/writes "not known" as absent/)
  expect(result.notes.join('\n')).toMatch(/1 of 3 pictures are missing/)
  expect((await labelsOf('M003')).filter((label) => label.includes('AU12'))).toEqual([
    'FMAE list AU12 0-0 absent',
    'FMAE list AU12 1-1 present',
  ])
})

it('refuses a folder that holds no such data set, saying what it looks like', async () => {
  mkdirSync(join(folder, 'empty'))
  const outcome = await run('dataset', 'import', project, join(folder, 'empty'), '--kind', 'disfa')
  expect(outcome).toMatchObject({ code: 1, stdout: '' })
  expect(outcome.stderr).toMatch(/No clip with both labels and media.*SN001_au1\.txt/)
  put('broken/F003_T1.csv', '0,12\n1,7')
  expect((await run('dataset', 'import', project, join(folder, 'broken'), '--kind', 'bp4d')).stderr).toMatch(
    /F003_T1\.csv, line 2: AU12 is "7"/,
  )
})
