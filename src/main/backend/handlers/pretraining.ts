// pretraining.*: runs of masked pretraining.
import { updatesOf } from '@shared/updates'
import type { BackendContext } from '../context'
import { parentOf, pretrainingInput } from '../pretraining/preparePretraining'
import { PretrainingRuns, sourcesOf } from '../pretraining/pretrainingRuns'
import { resumePretraining, startPretraining } from '../pretraining/startPretraining'
import { os } from '../procedures'
import { followMetrics, pauseRun, stopRun } from '../training/runWork'

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
          sources: sourcesOf(data),
          frames: data.frames,
          subjects: data.subjects,
          ...updatesOf(config.optimisation, data.frames),
          config,
        }
      }),
      start: pretraining.start.handler(({ input }) => startPretraining(context, projects.writable(input.project), input)),
      resume: pretraining.resume.handler(({ input }) => resumePretraining(context, projects.writable(input.project), input.runId)),
      pause: pretraining.pause.handler(({ input }) => {
        const own = new PretrainingRuns(projects.writable(input.project).store)
        // refuses runs of other kinds before anything is done to them
        own.config(input.runId)
        pauseRun(own.runs, input.runId)
        return own.summary(input.runId)
      }),
      stop: pretraining.stop.handler(({ input }) => {
        const project = projects.writable(input.project)
        const own = new PretrainingRuns(project.store)
        own.config(input.runId)
        stopRun(project, input.runId)
        return own.summary(input.runId)
      }),
      runs: pretraining.runs.handler(({ input }) => runsOf(input.project).list()),
      run: pretraining.run.handler(({ input }) => runsOf(input.project).detail(input.runId)),
      metrics: pretraining.metrics.handler(async function* ({ input, signal }) {
        const own = runsOf(input.project)
        own.config(input.runId)
        yield* followMetrics(own.runs, input.runId, signal)
      }),
      report: pretraining.report.handler(({ input }) => ({ html: runsOf(input.project).runs.reportHtml(input.runId) })),
      remove: pretraining.remove.handler(({ input }) => {
        new PretrainingRuns(projects.writable(input.project).store).remove(input.runId)
        return { isRemoved: true as const }
      }),
    },
  }
}
