// Tells windows what changed. Events are hints: whoever misses one asks the tables.
import { EventPublisher } from '@orpc/server'
import type { ProjectChange } from '@shared/contract/project'
import type { JobRow } from '@shared/jobs'

/** Channels of one open project. */
export class Changes {
  private readonly publisher = new EventPublisher<{ change: ProjectChange; job: JobRow }>()

  /** @param revision of labels: the step in the log that changed them */
  announce(topic: ProjectChange['topic'], videoId: string | null = null, revision: number | null = null): void {
    this.publisher.publish('change', { topic, videoId, revision })
  }

  announceJob(job: JobRow): void {
    this.publisher.publish('job', job)
  }

  /** Ends when the signal aborts or the client goes away. */
  watch(signal?: AbortSignal): AsyncIterator<ProjectChange> & AsyncIterable<ProjectChange> {
    return this.publisher.subscribe('change', { signal })
  }

  watchJobs(signal?: AbortSignal): AsyncIterator<JobRow> & AsyncIterable<JobRow> {
    return this.publisher.subscribe('job', { signal })
  }
}
