// Clips whose truth is known because the test made them: every frame's grey level is its index, every time stamp is chosen. Made by the product's own
// ffmpeg with encoders that every build has; nothing here reads what the product says about them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installedCandidates, resolveFfmpeg, type FfmpegBinary } from '@main/media/index'

export const demoClip = (subject: string): string =>
  fileURLToPath(new URL(`../../../resources/demo/synthetic_${subject}.mp4`, import.meta.url))

/** The ffmpeg the product would take, and the one of 2018 that comes with npm where it is another. */
export async function ffmpegsUnderTest(): Promise<FfmpegBinary[]> {
  const resolved = await resolveFfmpeg()
  const installer = installedCandidates().filter(({ source }) => source === 'ffmpeg-installer')
  return resolved.source === 'ffmpeg-installer' || installer.length === 0
    ? [resolved]
    : [resolved, await resolveFfmpeg({ candidates: installer })]
}

export interface ClipFolder {
  path: (name: string) => string
  run: (...args: string[]) => void
  remove: () => void
}

/** An empty folder and an ffmpeg that writes into it; arguments are ffmpeg's own. */
export function clipFolder(ffmpeg: FfmpegBinary): ClipFolder {
  const folder = mkdtempSync(join(tmpdir(), 'auw-media-'))
  return {
    path: (name) => join(folder, name),
    run: (...args) =>
      void execFileSync(ffmpeg.path, ['-v', 'error', '-nostdin', '-y', ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export const passthroughArgs = ({ hasFpsMode }: FfmpegBinary): string[] => [hasFpsMode ? '-fps_mode' : '-vsync', 'passthrough']

/** Time of frame `index` of a counting clip in milliseconds: 40 apart on average, none twice the same distance as its neighbour. */
export const unevenMilliseconds = (index: number): number => index * 40 + (index % 3) * 9

/**
 * A source of frames whose luma is 16 + 2 x index, for up to 100 frames.
 * @param milliseconds expression in N for a frame's time
 */
export function countingSource(frames: number, milliseconds: string, size = '64x48'): string[] {
  // N of the clock, not of the picture: geq and setpts both count from 0
  const filters = [
    `color=c=black:s=${size}:r=25:d=${frames / 25}`,
    'format=yuv420p',
    'geq=lum=16+2*N:cb=128:cr=128',
    'settb=1/1000',
    `setpts=${milliseconds}`,
  ]
  return ['-f', 'lavfi', '-i', filters.join(',')]
}

export const UNEVEN_EXPRESSION = String.raw`N*40+mod(N\,3)*9`

/** Index of a counting clip's frame from its pixels (rgb24, limited-range luma expanded by 255 / 219; ffmpeg's fast conversion gives up to 1.2 less). */
export function indexFromPixels(rgb: Uint8Array): number {
  let sum = 0
  for (const value of rgb) sum += value
  return Math.round(((sum / rgb.length + 0.6) * 219) / 255 / 2)
}

/** Writes a turn into the track header of an MP4, as phones do (ISO/IEC 14496-12, 8.3.2: a matrix of 16.16 numbers). */
export function turnMp4(from: string, to: string, clockwiseDegrees: 90 | 180 | 270): void {
  const bytes = readFileSync(from)
  const header = bytes.indexOf('tkhd', 0, 'latin1')
  const [a, b, c, d] = { 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0] }[clockwiseDegrees] as [number, number, number, number]
  const matrix = [a * 65536, b * 65536, 0, c * 65536, d * 65536, 0, 0, 0, 0x40000000]
  matrix.forEach((value, index) => bytes.writeInt32BE(value, header + 44 + 4 * index))
  writeFileSync(to, bytes)
}

/** The first part of a file, as an interrupted copy leaves it. */
export function cutFile(from: string, to: string, fraction: number): void {
  const bytes = readFileSync(from)
  writeFileSync(to, bytes.subarray(0, Math.floor(bytes.length * fraction)))
}
