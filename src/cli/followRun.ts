// Follows a run of any kind (training, pretraining, distillation, expressions) from its start to its end, with its metrics as lines where they are asked for.
import type { JobRow } from '@shared/jobs'
import { followJobs } from './progress'
import type { Session } from './session'

/**
 * @param goesOnWith what a person types to go on after an interruption
 * @param metrics opens the run's metrics; absent where they were not asked for
 * @throws as followJobs
 */
export async function followRun(
  session: Session & { project: string },
  { runId, job }: { runId: string; job: JobRow },
  goesOnWith: string,
  metrics?: () => Promise<AsyncIterable<unknown>>,
): Promise<void> {
  session.output.note(`Run ${runId}. Interrupted, it goes on with: ${goesOnWith}`)
  const streaming = metrics ? write(metrics) : null
  try {
    await followJobs(session, [job], goesOnWith)
  } finally {
    // the stream reads the project, which is closed when this ends
    await streaming
  }
}

async function write(metrics: () => Promise<AsyncIterable<unknown>>): Promise<void> {
  for await (const line of await metrics()) process.stderr.write(`${JSON.stringify(line)}\n`)
}
