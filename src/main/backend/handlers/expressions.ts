// expressions.*: sets of expression images and runs on them.
import { EXPRESSION_RUN_FORMAT, type ExpressionSet, type ImportExpressionsSpec } from '@shared/expressions'
import type { BackendContext } from '../context'
import { ExpressionSets, summariseSet } from '../expressions/expressionSets'
import { expressionRun, resumeExpressions, startExpressions } from '../expressions/trainExpressions'
import { os } from '../procedures'
import { Runs } from '../training/runs'

const DEFAULT_PIXELS = 112

export function expressionHandlers(context: BackendContext) {
  const { projects, grants, compute } = context
  const { expressions } = os
  return {
    expressions: {
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
      runs: expressions.runs.handler(({ input }) => {
        const { store } = projects.get(input.project)
        return new Runs(store).idsOf(EXPRESSION_RUN_FORMAT).map((id) => expressionRun(store, id).summary)
      }),
      run: expressions.run.handler(({ input }) => expressionRun(projects.get(input.project).store, input.runId)),
    },
  }
}
