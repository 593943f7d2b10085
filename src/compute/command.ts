// What a command of the compute process is, and what it is given.
import type { ComputeProgress } from '@shared/compute'

/** The world of one running command. */
export interface CommandContext {
  /** Aborted when main cancels; commands throw its reason. */
  signal: AbortSignal
  /** Folder of the product's `resources`. */
  resourcesDirectory: string
  /** Sends a chunk; resolves when main keeps up, so a slow disk slows the command and not the memory. */
  emit(chunk: unknown, payload?: Uint8Array): Promise<void>
  /** Where the command stands; sent at most a few times a second. */
  progress(progress: ComputeProgress): void
  /** Stored bytes from main. `what` names the kind, `key` which. */
  want(what: string, key: unknown): Promise<Uint8Array>
}

/** One entry of the command table. `spec` comes from main, which is trusted; `payload` goes with it. The returned value must be JSON. */
export type Command = (spec: never, payload: Uint8Array, context: CommandContext) => Promise<unknown>
