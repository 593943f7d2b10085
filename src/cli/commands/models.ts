// auw model.
import type { Command } from 'commander'
import { auLabel } from '@shared/facs'
import { auList, wholeNumber } from '../arguments'
import { table } from '../output'
import { readProject, withProject } from '../session'

export function addModelCommands(program: Command): void {
  const model = program.command('model').description('the registry of models')
  model
    .command('list <dir>')
    .description('models that this project can use; * marks the active one')
    .action((directory: string, _options: unknown, command: Command) =>
      readProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const models = await client.model.list({ project })
        output.result({ models }, () =>
          table(
            ['', 'id', 'name', 'kind', 'AUs', 'licence'],
            models.map((one) => [one.isActive ? '*' : '', one.id, one.name, one.kind, one.aus.length, one.licence]),
          ),
        )
      }),
    )
  model
    .command('import <dir> <file>')
    .description('take in a .pth or .safetensors checkpoint of FMAE or FMAE-IAT')
    .option('--aus <list>', 'AUs in the order of the outputs', auList)
    .option('--heads <n>', 'attention heads, when the width does not tell', wholeNumber)
    .option('--name <name>', 'default: the name of the file')
    .action((directory: string, file: string, options: { aus?: number[]; heads?: number; name?: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const summary = await client.model.import({ project, file, ...options })
        const card = await client.model.get({ project, modelId: summary.id })
        if (card.areAusAssumed)
          output.note(
            `The outputs were taken for ${card.aus.map((one) => auLabel(one.au)).join(' ')}: an assumption from their number. Say otherwise with --aus.`,
          )
        if (summary.isNonCommercial) output.note(card.licence.notice)
        output.result(
          { ...summary, models: [summary], card },
          () =>
            `Imported ${summary.name} as ${summary.id}${summary.canPredict ? '' : ' (a backbone without AU outputs: it can be trained from, not predict)'}.`,
        )
      }),
    )
  model
    .command('activate <dir> <id>')
    .description('use this model where none is named')
    .action((directory: string, modelId: string, _options: unknown, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const summary = await client.model.activate({ project, modelId })
        output.result(summary, () => `${summary.name} is the active model now.`)
      }),
    )
  model
    .command('remove <dir> <id>')
    .description('delete a model with its predictions')
    .action((directory: string, modelId: string, _options: unknown, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        await client.model.remove({ project, modelId })
        output.result({ isRemoved: true, id: modelId }, () => `Removed ${modelId} and its predictions.`)
      }),
    )
}
