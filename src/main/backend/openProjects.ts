// The projects open in this backend, each with its store, jobs and channels.
import { resolve } from 'node:path'
import { JobRunner } from '@main/jobs/runner'
import { createProject, openProject, type ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import { Changes } from './changes'
import type { BackendPorts } from './ports'
import { sweepUploads } from './uploads'

export interface OpenProject {
  store: ProjectStore
  jobs: JobRunner
  changes: Changes
}

export class OpenProjects {
  private readonly byId = new Map<string, OpenProject>()

  constructor(private readonly ports: BackendPorts) {}

  /** Every open project in order of opening. */
  all(): OpenProject[] {
    return [...this.byId.values()]
  }

  /** @throws AppError PROJECT_NOT_FOUND */
  get(id: string): OpenProject {
    const project = this.byId.get(id)
    if (!project) throw new AppError('PROJECT_NOT_FOUND', 'That project is not open; open it first.')
    return project
  }

  /** As get, for what changes things: refuses while another process holds the writer's lock. @throws AppError PROJECT_LOCKED */
  writable(id: string): OpenProject {
    const project = this.get(id)
    project.store.assertWritable()
    return project
  }

  /** Opens a folder, or returns it when it is open already. Read only while another process writes to it; to read an older version's brings it up to date. */
  open(directory: string, access: 'auto' | 'read' = 'auto'): OpenProject {
    const known = this.all().find((project) => project.store.root === resolve(directory))
    if (known) return known
    try {
      return this.adopt(openProject(directory, { access }))
    } catch (error) {
      // whoever only looks at a project of an older version would otherwise be told to open it for writing first
      if (access !== 'read' || !(error instanceof AppError) || error.code !== 'PROJECT_LOCKED') throw error
      return this.adopt(openProject(directory))
    }
  }

  create(directory: string, options: { name?: string; aus?: number[] }): OpenProject {
    return this.adopt(createProject(directory, options))
  }

  isBusy(): boolean {
    return this.all().some((project) => project.jobs.isBusy)
  }

  async close(id: string): Promise<void> {
    const project = this.get(id)
    this.byId.delete(id)
    await project.jobs.stop()
    project.store.close()
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.byId.keys()].map((id) => this.close(id)))
  }

  /** A row that cannot be written now, as on a full disk, is no reason not to open. */
  private interrupt(store: ProjectStore, jobId: string): void {
    try {
      store.jobs.finish(jobId, { status: 'interrupted', error: null })
    } catch (error) {
      this.ports.log(`job ${jobId} could not be marked as interrupted: ${String(error)}`)
    }
  }

  private adopt(store: ProjectStore): OpenProject {
    if (store.isWritable) {
      sweepUploads(store)
      // Whoever queued these has ended, so nobody else would ever run them.
      for (const { id } of store.jobs.list({ statuses: ['queued'] })) this.interrupt(store, id)
    }
    const changes = new Changes()
    const jobs = new JobRunner({
      ledger: store.jobs,
      log: (line) => this.ports.log(line),
      onChange: (job) => changes.announceJob(job),
    })
    const project = { store, jobs, changes }
    this.byId.set(store.project.get().id, project)
    return project
  }
}
