// One run of the compute process, from its start to its exit event: the handshake and messages. Which commands there are is known to computeClient.ts.
import { spawn, type ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { COMPUTE_PROTOCOL, type ComputeDevice, type FromCompute, type ToCompute } from '@shared/compute'
import { encodeFrameHead, FrameParser, type ComputeFrame } from '@shared/computeFrames'
import { AppError } from '@shared/errors'

const KEPT_LOG_BYTES = 8192
const SHOWN_LOG_LINES = 12
/**
 * V8 lets its young generation grow while work goes on, to some 50 MB, so that a long video took a fifth more memory than a short one. Arrays of pixels lie
 * outside of it; with 2 MB the difference is 8 % (bench/faces.ts), the whole is smaller, and the processor time of a frame is the same.
 */
const YOUNG_GENERATION = '--max-semi-space-size=2'

export interface ComputeProcessOptions {
  /** A plain Node binary; never Electron's. */
  nodePath: string
  /** out/main/compute.js */
  entryPath: string
  /** The product's `resources` folder. */
  resourcesDirectory: string
  /** How long it may take to say that it is ready. */
  handshakeMilliseconds: number
  environment: NodeJS.ProcessEnv
  /** Every piece of the process's standard output and error. */
  onLog(text: string): void
}

/** Live compute process. `ended` is its exit event, the only proof of its death. */
export class ComputeProcess {
  /** Devices named in the handshake. */
  devices: ComputeDevice[] = []
  isAlive = true
  /** Resolves, never rejects, with why it is gone. */
  readonly ended: Promise<AppError>
  private readonly child: ChildProcess
  private readonly input: Duplex
  private log = ''

  private constructor(
    private readonly options: ComputeProcessOptions,
    private readonly onMessage: (frame: ComputeFrame<FromCompute>) => void,
  ) {
    this.child = spawn(options.nodePath, [YOUNG_GENERATION, options.entryPath, options.resourcesDirectory], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: options.environment,
      windowsHide: true,
    })
    const [, stdout, stderr, input, output] = this.child.stdio as unknown as [null, Duplex, Duplex, Duplex, Duplex]
    this.input = input
    for (const stream of [stdout, stderr]) {
      stream.on('data', (piece: Buffer) => {
        const text = piece.toString('utf8')
        this.log = (this.log + text).slice(-KEPT_LOG_BYTES)
        options.onLog(text)
      })
    }
    // writing to a process that has just died is reported by its exit event
    input.on('error', () => undefined)
    output.on('error', () => undefined)
    const parser = new FrameParser<FromCompute>()
    output.on('data', (piece: Buffer) => {
      try {
        for (const frame of parser.push(piece)) this.onMessage(frame)
      } catch (error) {
        this.log += `${String(error)}\n`
        this.kill()
      }
    })
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => {
        // not started at all: there will be no exit event
        if (this.child.pid !== undefined) return
        this.isAlive = false
        resolve(
          new AppError('COMPUTE_CRASHED', `The compute process could not be started: ${error.message}.`, { nodePath: options.nodePath }),
        )
      })
      // close follows exit once the last log lines have been read
      this.child.once('exit', () => (this.isAlive = false))
      this.child.once('close', (code, signal) => {
        this.isAlive = false
        resolve(this.crash(code, signal))
      })
    })
  }

  /** Starts it and waits for its handshake. @throws AppError COMPUTE_CRASHED or COMPUTE_PROTOCOL */
  static async start(options: ComputeProcessOptions, onMessage: (frame: ComputeFrame<FromCompute>) => void): Promise<ComputeProcess> {
    let isReady: (message: FromCompute & { type: 'ready' }) => void = () => undefined
    const ready = new Promise<FromCompute & { type: 'ready' }>((resolve) => (isReady = resolve))
    const process = new ComputeProcess(options, (frame) => {
      if (frame.header.type === 'ready') isReady(frame.header)
      else onMessage(frame)
    })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<AppError>((resolve) => {
      const seconds = options.handshakeMilliseconds / 1000
      const message = `The compute process did not answer within ${seconds} seconds. Try again when the computer is less busy.`
      timer = setTimeout(() => resolve(new AppError('COMPUTE_PROTOCOL', message)), options.handshakeMilliseconds)
    })
    const first = await Promise.race([ready, process.ended, late])
    clearTimeout(timer)
    if (first instanceof AppError) {
      process.kill()
      throw first
    }
    if (first.protocol !== COMPUTE_PROTOCOL) {
      process.kill()
      const message = `The compute process speaks protocol ${first.protocol}, this program ${COMPUTE_PROTOCOL}. Restart the program.`
      throw new AppError('COMPUTE_PROTOCOL', message)
    }
    process.devices = first.devices
    return process
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  send(message: ToCompute, payload?: Uint8Array): void {
    if (!this.isAlive || this.input.destroyed) return
    this.input.write(encodeFrameHead(message, payload))
    if (payload && payload.length > 0) this.input.write(payload)
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }

  /** Keeps this process from holding its parent's event loop open. */
  unref(): void {
    this.child.unref()
    for (const stream of this.child.stdio) (stream as { unref?: () => void } | null)?.unref?.()
  }

  /** The reverse of {@link unref}. */
  ref(): void {
    this.child.ref()
    for (const stream of this.child.stdio) (stream as { ref?: () => void } | null)?.ref?.()
  }

  private crash(code: number | null, signal: NodeJS.Signals | null): AppError {
    const lines = this.log.split(/\r?\n/).filter((line) => line.trim() !== '')
    const how = signal ? `was ended by ${signal}` : `ended with code ${code ?? 'unknown'}`
    const hint = signal === 'SIGKILL' ? ' Often the computer was out of memory; close other programs.' : ''
    const said = lines.length > 0 ? ` It said: ${lines.at(-1)}` : ''
    const message = `The compute process ${how}.${hint} What was finished is kept; run the job again to continue.${said}`
    return new AppError('COMPUTE_CRASHED', message, { code, signal, lines: lines.slice(-SHOWN_LOG_LINES) })
  }
}
