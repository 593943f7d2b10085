// Runs of one kind among the project's run folders, read as what they are. Training runs have their own reader (runs.ts), which this stands on.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import type { RunMetric } from '@shared/runMetrics'
import { Runs, thinnedMetrics } from './runs'

/** What the `config.json` of every kind holds. */
interface AnyRunConfig {
  format: string
  id: string
  name: string
  createdAt: string
  device: string
  parent: { name: string } | null
}

export interface KindOfRun {
  format: string
  /** `pretraining`, and the command that lists such runs. */
  name: string
  listedBy: string
  /** Kind of the metric lines that are thinned for a window. */
  step: RunMetric['kind']
}

export class RunsOfKind<Config extends AnyRunConfig, Data, Report> {
  readonly runs: Runs

  constructor(
    store: ProjectStore,
    private readonly kind: KindOfRun,
  ) {
    this.runs = new Runs(store)
  }

  /** Newest first. */
  get ids(): string[] {
    return this.runs.idsOf(this.kind.format)
  }

  /** @throws AppError RUN_NOT_FOUND, also for a run of another kind */
  config(id: string): Config {
    const found = this.read<Config>(id, 'config.json')
    if (found?.format === this.kind.format) return found
    throw new AppError(
      'RUN_NOT_FOUND',
      `There is no ${this.kind.name} run ${id} in this project. "${this.kind.listedBy}" shows those there are.`,
      {
        runId: id,
      },
    )
  }

  data(id: string): Data {
    const found = this.read<Data>(id, 'data.json')
    if (found) return found
    throw new AppError('RUN_NOT_FOUND', 'The file data.json of this run is missing or damaged. Start it anew.', { runId: id })
  }

  report(id: string): Report | null {
    return this.read<Report>(id, 'report.json')
  }

  /** What the list of every kind holds. */
  row(id: string) {
    const run = this.config(id)
    return {
      id,
      name: run.name,
      createdAt: run.createdAt,
      ...this.runs.standing(id),
      parentName: run.parent?.name ?? null,
      device: run.device,
    }
  }

  /** @throws AppError RUN_NOT_FOUND, also for a run of another kind; JOB_ACTIVE */
  remove(id: string): void {
    this.config(id)
    this.runs.remove(id)
  }

  /** Steps evenly thinned, everything else whole. */
  metrics(id: string): RunMetric[] {
    return thinnedMetrics(this.runs.metrics(id), this.kind.step)
  }

  private read<T>(id: string, name: string): T | null {
    try {
      return JSON.parse(readFileSync(join(this.runs.folder(id), name), 'utf8')) as T
    } catch (error) {
      if (error instanceof AppError) throw error
      return null
    }
  }
}
