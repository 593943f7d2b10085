// distillation.*: runs in which a large model teaches a small one.
import { updatesOf } from '@shared/updates'
import type { BackendContext } from '../context'
import { DistillationRuns, framesOf } from '../distillation/distillationRuns'
import { distillationInput } from '../distillation/prepareDistillation'
import { resumeDistillation, startDistillation } from '../distillation/startDistillation'
import { os } from '../procedures'
import { followMetrics, pauseRun, stopRun } from '../training/runWork'

export function distillationHandlers(context: BackendContext) {
  const { projects } = context
  const { distillation } = os
  const runsOf = (project: string): DistillationRuns => new DistillationRuns(projects.get(project).store)
  return {
    distillation: {
      data: distillation.data.handler(({ input }) => {
        const { config, frames } = distillationInput(context, projects.get(input.project), input)
        const { data } = frames
        const { leaveOut } = config.frames
        const own = framesOf(data, leaveOut)
        const labelled = { seen: 0, leftOut: 0 }
        data.samples.labels.forEach((row, sample) => {
          if (/^9*$/.test(row)) return
          const subject = data.subjects[data.videos[data.samples.video[sample] as number]?.subject ?? -1] ?? ''
          labelled[leaveOut.includes(subject) ? 'leftOut' : 'seen']++
        })
        return { ...own, teacherFrames: data.samples.frame.length, labelled, ...updatesOf(config.optimisation, own.frames), config }
      }),
      start: distillation.start.handler(({ input }) => startDistillation(context, projects.writable(input.project), input)),
      resume: distillation.resume.handler(({ input }) => resumeDistillation(context, projects.writable(input.project), input.runId)),
      pause: distillation.pause.handler(({ input }) => {
        const own = new DistillationRuns(projects.writable(input.project).store)
        // refuses runs of other kinds before anything is done to them
        own.config(input.runId)
        pauseRun(own.runs, input.runId)
        return own.summary(input.runId)
      }),
      stop: distillation.stop.handler(({ input }) => {
        const project = projects.writable(input.project)
        const own = new DistillationRuns(project.store)
        own.config(input.runId)
        stopRun(project, input.runId)
        return own.summary(input.runId)
      }),
      runs: distillation.runs.handler(({ input }) => runsOf(input.project).list()),
      run: distillation.run.handler(({ input }) => runsOf(input.project).detail(input.runId)),
      metrics: distillation.metrics.handler(async function* ({ input, signal }) {
        const own = runsOf(input.project)
        own.config(input.runId)
        yield* followMetrics(own.runs, input.runId, signal)
      }),
      report: distillation.report.handler(({ input }) => ({ html: runsOf(input.project).runs.reportHtml(input.runId) })),
      remove: distillation.remove.handler(({ input }) => {
        new DistillationRuns(projects.writable(input.project).store).remove(input.runId)
        return { isRemoved: true as const }
      }),
    },
  }
}
