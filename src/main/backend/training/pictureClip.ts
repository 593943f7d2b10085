// A folder of JPEG frames as one video of the same bytes: muxed, never encoded anew, so that a data set of pictures can be coded like any video.
import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { AppError } from '@shared/errors'

/** Pictures have no clock of their own; the data sets were filmed at about this rate. */
const FRAMES_PER_SECOND = 25

/** @param pictures JPEG files in order @throws AppError FFMPEG_FAILED, FILE_UNREADABLE */
export async function muxPictures(ffmpeg: string, pictures: readonly string[], target: string, signal: AbortSignal): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  const partial = `${target}.part.mkv`
  const args = [
    '-hide_banner',
    '-nostdin',
    '-v',
    'error',
    '-f',
    'mjpeg',
    '-framerate',
    String(FRAMES_PER_SECOND),
    '-i',
    'pipe:0',
    '-c',
    'copy',
    '-f',
    'matroska',
    '-y',
    partial,
  ]
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(ffmpeg, args, { stdio: ['pipe', 'ignore', 'pipe'], windowsHide: true, signal })
      let said = ''
      child.stderr.on('data', (piece: Buffer) => (said = (said + piece.toString()).slice(-2000)))
      // a child that ends early is reported by its exit code
      child.stdin.on('error', () => undefined)
      child.once('error', reject)
      child.once('close', (code) => {
        if (code === 0) resolve()
        else reject(new AppError('FFMPEG_FAILED', `The pictures could not be joined: ${said.trim().split('\n').at(-1) ?? `code ${code}`}.`))
      })
      const source = Readable.from(bytesOf(pictures))
      source.once('error', (error) => {
        child.kill('SIGKILL')
        reject(new AppError('FILE_UNREADABLE', `A picture could not be read: ${error.message}.`))
      })
      source.pipe(child.stdin)
    })
    await rename(partial, target)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

async function* bytesOf(pictures: readonly string[]): AsyncGenerator<Buffer> {
  for (const picture of pictures) for await (const piece of createReadStream(picture)) yield piece as Buffer
}
