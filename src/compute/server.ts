// Routes messages between main and running commands: cancelling, back-pressure, questions to main. What commands do is theirs.
import type { ComputeProgress, FromCompute, ToCompute } from '@shared/compute'
import { encodeFrameHead, type ComputeFrame } from '@shared/computeFrames'
import { AppError, fromErrorBody, toErrorBody } from '@shared/errors'
import type { Command, CommandContext } from './command'

/** Chunks that may be under way to main before a command waits: one is being stored while the next is made. */
const CHUNKS_IN_FLIGHT = 2
const PROGRESS_INTERVAL_MILLISECONDS = 200

interface Running {
  abort: AbortController
  inFlight: number
  /** Resumes a command that waits for main to store a chunk. */
  wake: (() => void) | null
  wants: Map<number, { resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void }>
}

export interface ServerOptions {
  commands: Readonly<Record<string, Command>>
  resourcesDirectory: string
  /** Writes to main. */
  write(bytes: Uint8Array): void
  /** Milliseconds, for spacing progress messages. */
  now(): number
  /** Called on `shutdown`, when every command has ended. */
  onShutdown(): void
}

export class Server {
  private readonly running = new Map<number, Running>()
  private nextWant = 1
  private isShuttingDown = false

  constructor(private readonly options: ServerOptions) {}

  send(message: FromCompute, payload?: Uint8Array): void {
    this.options.write(encodeFrameHead(message, payload))
    if (payload && payload.length > 0) this.options.write(payload)
  }

  receive({ header, payload }: ComputeFrame<ToCompute>): void {
    if (header.type === 'shutdown') {
      this.isShuttingDown = true
      for (const { abort } of this.running.values()) abort.abort(cancelled())
      this.leaveWhenIdle()
      return
    }
    if (header.type === 'command') {
      void this.run(header.id, header.name, header.spec, payload)
      return
    }
    // a command that has just ended may still be spoken to
    const running = this.running.get(header.id)
    if (!running) return
    switch (header.type) {
      case 'ack':
        running.inFlight--
        running.wake?.()
        break
      case 'cancel':
        running.abort.abort(cancelled())
        break
      case 'have':
        running.wants.get(header.want)?.resolve(payload)
        running.wants.delete(header.want)
        break
      case 'refuse':
        running.wants.get(header.want)?.reject(fromErrorBody(header.error))
        running.wants.delete(header.want)
        break
    }
  }

  private async run(id: number, name: string, spec: unknown, payload: Uint8Array): Promise<void> {
    const running: Running = { abort: new AbortController(), inFlight: 0, wake: null, wants: new Map() }
    this.running.set(id, running)
    running.abort.signal.addEventListener('abort', () => {
      running.wake?.()
      for (const { reject } of running.wants.values()) reject(cancelled())
      running.wants.clear()
    })
    try {
      const command = this.options.commands[name]
      if (!command) throw new AppError('COMPUTE_PROTOCOL', `The compute process has no command "${name}".`)
      const value = await command(spec as never, payload, this.contextOf(id, running))
      running.abort.signal.throwIfAborted()
      this.send({ type: 'result', id, value })
    } catch (error) {
      const reason: unknown = running.abort.signal.aborted ? running.abort.signal.reason : error
      if (!(reason instanceof AppError)) console.error(reason)
      this.send({ type: 'error', id, error: toErrorBody(reason) })
    } finally {
      this.running.delete(id)
      this.leaveWhenIdle()
    }
  }

  private contextOf(id: number, running: Running): CommandContext {
    const { signal } = running.abort
    let lastProgress = -Infinity
    return {
      signal,
      resourcesDirectory: this.options.resourcesDirectory,
      emit: async (chunk, payload) => {
        while (running.inFlight >= CHUNKS_IN_FLIGHT && !signal.aborted) await new Promise<void>((resolve) => (running.wake = resolve))
        signal.throwIfAborted()
        running.inFlight++
        this.send({ type: 'chunk', id, chunk }, payload)
      },
      progress: (progress: ComputeProgress) => {
        const now = this.options.now()
        if (now - lastProgress < PROGRESS_INTERVAL_MILLISECONDS && progress.done < progress.total) return
        lastProgress = now
        this.send({ type: 'progress', id, progress })
      },
      want: (what, key) => {
        signal.throwIfAborted()
        const want = this.nextWant++
        return new Promise((resolve, reject) => {
          running.wants.set(want, { resolve, reject })
          this.send({ type: 'want', id, want, what, key })
        })
      },
    }
  }

  private leaveWhenIdle(): void {
    if (this.isShuttingDown && this.running.size === 0) this.options.onShutdown()
  }
}

const cancelled = (): AppError => new AppError('CANCELLED', 'The job was cancelled.')
