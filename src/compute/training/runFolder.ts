// A run's folder: names in it, JSON written whole or not at all, and the growing file of metrics. Which numbers go in is not known here.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeWriteError, writeFileAtomically } from '@runtime/weights/atomicFile'
import { AppError } from '@shared/errors'
import { PAUSE_FILE } from '@shared/trainingCommands'
import type { RunMetric } from '@shared/runMetrics'
import type { RunConfig, RunData } from '@shared/trainingRun'

export class RunFolder {
  constructor(readonly root: string) {}

  path(...names: string[]): string {
    return join(this.root, ...names)
  }

  /** Checkpoints, caches and fold results; left out of backups. */
  checkpoint(...names: string[]): string {
    return join(this.root, 'checkpoints', ...names)
  }

  open(): { run: RunConfig; data: RunData } {
    mkdirSync(this.checkpoint(), { recursive: true })
    return { run: this.json<RunConfig>('config.json'), data: this.json<RunData>('data.json') }
  }

  get isPauseAsked(): boolean {
    return existsSync(this.path(PAUSE_FILE))
  }

  /** @throws AppError RUN_NOT_FOUND where the file is missing or no JSON */
  json<T>(name: string): T {
    try {
      return JSON.parse(readFileSync(this.path(name), 'utf8')) as T
    } catch (cause) {
      throw new AppError(
        'RUN_NOT_FOUND',
        `The run's file ${name} is missing or damaged, so the run cannot go on. Start it anew.`,
        {},
        { cause },
      )
    }
  }

  async writeJson(path: string, value: unknown): Promise<void> {
    await this.writeText(path, `${JSON.stringify(value)}\n`)
  }

  async writeText(path: string, text: string): Promise<void> {
    await writeFileAtomically(path, (write) => write(Buffer.from(text, 'utf8')))
  }

  /** A picture or other bytes, atomically. */
  async writeBytes(path: string, bytes: Uint8Array): Promise<void> {
    await writeFileAtomically(path, (write) => write(bytes))
  }

  /** (n) float32, atomically. */
  async writeFloats(path: string, values: Float32Array): Promise<void> {
    await writeFileAtomically(path, (write) => write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)))
  }

  async readFloats(path: string): Promise<Float32Array> {
    const bytes = await readFile(path)
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  }

  metrics(): RunMetric[] {
    if (!existsSync(this.path('metrics.jsonl'))) return []
    return readFileSync(this.path('metrics.jsonl'), 'utf8')
      .split('\n')
      .flatMap((line) => {
        try {
          return line === '' ? [] : [JSON.parse(line) as RunMetric]
        } catch {
          // the last line of a killed run may be half written
          return []
        }
      })
  }

  /** @throws AppError DISK_FULL */
  append(metric: RunMetric): void {
    const path = this.path('metrics.jsonl')
    try {
      appendFileSync(path, `${JSON.stringify(metric)}\n`)
    } catch (error) {
      throw describeWriteError(error, path)
    }
  }

  /** Drops lines that a resumed run will write again: later folds, and later steps of this one. */
  async rewindMetrics(fold: number, step: number): Promise<void> {
    const kept = this.metrics().filter((line) => line.fold < fold || (line.fold === fold && (line.kind === 'phase' || line.step <= step)))
    await this.writeText(this.path('metrics.jsonl'), kept.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
}
