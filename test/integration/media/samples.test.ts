// The bytes said to hold a frame are that frame's coded picture: checked against the checksums and times that ffmpeg prints for the same packets.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probeVideo, readFrameTable, readSampleTable, resolveFfmpeg, type FfmpegBinary, type SampleTable } from '@main/media/index'
import { clipFolder, passthroughArgs, turnMp4, UNEVEN_EXPRESSION, type ClipFolder } from './clips'

interface Packet {
  checksum: number
  size: number
}

/** RFC 1950, 8.2, begun at 0 as ffmpeg's framecrc does. */
function adler32(bytes: Uint8Array): number {
  let a = 0
  let b = 0
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return b * 65536 + a
}

describe('the sample table', () => {
  let ffmpeg: FfmpegBinary
  let clips: ClipFolder

  beforeAll(async () => {
    ffmpeg = await resolveFfmpeg()
    clips = clipFolder(ffmpeg)
    const picture = ['-f', 'lavfi', '-i', 'testsrc=s=192x108:r=25:d=4']
    const sound = ['-f', 'lavfi', '-i', 'sine=440:duration=4']
    const h264 = ['-c:v', 'libx264', '-bf', '3', '-g', '30', '-pix_fmt', 'yuv420p']
    clips.run(...picture, ...sound, ...h264, '-c:a', 'aac', 'sound.mp4')
    clips.run(...picture, ...h264, '-movflags', 'faststart', 'front.mp4')
    clips.run('-ss', '1.3', '-i', 'sound.mp4', '-c', 'copy', 'cut.mp4')
    clips.run(...picture, ...sound, ...h264, '-c:a', 'libmp3lame', 'h264.mkv')
    const uneven = `testsrc=s=192x108:r=25:d=4,settb=1/1000,setpts=${UNEVEN_EXPRESSION}`
    const vp9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '300k']
    clips.run('-f', 'lavfi', '-i', uneven, ...passthroughArgs(ffmpeg), ...vp9, 'uneven.webm')
    clips.run(...picture, ...h264, '-movflags', 'frag_keyframe+empty_moov', 'fragments.mp4')
    turnMp4(clips.path('front.mp4'), clips.path('turned.mp4'), 90)
    return () => clips.remove()
  })
  afterAll(() => clips.remove())

  async function read(name: string): Promise<{ table: SampleTable | null; frames: number }> {
    const video = await probeVideo(clips.path(name), { ffmpeg })
    const clock = await readFrameTable(video, { ffmpeg })
    return { table: await readSampleTable(video.path, video.container.includes('matroska'), clock), frames: clock.count }
  }

  /** Packets as ffmpeg copies them, in the file's order. */
  function packets(name: string): Packet[] {
    const args = ['-v', 'error', '-ignore_editlist', '1', '-i', clips.path(name), '-map', '0:V:0', '-c', 'copy', '-f', 'framecrc', '-']
    const withoutOption = args.filter((word, index) => name.endsWith('.mp4') || (index !== 2 && index !== 3))
    const text = execFileSync(ffmpeg.path, withoutOption, { encoding: 'utf8' })
    return text
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .map((line) => line.split(',').map((word) => word.trim()))
      .map((words) => ({ size: Number(words[4]), checksum: Number.parseInt(words[5] ?? '', 16) }))
  }

  it.each(['sound.mp4', 'front.mp4', 'cut.mp4', 'turned.mp4', 'h264.mkv', 'uneven.webm'])('of %s points at the pictures', async (name) => {
    const { table, frames } = await read(name)
    if (!table) throw new Error('There is no table.')
    const shown = [...table.frames].filter((frame) => frame >= 0).sort((a, b) => a - b)
    expect(shown).toEqual(Array.from({ length: frames }, (_, frame) => frame))
    const file = readFileSync(clips.path(name))
    const found = Array.from(table.offsets, (offset, place): Packet => {
      const size = table.sizes[place] ?? 0
      return { size, checksum: adler32(file.subarray(offset, offset + size)) }
    })
    expect(found).toEqual(packets(name))
    expect(table.keys[0]).toBe(1)
    expect(table.turn).toBe(name === 'turned.mp4' ? 90 : 0)
  })

  it('leaves pictures before the edit list’s beginning without a frame', async () => {
    const { table, frames } = await read('cut.mp4')
    const hidden = [...(table?.frames ?? [])].filter((frame) => frame === -1).length
    expect(hidden).toBeGreaterThan(0)
    expect(hidden + frames).toBe(table?.frames.length)
  })

  it('is not made up where the container does not tell', async () => {
    expect((await read('fragments.mp4')).table).toBeNull()
  })

  it('is not made up where the frame table says otherwise', async () => {
    const video = await probeVideo(clips.path('front.mp4'), { ffmpeg })
    const clock = await readFrameTable(video, { ffmpeg })
    const shifted = {
      ...clock,
      timestampsMicroseconds: clock.timestampsMicroseconds.map((time, frame) => (frame < 50 ? time : time + 15_000)),
    }
    expect(await readSampleTable(video.path, false, shifted)).toBeNull()
  })
})
