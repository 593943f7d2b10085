// Runs one ffmpeg child: logs a copy-pastable line, hands its output on as it comes, kills it on abort. Keeps a bounded part of its messages;
// what the messages mean is decided elsewhere (parseFailure).
import { spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import { AppError } from '@shared/errors'
import { quoteCommand } from './commandLines'

/** Lines kept from the beginning and from the end of what ffmpeg says; a broken file can say millions. */
const KEPT_LINES_EACH_END = 60
/** A line longer than this is cut, so that a hostile file's metadata cannot grow memory. */
const MAX_LINE_CHARACTERS = 4096
/** How long a child may take to end itself after SIGTERM before SIGKILL. */
const KILL_GRACE_MILLISECONDS = 2000

export type LogLine = (line: string) => void

export interface FfmpegRunOptions {
  signal?: AbortSignal | undefined
  /** Gets the command line before it runs. */
  log?: LogLine | undefined
  /** Gets standard output in pieces. What it throws ends the child and is rethrown. */
  onStdout?: ((chunk: Buffer) => void) | undefined
  /** Gets each line of standard error; returns true to keep the line out of `messages`. */
  onStderrLine?: ((line: string) => boolean) | undefined
}

export interface FfmpegRun {
  /** 0 is success; null when a signal we did not send ended the child. */
  exitCode: number | null
  /** First and last lines of standard error, without those the caller took. */
  messages: string[]
}

/**
 * Runs ffmpeg to its end, whatever the exit code.
 * @throws AppError CANCELLED when `signal` aborts, FFMPEG_NOT_FOUND when the program cannot be started; whatever the callbacks throw.
 */
export async function runFfmpeg(program: string, args: readonly string[], options: FfmpegRunOptions = {}): Promise<FfmpegRun> {
  const { signal, log, onStdout, onStderrLine } = options
  if (signal?.aborted) throw cancelled()
  log?.(quoteCommand(program, args))
  const child = spawn(program, args, {
    stdio: ['ignore', onStdout ? 'pipe' : 'ignore', 'pipe'],
    windowsHide: true,
    env: { ...process.env, AV_LOG_FORCE_NOCOLOR: '1' },
  })
  const messages = new BoundedLines(KEPT_LINES_EACH_END)

  return await new Promise<FfmpegRun>((resolvePromise, reject) => {
    let failure: unknown
    let hasFailed = false
    let killTimer: NodeJS.Timeout | undefined
    const end = (reason: unknown): void => {
      if (hasFailed) return
      hasFailed = true
      failure = reason
      child.kill('SIGTERM')
      killTimer = setTimeout(() => child.kill('SIGKILL'), KILL_GRACE_MILLISECONDS)
    }
    const onAbort = (): void => end(cancelled())
    signal?.addEventListener('abort', onAbort, { once: true })

    child.stdout?.on('data', (chunk: Buffer) => {
      if (hasFailed) return
      try {
        onStdout?.(chunk)
      } catch (error) {
        end(error)
      }
    })
    const splitter = new LineSplitter((line) => {
      if (hasFailed) return
      try {
        if (!onStderrLine?.(line)) messages.push(line)
      } catch (error) {
        end(error)
      }
    })
    child.stderr?.on('data', (chunk: Buffer) => splitter.write(chunk))

    const settle = (): void => {
      signal?.removeEventListener('abort', onAbort)
      clearTimeout(killTimer)
    }
    child.on('error', (cause) => {
      settle()
      const message = `ffmpeg could not be started from ${program}: ${cause.message}. Choose another ffmpeg in the settings, or reinstall AU Workbench.`
      reject(hasFailed ? failure : new AppError('FFMPEG_NOT_FOUND', message, { path: program }, { cause }))
    })
    child.on('close', (exitCode) => {
      splitter.end()
      settle()
      if (hasFailed) reject(failure)
      else resolvePromise({ exitCode, messages: messages.toArray() })
    })
  })
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'Cancelled.')
}

/** Cuts a byte stream into lines at \n or \r (ffmpeg ends its status lines with \r), holding at most one cut line in memory. */
export class LineSplitter {
  private rest = ''
  private readonly decoder = new StringDecoder('utf8')

  constructor(private readonly onLine: (line: string) => void) {}

  write(chunk: Buffer): void {
    const lines = (this.rest + this.decoder.write(chunk)).split(/\r\n|\n|\r/)
    this.rest = (lines.pop() ?? '').slice(0, MAX_LINE_CHARACTERS)
    for (const line of lines) this.onLine(line.slice(0, MAX_LINE_CHARACTERS))
  }

  end(): void {
    const last = this.rest + this.decoder.end()
    this.rest = ''
    if (last !== '') this.onLine(last)
  }
}

/** Keeps the first and the last few lines of a long sequence. */
class BoundedLines {
  private readonly first: string[] = []
  private readonly last: string[] = []

  constructor(private readonly each: number) {}

  push(line: string): void {
    if (line.trim() === '') return
    if (this.first.length < this.each) {
      this.first.push(line)
      return
    }
    this.last.push(line)
    if (this.last.length > this.each) this.last.shift()
  }

  toArray(): string[] {
    return [...this.first, ...this.last]
  }
}
