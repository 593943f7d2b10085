// Main's side of the compute process: starts it when it is needed, runs commands, cancels them, tells crashes, starts it anew. Knows neither Electron nor the store.
import type {
  AnalyseSpec,
  AnalysisChunk,
  ComputeDevice,
  ComputeProgress,
  CropChunk,
  CropsSpec,
  FromCompute,
  PredictionChunk,
  PredictSpec,
} from '@shared/compute'
import type { ComputeFrame } from '@shared/computeFrames'
import { AppError, fromErrorBody, toErrorBody } from '@shared/errors'
import { ComputeProcess } from './computeProcess'

export interface ComputeClientOptions {
  /** out/main/compute.js */
  entryPath: string
  /** The product's `resources` folder. */
  resourcesDirectory: string
  /** A plain Node binary; this process's own when absent, which is right everywhere but in Electron. */
  nodePath?: string
  /** Default 60 s: a cold disk and a busy machine together are slow. */
  handshakeMilliseconds?: number
  /** How long a cancelled command may take to stop before its process is killed. Default 5 s. */
  graceMilliseconds?: number
  environment?: NodeJS.ProcessEnv
  onLog?: (text: string) => void
}

/** What every command may be given. */
export interface CommandOptions {
  signal?: AbortSignal
  onProgress?: (progress: ComputeProgress) => void
}

/** Answers and chunks of one command, before they are given their meaning. */
export interface RawCommandOptions {
  signal?: AbortSignal | undefined
  payload?: Uint8Array | undefined
  onProgress?: ((progress: never) => void) | undefined
  /** Awaited before the next chunk but one is made. */
  onChunk?: ((chunk: never, payload: Uint8Array) => void | Promise<void>) | undefined
  /** Answers the command's questions for stored bytes. */
  onWant?: ((what: string, key: unknown) => Promise<Uint8Array>) | undefined
}

interface Running extends RawCommandOptions {
  process: ComputeProcess
  /** Chunks are handled one after another, in their order. */
  chain: Promise<void>
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

const HANDSHAKE_MILLISECONDS = 60_000
const GRACE_MILLISECONDS = 5000

/** One per program. Commands may run side by side; the job lanes decide whether they do. */
export class ComputeClient {
  private starting: Promise<ComputeProcess> | null = null
  private current: ComputeProcess | null = null
  private readonly running = new Map<number, Running>()
  private nextId = 1
  private isClosed = false

  constructor(private readonly options: ComputeClientOptions) {}

  /** Process id while one is running, for diagnosis. */
  get pid(): number | undefined {
    return this.current?.isAlive ? this.current.pid : undefined
  }

  /**
   * Finds every face. Chunks come in order and each is awaited.
   * @throws AppError CANCELLED, COMPUTE_CRASHED, MEDIA_TRUNCATED, MEDIA_DECODE_FAILED, FFMPEG_NOT_FOUND, FFMPEG_FAILED, or what onChunk throws
   */
  async analyse(spec: AnalyseSpec, options: CommandOptions & { onChunk: (chunk: AnalysisChunk) => void | Promise<void> }): Promise<void> {
    await this.run('analyse', spec, {
      signal: options.signal,
      onProgress: options.onProgress,
      onChunk: (chunk: Omit<AnalysisChunk, 'faces'>, faces) => options.onChunk({ ...chunk, faces }),
    })
  }

  /**
   * Predicts AUs of the subject's face. `faces` gives the stored bytes of a chunk, by its index.
   * @param options.neutralLandmarks (frames, 468, 3) of frames marked neutral, for the starter model
   * @throws AppError as {@link analyse}, and NOT_ANALYSED, DEVICE_UNAVAILABLE, MODEL_*
   */
  async predict(
    spec: PredictSpec,
    options: CommandOptions & {
      faces: (chunkIndex: number) => Promise<Uint8Array>
      neutralLandmarks?: Float32Array | undefined
      onChunk: (chunk: PredictionChunk) => void | Promise<void>
    },
  ): Promise<void> {
    const { neutralLandmarks } = options
    await this.run('predict', spec, {
      signal: options.signal,
      payload: neutralLandmarks && new Uint8Array(neutralLandmarks.buffer, neutralLandmarks.byteOffset, neutralLandmarks.byteLength),
      onProgress: options.onProgress,
      onWant: (_what, key) => options.faces(key as number),
      onChunk: (chunk: Omit<PredictionChunk, 'probabilities'>, payload) =>
        options.onChunk({ ...chunk, probabilities: new Float32Array(payload.buffer, payload.byteOffset, payload.byteLength / 4) }),
    })
  }

  /** Cuts the subject's face out of chosen frames. @throws AppError as {@link analyse}, and NOT_ANALYSED */
  async crops(
    spec: CropsSpec,
    options: CommandOptions & { faces: (chunkIndex: number) => Promise<Uint8Array>; onChunk: (chunk: CropChunk) => void | Promise<void> },
  ): Promise<void> {
    await this.run('crops', spec, {
      signal: options.signal,
      onProgress: options.onProgress,
      onWant: (_what, key) => options.faces(key as number),
      onChunk: (chunk: { crops: { frame: number; bytes: number | null }[] }, payload) => {
        let at = 0
        const crops = chunk.crops.map(({ frame, bytes }) => ({ frame, jpeg: bytes === null ? null : payload.slice(at, (at += bytes)) }))
        return options.onChunk({ crops })
      },
    })
  }

