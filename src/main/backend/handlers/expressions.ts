// expressions.*: sets of expression images and runs on them.
import type { ExpressionLook, ExpressionSet, ImportExpressionsSpec, LookAtExpressionsSpec } from '@shared/expressions'
import type { BackendContext } from '../context'
import { ExpressionRuns } from '../expressions/expressionRuns'
import { ExpressionSets, summariseSet } from '../expressions/expressionSets'
import { resumeExpressions, startExpressions } from '../expressions/trainExpressions'
import { os } from '../procedures'
import { followMetrics, pauseRun, stopRun } from '../training/runWork'

const DEFAULT_PIXELS = 112

export function expressionHandlers(context: BackendContext) {
  const { projects, grants, compute } = context
  const { expressions } = os
  const runsOf = (project: string): ExpressionRuns => new ExpressionRuns(projects.get(project).store)
  return {
    expressions: {
      look: expressions.look.handler(async ({ input, signal }) => {
        const spec: LookAtExpressionsSpec = { source: grants.resolve(input.source), layout: input.layout }
        return (await compute.run('lookAtExpressions', spec, { signal })) as ExpressionLook
      }),
      import: expressions.import.handler(({ input }) => {
        const { store, jobs } = projects.writable(input.project)
        const spec: ImportExpressionsSpec = {
          source: grants.resolve(input.source),
          targetDirectory: new ExpressionSets(store).place(input.name),
          name: input.name,
          layout: input.layout,
          pixels: input.pixels ?? DEFAULT_PIXELS,
        }
        return jobs.start({
          kind: 'import',
          lane: 'media',
          title: `Import expressions ${input.name}`,
          async work({ signal, progress }) {
            const set = (await compute.run('importExpressions', spec, {
              signal,
              onProgress: ({ done, total }: { done: number; total: number }) =>
                progress({ done, total, unit: 'frames', phase: 'Reading images' }),
            })) as ExpressionSet
            return summariseSet(set)
          },
        })
      }),
      sets: expressions.sets.handler(({ input }) => new ExpressionSets(projects.get(input.project).store).list()),
      removeSet: expressions.removeSet.handler(({ input }) => {
        new ExpressionSets(projects.writable(input.project).store).remove(input.name)
        return { isRemoved: true as const }
      }),
      train: expressions.train.handler(({ input }) => startExpressions(context, projects.writable(input.project), input)),
      resume: expressions.resume.handler(({ input }) => resumeExpressions(context, projects.writable(input.project), input.runId)),
      pause: expressions.pause.handler(({ input }) => {
        const own = new ExpressionRuns(projects.writable(input.project).store)
        own.config(input.runId)
        pauseRun(own.runs, input.runId)
        return own.summary(input.runId)
      }),
      stop: expressions.stop.handler(({ input }) => {
        const project = projects.writable(input.project)
        const own = new ExpressionRuns(project.store)
        own.config(input.runId)
        stopRun(project, input.runId)
        return own.summary(input.runId)
      }),
      runs: expressions.runs.handler(({ input }) => runsOf(input.project).list()),
      run: expressions.run.handler(({ input }) => runsOf(input.project).detail(input.runId)),
      metrics: expressions.metrics.handler(async function* ({ input, signal }) {
        const own = runsOf(input.project)
        own.config(input.runId)
        yield* followMetrics(own.runs, input.runId, signal)
      }),
      remove: expressions.remove.handler(({ input }) => {
        new ExpressionRuns(projects.writable(input.project).store).remove(input.runId)
        return { isRemoved: true as const }
      }),
    },
  }
}
