// Synthetic subjects from the outside, with a tiny face model made here: rendered, the same again for the same seed, continued, refused when something else is
// there; and taken in like a lab's videos, with labels that say what the table says.
import { parse } from 'csv-parse/sync'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { LabelSpan } from '@shared/labels'
import type { SynthManifest, SynthResult } from '@shared/synth'
import { writeTinyFace } from '../../unit/vision/synthetic/tinyFace'
import { auw, temporaryFolder } from './auw'

const folder = temporaryFolder()
const path = (...names: string[]): string => join(folder, ...names)
const run = (...args: string[]) => auw({ settings: path('settings') }, ...args)
const videos = (out: string, ...more: string[]) =>
  run(
    'synth',
    '--facekit',
    path('face'),
    '--out',
    path(out),
    '--subjects',
    '2',
    '--held-out',
    '1',
    '--seconds',
    '2',
    '--fps',
    '10',
    '--size',
    '64',
    '--seed',
    '5',
    '--threads',
    '2',
    '--json',
    ...more,
  )
const hash = (...names: string[]): string =>
  createHash('sha256')
    .update(readFileSync(path(...names)))
    .digest('hex')

beforeAll(() => writeTinyFace(path('face')))

describe('auw synth videos', () => {
  it('writes a video, a table and the truth of every subject, the same bytes for the same seed', async () => {
    const first = await videos('one', '--shortcut', '1', '--sides')
    expect(first).toMatchObject({ code: 0 })
    const { manifest, renderedFrames } = first.json<SynthResult>()
    expect(renderedFrames).toBe(60)
    expect(manifest.subjects.map(({ code, role }) => [code, role])).toEqual([
      ['S001', 'train'],
      ['S002', 'train'],
      ['H001', 'held-out'],
    ])
    expect(Object.keys(manifest.subjects[0]!.propensities).length).toBeGreaterThan(5)
    expect(manifest.subjects[2]!.propensities).toEqual({})
    const rows = parse(readFileSync(path('one', 'S001.csv'), 'utf8'), { columns: true }) as Record<string, string>[]
    expect(rows).toHaveLength(20)
    expect(Object.keys(rows[0]!).slice(0, 3)).toEqual(['frame', 'AU01', 'AU02'])
    expect(await videos('two', '--shortcut', '1', '--sides')).toMatchObject({ code: 0 })
    for (const name of ['S001.mp4', 'S001.csv', 'S001.sides.csv', 'H001.mp4']) expect(hash('two', name), name).toBe(hash('one', name))
  })

  it('continues a folder, renders only what is missing, and refuses another configuration', async () => {
    rmSync(path('one', 'S002.json'))
    const before = statSync(path('one', 'S001.mp4')).mtimeMs
    const again = await videos('one', '--shortcut', '1', '--sides')
    expect(again.json<SynthResult>()).toMatchObject({ keptSubjects: 2, renderedFrames: 20 })
    expect(statSync(path('one', 'S001.mp4')).mtimeMs).toBe(before)
    expect(hash('one', 'S002.mp4')).toBe(hash('two', 'S002.mp4'))
    const other = await videos('one', '--shortcut', '0.5', '--sides')
    expect(other.code).not.toBe(0)
    expect(other.stderr).toMatch(/another configuration/)
  })

  it('says in one sentence what is wrong with a face model', async () => {
    const outcome = await run('synth', '--facekit', path('nowhere'), '--out', path('three'), '--subjects', '1')
    expect(outcome.code).not.toBe(0)
    expect(outcome.stderr).toMatch(/facekit\.json/)
  })
})

it('auw synth crops writes pictures with a table that names each, as a folder and packed', async () => {
  const crops = (out: string, ...more: string[]) =>
    run(
      'synth',
      'crops',
      '--facekit',
      path('face'),
      '--out',
      path(out),
      '--subjects',
      '2',
      '--per-subject',
      '6',
      '--size',
      '32',
      '--json',
      ...more,
    )
  expect(await crops('crops')).toMatchObject({ code: 0 })
  const rows = parse(readFileSync(path('crops', 'S002.csv'), 'utf8'), { columns: true }) as Record<string, string>[]
  expect(rows.map(({ file }) => file)).toContain('S002/00005.jpg')
  expect(
    readFileSync(path('crops', 'S002', '00005.jpg'))
      .subarray(0, 2)
      .toString('hex'),
  ).toBe('ffd8')
  expect(await crops('packed', '--packed')).toMatchObject({ code: 0 })
  expect(statSync(path('packed', 'S001.rgb')).size).toBe(6 * 32 * 32 * 3)
})

it('is taken in like a lab’s video: labels say present from the threshold on, absent below', async () => {
  const project = path('lab.auproj')
  await run('project', 'create', project)
  const added = await run('video', 'add', project, path('two', 'S001.mp4'), '--subject', 'S001', '--json')
  const id = added.json<{ videos: { id: string; frameCount: number }[] }>().videos[0]!.id
  const taken = await run('label', 'import', project, path('two', 'S001.csv'), '--video', id, '--coder', 'known', '--threshold', '0.3')
  expect(taken).toMatchObject({ code: 0 })
  const { labels } = (await run('label', 'list', project, '--video', id, '--json')).json<{ labels: LabelSpan[] }>()
  const rows = parse(readFileSync(path('two', 'S001.csv'), 'utf8'), { columns: true }) as Record<string, string>[]
  const { aus } = JSON.parse(readFileSync(path('two', 'manifest.json'), 'utf8')) as SynthManifest
  for (const au of aus) {
    const own = labels.filter((label) => label.au === au)
    rows.forEach((row, frame) => {
      const span = own.find(({ startFrame, endFrame }) => startFrame <= frame && frame <= endFrame)
      expect(span?.state, `AU${au}, frame ${frame}`).toBe(Number(row[`AU${String(au).padStart(2, '0')}`]) >= 0.3 ? 'present' : 'absent')
    })
  }
  const wrong = await run('label', 'import', project, path('two', 'S001.csv'), '--video', id, '--coder', 'known', '--threshold', '7')
  expect(wrong.code).toBe(2)
})

it('auw synth import takes all of a folder in, once, and nothing that is not its own', async () => {
  const project = path('all.auproj')
  await run('project', 'create', project)
  const refused = await run('synth', 'import', project, path('crops'))
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toMatch(/no finished videos of auw synth/)
  for (const time of ['first', 'again']) {
    const taken = await run('synth', 'import', project, path('two'), '--json')
    expect(taken, time).toMatchObject({ code: 0 })
    expect(taken.json(), time).toEqual({ videos: 3, subjects: 3 })
  }
  const { videos } = (await run('video', 'list', project, '--json')).json<{
    videos: { subjectCode: string; condition: string; labelCount: number }[]
  }>()
  expect(videos.map(({ subjectCode, condition }) => [subjectCode, condition]).sort()).toEqual(
    ['H001', 'S001', 'S002'].map((code) => [code, 'synthetic']),
  )
  for (const { labelCount } of videos) expect(labelCount).toBeGreaterThan(0)
})
