// auw runs: the training runs of a project.
import type { Command } from 'commander'
import type { RunSummary } from '@shared/trainingRun'
import { figure, runText } from '../figures'
import { table } from '../output'
import { readProject, withProject } from '../session'

export function addRunCommands(program: Command): void {
  const runs = program.command('runs').description('training runs')
  runs
    .command('list <dir>')
    .description('runs, newest first')
    .action((directory: string, _options: unknown, command: Command) =>
      readProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const list = await client.training.runs({ project })
        output.result({ runs: list }, () =>
          table(
            ['run', 'name', 'state', 'lambda', 'mean F1', 'before', 'model'],
            list.map((run) => [run.id, run.name, stateText(run), run.lambda, figure(run.meanF1), figure(run.beforeMeanF1), run.modelId]),
          ),
        )
      }),
    )
  runs
    .command('show <dir> <run>')
    .description('figures and warnings of a run')
    .action((directory: string, runId: string, _options: unknown, command: Command) =>
      readProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const detail = await client.training.run({ project, runId })
        output.result(detail, () => runText(detail.summary, detail.report))
      }),
    )
  runs
    .command('remove <dir> <run>')
    .description("delete a run's folder; its model stays")
    .action((directory: string, runId: string, _options: unknown, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        await client.training.remove({ project, runId })
        output.result({ isRemoved: true, id: runId }, () => `Removed run ${runId}; a model that came of it stays.`)
      }),
    )
}

/** A run that has a checkpoint to go on from says so. */
function stateText({ state }: RunSummary): string {
  return state === 'interrupted' || state === 'paused' ? `${state} (goes on with auw train --resume)` : state
}
