// pretraining.*: runs of masked pretraining.
import { setTimeout as sleep } from 'node:timers/promises'
import { pretrainingSteps } from '@shared/pretraining'
import type { BackendContext } from '../context'
import { parentOf, pretrainingInput } from '../pretraining/preparePretraining'
import { PretrainingRuns } from '../pretraining/pretrainingRuns'
import { resumePretraining, startPretraining } from '../pretraining/startPretraining'
import { os } from '../procedures'

/** How often the growing file of metrics is looked at. */
const POLL_MILLISECONDS = 400

export function pretrainingHandlers(context: BackendContext) {
  const { projects } = context
  const { pretraining } = os
  const runsOf = (project: string): PretrainingRuns => new PretrainingRuns(projects.get(project).store)
  return {
    pretraining: {
      data: pretraining.data.handler(({ input }) => {
        const project = projects.get(input.project)
        const { config, data } = pretrainingInput(context, project, input, parentOf(context, project, input.fromModelId ?? null))
        return {
          sources: data.sources.map(({ kind, name, share, isSynthetic, licence, series }) => ({
            kind,
            name,
            frames: series.reduce((sum, one) => sum + one.count, 0),
            share,
            isSynthetic,
            licence,
          })),
          frames: data.frames,
          subjects: data.subjects,
          ...pretrainingSteps(config, data.frames),
          config,
        }
      }),
      start: pretraining.start.handler(({ input }) => startPretraining(context, projects.writable(input.project), input)),
      resume: pretraining.resume.handler(({ input }) => resumePretraining(context, projects.writable(input.project), input.runId)),
      pause: pretraining.pause.handler(({ input }) => {
        const own = new PretrainingRuns(projects.writable(input.project).store)
        if (own.runs.status(input.runId).state === 'running') own.runs.askPause(input.runId)
        return own.summary(input.runId)
      }),
      stop: pretraining.stop.handler(({ input }) => {
        const { store, jobs } = projects.writable(input.project)
        const own = new PretrainingRuns(store)
        const status = own.runs.status(input.runId)
        if (status.state === 'finished') return own.summary(input.runId)
        own.runs.setStatus(input.runId, { ...status, state: 'stopped' })
        if (status.jobId !== null && status.state === 'running') jobs.cancel(status.jobId)
        return own.summary(input.runId)
      }),
      runs: pretraining.runs.handler(({ input }) => runsOf(input.project).list()),
      run: pretraining.run.handler(({ input }) => runsOf(input.project).detail(input.runId)),
      metrics: pretraining.metrics.handler(async function* ({ input, signal }) {
        const own = runsOf(input.project)
        own.config(input.runId)
        let from = 0
        for (;;) {
          // looked at before the file, so that the last lines are not missed
          const isOver = own.runs.status(input.runId).state !== 'running'
          const { lines, next } = own.runs.metricsFrom(input.runId, from)
          from = next
          yield* lines
          if (isOver || signal?.aborted) return
          await sleep(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined)
        }
      }),
      report: pretraining.report.handler(({ input }) => ({ html: runsOf(input.project).runs.reportHtml(input.runId) })),
      remove: pretraining.remove.handler(({ input }) => {
        const own = new PretrainingRuns(projects.writable(input.project).store)
        own.config(input.runId)
        own.runs.remove(input.runId)
        return { isRemoved: true as const }
      }),
    },
  }
}
