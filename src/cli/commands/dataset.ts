// auw dataset: published data sets into a project.
import { Option, type Command } from 'commander'
import { positiveOrZero } from '../arguments'
import { withProject } from '../session'

export function addDatasetCommand(program: Command): void {
  program
    .command('dataset')
    .description('published data sets')
    .command('import <dir> <path>')
    .description('take videos and labels of a published data set in')
    .addOption(new Option('--kind <kind>').choices(['bp4d', 'bp4d+', 'disfa', 'fmae-jsonl']).makeOptionMandatory())
    .option('--threshold <n>', 'DISFA: intensity from which an AU counts as present', positiveOrZero, 2)
    .action(
      (
        directory: string,
        path: string,
        options: { kind: 'bp4d' | 'bp4d+' | 'disfa' | 'fmae-jsonl'; threshold: number },
        command: Command,
      ) =>
        withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
          const result = await client.training.importDataset({ project, kind: options.kind, directory: path, threshold: options.threshold })
          for (const note of result.notes) output.note(note)
          output.result(
            result,
            () => `Took in ${result.videos} videos of ${result.subjects} subjects with ${result.labels} labelled spans.`,
          )
        }),
    )
}
