// What is no video, or not a whole one: one sentence each, the right code, nothing contacted. And whole files that only look suspicious are taken.
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashFile, probeVideo, readFrameTable, type FfmpegBinary, type FrameTable } from '@main/media/index'
import { clipFolder, countingSource, cutFile, demoClip, ffmpegsUnderTest, type ClipFolder } from './clips'

const ffmpegs = await ffmpegsUnderTest()

let folder: ClipFolder
let server: Server
const requests: string[] = []

beforeAll(async () => {
  folder = clipFolder(ffmpegs[0] as FfmpegBinary)
  server = createServer((request, response) => {
    requests.push(request.url ?? '')
    response.end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/part.ts`

  writeFileSync(folder.path('empty.mp4'), '')
  writeFileSync(folder.path('letter.mp4'), 'Dear colleague, the recordings are on the other drive.\n'.repeat(200))
  writeFileSync(folder.path('notes.txt'), 'participant 7 left early\n'.repeat(200))
  writeFileSync(folder.path('noise.mp4'), Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 251)))
  writeFileSync(folder.path('list.m3u8'), `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n${url}\n#EXT-X-ENDLIST\n`)
  writeFileSync(folder.path('list.ffconcat'), `ffconcat version 1.0\nfile '${demoClip('S01')}'\n`)
  mkdirSync(folder.path('folder.mp4'))
  symlinkSync(folder.path('loop.mp4'), folder.path('loop.mp4'))

  const h264 = ['-i', demoClip('S01'), '-c', 'copy']
  folder.run('-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', 'sound.m4a')
  folder.run('-i', demoClip('S01'), '-frames:v', '1', 'picture.png')
  folder.run(
    '-f',
    'lavfi',
    '-i',
    'sine=d=1',
    '-i',
    'picture.png',
    '-map',
    '0',
    '-map',
    '1',
    '-c:v',
    'copy',
    '-disposition:v',
    'attached_pic',
    'song.mp4',
  )
  folder.run(...h264, '-movflags', '+faststart', 'front.mp4')
  folder.run(...h264, 'back.mp4')
  folder.run(...h264, '-movflags', '+frag_keyframe+empty_moov', 'fragments.mp4')
  folder.run(...h264, 'copy.mkv')
  folder.run(...h264, 'copy.avi')
  folder.run(...h264, 'copy.flv')
  folder.run(...countingSource(100, 'N*40'), '-c:v', 'libvpx', '-deadline', 'realtime', '-b:v', '1M', 'grey.webm')
  for (const name of ['front.mp4', 'back.mp4', 'fragments.mp4', 'copy.mkv', 'copy.avi', 'copy.flv', 'grey.webm']) {
    for (const percent of [30, 85]) cutFile(folder.path(name), folder.path(`cut${percent}.${name}`), percent / 100)
  }

  // whole, though the announced end is far behind the last frame: sound goes on for 6 s
  folder.run(...countingSource(50, 'N*40'), '-f', 'lavfi', '-i', 'sine=d=8', '-c:v', 'mpeg4', '-c:a', 'aac', 'longSound.mp4')
  folder.run('-i', 'longSound.mp4', '-c', 'copy', 'longSound.mkv')
  // whole, with rubbish behind it; and recorded live, so that no length is announced
  folder.run(...h264, 'tail.mp4')
  appendFileSync(folder.path('tail.mp4'), Buffer.alloc(3000, 0x7f))
  folder.run(...h264, '-live', '1', '-f', 'matroska', 'live.mkv')
})
afterAll(async () => {
  folder.remove()
  await new Promise((done) => server.close(done))
})

async function take(path: string, ffmpeg: FfmpegBinary): Promise<FrameTable> {
  return await readFrameTable(await probeVideo(path, { ffmpeg }), { ffmpeg })
}

const oneSentence = expect.stringMatching(/^[^\n]{20,300}\.$/)

describe.each(ffmpegs)('with $source $version', (ffmpeg) => {
  test.each([
    ['empty.mp4', 'MEDIA_NOT_VIDEO', '0 bytes'],
    ['letter.mp4', 'MEDIA_NOT_VIDEO', 'not a video'],
    ['notes.txt', 'MEDIA_NOT_VIDEO', 'not a video'],
    ['noise.mp4', 'MEDIA_NOT_VIDEO', 'not a video'],
    ['list.m3u8', 'MEDIA_NOT_VIDEO', 'not a video'],
    ['list.ffconcat', 'MEDIA_NOT_VIDEO', 'not a video'],
    ['folder.mp4', 'MEDIA_NOT_VIDEO', 'folder'],
    ['sound.m4a', 'MEDIA_NOT_VIDEO', 'no video'],
    ['song.mp4', 'MEDIA_NOT_VIDEO', 'no video'],
    ['picture.png', 'MEDIA_NOT_VIDEO', 'single picture'],
    ['missing.mp4', 'FILE_NOT_FOUND', 'no file'],
    ['loop.mp4', 'FILE_UNREADABLE', 'cannot be read'],
  ])('%s is refused as %s', async (name, code, words) => {
    const error: unknown = await take(folder.path(name), ffmpeg).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, message: oneSentence })
    expect((error as Error).message).toContain(words)
    expect((error as Error).message).toContain(name)
  })

  test('a play list that names a network address contacts nobody', async () => {
    await expect(probeVideo(folder.path('list.m3u8'), { ffmpeg })).rejects.toThrow()
    expect(requests).toEqual([])
  })

  test.each(['front.mp4', 'back.mp4', 'fragments.mp4', 'copy.mkv', 'copy.avi', 'copy.flv', 'grey.webm'])(
    '%s is refused when cut, taken when whole',
    async (name) => {
      for (const percent of [30, 85]) {
        const cut = take(folder.path(`cut${percent}.${name}`), ffmpeg)
        await expect(cut).rejects.toMatchObject({ code: 'MEDIA_TRUNCATED', message: oneSentence })
      }
      expect((await take(folder.path(name), ffmpeg)).count).toBe(name === 'grey.webm' ? 100 : 250)
    },
  )

  test.each([
    ['longSound.mp4', 50],
    ['longSound.mkv', 50],
    ['tail.mp4', 250],
    ['live.mkv', 250],
  ])('%s is whole', async (name, frames) => {
    expect((await take(folder.path(name), ffmpeg)).count).toBe(frames)
  })

  test('cancelling stops at once and says so', async () => {
    const video = await probeVideo(folder.path('front.mp4'), { ffmpeg })
    const abort = new AbortController()
    const table = readFrameTable(video, { ffmpeg, signal: abort.signal, onProgress: () => abort.abort() })
    await expect(table).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(probeVideo(folder.path('front.mp4'), { ffmpeg, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test('progress goes from the beginning to the end', async () => {
    const video = await probeVideo(folder.path('front.mp4'), { ffmpeg })
    const fractions: number[] = []
    await readFrameTable(video, { ffmpeg, onProgress: ({ fraction }) => fractions.push(fraction ?? Number.NaN) })
    expect(fractions.length).toBeGreaterThan(3)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(fractions.at(-1)).toBe(1)
  })
})

describe('content hash', () => {
  test('is SHA-256 of the bytes, with progress', async () => {
    const path = folder.path('three.bin')
    writeFileSync(path, 'abc')
    const seen: number[] = []
    // FIPS 180-4, example B.1
    const expected = { sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', sizeBytes: 3 }
    expect(await hashFile(path, { onProgress: ({ readBytes }) => seen.push(readBytes) })).toEqual(expected)
    expect(seen).toEqual([3])
  })

  test('can be cancelled, and names what it cannot read', async () => {
    await expect(hashFile(demoClip('S01'), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(hashFile(folder.path('missing.mp4'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(hashFile(folder.path('folder.mp4'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})