  /** Devices of this installation. */
  async devices(options: { signal?: AbortSignal } = {}): Promise<ComputeDevice[]> {
    const { devices } = (await this.run('devices', { check: false }, options)) as { devices: ComputeDevice[] }
    return devices
  }

  /** Runs the device check. @returns the verdicts of src/runtime, which the caller knows the type of */
  async checkDevices<Verdict>(options: { signal?: AbortSignal } = {}): Promise<Verdict[]> {
    const { checks } = (await this.run('devices', { check: true }, options)) as { checks: Verdict[] }
    return checks
  }

  /** Runs any command of the table. @returns its result @throws AppError of the command, CANCELLED, COMPUTE_CRASHED */
  async run(name: string, spec: unknown, options: RawCommandOptions = {}): Promise<unknown> {
    const { signal, payload } = options
    if (signal?.aborted) throw cancelled()
    const process = await this.process()
    if (signal?.aborted) throw cancelled()
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      let grace: NodeJS.Timeout | undefined
      const cancel = (): void => {
        process.send({ type: 'cancel', id })
        grace = setTimeout(() => process.kill(), this.options.graceMilliseconds ?? GRACE_MILLISECONDS)
      }
      const settle = (done: () => void): void => {
        clearTimeout(grace)
        signal?.removeEventListener('abort', cancel)
        this.running.delete(id)
        if (this.running.size === 0) process.unref()
        done()
      }
      this.running.set(id, {
        ...options,
        process,
        chain: Promise.resolve(),
        resolve: (value) => settle(() => resolve(value)),
        // a process killed after its grace period was cancelled, not crashed
        reject: (error) => settle(() => reject(signal?.aborted ? cancelled() : error)),
      })
      process.ref()
      signal?.addEventListener('abort', cancel, { once: true })
      process.send({ type: 'command', id, name, spec }, payload)
    })
  }

  /** Ends the process: asks it to stop, kills it after the grace period, waits for its exit. Commands still running are rejected. */
  async close(): Promise<void> {
    this.isClosed = true
    const process = await this.starting?.catch(() => null)
    if (!process?.isAlive) return
    process.ref()
    process.send({ type: 'shutdown' })
    const grace = setTimeout(() => process.kill(), this.options.graceMilliseconds ?? GRACE_MILLISECONDS)
    await process.ended
    clearTimeout(grace)
  }

  /** The running process, or a new one. */
  private async process(): Promise<ComputeProcess> {
    if (this.isClosed) throw new AppError('CANCELLED', 'The program is closing.')
    if (this.starting && (this.current === null || this.current.isAlive)) return this.starting
    this.current = null
    const { entryPath, resourcesDirectory, nodePath, handshakeMilliseconds, environment, onLog } = this.options
    const starting = ComputeProcess.start(
      {
        entryPath,
        resourcesDirectory,
        nodePath: nodePath ?? process.execPath,
        handshakeMilliseconds: handshakeMilliseconds ?? HANDSHAKE_MILLISECONDS,
        environment: environment ?? process.env,
        onLog: onLog ?? (() => undefined),
      },
      (frame) => this.receive(frame),
    )
    this.starting = starting
    try {
      const started = await starting
      this.current = started
      void started.ended.then((reason) => {
        for (const running of [...this.running.values()]) if (running.process === started) running.reject(reason)
      })
      return started
    } catch (error) {
      if (this.starting === starting) this.starting = null
      throw error
    }
  }

  private receive({ header, payload }: ComputeFrame<FromCompute>): void {
    if (header.type === 'ready') return
    const running = this.running.get(header.id)
    if (!running) return
    const { id } = header
    const { process } = running
    switch (header.type) {
      case 'progress':
        running.onProgress?.(header.progress as never)
        break
      case 'chunk':
        running.chain = running.chain.then(async () => {
          if (!this.running.has(id)) return
          try {
            await running.onChunk?.(header.chunk as never, payload)
            process.send({ type: 'ack', id })
          } catch (error) {
            // storing failed, so going on would be for nothing
            process.send({ type: 'cancel', id })
            running.reject(error)
          }
        })
        break
      case 'want':
        void this.answer(running, id, header.want, header.what, header.key)
        break
      case 'result':
        // the last chunks may still be under way to the store
        void running.chain.then(() => running.resolve(header.value))
        break
      case 'error':
        void running.chain.then(() => running.reject(fromErrorBody(header.error)))
        break
    }
  }

  private async answer({ process, onWant }: Running, id: number, want: number, what: string, key: unknown): Promise<void> {
    try {
      if (!onWant) throw new AppError('COMPUTE_PROTOCOL', `Nobody here answers for "${what}".`)
      process.send({ type: 'have', id, want }, await onWant(what, key))
    } catch (error) {
      process.send({ type: 'refuse', id, want, error: toErrorBody(error) })
    }
  }
}

const cancelled = (): AppError => new AppError('CANCELLED', 'The job was cancelled.')
