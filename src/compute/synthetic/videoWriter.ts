// Gives raw frames to ffmpeg, which writes a video beside its final name; the name appears when the video is whole.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open, rename, rm } from 'node:fs/promises'
import { AppError } from '@shared/errors'
import type { VideoEncoding } from '@shared/synth'
import { DecoderLog } from '../decoderErrors'

export class VideoWriter {
  private readonly child: ChildProcess
  private readonly log = new DecoderLog()
  private readonly partial: string
  private readonly ended: Promise<number | null>
  private failure: unknown = null

  /** @param size pixels of a side of the square frames, rgb24 */
  constructor(
    private readonly path: string,
    size: number,
    framesPerSecond: number,
    { ffmpegPath, arguments: how }: VideoEncoding,
  ) {
    this.partial = `${path}.partial.mp4`
    const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${size}x${size}`, '-r', String(framesPerSecond), '-i', 'pipe:0']
    this.child = spawn(ffmpegPath, ['-hide_banner', '-nostats', '-v', 'error', '-y', ...input, ...how, this.partial], {
      stdio: ['pipe', 'ignore', 'pipe'],
      windowsHide: true,
    })
    this.child.stderr?.on('data', (piece: Buffer) => this.log.add(piece))
    // a write after ffmpeg has gone fails with EPIPE; its own message says why it went
    this.child.stdin?.on('error', () => undefined)
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => {
        this.failure = error
        resolve(null)
      })
      this.child.once('close', (code) => resolve(code))
    })
  }

  /** Copies a frame and waits while ffmpeg is behind. @throws AppError FFMPEG_FAILED when it has ended */
  async add(frame: Uint8Array): Promise<void> {
    const { stdin } = this.child
    if (!stdin?.writable) throw await this.failed()
    if (!stdin.write(Buffer.from(frame))) await Promise.race([once(stdin, 'drain'), this.ended])
  }

  /** Waits for ffmpeg and gives the file its name. @throws AppError FFMPEG_FAILED */
  async finish(): Promise<void> {
    this.child.stdin?.end()
    if ((await this.ended) !== 0) throw await this.failed()
    const file = await open(this.partial, 'r+')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(this.partial, this.path)
  }

  /** Ends ffmpeg and removes what it wrote; nothing happens after `finish`. */
  async abandon(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended
    await rm(this.partial, { force: true })
  }

  private async failed(): Promise<AppError> {
    const code = await this.ended
    const reason = this.failure instanceof Error ? this.failure.message : (this.log.lines.at(-1) ?? `it ended with ${code ?? 'a signal'}`)
    return new AppError('FFMPEG_FAILED', `ffmpeg could not write ${this.path}: ${reason}.`, { path: this.path, messages: this.log.lines })
  }
}
