// Projects that cannot be opened or written: newer, damaged, held by another process, on a full disk. Through the command line.
import { execFileSync, spawn } from 'node:child_process'
import {
  closeSync,
  cpSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ProjectInfo } from '@shared/project'
import { auw, demoClip, root, temporaryFolder } from '../cli/auw'
import { projectState } from './projectState'

const folder = temporaryFolder()
const settings = join(folder, 'settings')
const project = join(folder, 'study.auproj')
const run = (...args: string[]) => auw({ settings }, ...args)
const copyOf = (name: string): string => {
  const copy = join(folder, name)
  cpSync(project, copy, { recursive: true })
  return copy
}
let videoId = ''

beforeAll(async () => {
  await run('project', 'create', project)
  const added = await run('video', 'add', project, demoClip('S01'), '--subject', 'S01', '--json')
  videoId = added.json<{ videos: { id: string }[] }>().videos[0]?.id ?? ''
  expect(await run('analyse', project)).toMatchObject({ code: 0 })
})

it('a project of a newer version is refused and not touched', async () => {
  const newer = copyOf('newer.auproj')
  const database = new Database(join(newer, 'project.sqlite'))
  database.pragma('user_version = 999')
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
  const bytes = readFileSync(join(newer, 'project.sqlite'))
  for (const args of [
    ['project', 'info', newer],
    ['video', 'add', newer, demoClip('S02'), '--subject', 'S02'],
    ['predict', newer],
  ]) {
    const outcome = await run(...args)
    expect(outcome).toMatchObject({ code: 1, stdout: '' })
    expect(outcome.stderr).toMatch(/^auw: .*newer.*\n$/)
  }
  expect(readFileSync(join(newer, 'project.sqlite')).equals(bytes)).toBe(true)
})

it('a damaged database is named and left as it is', async () => {
  const damaged = copyOf('damaged.auproj')
  const file = join(damaged, 'project.sqlite')
  const spoil = (change: (handle: number) => void): Buffer => {
    cpSync(join(project, 'project.sqlite'), file)
    const handle = openSync(file, 'r+')
    change(handle)
    closeSync(handle)
    return readFileSync(file)
  }
  for (const change of [
    (handle: number) => ftruncateSync(handle, 5000),
    (handle: number) => ftruncateSync(handle, 0),
    (handle: number) => void writeSync(handle, Buffer.alloc(4096, 7), 0, 4096, 0),
    (handle: number) => void writeSync(handle, Buffer.alloc(8192, 7), 0, 8192, 4096),
  ]) {
    const bytes = spoil(change)
    const outcome = await run('project', 'info', damaged)
    expect(outcome).toMatchObject({ code: 1, stdout: '' })
    expect(outcome.stderr).toMatch(/^auw: .*(damaged|corrupt|not a project).*\n$/i)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  }
})

describe('a second process', () => {
  it('reads and exports while another writes, may not write, and takes over from a dead one', async () => {
    const holder = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'serve', project, '--json'], {
      env: { ...process.env, AUW_SETTINGS: settings },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = new Promise((done) => holder.once('exit', done))
    await new Promise((done) => holder.stdout.once('data', done))
    const before = projectState(project)

    const info = await run('project', 'info', project, '--json')
    expect(info).toMatchObject({ code: 0 })
    expect(info.json<ProjectInfo>()).toMatchObject({ isWritable: false, videoCount: 1 })
    expect(await run('video', 'list', project)).toMatchObject({ code: 0 })
    expect(await run('export', project, '--out', join(folder, 'meanwhile'))).toMatchObject({ code: 0 })
    for (const args of [
      ['label', 'add', project, '--video', videoId, '--au', '12', '--from', '0', '--to', '9', '--state', 'present', '--coder', 'AB'],
      ['predict', project],
      ['video', 'add', project, demoClip('S02'), '--subject', 'S02'],
      ['subject', 'remove', project, 'S01'],
      ['undo', project],
    ]) {
      const outcome = await run(...args)
      expect(outcome, args.join(' ')).toMatchObject({ code: 1, stdout: '' })
      expect(outcome.stderr).toContain(`process ${holder.pid}`)
    }
    expect(projectState(project)).toEqual(before)

    holder.kill('SIGKILL')
    await ended
    expect(
      await run(
        'label',
        'add',
        project,
        '--video',
        videoId,
        '--au',
        '12',
        '--from',
        '0',
        '--to',
        '9',
        '--state',
        'present',
        '--coder',
        'AB',
      ),
    ).toMatchObject({ code: 0 })
  })
})

describe('a full disk', () => {
  it('stops import, analysis, prediction and export with one sentence, and what was there stays', async () => {
    const disk = smallDisk(6)
    if (!disk) return console.warn('Skipped: a small disk to fill can only be mounted by root on Linux.')
    try {
      const full = join(disk.path, 'full.auproj')
      expect(await run('project', 'create', full)).toMatchObject({ code: 0 })
      expect(await run('video', 'add', full, demoClip('S01'), '--subject', 'S01')).toMatchObject({ code: 0 })
      fill(disk.path, 60_000)
      const before = projectState(full)
      const stopped = async (...args: string[]): Promise<void> => {
        const outcome = await run(...args)
        expect(outcome.code, `${args.join(' ')}: ${outcome.stderr}`).toBe(1)
        expect(outcome.stderr).toMatch(/auw: .*(no room|full|space|not enough)/i)
        expect(outcome.stderr).not.toMatch(/SQLITE|ENOSPC|\n\s+at /)
      }
      await stopped('analyse', full)
      expect(projectState(full).tables.video).toEqual(before.tables.video)
      expect(projectState(full).tables.frame_time).toEqual(before.tables.frame_time)
      await stopped('export', full, '--out', join(disk.path, 'csv'))
      // each table is there whole or not at all
      const written = existsSync(join(disk.path, 'csv')) ? readdirSync(join(disk.path, 'csv')) : []
      expect(written.filter((name) => !/^(synthetic_S01\.csv|datapackage\.json)$/.test(name))).toEqual([])
      if (written.includes('synthetic_S01.csv'))
        expect(readFileSync(join(disk.path, 'csv/synthetic_S01.csv'), 'utf8').split('\n')).toHaveLength(252)
      // reading still works, and with room the work goes on
      expect(await run('project', 'info', full)).toMatchObject({ code: 0 })
      execFileSync('rm', ['-f', join(disk.path, 'ballast')])
      expect(await run('analyse', full)).toMatchObject({ code: 0 })
    } finally {
      disk.unmount()
    }
  })
})

/** A disk of some megabytes, where this user may mount one. */
function smallDisk(megabytes: number): { path: string; unmount(): void } | null {
  const path = join(folder, 'disk')
  mkdirSync(path)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    return null
  }
  return { path, unmount: () => void execFileSync('umount', ['-l', path]) }
}

/** Fills a disk up to some bytes. */
function fill(disk: string, leave: number): void {
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, '')
  const handle = openSync(ballast, 'w')
  try {
    for (;;) writeSync(handle, Buffer.alloc(16384))
  } catch {
    ftruncateSync(handle, Math.max(0, statSync(ballast).size - leave))
  } finally {
    closeSync(handle)
  }
}
