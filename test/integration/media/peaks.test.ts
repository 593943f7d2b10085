// The outline of sound: loud where the clip is loud, at the times of the player's clock.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readPeaks, resolveFfmpeg, type FfmpegBinary } from '@main/media/index'
import { PEAKS_PER_SECOND } from '@shared/dataUrls'
import { clipFolder, type ClipFolder } from './clips'

let ffmpeg: FfmpegBinary
let clips: ClipFolder

beforeAll(async () => {
  ffmpeg = await resolveFfmpeg()
  clips = clipFolder(ffmpeg)
  const picture = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=25:d=3']
  // Silence, a tone of half the range from 1 s to 2 s, silence.
  const sound = ['-f', 'lavfi', '-i', String.raw`aevalsrc=0.5*sin(880*PI*t)*between(t\,1\,2):d=3:s=48000`]
  clips.run(...picture, ...sound, '-c:v', 'mpeg4', '-c:a', 'aac', '-b:a', '128k', 'tone.mp4')
  // The same sound 0.6 s late.
  clips.run(...picture, '-itsoffset', '0.6', ...sound, '-c:v', 'mpeg4', '-c:a', 'pcm_s16le', 'late.mkv')
})
afterAll(() => clips.remove())

async function peaks(name: string, container: string): Promise<number[]> {
  const all: number[] = []
  await readPeaks({ path: clips.path(name), container }, (pairs) => all.push(...pairs), { ffmpeg })
  return all
}

/** Largest peak of the seconds [from, to). */
const loudest = (all: number[], from: number, to: number): number =>
  Math.max(...all.slice(2 * from * PEAKS_PER_SECOND, 2 * to * PEAKS_PER_SECOND))

it.each([
  ['tone.mp4', 'mov,mp4,m4a,3gp,3g2,mj2', 0],
  ['late.mkv', 'matroska,webm', 0.6],
])('of %s is loud when the tone sounds', async (name, container, late) => {
  const all = await peaks(name, container)
  expect(all.length % 2).toBe(0)
  expect(loudest(all, 0, 0.95 + late)).toBeLessThan(8)
  expect(loudest(all, 1.05 + late, 1.95 + late)).toBeGreaterThan(55)
  expect(loudest(all, 1.05 + late, 1.95 + late)).toBeLessThan(75)
  expect(loudest(all, 2.05 + late, 2.9)).toBeLessThan(8)
})

it('refuses what has no sound, in a sentence', async () => {
  clips.run('-f', 'lavfi', '-i', 'testsrc=s=64x48:r=25:d=1', '-c:v', 'mpeg4', 'silent.mp4')
  await expect(peaks('silent.mp4', 'mov,mp4,m4a,3gp,3g2,mj2')).rejects.toMatchObject({ code: 'MEDIA_DECODE_FAILED' })
})
