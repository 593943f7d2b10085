// Files that are no usable video, through the command line: one sentence, exit 1, and the project as it was. Odd names and a second copy as well.
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { resolveFfmpeg } from '@main/media/index'
import type { Video } from '@shared/project'
import { auw, demoClip, temporaryFolder } from '../cli/auw'
import { projectState } from './projectState'

const folder = temporaryFolder()
const project = join(folder, 'study.auproj')
const run = (...args: string[]) => auw({ settings: join(folder, 'settings') }, ...args)
const path = (name: string): string => join(folder, name)
let ffmpeg: (...args: string[]) => void

beforeAll(async () => {
  const binary = await resolveFfmpeg()
  ffmpeg = (...args) => void execFileSync(binary.path, ['-v', 'error', '-nostdin', '-y', ...args], { cwd: folder })
  expect(await run('project', 'create', project)).toMatchObject({ code: 0 })
  expect(await run('video', 'add', project, demoClip('S02'), '--subject', 'S02')).toMatchObject({ code: 0 })
})

/** Adds a file that must be refused, and checks that nothing but the job log changed. */
async function refusal(...files: string[]): Promise<string> {
  const before = projectState(project)
  const outcome = await run('video', 'add', project, ...files, '--subject', 'New')
  expect(outcome.code, outcome.stderr).toBe(1)
  expect(outcome.stdout).toBe('')
  expect(outcome.stderr).not.toMatch(/\n\s+at |Error:|undefined|\[object/)
  expect(projectState(project)).toEqual(before)
  const [sentence, ...rest] = outcome.stderr.split('\n').filter((line) => line.startsWith('auw: '))
  expect(rest).toEqual([])
  return sentence ?? ''
}

describe('what is no usable video', () => {
  it('zero bytes, text, sound alone, a picture, a folder, a file that is not there', async () => {
    writeFileSync(path('empty.mp4'), '')
    writeFileSync(path('letter.mp4'), 'Dear colleague, the recordings are on the other drive.\n'.repeat(200))
    ffmpeg('-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', 'sound.m4a')
    ffmpeg('-i', demoClip('S01'), '-frames:v', '1', 'picture.png')
    mkdirSync(path('folder.mp4'))
    expect(await refusal(path('empty.mp4'))).toMatch(/empty/)
    expect(await refusal(path('letter.mp4'))).toMatch(/not a video/i)
    expect(await refusal(path('sound.m4a'))).toMatch(/no (video|picture)|only sound/i)
    expect(await refusal(path('picture.png'))).toMatch(/picture|image/i)
    expect(await refusal(path('folder.mp4'))).toMatch(/folder/)
    expect(await refusal(path('gone.mp4'))).toMatch(/no file/)
  })

  it('a container without frames', async () => {
    ffmpeg('-i', demoClip('S01'), '-frames:v', '0', '-c:v', 'copy', '-f', 'matroska', 'frameless.mkv')
    expect(await refusal(path('frameless.mkv'))).toMatch(/no (frames|video|picture)|not a video/i)
  })

  it('a file cut in the middle, whichever way its index lies', async () => {
    ffmpeg('-i', demoClip('S01'), '-c', 'copy', '-movflags', '+faststart', 'cut.mp4')
    ffmpeg('-i', demoClip('S01'), '-c', 'copy', 'cutback.mp4')
    for (const name of ['cut.mp4', 'cutback.mp4']) {
      truncateSync(path(name), Math.floor(readFileSync(path(name)).length * 0.6))
      expect(await refusal(path(name))).toMatch(/cut off|truncated|incomplete|ends/i)
    }
  })

  it('a file that may not be read', async () => {
    const asOther = process.getuid?.() === 0 ? otherUser() : null
    if (process.platform === 'win32' || (process.getuid?.() === 0 && !asOther)) {
      console.warn('Skipped: file permissions cannot be taken away from this user here.')
      return
    }
    copyFileSync(demoClip('S01'), path('private.mp4'))
    chmodSync(path('private.mp4'), 0o000)
    if (!asOther) return expect(await refusal(path('private.mp4'))).toMatch(/may not be read|cannot be read|permission/i)
    // root reads everything, so somebody else asks, in a project of their own
    const own = asOther.folder
    const outcome = (...args: string[]) => auw({ settings: join(own, 'settings'), uid: asOther.uid }, ...args)
    expect(await outcome('project', 'create', join(own, 'own.auproj'))).toMatchObject({ code: 0 })
    const before = projectState(join(own, 'own.auproj'))
    const refused = await outcome('video', 'add', join(own, 'own.auproj'), path('private.mp4'), '--subject', 'S')
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(/may not be read|cannot be read|permission/i)
    expect(projectState(join(own, 'own.auproj'))).toEqual(before)
  })

  it('several at once: the good ones are taken, each bad one is named, and there is one document', async () => {
    copyFileSync(demoClip('S03'), path('good.mp4'))
    const outcome = await run('video', 'add', project, path('empty.mp4'), path('good.mp4'), '--subject', 'S03', '--json')
    expect(outcome.code).toBe(1)
    const document = outcome.json<{ videos: Video[]; refused: { fileName: string }[] }>()
    expect(document.videos.map((video) => video.fileName)).toEqual(['good.mp4'])
    expect(document.refused.map((one) => one.fileName)).toEqual(['empty.mp4'])
    expect(outcome.stderr).toMatch(/empty\.mp4: .*\n.*1 of 2/s)
  })
})

/** A user without rights and a folder of that user's, when the tests run as root. */
function otherUser(): { uid: number; folder: string } | null {
  try {
    const own = path('other')
    mkdirSync(own)
    chmodSync(folder, 0o755)
    execFileSync('chown', ['65534', own])
    return { uid: 65534, folder: own }
  } catch {
    return null
  }
}

it('the same file twice, also under another name', async () => {
  copyFileSync(demoClip('S02'), path('copy of it.mp4'))
  expect(await refusal(demoClip('S02'))).toMatch(/already in this project as synthetic_S02\.mp4 of subject S02/)
  expect(await refusal(path('copy of it.mp4'))).toMatch(/already in this project/)
})

it('names with spaces, quotes, newlines, other scripts and a leading dash are names', async () => {
  const names = [
    "it's “here”.mp4",
    'two  spaces & $HOME;`x`.mp4',
    'line\nbreak.mp4',
    '日本語 видео ñ.mp4',
    '-dash.mp4',
    'comma, "quoted".mp4',
    '100%d.mp4',
  ]
  if (process.platform === 'win32') return console.warn('Skipped: Windows has no such names.')
  const odd = join(folder, 'odd.auproj')
  await run('project', 'create', odd)
  for (const [index, name] of names.entries()) {
    // each a little different, so that none is a copy of another
    ffmpeg('-i', demoClip('S01'), '-frames:v', '12', '-vf', `eq=brightness=${index / 50}`, '-c:v', 'mpeg4', 'odd.mp4')
    copyFileSync(path('odd.mp4'), path(name))
  }
  const added = await run('video', 'add', odd, ...names.map(path), '--subject', 'Zoë "Z", -1\n', '--json')
  expect(added.code, added.stderr).toBe(0)
  expect(added.json<{ videos: Video[] }>().videos.map(({ fileName, frameCount }) => [fileName, frameCount])).toEqual(
    names.map((name) => [name, 12]),
  )
  // a name that could be taken for an option, given as a person in that folder would
  expect(
    await auw({ settings: join(folder, 'settings'), cwd: folder }, 'video', 'add', odd, '--subject', 'x', '--', '-dash.mp4'),
  ).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/already in this project/) as string,
  })
  expect(await run('predict', odd)).toMatchObject({ code: 0 })
  const written = await run('export', odd, '--out', join(folder, 'odd-csv'), '--json')
  expect(written.code).toBe(0)
  expect(written.json<{ files: { rows: number }[] }>().files.map(({ rows }) => rows)).toEqual(names.map(() => 12))
})

it('a video without a face has a row for every frame and no values', async () => {
  const faceless = join(folder, 'faceless.auproj')
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25:duration=2', '-c:v', 'mpeg4', 'faceless.mp4')
  await run('project', 'create', faceless)
  expect(await run('video', 'add', faceless, path('faceless.mp4'), '--subject', 'S')).toMatchObject({ code: 0 })
  expect(await run('predict', faceless)).toMatchObject({ code: 0 })
  expect(await run('export', faceless, '--out', path('faceless-csv'))).toMatchObject({ code: 0 })
  const [header = '', ...rows] = readFileSync(path('faceless-csv/faceless.csv'), 'utf8').trimEnd().split('\n')
  const column = (name: string) => rows.map((row) => row.split(',')[header.split(',').indexOf(name)])
  expect(rows).toHaveLength(50)
  expect(new Set(column('success'))).toEqual(new Set(['0']))
  expect(new Set(column('trust_reason'))).toEqual(new Set(['no-face']))
  expect(new Set([...column('AU12_prob'), ...column('AU12_pred'), ...column('AU12_source'), ...column('pose_yaw')])).toEqual(new Set(['']))
})
