// The order in which ffmpegs are looked for, and that only one that runs is taken.
import { chmodSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installedCandidates, resolveFfmpeg, type FfmpegBinary } from '@main/media/index'
import { clipFolder, ffmpegsUnderTest, type ClipFolder } from './clips'

const ffmpegs = await ffmpegsUnderTest()
const [working] = ffmpegs as [FfmpegBinary]

let folder: ClipFolder
beforeAll(() => {
  folder = clipFolder(working)
  writeFileSync(folder.path('broken'), '#!/bin/sh\nexit 3\n')
  writeFileSync(folder.path('other'), '#!/bin/sh\necho another program 1.0\n')
  writeFileSync(folder.path('notProgram'), 'text')
  for (const name of ['broken', 'other', 'notProgram']) chmodSync(folder.path(name), 0o755)
})
afterAll(() => folder.remove())

test('npm always brings one, so that a machine without ffmpeg works', () => {
  expect(installedCandidates('').map(({ source }) => source)).toContain('ffmpeg-installer')
})

test('PATH comes before the one in npm, and is searched folder by folder', () => {
  const found = installedCandidates(['', '/nowhere', dirname(working.path)].join(process.platform === 'win32' ? ';' : ':'))
  const sources = found.map(({ source }) => source).filter((source) => source !== 'ffmpeg-static')
  expect(sources).toEqual(['path', 'ffmpeg-installer'])
})

test('what it finds can decode and encode what the product needs, and knows which word to use', () => {
  for (const ffmpeg of ffmpegs) {
    expect(ffmpeg).toMatchObject({ encoders: { vp9: true, opus: true }, decoders: { h264: true, hevc: true } })
    expect(ffmpeg.version).not.toBe('')
  }
  // the build in npm dates from 2018, before -fps_mode
  expect(ffmpegs.find(({ source }) => source === 'ffmpeg-installer')?.hasFpsMode ?? false).toBe(false)
})

test('candidates that are missing, broken or another program are passed over, with the reason', async () => {
  const candidates = [
    { source: 'ffmpeg-static', path: folder.path('missing') },
    { source: 'path', path: folder.path('broken') },
    { source: 'path', path: folder.path('other') },
    { source: 'path', path: folder.path('notProgram') },
    { source: 'ffmpeg-installer', path: working.path },
  ] as const
  const found = await resolveFfmpeg({ candidates })
  expect(found).toMatchObject({ source: 'ffmpeg-installer', path: working.path })
  expect(found.passedOver.map(({ reason }) => reason)).toEqual([
    'there is no such file',
    expect.stringContaining('ended with 3'),
    expect.stringContaining('does not answer as ffmpeg'),
    expect.any(String),
  ])
})

test('the setting comes first and is never replaced silently', async () => {
  expect(await resolveFfmpeg({ setting: working.path })).toMatchObject({ source: 'setting', path: working.path })
  const wrong = resolveFfmpeg({ setting: folder.path('missing'), candidates: [{ source: 'path', path: working.path }] })
  await expect(wrong).rejects.toMatchObject({ code: 'FFMPEG_NOT_FOUND', message: expect.stringContaining('settings') })
})

test('without any, advice is given', async () => {
  await expect(resolveFfmpeg({ candidates: [] })).rejects.toMatchObject({
    code: 'FFMPEG_NOT_FOUND',
    message: expect.stringContaining('npm install'),
  })
})
